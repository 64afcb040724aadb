//! GetReceipt: an event with everything that proves its place. The same receipt for ever.

use super::get_event::{locate, no_event};
use super::malformed;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::from_proto::event_name;
use crate::wire::{to_proto, v1};
use proto::{Receipt, Seq};

/// `events/{seq}` or `transactions/{hex}`.
pub async fn get_receipt(handle: &Handle, name: &str) -> Result<v1::Receipt, Refusal> {
    let wanted = event_name(name, "name").map_err(malformed)?;
    let found = handle
        .read(move |store| {
            let disk = store.snapshot();
            match locate(&disk, wanted)? {
                Some(seq) => ledger::receipt(&disk, seq),
                None => Ok(None),
            }
        })
        .await?;
    found.map(|r| to_proto::receipt(&r)).ok_or_else(|| no_event("name", name))
}

/// The receipt of an event that is known to be committed.
pub async fn receipt_of(handle: &Handle, seq: Seq) -> Result<Receipt, Refusal> {
    let found = handle.read(move |store| ledger::receipt(&store.snapshot(), seq)).await?;
    found.ok_or_else(|| no_event("name", &format!("events/{seq}")))
}

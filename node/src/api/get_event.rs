//! GetEvent: one line of the ledger, by number or by transaction.

use super::malformed;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::from_proto::{EventName, event_name};
use crate::wire::{to_proto, v1};
use ledger::{Read, ReadFault};
use proto::Seq;

/// `events/{seq}` or `transactions/{hex}`.
pub async fn get_event(handle: &Handle, name: &str) -> Result<v1::Event, Refusal> {
    let wanted = event_name(name, "name").map_err(malformed)?;
    let found = handle
        .read(move |store| {
            let disk = store.snapshot();
            match locate(&disk, wanted)? {
                Some(seq) => ledger::event(&disk, seq),
                None => Ok(None),
            }
        })
        .await?;
    found.map(|e| to_proto::event(&e)).ok_or_else(|| no_event("name", name))
}

/// The number of the event that a name points to; it may still not exist.
pub fn locate(disk: &dyn Read, name: EventName) -> Result<Option<Seq>, ReadFault> {
    match name {
        EventName::Seq(seq) => Ok(Some(seq)),
        EventName::Transaction(tx) => ledger::seq_of(disk, &tx),
    }
}

/// Nothing there, or not yet.
pub fn no_event(field: &'static str, name: &str) -> Refusal {
    Refusal::new(
        "EVENT_NOT_FOUND",
        field,
        format!("{field}: the ledger holds no `{name}` (yet); check the name or wait for the commit"),
    )
}

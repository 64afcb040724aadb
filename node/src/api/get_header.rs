//! GetHeader: what the validators signed at a height.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use proto::Height;

/// The header at `height`.
pub async fn get_header(handle: &Handle, height: u64) -> Result<v1::Header, Refusal> {
    let found = handle.read(move |store| ledger::header(&store.snapshot(), Height(height))).await?;
    found.map(|h| to_proto::header(&h)).ok_or_else(|| {
        let message = format!("height: the chain has not reached {height} on this node");
        Refusal::new("HEADER_NOT_FOUND", "height", message)
    })
}

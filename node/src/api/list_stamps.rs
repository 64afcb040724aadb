//! ListStamps: the time-stamps that this node was given over headers of the ledger.

use super::list_matter_events::{bad_token, page_size};
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::stamps;
use crate::wire::{to_proto, v1};

/// One page, in order of height; shorter than asked for when the stamps are long.
pub async fn list_stamps(handle: &Handle, request: v1::ListStampsRequest) -> Result<v1::ListStampsResponse, Refusal> {
    let size = page_size(request.page_size)?;
    let from = match request.page_token.as_str() {
        "" => request.from_height.to_be_bytes().to_vec(),
        token => hex::decode(token).ok().filter(|t| t.len() <= 32).ok_or_else(bad_token)?,
    };
    let (stamps, next) = handle.read(move |store| stamps::page(&store.snapshot(), &from, size)).await?;
    let stamp = |s: stamps::Stamped| v1::Stamp {
        height: s.height.0,
        authority: s.authority,
        time: Some(to_proto::timestamp(s.time)),
        response: s.response,
        chain_pem: s.chain_pem,
    };
    let next_page_token = next.map(hex::encode).unwrap_or_default();
    Ok(v1::ListStampsResponse { stamps: stamps.into_iter().map(stamp).collect(), next_page_token })
}

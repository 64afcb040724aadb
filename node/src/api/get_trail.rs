//! GetTrail: how one set of validators gave way to the next.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::v1;
use proto::{Canonical, Epoch};

/// Most links in one answer; a set of four takes about 2 KiB.
const LINKS_AT_ONCE: usize = 1024;

/// From an epoch on.
pub async fn get_trail(handle: &Handle, from: u64) -> Result<v1::GetTrailResponse, Refusal> {
    let trail = handle.read(move |store| ledger::trail(&store.snapshot(), Epoch(from), LINKS_AT_ONCE)).await?;
    Ok(v1::GetTrailResponse { trail: trail.to_bytes() })
}

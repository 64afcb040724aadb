//! GetStatus: where this node stands. For people and tools; nothing is proved by it.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};

/// The node's own view, read at once.
pub async fn get_status(handle: &Handle) -> Result<v1::GetStatusResponse, Refusal> {
    let tip = handle.read(|store| ledger::tip(&store.snapshot())).await?.ok_or_else(Refusal::broken_store)?;
    let status = handle.status();
    let genesis = handle.genesis();
    let runs_it = status.validator.and_then(|i| genesis.validators.get(usize::from(i.0)));
    Ok(v1::GetStatusResponse {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        chain_id: status.chain.0.to_vec(),
        network: genesis.name.to_string(),
        organisation: runs_it.map_or(String::new(), |v| v.org.to_string()),
        validator: status.validator.map(|i| i.0.into()),
        tip: Some(to_proto::header(&tip.header)),
        view: status.view.0,
        validators: count(genesis.validators.len()),
        peers_connected: count(status.peers.len()),
        pool_transactions: status.pool_transactions as u64,
        voting: status.votes_from.is_some_and(|from| status.view >= from),
        accepting: handle.is_accepting(),
        votes_from: status.votes_from.map(|v| v.0),
        since_tip_ms: crate::clock::now().0.saturating_sub(tip.header.time.0),
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

//! GetStatus: where this node stands, and what it lacks. For people and tools; nothing is proved by it.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::status::{NodeStatus, Trouble};
use crate::store::Store;
use crate::wire::{to_proto, v1};
use replica::PeerOutlook;

/// The node's own view, read at once.
pub async fn get_status(handle: &Handle) -> Result<v1::GetStatusResponse, Refusal> {
    let read = |store: &Store| {
        let disk = store.snapshot();
        Ok((ledger::tip(&disk)?, ledger::validators(&disk)?))
    };
    let (tip, validators) = handle.read(read).await?;
    let tip = tip.ok_or_else(Refusal::broken_store)?;
    let (mut status, now) = (handle.status(), crate::clock::now());
    status.disk_is_low = !handle.is_accepting();
    let names: Vec<String> = validators.iter().map(|v| v.org.to_string()).collect();
    let troubles = status.troubles(now, &names).into_iter().chain(status.open_rescue(validators.epoch()));
    let runs_it = status.validator.and_then(|i| names.get(usize::from(i.0)));
    Ok(v1::GetStatusResponse {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        chain_id: status.chain.0.to_vec(),
        network: handle.genesis().name.to_string(),
        organisation: runs_it.cloned().unwrap_or_default(),
        validator: status.validator.map(|i| i.0.into()),
        tip: Some(to_proto::header(&tip.header)),
        view: status.view.0,
        validators: count(status.outlook.peers.len()),
        peers_connected: count(status.peers.len()),
        pool_transactions: status.pool_transactions as u64,
        voting: status.validator.is_some() && status.votes_from.is_some_and(|from| status.view >= from),
        accepting: handle.is_accepting(),
        votes_from: status.votes_from.map(|v| v.0),
        since_tip_ms: now.0.saturating_sub(tip.header.time.0),
        epoch: status.outlook.view.epoch.0,
        leader: status.outlook.view.leader.0.into(),
        view_age_ms: status.outlook.view.age_ms,
        quorum: count(status.outlook.quorum),
        margin: status.margin(),
        peers: peers(&status, &names),
        troubles: troubles.map(trouble).collect(),
    })
}

fn peers(status: &NodeStatus, names: &[String]) -> Vec<v1::PeerStatus> {
    let others = status.outlook.peers.iter().filter(|p| Some(p.validator) != status.outlook.identity);
    others.map(|p| peer(status, p, names)).collect()
}

fn peer(status: &NodeStatus, p: &PeerOutlook, names: &[String]) -> v1::PeerStatus {
    let link = status.links.iter().find(|l| l.validator == p.validator);
    let claims = p.claims.unwrap_or_default();
    let silence = link.and_then(|l| l.silence);
    v1::PeerStatus {
        validator: p.validator.0.into(),
        organisation: names.get(usize::from(p.validator.0)).cloned().unwrap_or_default(),
        heard: link.is_some_and(|l| l.is_heard()),
        silence_ms: silence.map(|s| u64::try_from(s.as_millis()).unwrap_or(u64::MAX)),
        height: claims.finalized.0,
        view: claims.view.0,
        voted_view: p.voted.0,
    }
}

fn trouble(trouble: Trouble) -> v1::Trouble {
    v1::Trouble { code: trouble.code.to_owned(), grave: trouble.grave, text: trouble.text }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

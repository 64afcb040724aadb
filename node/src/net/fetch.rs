//! Fetches packets of committed events that this node lacks, because it was away when they were voted on. Templates need
//! them. Asks one validator after the other, slowly, for ever: the ledger is complete without them.

use crate::net::Net;
use crate::shutdown::Shutdown;
use crate::store::{Store, Table};
use crate::telemetry::Metrics;
use proto::{Digest, TxId};
use replica::{Message, To};
use std::sync::Arc;
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_millis(500);
/// How many transactions at once.
const AT_ONCE: usize = 64;

/// Runs until the node stops.
pub async fn run(store: Arc<Store>, net: Net, metrics: Arc<Metrics>, shutdown: Shutdown) {
    let stop = shutdown.wait();
    tokio::pin!(stop);
    for turn in 0usize.. {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = &mut stop => return,
        }
        let missing = missing(&store).await;
        metrics.packets_missing.set(i64::try_from(missing.len()).unwrap_or(i64::MAX));
        let peers = net.connected();
        if !missing.is_empty() && !peers.is_empty() {
            net.send(To::One(peers[turn % peers.len()]), &Message::WantTransactions(missing));
        }
    }
}

async fn missing(store: &Arc<Store>) -> Vec<TxId> {
    let store = store.clone();
    let rows = tokio::task::spawn_blocking(move || store.scan(Table::PacketMissing, AT_ONCE)).await;
    let rows = rows.ok().and_then(Result::ok).unwrap_or_default();
    rows.into_iter().filter_map(|(key, _)| key.try_into().ok().map(Digest)).collect()
}

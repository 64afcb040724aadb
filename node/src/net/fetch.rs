//! Fetches packets of committed events that this node lacks, because it was away when they were voted on. Templates need
//! them. Asks one validator after the other, slowly, for ever: the ledger is complete without them. It goes round all that
//! is missing, so that what nobody can give does not keep the rest away.

use crate::fault::Fault;
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
/// How many transactions at once: with all their packets they fit the queue that the answers come through.
const AT_ONCE: usize = 16;
/// The gauge counts up to here.
const COUNTED_MAX: usize = 10_000;

/// Runs until the node stops.
pub async fn run(store: Arc<Store>, net: Net, metrics: Arc<Metrics>, shutdown: Shutdown) {
    let stop = shutdown.wait();
    tokio::pin!(stop);
    let mut last = Vec::new();
    for turn in 0usize.. {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = &mut stop => return,
        }
        let (count, missing) = missing(&store, last).await;
        metrics.packets_missing.set(i64::try_from(count).unwrap_or(i64::MAX));
        // Behind the last one it begins anew.
        last = missing.last().map_or_else(Vec::new, |tx| tx.0.to_vec());
        let peers = net.connected();
        if !missing.is_empty() && !peers.is_empty() {
            net.send(To::One(peers[turn % peers.len()]), &Message::WantTransactions(missing));
        }
    }
}

/// How many there are, and the next ones behind `last`.
async fn missing(store: &Arc<Store>, last: Vec<u8>) -> (usize, Vec<TxId>) {
    let store = store.clone();
    let look = move || {
        let count = store.scan(Table::PacketMissing, COUNTED_MAX)?.len();
        let mut rows = store.scan_after(Table::PacketMissing, &last, AT_ONCE)?;
        if rows.is_empty() && count > 0 {
            rows = store.scan(Table::PacketMissing, AT_ONCE)?;
        }
        Ok::<_, Fault>((count, rows))
    };
    let (count, rows) = tokio::task::spawn_blocking(look).await.ok().and_then(Result::ok).unwrap_or_default();
    (count, rows.into_iter().filter_map(|(key, _)| key.try_into().ok().map(Digest)).collect())
}

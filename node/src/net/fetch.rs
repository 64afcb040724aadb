//! Fetches packets of committed events that this node lacks, because it was away when they were voted on. Without them it
//! has no opinion on their signers. Asks every reader for some of them, and again as soon as those came; packets of signers
//! that somebody waits for go first. It goes round all that is missing, for ever, so that what nobody can give does not keep
//! the rest away. The ledger is complete without them.

use crate::fault::Fault;
use crate::history::History;
use crate::intake::Intake;
use crate::shutdown::Shutdown;
use crate::store::{Store, Table};
use proto::{Digest, TxId, ValidatorIndex};
use replica::{Message, To};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How often what is missing is looked up when nothing is, or nobody gives it.
const EVERY: Duration = Duration::from_millis(500);
/// How long the answers to one round of questions may take.
const ANSWER: Duration = Duration::from_millis(500);
/// The least time between two rounds, so that a large gap is closed beside the work and not instead of it.
const PAUSE: Duration = Duration::from_millis(25);
/// How many transactions one peer is asked for: with all their packets they fit the queue that the answers come through.
const AT_ONCE: usize = 16;
/// How many are looked up at a time. The gauge counts up to here.
const LOOKED_UP_MAX: usize = 10_000;
/// Rounds before it is looked up again whom somebody waits for.
const ROUNDS: usize = 40;

/// Runs until the node stops.
pub async fn run(store: Arc<Store>, intake: Arc<Intake>, shutdown: Shutdown) {
    let mut gaps = Gaps { store, intake, turn: 0, last: Vec::new() };
    tokio::select! {
        () = gaps.close() => {}
        () = shutdown.wait() => {}
    }
}

struct Gaps {
    store: Arc<Store>,
    intake: Arc<Intake>,
    /// Who is asked first changes from round to round.
    turn: usize,
    /// Behind the last one that was asked for the next look-up begins.
    last: Vec<u8>,
}

impl Gaps {
    async fn close(&mut self) {
        loop {
            let mut missing = self.look_up().await;
            let count = missing.len();
            self.intake.metrics.packets_missing.set(i64::try_from(count).unwrap_or(i64::MAX));
            for _ in 0..ROUNDS {
                if missing.is_empty() || !self.ask(&mut missing).await {
                    break;
                }
                sleep(PAUSE).await;
            }
            if missing.is_empty() {
                sleep(EVERY).await;
            }
        }
    }

    /// Asks every reader for the next ones and waits for the answers; false if fewer than half of them came.
    async fn ask(&mut self, missing: &mut VecDeque<TxId>) -> bool {
        let readers = self.intake.net.readers();
        if readers.is_empty() {
            sleep(EVERY).await;
            return false;
        }
        let mut filled = self.intake.admission.history.filled();
        let (before, mut asked) = (*filled.borrow(), 0);
        for at in 0..readers.len() {
            let some: Vec<TxId> = missing.drain(..missing.len().min(AT_ONCE)).collect();
            let Some(last) = some.last() else { break };
            self.last = last.0.to_vec();
            asked += some.len() as u64;
            self.put_to(readers[(self.turn + at) % readers.len()], some);
        }
        self.turn += 1;
        let came = filled.wait_for(|count| *count >= before + asked);
        timeout(ANSWER, came).await.is_ok() || *self.intake.admission.history.filled().borrow() >= before + asked / 2
    }

    /// What is asked for is taken however far this node is behind.
    fn put_to(&self, reader: ValidatorIndex, some: Vec<TxId>) {
        self.intake.traffic.want(&some);
        self.intake.net.send(To::One(reader), &Message::WantTransactions(some));
    }

    /// What is missing, whom somebody waits for first.
    async fn look_up(&self) -> VecDeque<TxId> {
        let (store, last, admission) = (self.store.clone(), self.last.clone(), self.intake.admission.clone());
        let look = move || missing(&store, &admission.history, &last);
        tokio::task::spawn_blocking(look).await.ok().and_then(Result::ok).unwrap_or_default()
    }
}

/// All behind `last`, and those before it if there is room; of signers with a gap that somebody waits for first.
fn missing(store: &Store, history: &History, last: &[u8]) -> Result<VecDeque<TxId>, Fault> {
    let mut rows = store.scan_after(Table::PacketMissing, last, LOOKED_UP_MAX)?;
    let before = store.scan(Table::PacketMissing, LOOKED_UP_MAX - rows.len())?;
    rows.extend(before.into_iter().take_while(|(key, _)| key.as_slice() <= last));
    let (urgent, other): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, signer)| history.has_gap(signer));
    let rows = urgent.into_iter().chain(other);
    Ok(rows.filter_map(|(key, _)| key.try_into().ok().map(Digest)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::key;
    use crate::vault::Vault;
    use ledger::Batch;
    use proto::Name;

    #[test]
    fn it_goes_round_and_those_that_somebody_waits_for_go_first() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open_empty(&dir.path().join("db")).unwrap();
        let history = History::new(Digest::ZERO, Arc::new(Vault::new(&[1; 16])), 1 << 20);
        let mut batch = Batch::default();
        for n in 0..6u8 {
            let signer = if n % 2 == 0 { b"even".to_vec() } else { b"odd".to_vec() };
            batch.put(key(Table::PacketMissing, &[n; 32]), signer);
        }
        batch.put(key(Table::PacketMissing, &[6; 32]), Vec::new()); // of an older program
        store.write(batch).unwrap();
        let order = |last: &[u8]| -> Vec<u8> {
            missing(&store, &history, last).unwrap().into_iter().map(|tx| tx.0[0]).collect()
        };
        assert_eq!(order(&[]), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(order(&[3; 32]), [4, 5, 6, 0, 1, 2, 3]);
        history.note_gap(&Name::new("odd", "test").unwrap());
        assert_eq!(order(&[3; 32]), [5, 1, 3, 4, 6, 0, 2]);
    }
}

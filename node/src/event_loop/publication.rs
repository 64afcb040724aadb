//! What the rest of the program sees of consensus: its status and its gauges, after every turn. It decides nothing.

use super::EventLoop;
use crate::clock;

impl EventLoop {
    pub(super) fn publish(&mut self) {
        let (status, peers) = (self.replica.status(), self.net.connected());
        let header = &self.replica.tip().header;
        self.metrics.show(&status, peers.len(), self.intake.submissions.size());
        self.metrics.is_validator.set(i64::from(self.replica.index().is_some()));
        let now = clock::now();
        if self.status.borrow().height != status.finalized {
            self.memory.progress.committed(&self.replica.tip().digest, &self.metrics);
        }
        let (outlook, links) = (self.replica.outlook(), self.net.links());
        self.intake.traffic.lags(status.best_known.0.saturating_sub(status.finalized.0));
        self.status.send_modify(|s| {
            if s.height != status.finalized {
                s.finalized_at = now;
            }
            (s.outlook, s.links, s.best_known) = (outlook, links, status.best_known);
            let silence = now.0.saturating_sub(s.finalized_at.0) / 1000;
            self.metrics.seconds_since_finalized.set(i64::try_from(silence).unwrap_or(i64::MAX));
            (s.height, s.view, s.leader) = (status.finalized, status.view, Some(status.leader));
            (s.votes_from, s.validator) = (status.votes_from, self.replica.index());
            (s.block, s.block_time) = (self.replica.tip().digest, header.time);
            (s.ledger_size, s.ledger_sum, s.state_root) = (header.ledger_size, header.ledger_sum, header.state_root);
            (s.sm3_root, s.sha256_root) = (header.sm3_root, header.sha256_root);
            (s.pool_transactions, s.peers) = (status.pool_transactions, peers);
            s.clock_ahead_ms = self.memory.progress.clocks.ahead_ms();
            s.alarms.note(&self.metrics, now);
            self.metrics.mesh.show(s, now);
        });
    }
}

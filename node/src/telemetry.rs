//! What operators see: counters and timings in Prometheus' text format, and the log.
//!
//! Names start with `chirograph_`, times are in seconds. Nothing here holds stroke data or names of signers.

pub mod cpu;
pub mod log;
pub mod mesh;
pub mod server;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// How long one kind of work takes: processor time where it computes, wall time where it waits.
#[derive(Clone, Debug)]
pub struct Timing(Histogram);

impl Default for Timing {
    fn default() -> Self {
        // 20 µs to 10 s.
        Self(Histogram::new(exponential_buckets(0.000_02, 2.0, 20)))
    }
}

impl Timing {
    /// For what may be compared with the way between two places: 1 ms to a minute in steps of a sixth.
    pub fn fine() -> Self {
        Self(Histogram::new(exponential_buckets(0.001, 7.0 / 6.0, 72)))
    }
    /// Adds one observation.
    pub fn observe(&self, time: Duration) {
        self.0.observe(time.as_secs_f64());
    }
}

/// Everything that is counted. Fields are cheap to update from any thread.
#[derive(Default, Debug)]
pub struct Metrics {
    /// Last finalized height.
    pub height: Gauge,
    /// Current view.
    pub view: Gauge,
    /// Whether this node votes: 0 while it does not know what its key has said, and for an observer.
    pub voting: Gauge,
    /// Whether this node is one of the validators in force.
    pub is_validator: Gauge,
    /// Bytes that are free on the disk of the database.
    pub disk_free: Gauge,
    /// Events in the ledger.
    pub ledger_size: Gauge,
    /// Highest finalized height that a peer claims.
    pub best_known: Gauge,
    /// Transactions in the pool.
    pub pool_transactions: Gauge,
    /// Bytes in the pool.
    pub pool_bytes: Gauge,
    /// Submissions with packets in memory.
    pub submissions: Gauge,
    /// Bytes of those.
    pub submission_bytes: Gauge,
    /// Authenticated validators.
    pub peers: Gauge,
    /// How long ago a block was last finalized here; what to alarm on.
    pub seconds_since_finalized: Gauge,
    /// Committed packets that are still to be fetched.
    pub packets_missing: Gauge,
    /// Events committed since the start.
    pub events: Counter,
    /// Submissions that admission let through.
    pub admitted: Counter,
    /// Submissions that were refused.
    pub refused: Counter,
    /// Differences between our appraisal and a proposer's.
    pub disputes: Counter,
    /// Contradictory votes seen.
    pub faults: Counter,
    /// Handshakes refused because another process used the same validator key; alarm on any.
    pub rivals: Counter,
    /// Messages sent to peers.
    pub sent: Counter,
    /// Bytes sent to peers.
    pub sent_bytes: Counter,
    /// Messages received from peers.
    pub received: Counter,
    /// Messages dropped because a queue was full.
    pub dropped: Counter,
    /// Malformed messages, wrong signatures and failed handshakes.
    pub malformed: Counter,
    /// Time-stamps received.
    pub time_stamps: Counter,
    /// Times that an authority gave no usable answer.
    pub time_stamp_failures: Counter,
    /// Seconds since the newest time-stamp; -1 without one. 0 where no authority is configured.
    pub time_stamp_age: Gauge,
    /// Turns of the event loop.
    pub turns: Counter,
    /// One step of the replica.
    pub step: Timing,
    /// Appending a step's batch.
    pub write: Timing,
    /// Waiting for the disk.
    pub sync: Timing,
    /// Checking a transaction's signature.
    pub verify: Timing,
    /// Checking the signatures of a consensus message.
    pub verify_message: Timing,
    /// Appraising the packets of a transaction.
    pub appraise: Timing,
    /// All of admission.
    pub admit: Timing,
    /// From submission by a client to commit.
    pub commit: Timing,
    /// Consensus, and each validator.
    pub mesh: mesh::Mesh,
}

impl Metrics {
    /// Takes over where the replica stands.
    pub fn show(&self, status: &replica::Status, peers: usize, (held, held_bytes): (usize, usize)) {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.turns.inc();
        self.height.set(number(status.finalized.0));
        self.view.set(number(status.view.0));
        self.voting.set(i64::from(status.votes_from.is_some_and(|from| status.view >= from)));
        self.ledger_size.set(number(status.ledger_size));
        self.best_known.set(number(status.best_known.0));
        self.pool_transactions.set(count(status.pool_transactions));
        self.pool_bytes.set(count(status.pool_bytes));
        self.submissions.set(count(held));
        self.submission_bytes.set(count(held_bytes));
        self.peers.set(count(peers));
    }
    /// A registry that shows them.
    pub fn registry(&self) -> Registry {
        let mut r = Registry::with_prefix("chirograph");
        self.register_gauges(&mut r);
        self.register_counters(&mut r);
        self.register_timings(&mut r);
        self.mesh.register(&mut r);
        r
    }
    fn register_gauges(&self, r: &mut Registry) {
        let rows = [
            ("height", "Last finalized height", &self.height),
            ("view", "Current view", &self.view),
            ("voting", "1 when this node votes; 0 while it asks what its key has said", &self.voting),
            ("is_validator", "1 when this node is one of the validators in force", &self.is_validator),
            ("disk_free_bytes", "Room on the disk of the database", &self.disk_free),
            ("ledger_size", "Events in the ledger", &self.ledger_size),
            ("best_known_height", "Highest finalized height that a peer claims", &self.best_known),
            ("pool_transactions", "Transactions in the pool", &self.pool_transactions),
            ("pool_bytes", "Bytes in the pool", &self.pool_bytes),
            ("submissions", "Submissions with packets in memory", &self.submissions),
            ("submission_bytes", "Bytes of submissions in memory", &self.submission_bytes),
            ("peers", "Authenticated validators", &self.peers),
            ("seconds_since_finalized", "How long ago a block was finalized here", &self.seconds_since_finalized),
            ("packets_missing", "Committed packets still to be fetched", &self.packets_missing),
            ("time_stamp_age_seconds", "Age of the newest time-stamp; -1: none yet", &self.time_stamp_age),
        ];
        for (name, help, gauge) in rows {
            r.register(name, help, gauge.clone());
        }
    }
    fn register_counters(&self, r: &mut Registry) {
        let rows = [
            ("events", "Events committed since the start", &self.events),
            ("admitted", "Submissions that admission let through", &self.admitted),
            ("refused", "Submissions that were refused", &self.refused),
            ("disputes", "Appraisals that differ from a proposer's", &self.disputes),
            ("faults", "Contradictory votes seen", &self.faults),
            ("rivals", "Meetings with two processes that use one validator key", &self.rivals),
            ("peer_sent", "Messages sent to peers", &self.sent),
            ("peer_sent_bytes", "Bytes sent to peers", &self.sent_bytes),
            ("peer_received", "Messages received from peers", &self.received),
            ("peer_dropped", "Messages dropped because a queue was full", &self.dropped),
            ("peer_malformed", "Malformed or wrongly signed messages, failed handshakes", &self.malformed),
            ("time_stamps", "Time-stamps received", &self.time_stamps),
            ("time_stamp_failures", "Times that an authority gave no usable answer", &self.time_stamp_failures),
            ("turns", "Turns of the event loop", &self.turns),
        ];
        for (name, help, counter) in rows {
            r.register(name, help, counter.clone());
        }
    }
    fn register_timings(&self, r: &mut Registry) {
        let rows = [
            ("step", "Processor time of one step of the replica", &self.step),
            ("write", "Appending a step's batch", &self.write),
            ("sync", "Waiting for the disk", &self.sync),
            ("verify", "Processor time of checking a transaction's signature", &self.verify),
            ("verify_message", "Processor time of checking a consensus message's signatures", &self.verify_message),
            ("appraise", "Processor time of appraising the packets of a transaction", &self.appraise),
            ("admit", "Processor time of all of admission", &self.admit),
            ("commit", "From submission by a client to commit", &self.commit),
        ];
        for (name, help, timing) in rows {
            r.register_with_unit(name, help, Unit::Seconds, timing.0.clone());
        }
    }
}

#[cfg(test)]
mod tests;

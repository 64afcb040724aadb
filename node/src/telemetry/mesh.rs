//! What is counted of consensus and of each validator, after the lists that CometBFT and commonware publish.
//!
//! Labels are places in the validator set, message kinds and ends of views: few, and none that an outsider chooses.

use super::Timing;
use crate::status::NodeStatus;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use proto::{TimeMs, ValidatorIndex, View};
use std::sync::atomic::AtomicU64;

/// One validator.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Of {
    /// Its place in the set in force.
    pub validator: u32,
}

/// How a view ended, and who led it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Ended {
    /// `notarized`, `nullified` or `caught up`.
    pub how: &'static str,
    /// Its leader.
    pub leader: u32,
}

/// A kind of message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Kind {
    /// Such as `vote`.
    pub kind: &'static str,
}

type Seconds = Gauge<f64, AtomicU64>;

/// The counters.
#[derive(Debug)]
pub struct Mesh {
    /// Views that ended.
    pub views: Family<Ended, Counter>,
    /// Messages of consensus that peers sent and that were well signed.
    pub received: Family<Kind, Counter>,
    /// Messages of consensus that we sent, each counted once for all receivers.
    pub sent: Family<Kind, Counter>,
    /// Frames of peers that had to wait, because too many came.
    pub throttled: Counter,
    /// From a proposal of ours to its notarize certificate.
    pub notarization: Timing,
    /// From a proposal of ours to its commit.
    pub finalization: Timing,
    /// Between two commits.
    pub interval: Timing,
    /// A proposal's time less our clock when it came.
    pub clock_offset: Family<Of, Seconds>,
    /// Events that wait for the consensus loop.
    pub events_queued: Gauge,
    peer_height: Family<Of, Gauge>,
    peer_view: Family<Of, Gauge>,
    peer_voted: Family<Of, Gauge>,
    peer_silence: Family<Of, Seconds>,
    peer_queued: Family<Of, Gauge>,
    epoch: Gauge,
    view_age: Seconds,
    validators: Gauge,
    missing: Gauge,
    margin: Gauge,
    troubles: Gauge,
}

impl Default for Mesh {
    fn default() -> Self {
        Self {
            views: Family::default(),
            received: Family::default(),
            sent: Family::default(),
            throttled: Counter::default(),
            notarization: Timing::fine(),
            finalization: Timing::fine(),
            interval: Timing::fine(),
            clock_offset: Family::default(),
            events_queued: Gauge::default(),
            peer_height: Family::default(),
            peer_view: Family::default(),
            peer_voted: Family::default(),
            peer_silence: Family::default(),
            peer_queued: Family::default(),
            epoch: Gauge::default(),
            view_age: Seconds::default(),
            validators: Gauge::default(),
            missing: Gauge::default(),
            margin: Gauge::default(),
            troubles: Gauge::default(),
        }
    }
}

/// The label of a validator.
pub fn of(validator: ValidatorIndex) -> Of {
    Of { validator: validator.0.into() }
}

impl Mesh {
    /// A view ended.
    pub fn ended(&self, leader: ValidatorIndex, how: &'static str) {
        self.views.get_or_create(&Ended { how, leader: leader.0.into() }).inc();
    }
    /// A peer's block carries its clock.
    pub fn clock(&self, leader: ValidatorIndex, theirs: TimeMs, ours: TimeMs) {
        let [theirs, ours] = [theirs, ours].map(|t| i64::try_from(t.0).unwrap_or(i64::MAX));
        self.clock_offset.get_or_create(&of(leader)).set(theirs.saturating_sub(ours) as f64 / 1000.0);
    }
    /// Takes over what the status says.
    pub fn show(&self, status: &NodeStatus, now: TimeMs) {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let outlook = &status.outlook;
        self.epoch.set(number(outlook.view.epoch.0));
        self.view_age.set(outlook.view.age_ms as f64 / 1000.0);
        self.validators.set(count(outlook.peers.len()));
        self.missing.set(count(status.missing().len()));
        self.margin.set(i64::from(status.margin()));
        self.troubles.set(count(status.troubles(now, &[]).len()));
        for peer in &outlook.peers {
            let (of, claims) = (of(peer.validator), peer.claims.unwrap_or_default());
            self.peer_height.get_or_create(&of).set(number(claims.finalized.0));
            self.peer_view.get_or_create(&of).set(number(claims.view.0));
            self.peer_voted.get_or_create(&of).set(number(peer.voted.max(View(0)).0));
        }
        for link in &status.links {
            let of = of(link.validator);
            self.peer_queued.get_or_create(&of).set(count(link.queued));
            if let Some(silence) = link.silence {
                self.peer_silence.get_or_create(&of).set(silence.as_secs_f64());
            }
        }
    }
    /// Registers everything.
    pub fn register(&self, r: &mut Registry) {
        r.register("views", "Views that ended, by how and by leader", self.views.clone());
        r.register("messages_received", "Messages of consensus from peers, by kind", self.received.clone());
        r.register("messages_sent", "Messages of consensus that were sent, by kind", self.sent.clone());
        r.register("peer_throttled", "Frames of peers that had to wait because too many came", self.throttled.clone());
        let timings = [
            ("notarization", "From a proposal of this node to its notarize certificate", &self.notarization),
            ("finalization", "From a proposal of this node to its commit here", &self.finalization),
            ("block_interval", "Between two commits here", &self.interval),
        ];
        for (name, help, timing) in timings {
            r.register_with_unit(name, help, Unit::Seconds, timing.0.clone());
        }
        self.register_peers(r);
        let gauges = [
            ("events_queued", "Events that wait for the consensus loop", &self.events_queued),
            ("epoch", "Epoch of the validator set in force", &self.epoch),
            ("validators", "Validators in force", &self.validators),
            ("validators_missing", "Validators that are not heard", &self.missing),
            ("quorum_margin", "Validators that vote and may still fail; below 0 nothing can be decided", &self.margin),
            ("troubles", "Reasons for concern that `chirograph status` names", &self.troubles),
        ];
        for (name, help, gauge) in gauges {
            r.register(name, help, gauge.clone());
        }
        r.register_with_unit("view_age", "Age of the present view", Unit::Seconds, self.view_age.clone());
    }
    fn register_peers(&self, r: &mut Registry) {
        let gauges = [
            ("peer_height", "Finalized height that a validator claims", &self.peer_height),
            ("peer_view", "View that a validator claims to be in", &self.peer_view),
            ("peer_voted_view", "Highest view of a validator's vote that was seen", &self.peer_voted),
            ("peer_queued_bytes", "Bytes that wait to be sent to a validator", &self.peer_queued),
        ];
        for (name, help, gauge) in gauges {
            r.register(name, help, gauge.clone());
        }
        let times = [
            ("peer_silence", "Since a validator was last heard", &self.peer_silence),
            ("peer_clock_offset", "A validator's block time less our clock when it came", &self.clock_offset),
        ];
        for (name, help, gauge) in times {
            r.register_with_unit(name, help, Unit::Seconds, gauge.clone());
        }
    }
}

#[cfg(test)]
impl Mesh {
    /// One sample of everything that has labels: what has none yet is not shown.
    pub fn sample(&self) {
        let one = ValidatorIndex(1);
        self.ended(one, "notarized");
        self.clock(one, TimeMs(1), TimeMs(2));
        for messages in [&self.received, &self.sent] {
            messages.get_or_create(&Kind { kind: "notarize" }).inc();
        }
        for gauge in [&self.peer_height, &self.peer_view, &self.peer_voted, &self.peer_queued] {
            gauge.get_or_create(&of(one)).set(1);
        }
        self.peer_silence.get_or_create(&of(one)).set(1.0);
    }
}

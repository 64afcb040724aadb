//! A monitor's memory of a ledger: the right edges of both logs and the sum, as recomputed from every event since genesis, and
//! the signed state that they were last found equal to.
//!
//! With it nobody needs to believe that a node shows the same ledger to everybody, or leaves nothing out: what is taken in must
//! give what the validators signed. It asks nobody and reads no clock; `cli::monitor` does.

use crate::fault::Fault;
use proto::event::{ledger_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash};
use proto::{Canonical, ChainId, Checkpoint, Digest, Event, Header};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What the file says it is.
const FORMAT: &str = "chirograph monitor 1";

/// What was taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Monitor {
    chain: ChainId,
    logs: [Frontier; 2],
    sum: Digest,
    /// Canonical bytes of the newest checkpoint that agreed; empty before the first.
    seen: Vec<u8>,
}

/// How a ledger is not the one that was seen.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Discord {
    /// The event does not follow the last one.
    #[error("event {given} came where {expected} follows")]
    Order {
        /// What came.
        given: u64,
        /// What follows.
        expected: u64,
    },
    /// A value that follows from the events is not the one that was signed.
    #[error("{what} over all {size} events is {ours}, and the validators signed {theirs}")]
    Value {
        /// Which.
        what: &'static str,
        /// Of so many events.
        size: u64,
        /// As recomputed.
        ours: Digest,
        /// As signed.
        theirs: Digest,
    },
}

/// As it lies on the disk.
#[derive(Serialize, Deserialize)]
struct Saved {
    format: String,
    chain: String,
    size: u64,
    sm3_peaks: Vec<String>,
    sha256_peaks: Vec<String>,
    sum: String,
    checkpoint: String,
}

impl Monitor {
    /// Knows genesis and nothing else.
    pub fn new(chain: ChainId) -> Self {
        Self { chain, logs: LogHash::ALL.map(Frontier::new), sum: ledger_sum_zero(&chain), seen: Vec::new() }
    }
    /// Events that were taken in.
    pub fn size(&self) -> u64 {
        self.logs[0].size()
    }
    /// The newest signed state that agreed.
    pub fn seen(&self) -> Option<Checkpoint> {
        Checkpoint::from_bytes(&self.seen).ok()
    }
    /// Takes the next event in.
    pub fn take(&mut self, event: &Event) -> Result<(), Discord> {
        let expected = self.size();
        if event.seq.0 != expected {
            return Err(Discord::Order { given: event.seq.0, expected });
        }
        let bytes = event.to_bytes();
        self.logs.iter_mut().for_each(|log| drop(log.push(&bytes)));
        self.sum = next_sum(&self.sum, &event.digest());
        Ok(())
    }
    /// Holds what was taken in against a signed state of as many events, whose certificate the caller verified, and
    /// remembers it.
    pub fn agree(&mut self, checkpoint: &Checkpoint) -> Result<(), Discord> {
        self.compare(&checkpoint.header)?;
        self.seen = checkpoint.to_bytes();
        Ok(())
    }
    fn compare(&self, header: &Header) -> Result<(), Discord> {
        let size = self.size();
        if header.ledger_size != size {
            return Err(Discord::Order { given: header.ledger_size, expected: size });
        }
        let [sm3, sha256] = &self.logs;
        let pairs = [
            ("the SM3 root", sm3.root(), header.sm3_root),
            ("the SHA-256 root", sha256.root(), header.sha256_root),
            ("the sum", self.sum, header.ledger_sum),
        ];
        match pairs.into_iter().find(|(_, ours, theirs)| ours != theirs) {
            None => Ok(()),
            Some((what, ours, theirs)) => Err(Discord::Value { what, size, ours, theirs }),
        }
    }
    /// Reads the memory of a ledger. A file that contradicts itself, or is of another ledger, is refused.
    pub fn load(path: &Path, chain: ChainId) -> Result<Self, Fault> {
        let text = std::fs::read_to_string(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
        let saved: Saved =
            serde_json::from_str(&text).map_err(|e| Fault::file(path, format!("no monitor's state: {e}")))?;
        let monitor = Self::restored(&saved, chain);
        monitor
            .ok_or_else(|| Fault::file(path, "damaged, or of another ledger; without it the monitor begins at genesis"))
    }
    fn restored(saved: &Saved, chain: ChainId) -> Option<Self> {
        let seen = hex::decode(&saved.checkpoint).ok()?;
        let of = |hash, peaks: &[String]| {
            let peaks = peaks.iter().map(|p| Digest::from_hex(p)).collect::<Option<_>>()?;
            Frontier::restore(hash, saved.size, peaks)
        };
        let logs = [of(LogHash::Sm3, &saved.sm3_peaks)?, of(LogHash::Sha256, &saved.sha256_peaks)?];
        let monitor = Self { chain, logs, sum: Digest::from_hex(&saved.sum)?, seen };
        let is_whole = monitor.compare(&monitor.seen()?.header).is_ok();
        (is_whole && saved.format == FORMAT && saved.chain == chain.to_string()).then_some(monitor)
    }
    /// Writes it beside and renames: after a crash either the old state or the new one is there, and both are right.
    pub fn save(&self, path: &Path) -> Result<(), Fault> {
        let peaks = |log: &Frontier| log.peaks().iter().map(Digest::to_string).collect();
        let saved = Saved {
            format: FORMAT.to_owned(),
            chain: self.chain.to_string(),
            size: self.size(),
            sm3_peaks: peaks(&self.logs[0]),
            sha256_peaks: peaks(&self.logs[1]),
            sum: self.sum.to_string(),
            checkpoint: hex::encode(&self.seen),
        };
        let text = serde_json::to_string_pretty(&saved).expect("texts and a number become JSON");
        let part = path.with_extension("part");
        let written = std::fs::write(&part, text + "\n").and_then(|()| std::fs::rename(&part, path));
        written.map_err(|e| Fault::file(path, format!("cannot be written: {e}")))
    }
}

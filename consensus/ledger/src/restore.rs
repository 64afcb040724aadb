//! A store made from a copy of somebody else's, without executing anything: every row is hashed on its way in, and nothing
//! counts before the whole leads to what a quorum signed.
//!
//! The parts come in this order: the leaves of the state (their root must be the header's), the headers from genesis on
//! (each names the one before, the last is the signed one) with the certificates among them, and the events (their sum and
//! both logs must be the header's). Indices are made here, not copied. The tip is written last: if we crash before it is
//! durable there is no ledger in the new store, and it is begun again. What is not on the ledger (stroke packets) is
//! fetched by whoever asks for it.

use crate::execute::log_key;
use crate::genesis::{Birth, birth};
use crate::query::{
    certificate_key, document_key, epoch_end_key, epoch_end_row, event_key, header_key, history_key, matter_key,
    seq_row,
};
use crate::store::{Batch, Meta, Read, ReadFault, Table, key, meta};
use crate::tip::Tip;
use crate::tree::{self, Changes};
use proto::event::{ledger_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash};
use proto::{
    Canonical, Certificate, Check, Checkpoint, Digest, Epoch, Event, Header, Height, LightClient, Name, Outcome, Seq,
    Trail, Trust,
};
use std::collections::BTreeMap;

/// Why a copy is refused. Nothing of it may be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// The links between epochs do not lead from genesis to the checkpoint.
    #[error("trail: {0}")]
    Trail(String),
    /// No quorum of the validators of its epoch signed the checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(String),
    /// The leaves are not the state of the checkpoint.
    #[error("leaves: their root is {found}, and the checkpoint names {signed}")]
    State {
        /// What they come to.
        found: Digest,
        /// What was signed.
        signed: Digest,
    },
    /// A header does not follow the one before.
    #[error("header {0}: does not follow the one before it")]
    Header(Height),
    /// A certificate does not hold.
    #[error("certificate {0}: does not hold under the validators of its epoch")]
    Certificate(Height),
    /// An event is out of order or cannot be read.
    #[error("event {0}: is not the next one, or cannot be read")]
    Event(u64),
    /// The events are not those of the checkpoint.
    #[error("events: {0} is not what the checkpoint names")]
    Events(&'static str),
    /// Parts are missing, or came in another order.
    #[error("the copy ends before {0}")]
    Incomplete(&'static str),
    /// The new store cannot be read.
    #[error(transparent)]
    Store(#[from] ReadFault),
}

/// The epoch in force after a block.
fn in_force_after(header: &Header) -> Epoch {
    Epoch(header.epoch.0.saturating_add(u64::from(header.closes_epoch())))
}

/// A store in the making.
pub struct Restore {
    target: Checkpoint,
    genesis: Digest,
    client: LightClient,
    last: Option<Header>,
    root: Digest,
    sum: Digest,
    sm3: Frontier,
    sha256: Frontier,
    /// Packets of each signer so far.
    packets: BTreeMap<Name, u64>,
}

impl Restore {
    /// Begins with what was signed: `trail` leads from genesis to the validators that signed `target`.
    pub fn new(birth_of: &Birth, trust: &Trust, trail: &Trail, target: Checkpoint) -> Result<Self, Refused> {
        let mut client = LightClient::new(trust);
        client.follow(trail).map_err(|broken| Refused::Trail(broken.to_string()))?;
        let epoch = target.header.epoch;
        let trust = client.trust(trust, epoch).ok_or(Refused::Trail(format!("it does not lead to epoch {epoch}")))?;
        let checks = target.checks(&trust);
        if Check::overall(&checks) != Outcome::Valid {
            let failed = checks.into_iter().find(|c| c.outcome != Outcome::Valid);
            return Err(Refused::Checkpoint(failed.map_or_else(String::new, |c| c.detail)));
        }
        Ok(Self {
            sum: ledger_sum_zero(&target.header.chain),
            target,
            genesis: birth(birth_of).0.digest,
            client,
            last: None,
            root: Digest::ZERO,
            sm3: Frontier::new(LogHash::Sm3),
            sha256: Frontier::new(LogHash::Sha256),
            packets: BTreeMap::new(),
        })
    }
    /// What it is made to equal.
    pub fn target(&self) -> &Header {
        &self.target.header
    }

    /// Some leaves of the state, as path and value. `state` shows what earlier calls gave to write.
    pub fn leaves(&mut self, state: &dyn Read, leaves: Vec<(Digest, Vec<u8>)>) -> Result<Batch, Refused> {
        let mut rows = Batch::default();
        let hashes: Changes = leaves.iter().map(|(path, value)| (*path, Digest::sm3(value))).collect();
        if !hashes.is_empty() {
            self.root = tree::update(state, &hashes, &mut rows)?;
        }
        for (path, value) in leaves {
            rows.put(key(Table::StateLeaf, &path.0), value);
        }
        Ok(rows)
    }

    /// The next headers, each with the certificate over it where there is one.
    pub fn headers(&mut self, headers: Vec<(Header, Option<Certificate>)>) -> Result<Batch, Refused> {
        if self.root != self.target.header.state_root {
            return Err(Refused::State { found: self.root, signed: self.target.header.state_root });
        }
        let mut rows = Batch::default();
        for (header, certificate) in headers {
            let height = header.height;
            let follows = match &self.last {
                None => header.digest() == self.genesis,
                Some(last) => height == last.height.next() && header.parent == last.digest(),
            };
            if !follows {
                return Err(Refused::Header(height));
            }
            if let Some(certificate) = certificate {
                self.check_certificate(&header, &certificate)?;
                rows.put(certificate_key(height), certificate.to_bytes());
            }
            if header.closes_epoch() {
                rows.put(epoch_end_key(header.epoch), epoch_end_row(1, height));
            }
            // No block closed the epoch in force, and another begins: that is a rescue.
            if let Some(ended) = self.last.as_ref().map(in_force_after).filter(|e| *e != header.epoch) {
                rows.put(epoch_end_key(ended), epoch_end_row(2, height));
            }
            rows.put(header_key(height), header.to_bytes());
            self.last = Some(header);
        }
        Ok(rows)
    }
    fn check_certificate(&self, header: &Header, certificate: &Certificate) -> Result<(), Refused> {
        let set = self.client.validators(header.epoch);
        let signed = set.and_then(|set| certificate.clone().verify(&header.chain, set)).is_some();
        let holds = signed && certificate.finalizes(header);
        if holds { Ok(()) } else { Err(Refused::Certificate(header.height)) }
    }

    /// The next events, as they are stored.
    pub fn events(&mut self, events: Vec<Vec<u8>>) -> Result<Batch, Refused> {
        if self.last.as_ref() != Some(&self.target.header) {
            return Err(Refused::Incomplete("the header that was signed"));
        }
        let mut rows = Batch::default();
        for bytes in events {
            let seq = Seq(self.sm3.size());
            let event = Event::from_bytes(&bytes).ok().filter(|e| e.seq == seq).ok_or(Refused::Event(seq.0))?;
            self.append(&bytes, &mut rows);
            self.index(&event, &mut rows);
            rows.put(event_key(seq), bytes);
        }
        Ok(rows)
    }
    fn append(&mut self, bytes: &[u8], rows: &mut Batch) {
        self.sum = next_sum(&self.sum, &Digest::sm3(bytes));
        for (name, log) in [(LogHash::Sm3, &mut self.sm3), (LogHash::Sha256, &mut self.sha256)] {
            for (at, node) in log.push(bytes) {
                rows.put(log_key(name, at.level, at.index), node.0.to_vec());
            }
        }
    }
    fn index(&mut self, event: &Event, rows: &mut Batch) {
        let (body, seq) = (&event.transaction.draft.body, seq_row(event.seq));
        rows.put(key(Table::TxIndex, &event.transaction.id().0), seq.clone());
        if let Some(matter) = body.matter() {
            rows.put(matter_key(matter, event.matter_seq), seq);
        }
        if let Some(document) = body.document() {
            rows.put(document_key(document, event.seq), Vec::new());
        }
        if let (Some(signer), [_, ..]) = (body.signer(), body.packets()) {
            let count = self.packets.entry(signer.clone()).or_default();
            for commitment in body.packets() {
                rows.put(history_key(signer, *count), commitment.0.to_vec());
                *count += 1;
            }
        }
    }

    /// Checks that everything came, and gives the rows that make it a ledger: write them after all others.
    pub fn finish(self) -> Result<(Tip, Batch), Refused> {
        let header = self.target.header;
        let checks = [
            ("their number", self.sm3.size() == header.ledger_size),
            ("their sum", self.sum == header.ledger_sum),
            ("the root of the SM3 log", self.sm3.root() == header.sm3_root),
            ("the root of the SHA-256 log", self.sha256.root() == header.sha256_root),
        ];
        if let Some((what, _)) = checks.iter().find(|(_, holds)| !holds) {
            return Err(Refused::Events(what));
        }
        if self.last.as_ref() != Some(&header) {
            return Err(Refused::Incomplete("the header that was signed"));
        }
        let mut rows = Batch::default();
        rows.put(certificate_key(header.height), self.target.certificate.to_bytes());
        let tip = Tip { digest: header.digest(), header, sm3: self.sm3, sha256: self.sha256 };
        rows.put(meta(Meta::Tip), tip.to_bytes());
        Ok((tip, rows))
    }
}

//! Executing a block: one code path for the proposer, who leaves out what breaks a rule, and for everyone else, who
//! refuses a block that holds it.
//!
//! Which blocks become final is not decided here; the changes of a block take effect when somebody writes them.

use crate::govern;
use crate::query::{
    document_key, epoch_end_key, epoch_end_row, event_key, header_key, history, history_key, matter_key, params,
    seq_row, validators,
};
use crate::rejected::Rejected;
use crate::rules::{Place, Stop, check_opinion, check_transaction};
use crate::store::{Batch, Read, ReadFault, Table, key};
use crate::tip::Tip;
use crate::workspace::{Workspace, leaf};
use proto::appraisal::template_digest;
use proto::block::entries_digest;
use proto::event::{matter_sum_zero, next_sum};
use proto::merkle::{Frontier, LogHash};
use proto::state::{HistoryLeaf, MatterLeaf, RequestLeaf, SignerLeaf, StateKey};
use proto::{
    Block, Body, Canonical, Digest, Entry, Epoch, Event, Govern, Header, Item, Name, Seq, TimeMs, TxId, ValidatorIndex,
    ValidatorSet, View,
};

/// What the proposer decides about a block besides its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// View it is proposed in.
    pub view: View,
    /// The proposer's clock; the block's time is at least a millisecond after its parent's.
    pub time: TimeMs,
    /// Who proposes.
    pub proposer: ValidatorIndex,
}

/// A block with all that follows from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Executed {
    /// The block.
    pub block: Block,
    /// Its events.
    pub events: Vec<Event>,
    /// The tip after it.
    pub tip: Tip,
    /// What is to be written when it is final (the tip and the certificate are written by whoever commits).
    pub changes: Batch,
}

/// A block made of candidates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Built {
    /// The block.
    pub executed: Executed,
    /// Candidates that break a rule. Those that only found no room are not among them.
    pub left_out: Vec<(TxId, Rejected)>,
}

/// Why a block is not valid. Honest proposers never make such a block.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Invalid {
    /// It breaks a rule about one of its transactions.
    #[error("transaction {tx} breaks a rule: {why}")]
    Item {
        /// The transaction.
        tx: TxId,
        /// The rule.
        why: Rejected,
    },
    /// More events than the parameters allow.
    #[error("{count} events are over the maximum of {max}")]
    TooManyEvents {
        /// Events in the block.
        count: usize,
        /// What is allowed.
        max: u32,
    },
    /// A header field is not what follows from the parent and the items.
    #[error("header.{field}: does not follow from the parent and the items")]
    Header {
        /// Name of the field.
        field: &'static str,
    },
}

/// Makes the block that follows `parent`, whose state is read through `state`, from `candidates` in their order.
pub fn build(state: &dyn Read, parent: &Tip, context: Context, candidates: Vec<Item>) -> Result<Built, ReadFault> {
    let mut execution = Execution::new(state, (parent, candidates.first()), context.time)?;
    let room = execution.place.params.block_events_max as usize;
    let mut left_out = Vec::new();
    for item in candidates {
        if execution.items.len() == room {
            break;
        }
        let id = item.transaction.id();
        if let Err(rejected) = Stop::split(execution.add(item))? {
            left_out.push((id, rejected));
        }
    }
    Ok(Built { executed: execution.finish(context)?, left_out })
}

/// Recomputes everything that `block` says about itself and compares.
pub fn validate(state: &dyn Read, parent: &Tip, block: &Block) -> Result<Result<Executed, Invalid>, ReadFault> {
    let header = &block.header;
    let context = Context { view: header.view, time: header.time, proposer: header.proposer };
    let mut execution = Execution::new(state, (parent, block.items.first()), context.time)?;
    let max = execution.place.params.block_events_max;
    if block.items.len() > max as usize {
        return Ok(Err(Invalid::TooManyEvents { count: block.items.len(), max }));
    }
    for item in &block.items {
        if let Err(why) = Stop::split(execution.add(item.clone()))? {
            return Ok(Err(Invalid::Item { tx: item.transaction.id(), why }));
        }
    }
    let executed = execution.finish(context)?;
    Ok(match odd_field(&executed, parent, header) {
        Some(field) => Err(Invalid::Header { field }),
        None => Ok(executed),
    })
}

/// The first header field that is not as it must be.
fn odd_field(executed: &Executed, parent: &Tip, given: &Header) -> Option<&'static str> {
    let ours = &executed.block.header;
    let checks = [
        ("chain", ours.chain == given.chain),
        ("height", ours.height == given.height),
        ("epoch", ours.epoch == given.epoch),
        ("view", given.view > parent.header.view),
        ("parent", ours.parent == given.parent),
        ("time", ours.time == given.time),
        ("entries", ours.entries == given.entries),
        ("event_count", ours.event_count == given.event_count),
        ("ledger_size", ours.ledger_size == given.ledger_size),
        ("ledger_sum", ours.ledger_sum == given.ledger_sum),
        ("sm3_root", ours.sm3_root == given.sm3_root),
        ("sha256_root", ours.sha256_root == given.sha256_root),
        ("state_root", ours.state_root == given.state_root),
        ("validators", ours.validators == given.validators),
        ("next_validators", ours.next_validators == given.next_validators),
        ("model", ours.model == given.model),
        ("header", ours == given),
    ];
    checks.into_iter().find(|(_, holds)| !holds).map(|(field, _)| field)
}

struct Execution<'a> {
    work: Workspace<'a>,
    place: Place,
    /// The set that signs this block.
    validators: Digest,
    /// The epoch in force before it.
    last: Epoch,
    parent: &'a Tip,
    sm3: Frontier,
    sha256: Frontier,
    sum: Digest,
    items: Vec<Item>,
    entries: Vec<Entry>,
    events: Vec<Event>,
}

impl<'a> Execution<'a> {
    /// `first` is the first transaction that the block may hold: a rescue decides there who signs the block.
    fn new(state: &'a dyn Read, place: (&'a Tip, Option<&Item>), time: TimeMs) -> Result<Self, ReadFault> {
        let (parent, first) = place;
        let h = &parent.header;
        let time = time.max(h.time.next());
        let rescued = first.map(|item| rescue(state, parent, item)).transpose()?.flatten();
        let reigning = validators(state)?;
        let last = reigning.epoch();
        let signing = rescued.unwrap_or(reigning);
        let (params, epoch) = (params(state)?, signing.epoch());
        Ok(Self {
            work: Workspace::new(state),
            place: Place { chain: h.chain, height: h.height.next(), time, params, epoch, first: true },
            validators: signing.digest(),
            last,
            parent,
            sm3: parent.sm3.clone(),
            sha256: parent.sha256.clone(),
            sum: h.ledger_sum,
            items: Vec::new(),
            entries: Vec::new(),
            events: Vec::new(),
        })
    }

    /// Appends one transaction. When a rule is broken nothing has changed.
    fn add(&mut self, item: Item) -> Result<(), Stop> {
        check_transaction(&self.work, &self.place, &item.transaction)?;
        check_opinion(&self.work, &self.place.params, &item.transaction, item.appraisal.as_ref())?;
        let govern = govern::effects(&self.work, &self.place, (item.transaction.id(), &item.transaction))?;
        govern.into_iter().for_each(|(leaf, value)| self.work.set(&leaf, value));
        if item.transaction.rescue().is_some() {
            self.work.put(epoch_end_key(self.last), epoch_end_row(2, self.place.height));
        }
        self.place.first = false;
        let matter = item.transaction.draft.body.matter().cloned();
        let leaf = matter.as_ref().map(|m| self.matter_leaf(m)).transpose()?;
        let event = Event {
            seq: Seq(self.sm3.size()),
            height: self.place.height,
            time: self.place.time,
            matter_seq: leaf.map_or(0, |l| l.count + 1),
            transaction: item.transaction.clone(),
            appraisal: item.appraisal.clone(),
        };
        let entry = item.entry();
        let hash = self.append(&event, entry.tx);
        if let (Some(name), Some(leaf)) = (&matter, leaf) {
            self.extend_matter(name, leaf, (hash, event.seq));
        }
        self.remember(&event, entry.tx);
        self.extend_history(&event.transaction.draft.body)?;
        self.items.push(item);
        self.entries.push(entry);
        self.events.push(event);
        Ok(())
    }

    /// Into the ledger chain and both logs; returns the event's hash.
    fn append(&mut self, event: &Event, id: TxId) -> Digest {
        let bytes = event.to_bytes();
        let hash = Digest::sm3(&bytes);
        self.sum = next_sum(&self.sum, &hash);
        for (name, log) in [(LogHash::Sm3, &mut self.sm3), (LogHash::Sha256, &mut self.sha256)] {
            for (at, node) in log.push(&bytes) {
                self.work.put(log_key(name, at.level, at.index), node.0.to_vec());
            }
        }
        self.work.put(key(Table::TxIndex, &id.0), seq_row(event.seq));
        self.work.put(event_key(event.seq), bytes);
        hash
    }

    fn matter_leaf(&self, name: &Name) -> Result<MatterLeaf, ReadFault> {
        let found = leaf(&self.work, &StateKey::Matter(name.clone()))?;
        Ok(found.unwrap_or_else(|| MatterLeaf { count: 0, sum: matter_sum_zero(&self.place.chain, name) }))
    }

    fn extend_matter(&mut self, name: &Name, leaf: MatterLeaf, event: (Digest, Seq)) {
        let leaf = MatterLeaf { count: leaf.count + 1, sum: next_sum(&leaf.sum, &event.0) };
        self.work.put(matter_key(name, leaf.count), seq_row(event.1));
        self.work.set(&StateKey::Matter(name.clone()), leaf.to_bytes());
    }

    /// The signer's packets, references and signings, in ledger order: what a later packet is compared with.
    fn extend_history(&mut self, body: &Body) -> Result<(), ReadFault> {
        let (Some(signer), [_, ..]) = (body.signer(), body.packets()) else { return Ok(()) };
        let mut packets = history(&self.work, signer)?;
        for commitment in body.packets() {
            self.work.put(history_key(signer, packets), commitment.0.to_vec());
            packets += 1;
        }
        self.work.set(&StateKey::History(signer.clone()), HistoryLeaf { packets }.to_bytes());
        Ok(())
    }

    /// What must be found of this event later: its request, its packets, its document, and the references it enrols.
    fn remember(&mut self, event: &Event, id: TxId) {
        let (seq, tx) = (event.seq, &event.transaction);
        let request = RequestLeaf { body: tx.draft.body.digest(), tx: id, seq };
        self.work.set(&StateKey::Request(tx.draft.org.clone(), tx.draft.request), request.to_bytes());
        for fingerprint in event.appraisal.iter().flat_map(|a| &a.fingerprints) {
            self.work.set(&StateKey::Fingerprint(*fingerprint), seq_row(seq));
        }
        if let Some(document) = tx.draft.body.document() {
            self.work.put(document_key(document, seq), Vec::new());
        }
        if let Body::Fault(proof) = &tx.draft.body {
            self.work.set(&StateKey::Fault(proof.epoch(), proof.culprit()), seq_row(seq));
        }
        if let Body::Enroll { signer, references } = &tx.draft.body {
            let template = template_digest(&self.place.chain, references);
            let leaf = SignerLeaf { template, references: references.clone(), enrolled: seq };
            self.work.set(&StateKey::Signer(signer.clone()), leaf.to_bytes());
        }
    }

    fn finish(mut self, context: Context) -> Result<Executed, ReadFault> {
        let parent = &self.parent.header;
        let next = validators(&self.work)?;
        if next.epoch() != self.place.epoch {
            self.work.put(epoch_end_key(self.place.epoch), epoch_end_row(1, self.place.height));
        }
        let next_validators = next.digest();
        let (state_root, mut changes) = self.work.finish(parent.state_root)?;
        let header = Header {
            chain: parent.chain,
            height: self.place.height,
            epoch: self.place.epoch,
            view: context.view,
            parent: self.parent.digest,
            time: self.place.time,
            proposer: context.proposer,
            entries: entries_digest(&self.entries),
            event_count: u32::try_from(self.events.len()).expect("a block holds at most BLOCK_EVENTS_MAX events"),
            ledger_size: self.sm3.size(),
            ledger_sum: self.sum,
            sm3_root: self.sm3.root(),
            sha256_root: self.sha256.root(),
            state_root,
            validators: self.validators,
            next_validators,
            model: self.place.params.model,
        };
        changes.put(header_key(header.height), header.to_bytes());
        let tip = Tip { digest: header.digest(), header: header.clone(), sm3: self.sm3, sha256: self.sha256 };
        Ok(Executed { block: Block { header, items: self.items }, events: self.events, tip, changes })
    }
}

/// The set that a rescue appoints, if `item` is one and holds.
fn rescue(state: &dyn Read, parent: &Tip, item: &Item) -> Result<Option<ValidatorSet>, ReadFault> {
    let Body::Govern(Govern::Rescue(resolution)) = &item.transaction.draft.body else { return Ok(None) };
    let holds = Stop::split(govern::check_rescue(state, parent, resolution))?.is_ok();
    Ok(holds.then(|| resolution.validators.clone()))
}

pub(crate) fn log_key(hash: LogHash, level: u8, index: u64) -> Vec<u8> {
    let mut parts = vec![hash as u8, level];
    parts.extend_from_slice(&index.to_be_bytes());
    key(Table::LogNode, &parts)
}

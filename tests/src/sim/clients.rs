//! The clients: they submit transactions, ask again when no answer comes, and remember what they were told.

use crate::sim::consortium::{name, platform};
use crate::sim::copies::copy_of;
use crate::sim::dice::Dice;
use ledger::Tip;
use proto::{Body, ChainId, Digest, Draft, Height, Name, Nonce, RequestId, Seq, TimeMs, Transaction, TxId, Verified};
use std::collections::{BTreeMap, BTreeSet};

/// A client waits so long for an answer before it asks another validator.
const PATIENCE_MS: u64 = 700;

/// One transaction of a client.
#[derive(Debug)]
struct Order {
    transaction: Verified<Transaction>,
    asked: TimeMs,
}

/// All clients together.
#[derive(Debug)]
pub struct Clients {
    chain: ChainId,
    left: usize,
    made: u64,
    open: BTreeMap<TxId, Order>,
    /// Signings that repeat the last one of their signer, in a thousand.
    copies: u64,
    /// The last packet of every signer.
    written: BTreeMap<Name, Digest>,
    /// What was refused as a copy of what is committed: it never will be.
    pub refused: BTreeSet<TxId>,
    /// What was acknowledged as committed, and where: to be found there for ever.
    pub acknowledged: BTreeMap<TxId, Seq>,
}

impl Clients {
    /// Clients with so many transactions to submit.
    pub fn new(chain: ChainId, transactions: usize, copies: u64) -> Self {
        Self {
            chain,
            left: transactions,
            made: 0,
            open: BTreeMap::new(),
            copies,
            written: BTreeMap::new(),
            refused: BTreeSet::new(),
            acknowledged: BTreeMap::new(),
        }
    }
    /// Whether everything was submitted and acknowledged.
    pub fn are_served(&self) -> bool {
        self.left == 0 && self.open.is_empty()
    }
    /// How many transactions wait for an answer.
    pub fn waiting(&self) -> usize {
        self.left + self.open.len()
    }
    /// What a client submits now to a validator whose ledger ends at `tip`: a new one, or what waits too long.
    pub fn next(&mut self, now: TimeMs, tip: &Tip, dice: &mut Dice) -> Option<Verified<Transaction>> {
        let late = |o: &&mut Order| now.0 >= o.asked.0 + PATIENCE_MS;
        if let Some(order) = self.open.values_mut().find(late) {
            order.asked = now;
            return Some(order.transaction.clone());
        }
        if self.left == 0 || dice.chance(400) {
            return None;
        }
        self.left -= 1;
        self.made += 1;
        let transaction = self.draft(tip, dice).sign(&platform());
        self.open.insert(transaction.id(), Order { transaction: transaction.clone(), asked: now });
        Some(transaction)
    }
    /// Somebody else's transaction: asked for like the clients' own until it is committed.
    pub fn order(&mut self, transaction: Verified<Transaction>, now: TimeMs) -> TxId {
        let id = transaction.id();
        self.open.insert(id, Order { transaction, asked: TimeMs(now.0.saturating_sub(PATIENCE_MS)) });
        id
    }
    /// A validator says that this is committed.
    pub fn acknowledge(&mut self, tx: TxId, seq: Seq) {
        if self.open.remove(&tx).is_some() {
            self.acknowledged.insert(tx, seq);
        }
    }
    /// A validator says that this repeats what is committed.
    pub fn refused(&mut self, tx: TxId) {
        if self.open.remove(&tx).is_some() {
            self.refused.insert(tx);
        }
    }
    fn draft(&mut self, tip: &Tip, dice: &mut Dice) -> Draft {
        let mut request = [0; 16];
        request[8..].copy_from_slice(&self.made.to_be_bytes());
        Draft {
            chain: self.chain,
            org: name("platform"),
            key: platform().public().id(),
            request: RequestId(request),
            expiry: Height(tip.header.height.0 + 100_000),
            body: self.body(tip, dice),
        }
    }
    fn body(&mut self, tip: &Tip, dice: &mut Dice) -> Body {
        let matter = name(["contract", "case", "file"][dice.index(3)]);
        let signer = name(["wang", "li"][dice.index(2)]);
        let packet = Digest::sm3(&self.made.to_be_bytes());
        match dice.below(8) {
            0 => Body::Enroll { signer, references: vec![packet] },
            1..=4 => {
                let nonce = Nonce { height: tip.header.height, block: tip.digest };
                let packet = self.copied(&signer, packet, dice);
                Body::Sign { matter, signer, document: packet, packet, nonce }
            }
            _ => Body::Record { matter, kind: name("sent"), content: packet, note: String::new() },
        }
    }
    /// Sometimes a copy of what the signer wrote last instead.
    fn copied(&mut self, signer: &Name, packet: Digest, dice: &mut Dice) -> Digest {
        if self.copies == 0 {
            return packet;
        }
        match self.written.get(signer) {
            Some(last) if dice.chance(self.copies) => copy_of(last, self.made),
            _ => {
                self.written.insert(signer.clone(), packet);
                packet
            }
        }
    }
}

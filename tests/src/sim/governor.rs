//! Changes of the set of validators while everything fails: the members' motions, the machines that they bring in, and
//! what every node says by itself of its readiness (`node/src/governance.rs` is the real one).
//!
//! One motion at a time: the next is made when the one before is in force, so that each is sure to be carried in the end.

use crate::sim::clock::Clock;
use crate::sim::consortium::{member, name, secret};
use crate::sim::finding::Finding;
use crate::sim::mutant::Mutant;
use crate::sim::shell::Shell;
use crate::sim::simulation::{Event, Run};
use ledger::ReadFault;
use proto::encode::tagged;
use proto::{
    Body, Change, Contact, Digest, Draft, Epoch, Govern, Height, KeyId, Motion, Name, Progress, Ready, RequestId,
    SecretKey, Transaction, TxId, Verified,
};
use std::rc::Rc;

/// Long after every run.
const EXPIRY: Height = Height(100_000);
/// Least and greatest time between two looks, in milliseconds.
const LOOK_MS: (u64, u64) = (150, 600);
/// The number of the first key that a motion brings in.
const FIRST_NEWCOMER: u16 = 100;

/// How far the change under way has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Idle,
    Moved(TxId, Epoch),
    Approved(TxId, Epoch),
}

/// The members' plans.
#[derive(Debug)]
pub struct Governor {
    left: u16,
    stage: Stage,
    next_key: u16,
    newcomers: Vec<u16>,
}

/// One change of the set.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Add(u16),
    Remove,
    Rekey,
    Swap,
}

impl Kind {
    fn newcomers(self) -> u16 {
        match self {
            Self::Add(count) => count,
            Self::Remove => 0,
            Self::Rekey | Self::Swap => 1,
        }
    }
    /// The same as a list of changes; `old` goes where somebody goes.
    fn changes(self, old: KeyId, keys: &[u16]) -> Vec<Change> {
        let contact = Contact { peer: [9; 32], address: "/ip4/127.0.0.1/tcp/7500".into() };
        let new = |n: &u16| (secret(*n).public().clone(), contact.clone());
        let add = |(key, contact)| Change::AddValidator { org: name("platform"), key, contact };
        let replace = |(new, contact)| Change::ReplaceValidatorKey { old, new, contact };
        let gone = matches!(self, Self::Remove | Self::Swap).then_some(Change::RemoveValidator { key: old });
        let come = keys.iter().map(new);
        match self {
            Self::Rekey => come.map(replace).collect(),
            _ => gone.into_iter().chain(come.map(add)).collect(),
        }
    }
}

impl Governor {
    /// With so many changes to make.
    pub fn new(changes: u16) -> Self {
        Self { left: changes, stage: Stage::Idle, next_key: FIRST_NEWCOMER, newcomers: Vec::new() }
    }
    /// Whether no change is under way.
    pub fn is_idle(&self) -> bool {
        self.stage == Stage::Idle
    }
}

impl Run {
    /// The members look how far their motion is, and every node what it has to say by itself.
    pub(super) fn govern(&mut self) -> Result<(), Finding> {
        self.advance();
        self.disaster()?;
        for at in 0..self.shells.len() {
            if self.shells[at].is_up() {
                self.say_ready(at)?;
                self.vouch(at);
                self.report_again(at)?;
            }
        }
        let ms = self.dice.between(LOOK_MS.0, LOOK_MS.1);
        self.after(ms, Event::Govern);
        Ok(())
    }
    fn advance(&mut self) {
        match self.governor.stage {
            Stage::Idle if self.governor.left > 0 && self.faulty && self.dice.chance(500) => self.make_motion(),
            Stage::Moved(motion, epoch) if self.clients.acknowledged.contains_key(&motion) => {
                self.order(true, Govern::Approve { motion });
                self.governor.stage = Stage::Approved(motion, epoch);
            }
            Stage::Approved(_, epoch) if self.history.roll.newest().epoch() > epoch => {
                self.governor.stage = Stage::Idle;
            }
            _ => {}
        }
    }
    fn make_motion(&mut self) {
        let set = self.history.roll.newest().clone();
        let kind = self.kind(set.count() > usize::from(self.plan.validators));
        let keys: Vec<u16> = (0..kind.newcomers()).map(|n| self.governor.next_key + n).collect();
        self.governor.next_key += kind.newcomers();
        let place = self.dice.index(set.count());
        let old = set.iter().nth(place).expect("a place below the count").key.id();
        self.say(&format!("motion in epoch {}: {kind:?}, place {place}, keys {keys:?}", set.epoch()));
        let changes = kind.changes(old, &keys);
        let motion = self.order(false, Govern::Move { changes, note: String::new() });
        self.governor.left -= 1;
        self.governor.stage = Stage::Moved(motion, set.epoch());
        self.governor.newcomers.clone_from(&keys);
        if self.plan.mutant != Some(Mutant::ReadyUnseen) {
            keys.into_iter().for_each(|key| self.install(key));
        }
    }
    /// Never fewer than at the beginning: what may be faulty at once is planned for those.
    fn kind(&mut self, may_shrink: bool) -> Kind {
        if self.plan.mutant.is_some_and(Mutant::needs_growth) {
            return Kind::Add(3);
        }
        match self.dice.below(6) {
            0 => Kind::Add(1),
            1 => Kind::Add(3),
            2 | 3 if may_shrink => Kind::Remove,
            2..=4 => Kind::Rekey,
            _ => Kind::Swap,
        }
    }
    /// Another machine follows from now on: from genesis, or from a copy of somebody's ledger.
    fn install(&mut self, key: u16) {
        let clock = Clock::new(&self.plan, &mut self.dice);
        let mut shell = Shell::new(key, &self.birth, clock).planned(&self.plan);
        let from = self.dice.index(self.shells.len());
        if self.dice.chance(500) && !self.is_culprit(from) {
            shell.disk = self.shells[from].disk.ledger();
        }
        self.shells.push(shell);
        let at = self.shells.len() - 1;
        let ms = self.dice.between(1, self.plan.outage_ms);
        self.after(ms, Event::Start { at });
    }
    /// A member's act, asked again until it is committed.
    fn order(&mut self, second: bool, act: Govern) -> TxId {
        let (org, key) = member(second);
        let transaction = self.act((org, &key), act);
        self.clients.order(transaction, self.now)
    }
    fn act(&self, (org, key): (Name, &SecretKey), act: Govern) -> Verified<Transaction> {
        let mut e = tagged("chirograph/simulated-act");
        e.u64(self.queued).digest(&key.public().id());
        let mut request = [0; 16];
        request.copy_from_slice(&Digest::sm3(&e.finish()).0[..16]);
        let (chain, request) = (self.birth.chain, RequestId(request));
        Draft { chain, org, key: key.public().id(), request, expiry: EXPIRY, body: Body::Govern(act) }.sign(key)
    }
    /// Says that it is ready if an approved motion would have it vote and the ledger does not know yet that it is.
    fn say_ready(&mut self, at: usize) -> Result<(), Finding> {
        let shell = &self.shells[at];
        for tx in ledger::open_motions(&shell.disk)? {
            let Some(motion) = ledger::motion(&shell.disk, &tx)? else { continue };
            if awaits(shell, &motion)? {
                let key = shell.key.clone();
                self.ready(at, &key, tx);
                break;
            }
        }
        Ok(())
    }
    fn ready(&mut self, at: usize, key: &SecretKey, motion: TxId) {
        let Some(replica) = &self.shells[at].replica else { return };
        let tip = replica.tip();
        let ready = Ready { motion, height: tip.header.height, block: tip.digest, software: 1 };
        let transaction = Rc::new(self.act((name("platform"), key), Govern::Ready(ready)));
        self.after(1, Event::Report { at, transaction });
    }
    /// What an operator must not do: vouch for machines that are not there.
    fn vouch(&mut self, at: usize) {
        if let (Stage::Approved(motion, _), Some(Mutant::ReadyUnseen)) = (self.governor.stage, self.plan.mutant) {
            self.governor.newcomers.clone().into_iter().for_each(|key| self.ready(at, &secret(key), motion));
        }
    }
}

/// Whether the motion waits for this machine.
fn awaits(shell: &Shell, motion: &Motion) -> Result<bool, ReadFault> {
    let key = shell.key.public();
    let waits = motion.progress == Progress::Approved && motion.changes.iter().any(Change::needs_quorum);
    if !waits || motion.ready.iter().any(|r| r.key == key.id()) {
        return Ok(false);
    }
    Ok(ledger::set_after(&shell.disk, &motion.changes)?.is_ok_and(|set| set.index_of(key).is_some()))
}

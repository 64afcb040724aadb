//! A quorum is lost for good: machines burn, the rest stands still, and the holders of the rescue keys appoint those who
//! are left. Only some runs in which the set changes end so, and only when everything else is over and the network calm.
//!
//! What only burnt machines knew to be final is lost, in life as here; so they burn when others know as much, and when
//! nobody who is left is still finding out what it forgot: among so few every vote is needed. And as the
//! runbook asks, the resolution is taken up by everybody at once, when all who are left have the same last block: until
//! then the votes of the burnt may still make another one final.
//!
//! In a *relapse* the machines come back with empty disks and their old keys, and the holders appoint everybody. Who forgot
//! so much stays silent for ever, the epoch decides nothing, and a second resolution appoints those who remember. It comes
//! to one node after the other, while nodes fall, and copies of the first one still go round.

use crate::sim::consortium::{name, rescue_key, secret};
use crate::sim::finding::{Finding, Rule};
use crate::sim::mutant::Mutant;
use crate::sim::shell::Shell;
use crate::sim::simulation::{Event, Run};
use ledger::Tip;
use proto::{
    Body, Digest, Draft, Epoch, Govern, Height, RequestId, Resolution, TimeMs, Transaction, Validator, ValidatorSet,
    Verified,
};
use replica::Replica;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How long those who are left stand still before anybody signs, in milliseconds.
const STILL_MS: u64 = 3_000;
/// How long a machine is away whose disk is replaced.
const AWAY_MS: u64 = 200;
/// Long after every run.
const EXPIRY: Height = Height(100_000);

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disaster {
    /// It is not in store, or over.
    None,
    /// It will come.
    Ahead,
    /// It came then.
    Struck(TimeMs),
    /// A rescue appointed everybody then, those too who forgot what they had said.
    Vain(TimeMs, Rc<Verified<Transaction>>),
    /// A second one, after the first, is given to one node after the other.
    Again([Rc<Verified<Transaction>>; 2]),
}

impl Run {
    /// Moves it on, if it is time.
    pub(super) fn disaster(&mut self) -> Result<(), Finding> {
        match self.disaster.clone() {
            Disaster::Ahead if !self.faulty && self.governor.is_idle() => self.burn(),
            Disaster::Struck(at) if self.now.0 >= at.0 + STILL_MS && self.stands_still() => self.rescue()?,
            Disaster::Vain(at, first) if self.now.0 >= at.0 + STILL_MS => self.rescue_again(first)?,
            Disaster::Again(rescues) => self.apply(rescues)?,
            _ => {}
        }
        Ok(())
    }
    fn burn(&mut self) {
        let set = self.history.roll.newest().clone();
        let mut members: Vec<usize> =
            (0..self.shells.len()).filter(|at| set.index_of(self.shells[*at].key.public()).is_some()).collect();
        let lost = set.count() - set.quorum() + 1;
        let burnt: BTreeSet<usize> = (0..lost).map(|_| members.remove(self.dice.index(members.len()))).collect();
        let honest = members.iter().filter(|at| !self.is_culprit(**at));
        let replicas: Vec<_> = honest.filter_map(|at| self.shells[*at].replica.as_ref()).collect();
        let tips = replicas.iter().map(|r| r.tip().header.height);
        let free = |r: &&Replica| r.status().votes_from.is_some_and(|from| from <= r.tip().header.view);
        if tips.max() != Some(self.history.height()) || !replicas.iter().copied().all(|r| free(&r)) {
            // with everything done nothing would change any more
            self.disaster = if self.clients.are_served() { Disaster::None } else { Disaster::Ahead };
            return;
        }
        self.say(&format!("processes {burnt:?} are lost for good"));
        for at in &burnt {
            self.shells[*at].crash();
            self.shells[*at].lost = !self.plan.relapse;
            self.witness.ended(*at);
            if self.plan.relapse {
                self.lose_disk(*at, true);
                self.after(AWAY_MS, Event::Start { at: *at });
            }
        }
        self.queue.retain(|_, event| !matches!(event, Event::Message { from, .. } if burnt.contains(from)));
        self.disaster = Disaster::Struck(self.now);
    }
    fn left(&self) -> impl Iterator<Item = (usize, &Shell)> {
        self.shells.iter().enumerate().filter(|(_, shell)| !shell.lost)
    }
    /// Those of the left who remember all that they said.
    fn sound(&self) -> impl Iterator<Item = (usize, &Shell)> {
        self.left().filter(|(_, shell)| shell.remembers())
    }
    fn stands_still(&self) -> bool {
        let honest = self.left().filter(|(at, _)| !self.is_culprit(*at));
        let tips: BTreeSet<Option<Digest>> =
            honest.map(|(_, shell)| shell.replica.as_ref().map(|r| r.tip().digest)).collect();
        tips.len() == 1 && !tips.contains(&None)
    }
    /// Whom the holders appoint of those who are left: everybody, or without the liars where these would be too many. Liars
    /// come last: what the others have is what the resolution goes on from.
    fn heirs(&self) -> Vec<usize> {
        let set = self.history.roll.newest();
        let (mut heirs, liars): (Vec<usize>, Vec<usize>) =
            self.left().map(|(at, _)| at).partition(|at| !self.is_culprit(*at));
        let votes = |at: &&usize| set.index_of(self.shells[**at].key.public()).is_some();
        let (good, bad) = (heirs.iter().filter(votes).count(), liars.iter().filter(votes).count());
        if bad <= (good + bad).saturating_sub(1) / 3 {
            heirs.extend(liars);
        }
        heirs
    }
    /// Two of the three holders sign, and everybody who is left takes it up.
    fn rescue(&mut self) -> Result<(), Finding> {
        let epoch = self.history.roll.newest().epoch().next();
        let heirs = self.heirs();
        let Some(transaction) = self.resolution(&heirs, epoch) else { return Ok(()) };
        self.disaster = if self.plan.relapse { Disaster::Vain(self.now, transaction.clone()) } else { Disaster::None };
        if self.plan.mutant == Some(Mutant::TwoSetsInOneEpoch) {
            let sound: Vec<usize> = self.sound().map(|(at, _)| at).collect();
            if let Some((other, at)) = self.resolution(&sound, epoch).zip(sound.first()) {
                self.submit(*at, &other, false)?;
            }
        }
        heirs.iter().try_for_each(|at| self.submit(*at, &transaction, false))
    }
    /// Nothing came of the first one: the holders appoint those who remember.
    fn rescue_again(&mut self, first: Rc<Verified<Transaction>>) -> Result<(), Finding> {
        let epoch = self.history.roll.newest().epoch();
        let sound: Vec<usize> = self.sound().map(|(at, _)| at).collect();
        let decided = self.left().any(|(_, s)| s.replica.as_ref().is_some_and(|r| r.tip().header.epoch == epoch));
        if decided {
            return Err(Rule::OneVoice.broken(format!("epoch {epoch} decides with votes of those who forgot")));
        }
        let Some(second) = self.resolution(&sound, epoch.next()) else { return Ok(()) };
        self.history.abandoned(epoch);
        self.disaster = Disaster::Again([first, second]);
        Ok(())
    }
    /// One node takes it up, falls perhaps, and hears of the first one again. Until all that are appointed did, the operators
    /// look which of them are not in its epoch.
    fn apply(&mut self, rescues: [Rc<Verified<Transaction>>; 2]) -> Result<(), Finding> {
        let [first, second] = &rescues;
        let Some(epoch) = second.rescue().map(|r| r.validators.epoch()) else { return Ok(()) };
        let Some(at) = self.sound().find(|(_, s)| s.set.epoch() < epoch).map(|(at, _)| at) else {
            self.disaster = Disaster::None;
            return Ok(());
        };
        self.submit(at, second, false)?;
        let (others, falls) = (self.dice.index(self.shells.len()), self.dice.chance(500));
        if falls {
            self.fall(at)?;
        }
        for to in [at, others] {
            self.submit(to, first, false)?;
        }
        Ok(())
    }
    /// What two holders sign: those of the last set with final blocks who run on these machines go on from their last block.
    fn resolution(&mut self, on: &[usize], epoch: Epoch) -> Option<Rc<Verified<Transaction>>> {
        let shells: Vec<&Shell> = on.iter().map(|at| &self.shells[*at]).collect();
        let last = ledger::validators(&shells.first()?.disk).ok()?;
        let runs = |v: &&Validator| shells.iter().any(|shell| *shell.key.public() == v.key);
        let validators = ValidatorSet::new(last.iter().filter(runs).cloned().collect()).ok()?.in_epoch(epoch);
        let signer = shells.iter().find(|shell| validators.index_of(shell.key.public()).is_some())?;
        let (key, tip): (_, Tip) = (signer.key.clone(), signer.replica.as_ref()?.tip().clone());
        let (chain, height, block) = (self.birth.chain, tip.header.height, tip.digest);
        let mut resolution = Resolution { chain, height, block, validators, contacts: vec![], signatures: vec![] };
        for holder in [0, 2] {
            resolution.sign(&self.birth.rescue, &secret(rescue_key(holder)));
        }
        self.say(&format!("rescue on height {height} opens epoch {epoch}"));
        self.rescues += 1;
        let request = RequestId([0xee - u8::try_from(self.rescues - 1).ok()?; 16]);
        let body = Body::Govern(Govern::Rescue(Box::new(resolution)));
        let draft = Draft { chain, org: name("platform"), key: key.public().id(), request, expiry: EXPIRY, body };
        Some(Rc::new(draft.sign(&key)))
    }
}

//! A quorum is lost for good: machines burn, the rest stands still, and the holders of the rescue keys appoint those who
//! are left. Only some runs in which the set changes end so, and only when everything else is over and the network calm.
//!
//! What only burnt machines knew to be final is lost, in life as here; so they burn when others know as much, and when
//! nobody who is left is still finding out what it forgot: among so few every vote is needed. And as the
//! runbook asks, the resolution is taken up by everybody at once, when all who are left have the same last block: until
//! then the votes of the burnt may still make another one final.

use crate::sim::consortium::{name, rescue_key, secret};
use crate::sim::finding::Finding;
use crate::sim::shell::Shell;
use crate::sim::simulation::{Event, Run};
use proto::{Body, Digest, Draft, Govern, Height, RequestId, Resolution, TimeMs, ValidatorSet};
use replica::Replica;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How long those who are left stand still before anybody signs, in milliseconds.
const STILL_MS: u64 = 3_000;
/// Long after every run.
const EXPIRY: Height = Height(100_000);

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disaster {
    /// It is not in store, or over.
    None,
    /// It will come.
    Ahead,
    /// It came then.
    Struck(TimeMs),
}

impl Run {
    /// Moves it on, if it is time.
    pub(super) fn disaster(&mut self) -> Result<(), Finding> {
        match self.disaster {
            Disaster::Ahead if !self.faulty && self.governor.is_idle() => self.burn(),
            Disaster::Struck(at) if self.now.0 >= at.0 + STILL_MS && self.stands_still() => self.rescue()?,
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
        let replicas: Vec<_> = members.iter().filter_map(|at| self.shells[*at].replica.as_ref()).collect();
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
            self.shells[*at].lost = true;
            self.witness.ended(*at);
        }
        self.queue.retain(|_, event| !matches!(event, Event::Message { from, .. } if burnt.contains(from)));
        self.disaster = Disaster::Struck(self.now);
    }
    fn left(&self) -> impl Iterator<Item = (usize, &Shell)> {
        self.shells.iter().enumerate().filter(|(_, shell)| !shell.lost)
    }
    fn stands_still(&self) -> bool {
        let tips: BTreeSet<Option<Digest>> =
            self.left().map(|(_, shell)| shell.replica.as_ref().map(|r| r.tip().digest)).collect();
        tips.len() == 1 && !tips.contains(&None)
    }
    /// Two of the three holders sign, and everybody who is left takes it up.
    fn rescue(&mut self) -> Result<(), Finding> {
        let old = self.history.roll.newest().clone();
        let left: Vec<_> = self.left().map(|(at, shell)| (at, shell.key.clone())).collect();
        let is_left = |v: &&proto::Validator| left.iter().any(|(_, key)| *key.public() == v.key);
        let rest = old.iter().filter(is_left).cloned().collect();
        let validators = ValidatorSet::new(rest).expect("some of a set are left").in_epoch(old.epoch().next());
        let signer = left.iter().find(|(_, key)| validators.index_of(key.public()).is_some());
        let (at, key) = signer.expect("some of the set are left").clone();
        let Some(tip) = self.shells[at].replica.as_ref().map(|r| r.tip().clone()) else { return Ok(()) };
        let (chain, keys) = (self.birth.chain, &self.birth.rescue);
        let (height, block) = (tip.header.height, tip.digest);
        let mut resolution = Resolution { chain, height, block, validators, contacts: vec![], signatures: vec![] };
        for holder in [0, 2] {
            resolution.sign(keys, &secret(rescue_key(holder)));
        }
        self.say(&format!("rescue on height {height}"));
        let body = Body::Govern(Govern::Rescue(Box::new(resolution)));
        let (org, request) = (name("platform"), RequestId([0xee; 16]));
        let draft = Draft { chain, org, key: key.public().id(), request, expiry: EXPIRY, body };
        let transaction = Rc::new(draft.sign(&key));
        self.disaster = Disaster::None;
        left.iter().try_for_each(|(at, _)| self.submit(*at, &transaction, false))
    }
}

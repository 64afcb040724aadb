//! Messages on their way: what leaves, who gets it when, and what a receiver checks before its replica sees it.
//!
//! What honest validators send is handed over as it is, because their signatures are good by construction; every
//! distinct message of them passes once through the wire form, to show that a peer could read and verify it. What liars
//! say is bytes, and is decoded and verified as the node does it.

use crate::sim::byzantine::{Liar, Lie, Me};
use crate::sim::finding::{Finding, Rule};
use crate::sim::mutant::inputs::Who;
use crate::sim::simulation::{Event, Run, Sent};
use proto::validators::VALIDATORS_MAX;
use proto::{Canonical, Digest, Epoch, ValidatorIndex};
use replica::{Input, Message, Outbound, PeerMessage, To};
use std::rc::Rc;

/// What a receiver makes of the bytes of a liar.
#[derive(Clone, Debug)]
pub(super) enum Read {
    Good(Rc<Message>),
    Foreign(Epoch),
    Refused,
}

/// One distinct honest message in so many is verified on its way.
const VERIFIED_ONE_IN: u8 = 8;

impl Run {
    /// Sends what a replica wants sent, or what its liar makes of it.
    pub(super) fn send(&mut self, from: usize, out: &[Outbound]) -> Result<(), Finding> {
        for outbound in out {
            if self.shells[from].liar.is_some() && self.shells[from].place().is_some() {
                self.lie(from, |liar, me| liar.says(me, outbound));
                continue;
            }
            let Outbound { to, message } = outbound;
            if !self.is_culprit(from) {
                self.tape.sent(ValidatorIndex(self.shells[from].number), message);
                self.history.sent(from, message)?;
            }
            let name = self.check_wire(message)?;
            let sent = Rc::new(Sent { name, message: message.clone() });
            for to in self.targets(from, *to) {
                self.messages += 1;
                if !self.is_divided(from, to, message) {
                    self.carry((from, to), 0, |_| Event::Message { from, to, message: sent.clone() });
                }
            }
            if matches!(message, Message::Vote(_) | Message::Proposal(_)) {
                self.heed(from, message)?;
            }
        }
        Ok(())
    }
    /// Whether the scenario keeps a message apart from its receiver.
    fn is_divided(&self, from: usize, to: usize, message: &Message) -> bool {
        let view = match message {
            Message::Vote(v) => v.subject.view,
            Message::Proposal(p) => p.header.view,
            Message::Certificate(c) => c.view,
            _ => self.shells[from].view(),
        };
        let at = usize::try_from(view.0.saturating_sub(1)).unwrap_or(usize::MAX);
        let groups = self.plan.scenario.get(at).filter(|_| self.faulty);
        groups.is_some_and(|groups| groups[from] != groups[to])
    }
    /// Peers are numbered by the set that the sender goes by; whoever is not in it follows, under a number beyond.
    fn targets(&self, from: usize, to: To) -> Vec<usize> {
        let sender = &self.shells[from];
        let all = self.shells.iter().enumerate();
        match to {
            To::All => all.filter(|(_, shell)| shell.number != sender.number).map(|(at, _)| at).collect(),
            To::One(one) => match sender.set.get(one) {
                Some(validator) => all.filter(|(_, s)| *s.key.public() == validator.key).map(|(at, _)| at).collect(),
                None => all.map(|(at, _)| at).filter(|at| follower(*at) == one).collect(),
            },
        }
    }
    /// Under which number process `at` knows another.
    fn known_as(&self, at: usize, other: usize) -> ValidatorIndex {
        self.shells[at].set.index_of(self.shells[other].key.public()).unwrap_or(follower(other))
    }
    fn carry(&mut self, link: (usize, usize), held_ms: u64, event: impl Fn(u64) -> Event) {
        for ms in self.weather.carry(link, &self.plan, &mut self.dice) {
            self.after(ms + held_ms, event(ms));
        }
    }
    /// Lets a liar speak.
    pub(super) fn lie(&mut self, at: usize, speak: impl FnOnce(&mut dyn Liar, &Me<'_>) -> Vec<Lie>) {
        let Some(mut liar) = self.shells[at].liar.take() else { return };
        let (now, roll) = (self.shells[at].clock.read(self.now), self.dice.roll());
        let me = self.shells[at].me(&self.birth, now, roll);
        let lies = me.map(|me| speak(&mut *liar, &me)).unwrap_or_default();
        self.shells[at].liar = Some(liar);
        for Lie { to, delay_ms, bytes } in lies {
            for index in to {
                for target in self.targets(at, To::One(ValidatorIndex(index))) {
                    self.messages += 1;
                    let event = |_| Event::Bytes { from: at, to: target, bytes: bytes.clone() };
                    self.carry((at, target), delay_ms, event);
                }
            }
        }
    }
    /// Every distinct message once through its wire form, whose digest is given, and one in some checked as a peer would.
    fn check_wire(&mut self, message: &Message) -> Result<Digest, Finding> {
        let bytes = PeerMessage::from(message).to_bytes();
        let digest = Digest::sm3(&bytes);
        let careless = self.plan.mutant.is_some_and(|m| !m.caught_by().contains(&Rule::Wire));
        if careless || !digest.0[0].is_multiple_of(VERIFIED_ONE_IN) || !self.checked.insert(digest) {
            return Ok(digest);
        }
        let read = PeerMessage::from_bytes(&bytes)
            .map_err(|e| Rule::Wire.broken(format!("a message that cannot be read: {e}")))?;
        let roll = &self.history.roll;
        let set = read.epoch().map_or(Some(roll.newest()), |epoch| roll.set(epoch));
        match set.and_then(|set| read.verify(&self.birth.chain, set)) {
            Some(verified) if verified == *message => Ok(digest),
            _ => Err(Rule::Wire.broken(format!("an honest message that does not verify: {message:?}"))),
        }
    }
    /// Bytes arrive from a liar.
    pub(super) fn receive(&mut self, from: usize, to: usize, bytes: &Rc<Vec<u8>>) -> Result<(), Finding> {
        let set = &self.shells[to].set;
        let name = (Digest::sm3(bytes), set.epoch());
        let known = self.read.get(&name).cloned();
        let read = known.unwrap_or_else(|| match PeerMessage::from_bytes(bytes) {
            Ok(message) => match message.foreign(set.epoch()) {
                Some(epoch) => Read::Foreign(epoch),
                None => message.verify(&self.birth.chain, set).map_or(Read::Refused, |m| Read::Good(Rc::new(m))),
            },
            Err(_) => Read::Refused,
        });
        self.read.insert(name, read.clone());
        let message = match read {
            Read::Good(message) => Some(message),
            Read::Foreign(epoch) => {
                let from = self.known_as(to, from);
                return self.input(to, Input::Foreign { from, epoch });
            }
            Read::Refused => None,
        };
        match message.or_else(|| self.swallow(from, to, bytes)) {
            Some(message) => self.deliver(from, to, &message),
            None => {
                self.refused += 1;
                Ok(())
            }
        }
    }
    fn swallow(&self, from: usize, to: usize, bytes: &[u8]) -> Option<Rc<Message>> {
        let (shell, mutant) = (&self.shells[to], self.plan.mutant?);
        let who = Who { birth: &self.birth, set: &shell.set, number: shell.number, mutant };
        let message = PeerMessage::from_bytes(bytes).ok()?;
        shell.delusion.swallows(who, self.shells[from].number, message).map(Rc::new)
    }
    /// A message arrives whose signatures hold.
    pub(super) fn deliver(&mut self, from: usize, to: usize, message: &Message) -> Result<(), Finding> {
        let Some(replica) = self.shells[to].replica.as_ref() else { return Ok(()) };
        let status = replica.status();
        if let Message::WantTransactions(wanted) = message {
            for transaction in self.shells[to].submissions(wanted) {
                self.post_submission(to, from, &Rc::new(transaction));
            }
            return Ok(());
        }
        let (sender, life) = (self.known_as(to, from), self.shells[to].life);
        let epoch = replica.epoch();
        self.tape.learn(message);
        let honest = !self.is_culprit(to);
        let shown = if honest { self.witness.delivered(to, (epoch, &status), message) } else { None };
        self.input(to, Input::Message { from: sender, message: message.clone() })?;
        self.lie(to, |liar, me| liar.hears(me, sender, message));
        self.heed(to, message)?;
        match shown {
            Some(culprit) if self.shells[to].is_up() && self.shells[to].life == life => {
                self.must_prove(to, (epoch, culprit))
            }
            _ => Ok(()),
        }
    }
    fn must_prove(&self, at: usize, (epoch, culprit): (Epoch, ValidatorIndex)) -> Result<(), Finding> {
        if self.shells[at].has_proven(epoch, culprit)? {
            return Ok(());
        }
        let text = format!("process {at} saw validator {culprit} contradict itself and has no proof of it");
        Err(Rule::Evidence.broken(text))
    }
}

/// The number of a process that has no vote.
fn follower(at: usize) -> ValidatorIndex {
    ValidatorIndex(u16::try_from(VALIDATORS_MAX + at).expect("a run has few processes"))
}

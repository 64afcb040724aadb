//! Messages on their way: what leaves, who gets it when, and what a receiver checks before its replica sees it.
//!
//! What honest validators send is handed over as it is, because their signatures are good by construction; every
//! distinct message of them passes once through the wire form, to show that a peer could read and verify it. What liars
//! say is bytes, and is decoded and verified as the node does it.

use crate::sim::byzantine::{Liar, Lie, Me};
use crate::sim::finding::{Finding, Rule};
use crate::sim::mutant::inputs::Who;
use crate::sim::simulation::{Event, Run, Sent};
use proto::{Canonical, Digest, ValidatorIndex};
use replica::{Input, Message, Outbound, PeerMessage, To};
use std::rc::Rc;

/// One distinct honest message in so many is verified on its way.
const VERIFIED_ONE_IN: u8 = 8;

impl Run {
    /// Sends what a replica wants sent, or what its liar makes of it.
    pub(super) fn send(&mut self, from: usize, out: &[Outbound]) -> Result<(), Finding> {
        for outbound in out {
            if self.shells[from].liar.is_some() {
                self.lie(from, |liar, me| liar.says(me, outbound));
                continue;
            }
            let Outbound { to, message } = outbound;
            if !self.is_culprit(from) {
                self.tape.sent(ValidatorIndex(self.shells[from].index), message);
                self.history.sent(message)?;
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
    fn targets(&self, from: usize, to: To) -> Vec<usize> {
        let own = self.shells[from].index;
        let all = self.shells.iter().enumerate();
        let wanted = all.filter(|(_, shell)| match to {
            To::All => shell.index != own,
            To::One(one) => shell.index == one.0,
        });
        wanted.map(|(at, _)| at).collect()
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
        let lies = speak(&mut *liar, &self.shells[at].me(&self.birth, now, roll));
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
        match read.verify(&self.birth.chain, &self.birth.validators) {
            Some(verified) if verified == *message => Ok(digest),
            _ => Err(Rule::Wire.broken(format!("an honest message that does not verify: {message:?}"))),
        }
    }
    /// Bytes arrive from a liar.
    pub(super) fn receive(&mut self, from: usize, to: usize, bytes: &Rc<Vec<u8>>) -> Result<(), Finding> {
        let name = Digest::sm3(bytes);
        let known = self.read.get(&name).cloned();
        let message = known.unwrap_or_else(|| {
            let read = PeerMessage::from_bytes(bytes).ok();
            read.and_then(|m| m.verify(&self.birth.chain, &self.birth.validators)).map(Rc::new)
        });
        self.read.insert(name, message.clone());
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
        let who = Who { birth: &self.birth, index: shell.index, mutant };
        let message = PeerMessage::from_bytes(bytes).ok()?;
        shell.delusion.swallows(who, self.shells[from].index, message).map(Rc::new)
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
        let (sender, life) = (ValidatorIndex(self.shells[from].index), self.shells[to].life);
        self.tape.learn(message);
        let honest = !self.is_culprit(to);
        let shown = if honest { self.witness.delivered(to, &status, message) } else { None };
        self.input(to, Input::Message { from: sender, message: message.clone() })?;
        self.lie(to, |liar, me| liar.hears(me, sender, message));
        self.heed(to, message)?;
        match shown {
            Some(culprit) if self.shells[to].is_up() && self.shells[to].life == life => self.must_prove(to, culprit),
            _ => Ok(()),
        }
    }
    fn must_prove(&self, at: usize, culprit: ValidatorIndex) -> Result<(), Finding> {
        if self.shells[at].has_proven(culprit)? {
            return Ok(());
        }
        let text = format!("process {at} saw validator {culprit} contradict itself and has no proof of it");
        Err(Rule::Evidence.broken(text))
    }
}

//! The performing of what replicas ask for, with crashes between any two deeds: what the node's event loop does, in
//! memory. The mutants live here.

use crate::sim::history::Finding;
use crate::sim::mutant::{Mutant, split};
use crate::sim::shell::Shell;
use crate::sim::simulation::{Event, Run};
use ledger::Batch;
use proto::{Canonical, Digest, TimeMs, TxId};
use replica::{Actions, Message, Outbound, PeerMessage, To};
use std::rc::Rc;

/// Where a step is cut short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Crash {
    BeforePersist,
    BetweenWrites,
    AfterPersist,
    AmidSend,
    AfterSend,
}

impl Run {
    /// What the node's event loop does: persist, send, notify, set the timer. The mutants change the order.
    pub(super) fn perform(&mut self, at: usize, actions: Actions) -> Result<(), Finding> {
        let Actions { persist, packets, send, notify, wake_at } = actions;
        let crash = self.crash();
        if self.plan.mutant == Some(Mutant::SendBeforePersist) {
            self.send(at, &send)?;
            if crash.is_some() {
                return self.fall(at);
            }
        }
        if crash == Some(Crash::BeforePersist) || !self.persist(at, persist, &packets, crash) {
            return self.fall(at);
        }
        if crash == Some(Crash::AfterPersist) {
            return self.fall(at);
        }
        if self.plan.mutant != Some(Mutant::SendBeforePersist) {
            let until = if crash == Some(Crash::AmidSend) { self.dice.index(send.len() + 1) } else { send.len() };
            self.send(at, &send[..until])?;
        }
        if crash.is_some() {
            return self.fall(at);
        }
        self.set_timer(at, wake_at);
        notify.into_iter().try_for_each(|notice| self.hear(at, notice))
    }
    fn crash(&mut self) -> Option<Crash> {
        let points: &[Crash] = match self.plan.mutant {
            Some(Mutant::TwoWrites) => &[Crash::BetweenWrites],
            _ => &[Crash::BeforePersist, Crash::AfterPersist, Crash::AmidSend, Crash::AfterSend],
        };
        (self.faulty && self.dice.chance(self.plan.crash)).then(|| points[self.dice.index(points.len())])
    }
    /// Whether everything was written.
    fn persist(&mut self, at: usize, batch: Batch, packets: &[TxId], crash: Option<Crash>) -> bool {
        let shell = &mut self.shells[at];
        if self.plan.mutant == Some(Mutant::TwoWrites) {
            let (promises, blocks) = split(batch);
            shell.disk.write(promises);
            if crash == Some(Crash::BetweenWrites) {
                return false;
            }
            shell.disk.write(blocks);
        } else {
            shell.disk.write(batch);
        }
        shell.keep_packets(packets);
        true
    }
    fn fall(&mut self, at: usize) -> Result<(), Finding> {
        self.crashes += 1;
        self.shells[at].crash();
        let ms = self.dice.between(1, self.plan.outage_ms);
        self.after(ms, Event::Start { at });
        Ok(())
    }
    fn send(&mut self, from: usize, out: &[Outbound]) -> Result<(), Finding> {
        for Outbound { to, message } in out {
            self.history.sent(message)?;
            self.check_wire(message)?;
            let message = Rc::new(message.clone());
            let own = self.shells[from].index;
            let is_target = |shell: &Shell| match to {
                To::All => shell.index != own,
                To::One(one) => shell.index == one.0,
            };
            let targets = self.shells.iter().enumerate().filter(|(_, s)| is_target(s)).map(|(at, _)| at);
            for to in targets.collect::<Vec<_>>() {
                self.messages += 1;
                for ms in self.weather.carry((from, to), &self.plan, &mut self.dice) {
                    self.after(ms, Event::Message { from, to, message: message.clone() });
                }
            }
        }
        Ok(())
    }
    /// Every distinct message once through its wire form, and its signatures checked as a peer would.
    fn check_wire(&mut self, message: &Message) -> Result<(), Finding> {
        let bytes = PeerMessage::from(message).to_bytes();
        if self.plan.mutant.is_some() || !self.checked.insert(Digest::sm3(&bytes)) {
            return Ok(());
        }
        let read = PeerMessage::from_bytes(&bytes).map_err(|e| format!("a message that cannot be read: {e}"))?;
        match read.verify(&self.birth.chain, &self.birth.validators) {
            Some(verified) if verified == *message => Ok(()),
            _ => Err(format!("an honest message that does not verify: {message:?}")),
        }
    }
    fn set_timer(&mut self, at: usize, wake_at: Option<TimeMs>) {
        self.wakes.remove(&at);
        if let Some(wake) = wake_at {
            self.wakes.insert(at, wake);
            let life = self.shells[at].life;
            self.after(wake.0.saturating_sub(self.now.0), Event::Tick { at, life });
        }
    }
}

//! The performing of what replicas ask for, as the node's event loop does it: every step's batch is written at once; at
//! the end of a turn the disk is waited for if anything is to be sent, then messages leave, then notices are told. A
//! crash, or the loss of power, may come between any two deeds.

use crate::sim::finding::Finding;
use crate::sim::mutant::inputs::{Consequences, Delusion, Who};
use crate::sim::mutant::{Mutant, split};
use crate::sim::shell::Turn;
use crate::sim::simulation::{Event, Run};
use ledger::{Batch, Meta, meta};
use proto::TxId;
use replica::{Actions, Input, Message, Outbound, To};

/// Where a step is cut short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Crash {
    BeforeWrite,
    BetweenWrites,
    AfterWrite,
}

/// Where a turn's end is cut short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    BeforeSync,
    AfterSync,
    AmidSend,
    AfterSend,
}

impl Run {
    /// Takes what one step came to: writes it, and keeps the rest for the end of the turn.
    pub(super) fn perform(&mut self, at: usize, actions: Actions) -> Result<(), Finding> {
        self.history.roll.goes_by(at, &self.shells[at].set)?;
        let Actions { persist, packets, send, notify, wake_at } = actions;
        let crash = self.crash();
        if self.plan.mutant == Some(Mutant::SendBeforePersist) {
            self.send(at, &send)?;
        }
        let deluded = self.deluded(at, |who, delusion| delusion.writes(who, &persist));
        if crash == Some(Crash::BeforeWrite) || !self.write(at, persist, &packets, crash) || crash.is_some() {
            return self.fall(at);
        }
        self.set_timer(at, wake_at);
        let turn = &mut self.shells[at].turn;
        if self.plan.mutant != Some(Mutant::SendBeforePersist) {
            turn.send.extend(send);
        }
        turn.notify.extend(notify);
        self.suffer(at, deluded)?;
        self.begin_turn(at)
    }
    fn crash(&mut self) -> Option<Crash> {
        let points: &[Crash] = match self.plan.mutant {
            Some(Mutant::TwoWrites) => &[Crash::BetweenWrites],
            _ => &[Crash::BeforeWrite, Crash::AfterWrite],
        };
        (self.faulty && self.dice.chance(self.plan.crash)).then(|| points[self.dice.index(points.len())])
    }
    /// Whether everything was written.
    fn write(&mut self, at: usize, batch: Batch, packets: &[TxId], crash: Option<Crash>) -> bool {
        let shell = &mut self.shells[at];
        let packets = shell.packets(packets);
        let mut batch = batch;
        if self.plan.mutant == Some(Mutant::ForgetSecondRescue) && shell.disk.has(&meta(Meta::Rescue)) {
            batch.writes.remove(&meta(Meta::Rescue));
        }
        if self.plan.mutant == Some(Mutant::TwoWrites) {
            let (promises, blocks) = split(batch);
            shell.disk.write(promises, packets);
            if crash == Some(Crash::BetweenWrites) {
                return false;
            }
            shell.disk.write(blocks, Vec::new());
        } else {
            shell.disk.write(batch, packets);
        }
        true
    }
    fn begin_turn(&mut self, at: usize) -> Result<(), Finding> {
        let Some(shell) = self.shells.get_mut(at).filter(|s| s.is_up() && !s.turn.open) else { return Ok(()) };
        shell.turn.open = true;
        let life = shell.life;
        let ms = if self.faulty { self.dice.between(0, self.plan.turn_ms) } else { 0 };
        if ms == 0 {
            return self.end_turn(at, life);
        }
        self.after(ms, Event::Turn { at, life });
        Ok(())
    }
    /// The end of a turn: sync, send, notify.
    pub(super) fn end_turn(&mut self, at: usize, life: u64) -> Result<(), Finding> {
        let shell = &mut self.shells[at];
        if shell.life != life || !shell.turn.open {
            return Ok(());
        }
        let Turn { send, notify, .. } = std::mem::take(&mut shell.turn);
        let end = self.end();
        if end == Some(End::BeforeSync) {
            return self.fall(at);
        }
        if !send.is_empty() && self.plan.mutant != Some(Mutant::NoSync) {
            self.shells[at].disk.sync();
        }
        let count = match end {
            Some(End::AfterSync) => 0,
            Some(End::AmidSend) => self.dice.index(send.len() + 1),
            _ => send.len(),
        };
        self.send(at, &send[..count])?;
        if end.is_some() {
            return self.fall(at);
        }
        for notice in notify {
            // What the process does upon one of them may be its end: nobody hears the others from it.
            if self.shells[at].life != life || !self.shells[at].is_up() {
                break;
            }
            self.hear(at, notice)?;
        }
        Ok(())
    }
    fn end(&mut self) -> Option<End> {
        let points = [End::BeforeSync, End::AfterSync, End::AmidSend, End::AfterSend];
        (self.faulty && self.dice.chance(self.plan.crash)).then(|| points[self.dice.index(points.len())])
    }
    /// The process dies, and perhaps the whole machine loses power.
    pub(super) fn fall(&mut self, at: usize) -> Result<(), Finding> {
        let power = self.dice.chance(self.plan.power);
        self.fall_hard(at, power)
    }
    /// See [`Run::fall`].
    pub(super) fn fall_hard(&mut self, at: usize, power: bool) -> Result<(), Finding> {
        self.crashes += 1;
        let shell = &mut self.shells[at];
        shell.crash();
        if power {
            let kept = self.dice.index(shell.disk.unsynced() + 1);
            match self.plan.mutant {
                Some(Mutant::TornWrites) => shell.disk.tear(self.dice.index(20)),
                _ => shell.disk.lose_power(kept),
            }
            self.history.lost_power(at);
        }
        if matches!(self.plan.mutant, Some(Mutant::VoteAfterWipe | Mutant::VoteAfterRestore)) {
            self.history.lost_power(at);
        }
        self.witness.ended(at);
        let ms = self.dice.between(1, self.plan.outage_ms);
        self.after(ms, Event::Start { at });
        Ok(())
    }
    /// What a broken validator makes of something.
    pub(super) fn deluded(
        &mut self,
        at: usize,
        think: impl FnOnce(Who<'_>, &mut Delusion) -> Consequences,
    ) -> Consequences {
        let shell = &mut self.shells[at];
        match self.plan.mutant {
            Some(mutant) if shell.liar.is_none() => {
                let who = Who { birth: &self.birth, set: &shell.set, number: shell.number, mutant };
                think(who, &mut shell.delusion)
            }
            _ => Consequences::default(),
        }
    }
    /// And what comes of that.
    pub(super) fn suffer(&mut self, at: usize, consequences: Consequences) -> Result<(), Finding> {
        let from = proto::ValidatorIndex((self.shells[at].number + 1) % self.plan.validators);
        let out = consequences.said.into_iter().map(|message| Outbound { to: To::All, message });
        self.shells[at].turn.send.extend(out);
        for message in consequences.believed {
            self.input(at, Input::Message { from, message })?;
        }
        Ok(())
    }
    /// The replica's own votes are heard by its delusions as well as others'.
    pub(super) fn heed(&mut self, at: usize, message: &Message) -> Result<(), Finding> {
        let consequences = self.deluded(at, |who, delusion| delusion.hears(who, message));
        self.suffer(at, consequences)
    }
}

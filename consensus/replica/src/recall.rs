//! Remembering what our key has said before we say more. A validator whose disk was wiped, or put back from a copy, has
//! forgotten promises and could contradict them; it asks the others, and is silent until nothing can go wrong.
//!
//! Why the answers are enough. If our earlier life voted in view *w*, it had entered *w*, so a quorum voted in *w - 1*.
//! Of a quorum of answers of others at least one comes from an honest member of that quorum. It had entered *w - 1*, so it
//! holds a certificate of view *w - 2* or higher, and shows it. No promise lies above the highest certificate shown plus
//! two. Nobody is believed: certificates and votes are signed, so that no liar can silence us with a huge view.
//!
//! All of that is about one epoch. Who is in another one has dropped what it knew of ours, or never had it, and would show
//! nothing where there was something; so questions and answers name their epoch, and the others tell only that one of us lags.
//!
//! Links, and two processes that use one key at the same time, are the shell's business.

use crate::boundary::{Memory, Notice, Setup, To};
use crate::message::{LastVote, Message};
use crate::replica::{Replica, Step};
use ledger::ReadFault;
use proto::{Certificate, TimeMs, ValidatorIndex, Verified, View, Vote};
use std::collections::BTreeMap;

/// How often the question is repeated while answers are missing.
const ASK_MS: u64 = 300;
/// The same peer is answered once in so long.
const REPEAT_MS: u64 = 100;

/// What we know of our own past, and what we heard of others' for when they ask.
#[derive(Debug)]
pub struct Recall {
    memory: Memory,
    /// No vote below this view.
    from: View,
    /// Nothing is said until enough is known.
    open: bool,
    /// The highest view on our own disk when we started.
    remembered: View,
    /// The highest view that each answer proves to have been certified.
    answers: BTreeMap<ValidatorIndex, View>,
    /// The highest view of a vote of ours that an answer holds.
    shown: View,
    ask_at: TimeMs,
    pub(crate) heard: BTreeMap<ValidatorIndex, Verified<Vote>>,
    answered: BTreeMap<ValidatorIndex, TimeMs>,
}

impl Recall {
    /// For a replica that starts with `remembered` as the highest view on its disk.
    pub fn new(setup: &Setup, remembered: View) -> Self {
        Self {
            memory: setup.memory,
            from: setup.vote_from,
            // An observer too: it may be a validator in the next epoch.
            open: setup.key.is_some() && setup.memory != Memory::Whole,
            remembered,
            answers: BTreeMap::new(),
            shown: View(0),
            ask_at: TimeMs(0),
            heard: BTreeMap::new(),
            answered: BTreeMap::new(),
        }
    }
    /// Another epoch begins after a block of view `last`, if we saw it. What was found out about the one before tells
    /// nothing about promises in this one, unless that block is of a view in which we could vote already: then the epoch
    /// began after what we forgot. (Had our earlier life seen that block final, a quorum had left its view, and of those who answered
    /// us one honest had shown a certificate as high: we would vote from three views above it.)
    pub fn enter_epoch(&mut self, last: Option<View>) {
        if self.is_doubtful() && !self.open && last.is_some_and(|last| last >= self.from) {
            self.memory = Memory::Whole;
        }
        self.from = View(0);
        self.open |= self.is_doubtful();
        self.answers.clear();
        self.heard.clear();
        self.answered.clear();
        (self.remembered, self.shown, self.ask_at) = (View(0), View(0), TimeMs(0));
        if let Memory::Doubtful { bound } = &mut self.memory {
            *bound = None;
        }
    }
    /// Whether we are silent.
    pub fn is_open(&self) -> bool {
        self.open
    }
    /// Notes a vote of another validator. One for each is kept.
    pub fn hear(&mut self, vote: &Verified<Vote>) {
        let known = self.heard.get(&vote.validator);
        if known.is_none_or(|k| k.subject.view < vote.subject.view) {
            self.heard.insert(vote.validator, vote.clone());
        }
    }
    /// When to ask again.
    pub fn wake_at(&self) -> Option<TimeMs> {
        self.open.then_some(self.ask_at)
    }
    fn is_doubtful(&self) -> bool {
        matches!(self.memory, Memory::Doubtful { .. })
    }
}

impl Replica {
    /// Asks everybody, again and again, until we know enough.
    pub(crate) fn recall_tick(&mut self, step: &mut Step<'_>) {
        if self.recall.open && step.now >= self.recall.ask_at {
            self.recall.ask_at = TimeMs(step.now.0 + ASK_MS);
            step.send(To::All, Message::WantLastVote(self.epoch()));
            self.conclude(step);
        }
    }

    /// Tells what we know. Who has forgotten itself says nothing: its answer would be worth less than it looks. Nor does who
    /// was restored, before it has come to where it may vote: until then it may know less than its lost life did, and who
    /// loses its disk next would be told too little (`answer-at-once` in the specification).
    pub(crate) fn on_want_last_vote(&mut self, step: &mut Step<'_>, from: ValidatorIndex) -> Result<(), ReadFault> {
        let last = self.recall.answered.get(&from).copied().unwrap_or_default();
        let forgetful = (self.recall.open && self.recall.is_doubtful()) || self.engine.view() < self.recall.from;
        if step.now.0 < last.0 + REPEAT_MS || forgetful {
            return Ok(());
        }
        self.recall.answered.insert(from, step.now);
        let certificate = self.highest_certificate(step)?;
        let vote = self.recall.heard.get(&from).cloned();
        step.send(To::One(from), Message::LastVote(Box::new(LastVote { epoch: self.epoch(), certificate, vote })));
        Ok(())
    }

    fn highest_certificate(&self, step: &Step<'_>) -> Result<Option<Verified<Certificate>>, ReadFault> {
        let recent = View(self.engine.view().0.saturating_sub(2));
        let open = self.engine.certificates_above(recent, usize::MAX).into_iter().max_by_key(|c| c.view);
        if open.is_some() {
            return Ok(open);
        }
        let stored = ledger::certificate(&step.state(std::iter::empty()), self.tip.header.height)?;
        Ok(stored.and_then(|c| c.verify(&self.setup.chain, &self.setup.validators)))
    }

    /// An answer. Those that nobody asked for tell something all the same.
    pub(crate) fn on_last_vote(&mut self, step: &mut Step<'_>, from: ValidatorIndex, last: &LastVote) {
        let Some((me, _)) = &self.setup.identity else { return };
        let certified = last.certificate.as_ref().map_or(View(0), |c| c.view);
        let shown = last.vote.as_ref().filter(|v| v.validator == *me).map_or(View(0), |v| v.subject.view);
        if !self.recall.open || from == *me {
            return;
        }
        self.recall.answers.insert(from, certified);
        self.recall.shown = self.recall.shown.max(shown);
        if shown > self.recall.remembered && !self.recall.is_doubtful() {
            self.recall.memory = Memory::Doubtful { bound: None };
            step.notify(Notice::Forgotten { view: shown });
        }
        self.conclude(step);
    }

    /// Speaks if enough is known.
    fn conclude(&mut self, step: &mut Step<'_>) {
        let Some(from) = self.first_safe_view() else { return };
        self.recall.open = false;
        self.recall.from = self.recall.from.max(from);
        if self.may_speak() {
            self.engine.speak(from);
        }
        step.notify(Notice::Speaks { from });
        step.queue.push_back(simplex::Input::Tick);
    }

    fn first_safe_view(&self) -> Option<View> {
        let validators = &self.setup.validators;
        let (quorum, others) = (validators.quorum(), validators.count().saturating_sub(1));
        let answers = self.recall.answers.len();
        match self.recall.memory {
            Memory::Whole => Some(View(0)),
            Memory::Unconfirmed => (answers >= quorum - 1).then_some(View(0)),
            // The only validator has nobody to ask.
            Memory::Doubtful { .. } if answers >= quorum.min(others).max(1) => {
                // The block that opened the epoch counts as certified in its view.
                let certified = self.recall.answers.values().max().copied().unwrap_or_default();
                let certified = certified.max(self.tip.header.view);
                Some(View(certified.0 + 3).max(self.recall.shown.next()))
            }
            Memory::Doubtful { bound } => bound
                .filter(|b| answers >= quorum - 1 && self.engine.view() > *b && others > 0)
                .map(|b| b.max(self.recall.shown).next()),
        }
    }
}

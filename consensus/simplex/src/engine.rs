//! The engine: one pure function from what happened to what is to be done.
//!
//! This file holds the state and hands each input to its handler; the handlers are in `intake`, the rules of the
//! protocol in `rules`, repetition and help for peers in `repeat`, the restart in `recovery`.

use crate::actions::{Actions, Ask, Message, Notice, Outbound, Record, To};
use crate::input::Input;
use crate::pace::Pace;
use crate::peers::Peers;
use crate::setup::{Head, Setup};
use crate::views::Views;
use proto::{Certificate, Digest, Epoch, Proposal, TimeMs, ValidatorIndex, Verified, View};

/// So many blocks may be final and not executed here before we leave it to the others to give them to us. No network gets
/// that far without executing them: a leader builds only on what it executed.
const BEHIND_MAX: u64 = 64;

/// The order of one ledger, seen by one validator.
#[derive(Debug)]
pub struct Engine {
    pub(crate) setup: Setup,
    pub(crate) views: Views,
    /// The view we are in; every lower one has a certificate, or a finalized block above it.
    pub(crate) view: View,
    /// The lowest view that no certificate lets us leave; the rule *advance* brings `view` here.
    pub(crate) reach: View,
    /// Last block final by certificate, and the certificate unless we caught up without one.
    pub(crate) finalized: Head,
    pub(crate) final_certificate: Option<Verified<Certificate>>,
    /// Last block that the application committed; at most `finalized`.
    pub(crate) committed: Head,
    pub(crate) pace: Pace,
    pub(crate) peers: Peers,
    /// What the application said last.
    pub(crate) work: bool,
    /// Somebody spoke about a view above ours.
    pub(crate) ahead: bool,
    /// We asked for a block in this view; the flag is whether an empty one would do.
    pub(crate) asked: Option<bool>,
    /// Our nullify in this view was no sign of slowness: the leader is known to be absent.
    pub(crate) skipped: bool,
    /// We do not know yet what this key has said, and say nothing.
    pub(crate) silent: bool,
    pub(crate) out: Actions,
}

impl Engine {
    /// An engine as it was when the last record of the journal was persisted. Checks the signatures in the journal.
    pub fn new(setup: Setup) -> Self {
        let first = setup.finalized.view.next();
        let mut engine = Self {
            views: Views::default(),
            view: first,
            reach: first,
            finalized: setup.finalized,
            final_certificate: None,
            committed: setup.finalized,
            pace: Pace::new(setup.timing),
            peers: Peers::new(setup.validators.indices(), first),
            work: false,
            ahead: false,
            asked: None,
            skipped: false,
            silent: false,
            out: Actions::default(),
            setup,
        };
        engine.recover();
        engine
    }
    /// Takes one input. Total: a wrong input is ignored or answered, never a panic.
    pub fn step(&mut self, now: TimeMs, input: Input) -> Actions {
        self.pace.advance(now);
        match input {
            Input::Start => self.on_start(),
            Input::Tick => {}
            Input::Proposal(p) => self.on_proposal(p),
            Input::Vote(v) => self.on_vote(v),
            Input::Certificate(c) => self.on_certificate(c),
            Input::Work(work) => self.on_work(work),
            Input::Built { view, block } => self.on_built(view, block),
            Input::Judged { block, valid } => self.views.judged(&block, valid),
            Input::Committed(head) => self.on_committed(head),
        }
        self.settle();
        self.out.wake_at = self.pace.wake_at();
        std::mem::take(&mut self.out)
    }
    /// From now on nothing is signed, until [`Engine::speak`]. What was said before may still be repeated.
    pub fn hush(&mut self) {
        self.silent = true;
    }
    /// Votes may be cast in views from `from` on, as far as [`Setup::vote_from`] allows them too.
    pub fn speak(&mut self, from: View) {
        self.silent = false;
        self.setup.vote_from = self.setup.vote_from.max(from);
    }
    /// The lowest view in which we would vote; `None` while we are silent.
    pub fn votes_from(&self) -> Option<View> {
        (!self.silent).then_some(self.setup.vote_from)
    }
    /// The view we are in.
    pub fn view(&self) -> View {
        self.view
    }
    /// The last finalized block that we hold a certificate for or have committed.
    pub fn finalized(&self) -> Head {
        self.finalized
    }
    /// Who leads a view: everybody in turn. A dead leader's turn is given up at once, see the crate's page.
    pub fn leader(&self, view: View) -> ValidatorIndex {
        let count = u64::try_from(self.setup.validators.count()).expect("a set holds at most VALIDATORS_MAX");
        ValidatorIndex(u16::try_from(view.0 % count).expect("a set holds at most VALIDATORS_MAX"))
    }
    /// At most `max` certificates of views above `above`, in order of view: what a lagging peer needs to come to ours.
    pub fn certificates_above(&self, above: View, max: usize) -> Vec<Verified<Certificate>> {
        let base = self.base().view;
        let open = self.views.from(above.max(base).next());
        let last = self.final_certificate.iter().filter(|c| c.view > above && c.view <= base);
        last.chain(open.flat_map(|(_, s)| s.certificates())).take(max).cloned().collect()
    }
    /// A proposal that we keep, for a peer that asks.
    pub fn proposal(&self, block: &Digest) -> Option<&Verified<Proposal>> {
        self.views.find(View(0), block).map(|c| &c.proposal)
    }
    /// The block above which blocks and their certificates are still wanted: what we committed. Final blocks above it are not
    /// executed here yet, and perhaps nowhere: those who finalized them may all have been restarted. Unless we are so far
    /// behind that the others must have committed most of it, and can give it as a whole.
    pub(crate) fn base(&self) -> Head {
        let behind = self.finalized.height.0.saturating_sub(self.committed.height.0);
        if behind <= BEHIND_MAX { self.committed } else { self.finalized }
    }
    /// The reign of our validators.
    pub(crate) fn epoch(&self) -> Epoch {
        self.setup.validators.epoch()
    }
    pub(crate) fn me(&self) -> Option<ValidatorIndex> {
        self.setup.identity.as_ref().map(|(me, _)| *me)
    }
    pub(crate) fn leads(&self) -> bool {
        self.me() == Some(self.leader(self.view))
    }
    pub(crate) fn persist(&mut self, record: Record) {
        self.out.persist.push(record);
    }
    pub(crate) fn send(&mut self, to: To, message: Message) {
        self.out.send.push(Outbound { to, message });
    }
    pub(crate) fn ask(&mut self, ask: Ask) {
        self.out.ask.push(ask);
    }
    pub(crate) fn notify(&mut self, notice: Notice) {
        self.out.notify.push(notice);
    }
}

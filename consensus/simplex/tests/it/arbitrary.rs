//! Any inputs in any order: no panic, no contradiction signed, nothing sent that is not persisted, memory bounded.

use crate::fixture::{again, certificate, closing, genesis, head, header, proposal, setup, vote};
use proptest::prelude::*;
use proto::{Canonical, Contradiction, Header, Subject, TimeMs, View, Vote, VoteKind};
use simplex::{Actions, Engine, Head, Input, Message, Record};

/// A recipe for an input; views and blocks are few, so that they collide.
#[derive(Clone, Debug)]
enum Move {
    Proposal(u64, u64, u64),
    Vote(u16, u64, u8, u64),
    Certificate(u64, u8, u64),
    Judged(u64, u64, bool),
    Built(u64, u64),
    Committed(u64),
    Work(bool),
    Tick(u64),
    Restart,
}

fn moves() -> impl Strategy<Value = Move> {
    let view = 0..6_u64;
    let salt = 0..4_u64;
    prop_oneof![
        3 => (view.clone(), salt.clone(), 0..6_u64).prop_map(|(v, s, p)| Move::Proposal(v, s, p)),
        6 => (0..4_u16, view.clone(), 0..5_u8, salt.clone()).prop_map(|(w, v, k, s)| Move::Vote(w, v, k, s)),
        3 => (view.clone(), 0..5_u8, salt.clone()).prop_map(|(v, k, s)| Move::Certificate(v, k, s)),
        4 => (view.clone(), salt.clone(), any::<bool>()).prop_map(|(v, s, ok)| Move::Judged(v, s, ok)),
        2 => (view.clone(), salt).prop_map(|(v, s)| Move::Built(v, s)),
        1 => view.prop_map(Move::Committed),
        1 => any::<bool>().prop_map(Move::Work),
        2 => (0..400_u64).prop_map(Move::Tick),
        1 => Just(Move::Restart),
    ]
}

/// The salt of a block that closes its epoch, and of one that stands on such a block all the same.
const CLOSING: u64 = 2;
const CHILD: u64 = 3;

/// Block `salt` of a view; its parent is in the view before, so that chains form.
fn block(view: u64, salt: u64) -> Header {
    let below = if salt == CHILD { CLOSING } else { 0 };
    let parent = if view <= 1 { genesis() } else { head(&block(view - 1, below)) };
    let block = header(view, parent, u16::try_from(view % 4).unwrap(), salt);
    if salt == CLOSING { closing(block) } else { block }
}

fn subject(view: u64, kind: u8, salt: u64) -> Subject {
    match kind {
        0 => Subject::of(VoteKind::Notarize, &block(view, salt)),
        1 => Subject::of(VoteKind::Finalize, &block(view, salt)),
        3 => again(VoteKind::Notarize, &block(view / 2, CLOSING), view),
        4 => again(VoteKind::Finalize, &block(view / 2, CLOSING), view),
        _ => Subject::nullify(proto::Epoch(0), View(view)),
    }
}

fn input(step: &Move) -> Option<Input> {
    Some(match *step {
        Move::Proposal(view, salt, parent) => {
            let skipping = if parent == 0 { genesis() } else { head(&block(parent, 0)) };
            let (usual, leader) = (block(view, salt), u16::try_from(view % 4).unwrap());
            let header = if parent % 2 == 0 { usual } else { header(view, skipping, leader, salt) };
            Input::Proposal(proposal(&header))
        }
        Move::Vote(who, view, kind, salt) => Input::Vote(vote(who, subject(view, kind, salt))),
        Move::Certificate(view, kind, salt) => Input::Certificate(certificate(subject(view, kind, salt), &[1, 2, 3])),
        Move::Judged(view, salt, valid) => Input::Judged { block: block(view, salt).digest(), valid },
        Move::Built(view, salt) => Input::Built { view: View(view), block: Some((block(view, salt), vec![])) },
        Move::Committed(view) => Input::Committed(if view == 0 { genesis() } else { head(&block(view, 0)) }),
        Move::Work(work) => Input::Work(work),
        Move::Tick(_) => Input::Tick,
        Move::Restart => return None,
    })
}

/// What validator 0 signed and sent, and what it wrote before.
#[derive(Default)]
struct Witness {
    journal: Vec<Record>,
    sent: Vec<Vote>,
    committed: Option<Head>,
}

impl Witness {
    fn see(&mut self, actions: Actions, others: &[Vote]) {
        self.journal.extend(actions.persist);
        for out in actions.send {
            let vote = match out.message {
                Message::Vote(v) => v.into_inner(),
                Message::Proposal(p) => p.leader_vote().into_inner(),
                Message::Certificate(_) => continue,
            };
            if vote.validator.0 == 0 {
                assert!(self.journal.contains(&Record::Cast(vote)), "sent before it was persisted: {vote:?}");
                // a block or vote of our own key that was fed to us from outside is not of our making
                let child =
                    (2..6).filter(|view| view % 4 != 0).any(|view| block(view, CHILD).digest() == vote.subject.block);
                assert!(
                    !child || vote.subject.kind != VoteKind::Notarize || others.contains(&vote),
                    "a vote for a block on one that closes its epoch: {vote:?}"
                );
                self.sent.push(vote);
            }
        }
    }
    fn consistent(&self, others: &[Vote]) {
        for (i, a) in self.sent.iter().enumerate() {
            // votes of our key that were fed to us from outside are not of our making
            let ours = |v: &&Vote| !others.contains(v);
            for b in self.sent[..i].iter().filter(ours).filter(|_| !others.contains(a)) {
                assert_eq!(Contradiction::between(a, b), None, "{a:?} against {b:?}");
            }
        }
    }
}

fn run(steps: &[Move]) {
    let mut witness = Witness::default();
    let mut engine = Engine::new(setup(4, Some(0), vec![]));
    let mut now = 1_000;
    let mut others = vec![];
    for step in steps {
        if let Move::Tick(ms) = step {
            now += ms;
        }
        match input(step) {
            Some(input) => {
                if let Input::Vote(v) = &input
                    && v.validator.0 == 0
                {
                    others.push(**v);
                }
                if let Input::Committed(head) = &input
                    && witness.committed.is_none_or(|c| c.view < head.view)
                {
                    witness.committed = Some(*head);
                }
                witness.see(engine.step(TimeMs(now), input), &others);
            }
            None => {
                let finalized = witness.committed.unwrap_or(genesis());
                let journal = witness.journal.iter().filter(|r| r.view() > finalized.view).cloned().collect();
                engine = Engine::new(simplex::Setup { finalized, ..setup(4, Some(0), journal) });
                witness.see(engine.step(TimeMs(now), Input::Start), &others);
            }
        }
        witness.consistent(&others);
    }
}

/// Found by the test below: a vote of our own key that came from outside, for a block that we would not have voted for. It
/// binds us after a restart, and is said again.
#[test]
fn a_vote_of_our_key_from_outside_binds_us() {
    run(&[Move::Vote(0, 2, 0, CHILD), Move::Restart]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_input_makes_us_panic_or_contradict_ourselves(steps in prop::collection::vec(moves(), 1..80)) {
        run(&steps);
    }
}

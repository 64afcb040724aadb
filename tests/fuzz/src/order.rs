//! The engine of consensus under any inputs in any order, restarts among them: no panic, no vote that is not persisted
//! before it is sent, no two votes that contradict one another. Signatures are real; views and blocks are few, so that
//! they collide.

use super::bytes::Bytes;
use ledger::Birth;
use proto::{
    Canonical, Certificate, Contradiction, Digest, Epoch, Header, Height, Proposal, SecretKey, Subject, TimeMs,
    ValidatorIndex, Verified, View, Vote, VoteKind, block::entries_digest,
};
use simplex::{Actions, Engine, Head, Input, Message, Record, Setup, Timing};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tests::sim::consortium::{birth, secret};

/// Views 0 to this, less one, are spoken about.
const VIEWS: usize = 7;
/// Longest story, so that one input takes milliseconds.
const MOVES_MAX: usize = 160;

type Name = (u16, u64, u8, u64, u64);

static BIRTH: LazyLock<Birth> = LazyLock::new(|| birth(4, false));
static KEYS: LazyLock<Vec<SecretKey>> = LazyLock::new(|| (0..4).map(secret).collect());

thread_local! {
    // keys and signatures take most of the time; the same few come again and again
    static BLOCKS: RefCell<BTreeMap<(u64, u64), Header>> = const { RefCell::new(BTreeMap::new()) };
    static SIGNED: RefCell<BTreeMap<Name, Verified<Vote>>> = const { RefCell::new(BTreeMap::new()) };
    static PROPOSED: RefCell<BTreeMap<(u64, u64), Verified<Proposal>>> = const { RefCell::new(BTreeMap::new()) };
}

fn genesis() -> Head {
    Head { view: View(0), height: Height(0), digest: Digest::sm3(b"genesis header") }
}

/// Block `salt` of a view. Salt 0 stands on the view before, 1 on genesis, 2 closes its epoch, 3 stands on the last but one.
fn block(view: u64, salt: u64) -> Header {
    let known = BLOCKS.with_borrow(|all| all.get(&(view, salt)).cloned());
    known.unwrap_or_else(|| {
        let header = made(view, salt);
        BLOCKS.with_borrow_mut(|all| all.insert((view, salt), header.clone()));
        header
    })
}

fn made(view: u64, salt: u64) -> Header {
    let parent = match salt {
        1 => genesis(),
        3 if view > 2 => head(&block(view - 2, 0)),
        _ if view <= 1 => genesis(),
        _ => head(&block(view - 1, 0)),
    };
    let set = BIRTH.validators.digest();
    Header {
        chain: BIRTH.chain,
        height: parent.height.next(),
        epoch: Epoch(0),
        view: View(view),
        parent: parent.digest,
        time: TimeMs(salt),
        proposer: ValidatorIndex(u16::try_from(view % 4).unwrap_or_default()),
        entries: entries_digest(&[]),
        event_count: 0,
        ledger_size: 0,
        ledger_sum: Digest::ZERO,
        sm3_root: Digest::ZERO,
        sha256_root: Digest::ZERO,
        state_root: Digest::ZERO,
        validators: set,
        next_validators: if salt == 2 { Digest::sm3(b"another set") } else { set },
        model: Digest::ZERO,
    }
}

fn head(header: &Header) -> Head {
    Head { view: header.view, height: header.height, digest: header.digest() }
}

fn key(who: u16) -> SecretKey {
    KEYS[usize::from(who)].clone()
}

/// A vote; `again` puts it into a later view, as only one for a closing block may be.
fn vote((who, view, kind, salt, again): Name) -> Verified<Vote> {
    SIGNED.with_borrow_mut(|all| {
        let sign = || Vote::sign(subject(view, kind, salt, again), ValidatorIndex(who), &BIRTH.chain, &key(who));
        all.entry((who, view, kind, salt, again)).or_insert_with(sign).clone()
    })
}

fn subject(view: u64, kind: u8, salt: u64, again: u64) -> Subject {
    let later = |subject: Subject| Subject { view: View(subject.view.0 + again), ..subject };
    match kind {
        0 => later(Subject::of(VoteKind::Notarize, &block(view, salt))),
        1 => later(Subject::of(VoteKind::Finalize, &block(view, salt))),
        _ => Subject::nullify(Epoch(0), View(view)),
    }
}

fn proposal(view: u64, salt: u64) -> Verified<Proposal> {
    PROPOSED.with_borrow_mut(|all| {
        let sign = || {
            let header = block(view, salt);
            let key = key(header.proposer.0);
            Proposal::sign(header, vec![], &key)
        };
        all.entry((view, salt)).or_insert_with(sign).clone()
    })
}

/// What validator 0 wrote and said.
struct Story {
    engine: Engine,
    now: u64,
    journal: Vec<Record>,
    said: Vec<Vote>,
    committed: Head,
}

/// A story told by these bytes.
pub fn step(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let mut story = Story {
        engine: Engine::new(setup(genesis(), vec![])),
        now: 1_000,
        journal: vec![],
        said: vec![],
        committed: genesis(),
    };
    for _ in 0..MOVES_MAX {
        if bytes.is_empty() {
            break;
        }
        story.goes_on(&mut bytes);
    }
}

fn setup(finalized: Head, journal: Vec<Record>) -> Setup {
    let validators = BIRTH.validators.clone();
    Setup {
        chain: BIRTH.chain,
        timing: Timing { leader_ms: 100, view_ms: 100, quorum: validators.quorum() },
        validators,
        identity: Some((ValidatorIndex(0), key(0))),
        finalized,
        journal,
        vote_from: View(0),
    }
}

impl Story {
    fn goes_on(&mut self, bytes: &mut Bytes<'_>) {
        let kind = bytes.below(12);
        let view = bytes.below(VIEWS) as u64;
        let salt = bytes.below(4) as u64;
        let input = match kind {
            0 | 1 => Input::Proposal(proposal(view, salt)),
            2..=4 => {
                let (who, kind) = (1 + bytes.below(3), bytes.below(3));
                let again = if salt == 2 { bytes.below(3) as u64 } else { 0 };
                Input::Vote(vote((who as u16, view, kind as u8, salt, again)))
            }
            5 => match certificate(view, bytes.below(3) as u8, salt) {
                Some(certificate) => Input::Certificate(certificate),
                None => return,
            },
            6 | 7 => Input::Judged { block: block(view, salt).digest(), valid: !bytes.byte().is_multiple_of(4) },
            8 => Input::Built { view: View(view), block: (salt < 3).then(|| (block(view, salt), vec![])) },
            9 => Input::Work(salt > 0),
            10 => {
                self.now += u64::from(bytes.byte()) * 2;
                Input::Tick
            }
            _ if salt == 3 && view > 0 => self.commits(head(&block(view, 0))),
            _ => return self.restarts(),
        };
        let actions = self.engine.step(TimeMs(self.now), input);
        self.see(actions);
    }
    fn commits(&mut self, head: Head) -> Input {
        if head.view > self.committed.view {
            self.committed = head;
        }
        Input::Committed(self.committed)
    }
    fn restarts(&mut self) {
        let journal = self.journal.iter().filter(|r| r.view() > self.committed.view).cloned().collect();
        self.engine = Engine::new(setup(self.committed, journal));
        let actions = self.engine.step(TimeMs(self.now), Input::Start);
        self.see(actions);
    }
    fn see(&mut self, actions: Actions) {
        self.journal.extend(actions.persist);
        for out in actions.send {
            let vote = match out.message {
                Message::Vote(v) => *v,
                Message::Proposal(p) => *p.leader_vote(),
                Message::Certificate(_) => continue,
            };
            if vote.validator == ValidatorIndex(0) && !self.said.contains(&vote) {
                assert!(self.journal.contains(&Record::Cast(vote)), "sent before it was persisted: {vote:?}");
                let contrary = self.said.iter().find(|v| Contradiction::between(v, &vote).is_some());
                assert!(contrary.is_none(), "{vote:?} against {contrary:?}");
                self.said.push(vote);
            }
        }
    }
}

/// Of validators 1 to 3, so that the engine under test signed none of it.
fn certificate(view: u64, kind: u8, salt: u64) -> Option<Verified<Certificate>> {
    let votes: Vec<_> = (1..4).map(|who| vote((who, view, kind, salt, 0))).collect();
    Certificate::assemble(&votes, 3)
}

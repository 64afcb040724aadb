//! Keys, headers and engines for tests: fixed, so that every run is the same.

use proto::{
    Canonical, Certificate, ChainId, Digest, Epoch, Header, Height, Name, Proposal, SecretKey, Subject, TimeMs,
    Validator, ValidatorIndex, ValidatorSet, Verified, View, Vote, VoteKind, block::entries_digest,
};
use simplex::{Engine, Head, Record, Setup, Timing};

pub const LEADER_MS: u64 = 100;
pub const VIEW_MS: u64 = 100;

pub fn chain() -> ChainId {
    Digest::sm3(b"a test ledger")
}

pub fn key(index: u16) -> SecretKey {
    let mut scalar = [1; 32];
    scalar[30..].copy_from_slice(&(index + 1).to_be_bytes());
    SecretKey::from_scalar(&scalar, "test key").unwrap()
}

pub fn validators(count: u16) -> ValidatorSet {
    let one = |i| Validator { org: Name::new("org", "org").unwrap(), key: key(i).public().clone() };
    ValidatorSet::new((0..count).map(one).collect()).unwrap()
}

pub fn genesis() -> Head {
    Head { view: View(0), height: Height(0), digest: Digest::sm3(b"genesis header") }
}

pub fn setup(count: u16, me: Option<u16>, journal: Vec<Record>) -> Setup {
    let validators = validators(count);
    Setup {
        chain: chain(),
        timing: Timing { leader_ms: LEADER_MS, view_ms: VIEW_MS, quorum: validators.quorum() },
        validators,
        identity: me.map(|i| (ValidatorIndex(i), key(i))),
        finalized: genesis(),
        journal,
        vote_from: View(0),
    }
}

/// Validator `me` of four, with nothing remembered.
pub fn engine(me: u16) -> Engine {
    Engine::new(setup(4, Some(me), vec![]))
}

/// An empty block; `salt` makes it differ from others of the same place.
pub fn header(view: u64, parent: Head, proposer: u16, salt: u64) -> Header {
    Header {
        chain: chain(),
        height: parent.height.next(),
        epoch: Epoch(0),
        view: View(view),
        parent: parent.digest,
        time: TimeMs(salt),
        proposer: ValidatorIndex(proposer),
        entries: entries_digest(&[]),
        event_count: 0,
        ledger_size: 0,
        ledger_sum: Digest::ZERO,
        sm3_root: Digest::ZERO,
        sha256_root: Digest::ZERO,
        state_root: Digest::ZERO,
        validators: Digest::ZERO,
        next_validators: Digest::ZERO,
        model: Digest::ZERO,
    }
}

/// The same block, but the last of its epoch.
pub fn closing(header: Header) -> Header {
    Header { next_validators: Digest::sm3(b"another set"), ..header }
}

pub fn head(header: &Header) -> Head {
    Head { view: header.view, height: header.height, digest: header.digest() }
}

pub fn proposal(header: &Header) -> Verified<Proposal> {
    Proposal::sign(header.clone(), vec![], &key(header.proposer.0))
}

pub fn vote(who: u16, subject: Subject) -> Verified<Vote> {
    Vote::sign(subject, ValidatorIndex(who), &chain(), &key(who))
}

pub fn notarize(who: u16, header: &Header) -> Verified<Vote> {
    vote(who, Subject::of(VoteKind::Notarize, header))
}

/// The same block in another view, as only one that closes its epoch may be voted for.
pub fn again(kind: VoteKind, header: &Header, view: u64) -> Subject {
    Subject { view: View(view), ..Subject::of(kind, header) }
}

pub fn nullify(who: u16, view: u64) -> Verified<Vote> {
    vote(who, Subject::nullify(Epoch(0), View(view)))
}

pub fn finalize(who: u16, header: &Header) -> Verified<Vote> {
    vote(who, Subject::of(VoteKind::Finalize, header))
}

pub fn certificate(subject: Subject, voters: &[u16]) -> Verified<Certificate> {
    let votes: Vec<_> = voters.iter().map(|i| vote(*i, subject)).collect();
    Certificate::assemble(&votes, voters.len()).unwrap()
}

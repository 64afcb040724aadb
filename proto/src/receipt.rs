//! Receipts and matter proofs, and their offline verification: a list of coded checks, never a bare boolean.
//!
//! Everything is checked against a [`Trust`] that the verifier brings along (a genesis file). No network, no clock.

use crate::certificate::Certificate;
use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::event::{Event, matter_sum_zero, next_sum};
use crate::ids::{ChainId, Digest, Name};
use crate::merkle::{LogHash, root_of_inclusion};
use crate::organisation::Organisation;
use crate::params::Params;
use crate::rescue::RescueKeys;
use crate::state::{MatterLeaf, Standing, StateKey, StateProof};
use crate::transaction::{Body, name};
use crate::validators::ValidatorSet;
use crate::{Header, block::BLOCK_EVENTS_MAX};

/// Longest inclusion path: a log never holds more than 2^63 events.
const PATH_MAX: usize = 64;

/// What a verifier trusts before it looks at evidence: the content of one genesis file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trust {
    /// Digest of the genesis file.
    pub chain: ChainId,
    /// Validators from genesis, or those of a later epoch as [`crate::LightClient`] proved them.
    pub validators: ValidatorSet,
    /// Organisations from genesis.
    pub organisations: Vec<Organisation>,
    /// Parameters from genesis.
    pub params: Params,
    /// Who may appoint validators when the quorum is lost, from genesis.
    pub rescue: RescueKeys,
}

/// Result of one check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outcome {
    /// It holds.
    Valid,
    /// What is at hand does not suffice to tell.
    Indeterminate,
    /// It does not hold.
    Invalid,
}

impl Outcome {
    /// Upper-case name as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::Indeterminate => "INDETERMINATE",
            Self::Invalid => "INVALID",
        }
    }
    fn of(holds: bool) -> Self {
        if holds { Self::Valid } else { Self::Invalid }
    }
}

/// One check with its code and what it was about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// Stable code, for machines.
    pub code: &'static str,
    /// Result.
    pub outcome: Outcome,
    /// One sentence for people.
    pub detail: String,
}

impl Check {
    fn new(code: &'static str, outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { code, outcome, detail: detail.into() }
    }
    /// The worst outcome of a list; an empty list proves nothing.
    pub fn overall(checks: &[Self]) -> Outcome {
        checks.iter().map(|c| c.outcome).max().unwrap_or(Outcome::Indeterminate)
    }
}

/// A header with the finalize certificate over it: one signed state of the ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// What was signed.
    pub header: Header,
    /// By whom.
    pub certificate: Certificate,
}

impl Checkpoint {
    /// Checks `CHAIN`, `VALIDATORS` and `CERTIFICATE`.
    pub fn checks(&self, trust: &Trust) -> Vec<Check> {
        let h = &self.header;
        let signed = self.certificate.clone().verify(&trust.chain, &trust.validators).is_some();
        let about = self.certificate.finalizes(h);
        let count = self.certificate.votes.len();
        vec![
            Check::new("CHAIN", Outcome::of(h.chain == trust.chain), format!("the header names chain {}", h.chain)),
            Check::new(
                "VALIDATORS",
                Outcome::of(h.validators == trust.validators.digest()),
                "the header names the validator set that the verifier trusts",
            ),
            Check::new(
                "CERTIFICATE",
                Outcome::of(signed && about),
                format!(
                    "{count} of {} validators finalized this header at height {} (quorum {})",
                    trust.validators.count(),
                    h.height,
                    trust.validators.quorum()
                ),
            ),
        ]
    }
    fn encode(&self, e: &mut Encoder) {
        self.header.encode_body(e);
        self.certificate.encode_body(e);
    }
    fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { header: Header::decode_body(d)?, certificate: Certificate::decode_body(d)? })
    }
}

impl Canonical for Checkpoint {
    const TAG: &'static str = "chirograph/checkpoint";
    fn encode_body(&self, e: &mut Encoder) {
        self.encode(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Self::decode(d)
    }
}

/// An event with everything that proves its place in the ledger. The checkpoint is of its own block or a later one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The event.
    pub event: Event,
    /// Its path in the SM3 log of the checkpoint's size.
    pub sm3_path: Vec<Digest>,
    /// Its path in the SHA-256 log.
    pub sha256_path: Vec<Digest>,
    /// The signed state that contains it.
    pub checkpoint: Checkpoint,
}

impl Receipt {
    /// All checks, in a fixed order. Offline; about a dozen hashes and `quorum + 1` signature checks.
    pub fn verify(&self, trust: &Trust) -> Vec<Check> {
        let mut checks = self.checkpoint.checks(trust);
        checks.push(self.inclusion(LogHash::Sm3, "INCLUSION_SM3"));
        checks.push(self.inclusion(LogHash::Sha256, "INCLUSION_SHA256"));
        checks.push(signature_check(&self.event, trust));
        checks.push(appraisal_check(&self.event, &self.checkpoint.header, trust));
        checks
    }
    fn inclusion(&self, hash: LogHash, code: &'static str) -> Check {
        let h = &self.checkpoint.header;
        let (path, root) = match hash {
            LogHash::Sm3 => (&self.sm3_path, h.sm3_root),
            LogHash::Sha256 => (&self.sha256_path, h.sha256_root),
        };
        let leaf = hash.leaf(&self.event.to_bytes());
        let place = (self.event.seq.0, h.ledger_size);
        let holds = self.event.height <= h.height && root_of_inclusion(hash, place, leaf, path) == Some(root);
        Check::new(code, Outcome::of(holds), format!("event {} of {} under {}", place.0, place.1, root))
    }
}

fn signature_check(event: &Event, trust: &Trust) -> Check {
    let draft = &event.transaction.draft;
    let code = "TRANSACTION_SIGNATURE";
    if draft.chain != trust.chain {
        return Check::new(code, Outcome::Invalid, "the transaction was signed for another chain");
    }
    let org = trust.organisations.iter().find(|o| o.name == draft.org);
    let spoken = matches!(draft.body, Body::Govern(_) | Body::Fault(_));
    let validator = trust.validators.iter().find(|v| spoken && v.org == draft.org && v.key.id() == draft.key);
    match org.and_then(|o| o.key(&draft.key)).or(validator.map(|v| &v.key)) {
        None => Check::new(
            code,
            Outcome::Indeterminate,
            format!("key {} of `{}` is not in the genesis file", draft.key.short(), draft.org),
        ),
        Some(key) => {
            let holds = event.transaction.clone().verify(key).is_some();
            Check::new(code, Outcome::of(holds), format!("signed by `{}` with key {}", draft.org, draft.key.short()))
        }
    }
}

fn appraisal_check(event: &Event, header: &Header, trust: &Trust) -> Check {
    let code = "APPRAISAL";
    let needed = !event.transaction.draft.body.packets().is_empty();
    match &event.appraisal {
        None if needed => Check::new(code, Outcome::Invalid, "the event has a stroke packet but no appraisal"),
        None => Check::new(code, Outcome::Valid, "no handwriting is involved"),
        Some(a) => {
            let follows =
                needed && a.band == trust.params.thresholds.band_of(a.llr, &a.template) && a.model == header.model;
            let llr = a.llr.map_or("not compared".to_owned(), |v| format!("LLR {v} milliban"));
            let random = a.llr_random.map_or(String::new(), |v| format!(" ({v} against a random person)"));
            let what =
                format!("{llr}{random}, band {}, grade {}, model {}", a.band.as_str(), a.grade.as_str(), a.model);
            Check::new(code, Outcome::of(follows), what)
        }
    }
}

impl Canonical for Receipt {
    const TAG: &'static str = "chirograph/receipt";
    fn encode_body(&self, e: &mut Encoder) {
        self.event.encode_body(e);
        for path in [&self.sm3_path, &self.sha256_path] {
            e.list(path, |e, p| {
                e.digest(p);
            });
        }
        self.checkpoint.encode(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            event: Event::decode_body(d)?,
            sm3_path: d.list(PATH_MAX, "receipt.sm3_path", |d| d.digest("receipt.sm3_path"))?,
            sha256_path: d.list(PATH_MAX, "receipt.sha256_path", |d| d.digest("receipt.sha256_path"))?,
            checkpoint: Checkpoint::decode(d)?,
        })
    }
}

/// Proof of what the ledger holds about a matter at a checkpoint: all its events, or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatterProof {
    /// The matter.
    pub matter: Name,
    /// Its leaf in the state tree; `None` claims absence.
    pub leaf: Option<MatterLeaf>,
    /// Proof of that leaf or of its absence.
    pub proof: StateProof,
    /// The signed state.
    pub checkpoint: Checkpoint,
}

impl MatterProof {
    /// Checks the checkpoint and `STATE`, and, with the matter's events from first to last, `COMPLETENESS`.
    /// Without events the completeness of a present matter is indeterminate.
    pub fn verify(&self, trust: &Trust, events: Option<&[Event]>) -> Vec<Check> {
        let mut checks = self.checkpoint.checks(trust);
        checks.push(self.standing());
        checks.push(self.completeness(&trust.chain, events));
        checks
    }
    fn standing(&self) -> Check {
        let path = StateKey::Matter(self.matter.clone()).path();
        let found = self.proof.verify(&self.checkpoint.header.state_root, &path);
        let (claimed, what) = match &self.leaf {
            None => (Standing::Absent, format!("the ledger holds nothing about matter `{}`", self.matter)),
            Some(l) => {
                let value = Digest::sm3(&l.to_bytes());
                (Standing::Present(value), format!("matter `{}` has {} events, sum {}", self.matter, l.count, l.sum))
            }
        };
        Check::new("STATE", Outcome::of(found == Some(claimed)), what)
    }
    fn completeness(&self, chain: &ChainId, events: Option<&[Event]>) -> Check {
        let code = "COMPLETENESS";
        let Some(leaf) = &self.leaf else {
            let none = events.is_none_or(<[Event]>::is_empty);
            return Check::new(code, Outcome::of(none), "an absent matter has no events");
        };
        let Some(events) = events else {
            return Check::new(code, Outcome::Indeterminate, "the events are not at hand");
        };
        let numbered = events
            .iter()
            .zip(1..)
            .all(|(e, n)| e.matter_seq == n && e.transaction.draft.body.matter() == Some(&self.matter));
        let zero = matter_sum_zero(chain, &self.matter);
        let sum = events.iter().fold(zero, |sum, e| next_sum(&sum, &e.digest()));
        let holds = numbered && events.len() as u64 == leaf.count && sum == leaf.sum;
        Check::new(code, Outcome::of(holds), format!("{} of {} events, recomputed sum {sum}", events.len(), leaf.count))
    }
}

impl Canonical for MatterProof {
    const TAG: &'static str = "chirograph/matter-proof";
    fn encode_body(&self, e: &mut Encoder) {
        e.text(self.matter.as_str()).option(self.leaf.as_ref(), |e, l| l.encode_body(e));
        self.proof.encode_body(e);
        self.checkpoint.encode(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            matter: name(d, "matter")?,
            leaf: d.option("matter.leaf", MatterLeaf::decode_body)?,
            proof: StateProof::decode_body(d)?,
            checkpoint: Checkpoint::decode(d)?,
        })
    }
}

/// A matter's proof together with its events: the answer to "is this everything?".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatterFile {
    /// The proof.
    pub proof: MatterProof,
    /// All events, first to last.
    pub events: Vec<Event>,
}

impl MatterFile {
    /// Most events that one file may hold.
    pub const EVENTS_MAX: usize = 256 * BLOCK_EVENTS_MAX;

    /// See [`MatterProof::verify`].
    pub fn verify(&self, trust: &Trust) -> Vec<Check> {
        self.proof.verify(trust, Some(&self.events))
    }
}

impl Canonical for MatterFile {
    const TAG: &'static str = "chirograph/matter-file";
    fn encode_body(&self, e: &mut Encoder) {
        self.proof.encode_body(e);
        e.list(&self.events, |e, x| x.encode_body(e));
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            proof: MatterProof::decode_body(d)?,
            events: d.list(Self::EVENTS_MAX, "matter.events", Event::decode_body)?,
        })
    }
}

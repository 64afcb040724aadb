//! Why the ledger does not take a transaction: a closed catalogue of codes, each with the field and the remedy.

use proto::{Digest, Height, Kind, Name, Role, Seq, TimeMs, ValidatorIndex};

/// A rule that a transaction or its appraisal breaks. It is data: the submitter's mistake or a race that it lost.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Rejected {
    /// Signed for another ledger.
    #[error("chain_id: this ledger is {ours}; sign the transaction for it")]
    WrongChain {
        /// The ledger that was asked.
        ours: Digest,
    },
    /// No such organisation.
    #[error("organisation: `{org}` is not a member of this consortium; use a registered identifier")]
    OrganisationUnknown {
        /// The name given.
        org: Name,
    },
    /// The organisation has no such key.
    #[error("key_id: {key} is not registered for `{org}`; sign with one of its registered keys")]
    KeyUnknown {
        /// The organisation.
        org: Name,
        /// The key named.
        key: Digest,
    },
    /// The role may not do this.
    #[error("body.kind: the role {} may not submit `{}`; let an organisation with another role do it", role.as_str(), kind.as_str())]
    RoleNotPermitted {
        /// Role of the organisation.
        role: Role,
        /// What it asked for.
        kind: Kind,
    },
    /// Too late.
    #[error("expiry_height: {expiry} has passed, the next block is {next}; sign again with a later expiry")]
    Expired {
        /// Last height that the transaction allows.
        expiry: Height,
        /// Height at which it could be committed.
        next: Height,
    },
    /// Valid for longer than the ledger allows.
    #[error("expiry_height: {expiry} is too far ahead; choose at most {max}")]
    ExpiryTooFar {
        /// Height that the transaction names.
        expiry: Height,
        /// Furthest height allowed now.
        max: Height,
    },
    /// Another body was committed under this request id.
    #[error("request_id: already used for body {first} (event {seq}); choose a new request id for another body")]
    RequestIdReused {
        /// Digest of the body that was committed.
        first: Digest,
        /// Its event.
        seq: Seq,
    },
    /// The same request was committed before: not an error for a client, but it cannot be committed twice.
    #[error("request_id: committed as event {seq}; fetch its receipt")]
    AlreadyCommitted {
        /// The event.
        seq: Seq,
    },
    /// The nonce names no block of this chain.
    #[error(
        "nonce.block: no block with this digest at height {height}; bind the packet to a recent block of this ledger"
    )]
    NonceUnknown {
        /// Height named.
        height: Height,
    },
    /// The nonce is too old.
    #[error(
        "nonce.height: its block is of {made}, more than {age_max_ms} ms before {now}; capture the signature again"
    )]
    NonceExpired {
        /// Time of the block that the nonce names.
        made: TimeMs,
        /// Time of the block that would commit.
        now: TimeMs,
        /// Largest age allowed.
        age_max_ms: u64,
    },
    /// The same samples are on the ledger, or twice in this transaction.
    #[error("{field}: these pen samples were committed before or appear twice; every signing needs its own writing")]
    PacketDuplicate {
        /// Field of the body.
        field: &'static str,
    },
    /// Appraised against other references than those in force.
    #[error("appraisal.template: {given} was compared with, but {current} is in force; appraise again")]
    TemplateChanged {
        /// Template in the appraisal.
        given: Digest,
        /// Template on the ledger.
        current: Digest,
    },
    /// Appraised by another model than the one in force.
    #[error("appraisal.model: {given} is not the model in force, {current}; install it and appraise again")]
    ModelMismatch {
        /// Model in the appraisal.
        given: Digest,
        /// Model on the ledger.
        current: Digest,
    },
    /// Packets without an opinion on them.
    #[error("appraisal: the packets were not appraised; send them along")]
    AppraisalMissing,
    /// An appraisal that does not fit.
    #[error("{field}: {rule}; appraise again")]
    AppraisalMalformed {
        /// Field of the appraisal.
        field: &'static str,
        /// The rule, as a sentence.
        rule: &'static str,
    },
    /// The writing speaks against the enrolled signer.
    #[error("packet: the writing does not match signer `{signer}`; let the signer write again, or check who signed")]
    StrokeScoreLow {
        /// The claimed signer.
        signer: Name,
    },
    /// Strokes that a program made, whether they say so or not, on a real ledger.
    #[error("packet: strokes made by a program are not allowed on this ledger; let the signer write on a real device")]
    SyntheticNotAllowed,
    /// References of this signer were enrolled by another organisation.
    #[error("signer: `{signer}` was enrolled by `{owner}`; only it may replace the references")]
    SignerNotYours {
        /// The signer.
        signer: Name,
        /// Who enrolled it.
        owner: Name,
    },
    /// Attestation of, or access to, an event that does not exist.
    #[error("target: the ledger has no event {target}; name a committed event")]
    TargetUnknown {
        /// The event named.
        target: Seq,
    },
    /// Attestation or access that misstates its target, or a target that has no packet.
    #[error(
        "{field}: does not agree with event {target}, or that is not the kind of event that is asked for; read the event and take it from there"
    )]
    TargetMismatch {
        /// Field of the body.
        field: &'static str,
        /// The event named.
        target: Seq,
    },
    /// Compared with too few of the signer's earlier packets, or with more than there are here.
    #[error("appraisal.seen: {seen} earlier packets were compared with, the signer has {packets}; appraise again")]
    HistoryChanged {
        /// Packets that the appraisal knew.
        seen: u64,
        /// Packets on the ledger.
        packets: u64,
    },
    /// An earlier packet of the signer, disguised.
    #[error(
        "packet: too like an earlier packet of this signer; let the signer write again, every signing needs its own"
    )]
    Replay,
    /// A cropped packet.
    #[error("packet: much is missing that the references show; capture the whole signature")]
    Incomplete,
    /// Two packets in one, or a part repeated.
    #[error("packet: holds more than one signature or repeats parts of one; capture one signature alone")]
    Merged,
    /// Time stamps that were made up.
    #[error("packet: its time stamps are none that a digitiser makes; send the device's own times")]
    ClockTampered,
    /// No such motion.
    #[error("motion: {motion} is no motion; name the transaction that made it")]
    MotionUnknown {
        /// What was named.
        motion: Digest,
    },
    /// The motion takes no more of this.
    #[error("motion: {motion} {why}; look at its progress before acting on it")]
    MotionClosed {
        /// The motion.
        motion: Digest,
        /// Why.
        why: &'static str,
    },
    /// One organisation, one vote.
    #[error("organisation: `{org}` approved of this motion before; nothing more is needed from it")]
    AlreadyApproved {
        /// Who.
        org: Name,
    },
    /// As many as may be undecided at a time.
    #[error("motion: {max} motions are undecided; decide on some, or wait until they expire")]
    TooManyMotions {
        /// How many may be.
        max: usize,
    },
    /// As many of one mover as may be undecided at a time.
    #[error("motion: {max} motions of your organisation are undecided; have them decided, or wait until they expire")]
    TooManyOwnMotions {
        /// How many may be.
        max: usize,
    },
    /// A change that cannot be made.
    #[error("changes: {rule}; look at `chirograph gov show` and move something else")]
    ChangeRefused {
        /// The rule, as a sentence, with the remedy.
        rule: &'static str,
    },
    /// A readiness that names no recent block.
    #[error("ready.height: no recent block of this ledger is at {height} with that digest; sync the node first")]
    ReadyStale {
        /// The height named.
        height: Height,
    },
    /// An approved motion whose new set never showed a living quorum.
    #[error(
        "motion: {motion} has expired: {ready} validators of its set were ready, {quorum} are needed; bring them up first"
    )]
    NoLiveQuorum {
        /// The motion.
        motion: Digest,
        /// How many said lately that they are ready.
        ready: usize,
        /// How many must.
        quorum: usize,
    },
    /// A fault that is proven already.
    #[error("proof: the fault of validator {validator} in that epoch is proven by event {seq}; nothing more is needed")]
    FaultKnown {
        /// Whose.
        validator: ValidatorIndex,
        /// Where.
        seq: Seq,
    },
    /// A packet that the organisation may not have read.
    #[error("target: another platform submitted signing {target}; ask that platform, or a court")]
    NotYoursToRead {
        /// The signing.
        target: Seq,
    },
    /// A proof that proves nothing.
    #[error("proof: it {rule}; report only what `chirograph verify` finds valid")]
    FaultUnproven {
        /// The rule, as the rest of a sentence.
        rule: &'static str,
    },
}

impl Rejected {
    /// Every code, in the order of the catalogue.
    pub const CODES: [&'static str; 36] = [
        "WRONG_CHAIN",
        "ORGANISATION_UNKNOWN",
        "KEY_UNKNOWN",
        "ROLE_NOT_PERMITTED",
        "EXPIRED",
        "EXPIRY_TOO_FAR",
        "REQUEST_ID_REUSED",
        "ALREADY_COMMITTED",
        "NONCE_UNKNOWN",
        "NONCE_EXPIRED",
        "PACKET_DUPLICATE",
        "TEMPLATE_CHANGED",
        "MODEL_MISMATCH",
        "APPRAISAL_MISSING",
        "APPRAISAL_MALFORMED",
        "STROKE_SCORE_LOW",
        "SYNTHETIC_NOT_ALLOWED",
        "SIGNER_NOT_YOURS",
        "TARGET_UNKNOWN",
        "TARGET_MISMATCH",
        "HISTORY_CHANGED",
        "REPLAY",
        "INCOMPLETE",
        "MERGED",
        "CLOCK_TAMPERED",
        "MOTION_UNKNOWN",
        "MOTION_CLOSED",
        "ALREADY_APPROVED",
        "TOO_MANY_MOTIONS",
        "CHANGE_REFUSED",
        "READY_STALE",
        "NO_LIVE_QUORUM",
        "FAULT_KNOWN",
        "FAULT_UNPROVEN",
        "NOT_YOURS_TO_READ",
        "TOO_MANY_OWN_MOTIONS",
    ];

    fn row(&self) -> (usize, &'static str) {
        match self {
            Self::WrongChain { .. } => (0, "chain_id"),
            Self::OrganisationUnknown { .. } => (1, "organisation"),
            Self::KeyUnknown { .. } => (2, "key_id"),
            Self::RoleNotPermitted { .. } => (3, "body.kind"),
            Self::Expired { .. } => (4, "expiry_height"),
            Self::ExpiryTooFar { .. } => (5, "expiry_height"),
            Self::RequestIdReused { .. } => (6, "request_id"),
            Self::AlreadyCommitted { .. } => (7, "request_id"),
            Self::NonceUnknown { .. } => (8, "nonce.block"),
            Self::NonceExpired { .. } => (9, "nonce.height"),
            Self::PacketDuplicate { field } => (10, field),
            Self::TemplateChanged { .. } => (11, "appraisal.template"),
            Self::ModelMismatch { .. } => (12, "appraisal.model"),
            Self::AppraisalMissing => (13, "appraisal"),
            Self::AppraisalMalformed { field, .. } => (14, field),
            Self::StrokeScoreLow { .. } => (15, "packet"),
            Self::SyntheticNotAllowed => (16, "packet"),
            Self::SignerNotYours { .. } => (17, "signer"),
            Self::TargetUnknown { .. } => (18, "target"),
            Self::TargetMismatch { field, .. } => (19, field),
            Self::HistoryChanged { .. } => (20, "appraisal.seen"),
            Self::Replay => (21, "packet"),
            Self::Incomplete => (22, "packet"),
            Self::Merged => (23, "packet"),
            Self::ClockTampered => (24, "packet"),
            Self::MotionUnknown { .. } => (25, "motion"),
            Self::MotionClosed { .. } => (26, "motion"),
            Self::AlreadyApproved { .. } => (27, "organisation"),
            Self::TooManyMotions { .. } => (28, "motion"),
            Self::ChangeRefused { .. } => (29, "changes"),
            Self::ReadyStale { .. } => (30, "ready.height"),
            Self::NoLiveQuorum { .. } => (31, "motion"),
            Self::FaultKnown { .. } => (32, "proof"),
            Self::FaultUnproven { .. } => (33, "proof"),
            Self::NotYoursToRead { .. } => (34, "target"),
            Self::TooManyOwnMotions { .. } => (35, "motion"),
        }
    }
    /// Stable code, for machines.
    pub fn code(&self) -> &'static str {
        Self::CODES[self.row().0]
    }
    /// The field that breaks the rule.
    pub fn field(&self) -> &'static str {
        self.row().1
    }
}

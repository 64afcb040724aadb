//! The codes of all checks, in the order in which they are listed. `SPEC.md` section 8 says when each one holds.

/// The zip is written as the format prescribes.
pub const PACKAGE: &str = "PACKAGE";
/// Every file has the checksums that the bag names, and nothing else is there.
pub const BAG: &str = "BAG";
/// The files that must be there are, and each is what it should be.
pub const LAYOUT: &str = "LAYOUT";
/// The genesis is the one that the policy names.
pub const GENESIS: &str = "GENESIS";
/// The event is the same wherever it stands.
pub const EVENT_CANON: &str = "EVENT_CANON";
/// Everything is about one ledger.
pub const CHAIN: &str = "CHAIN";
/// The validators follow from genesis, epoch by epoch.
pub const TRAIL: &str = "TRAIL";
/// The header names these validators.
pub const VALIDATORS: &str = "VALIDATORS";
/// A quorum of them signed it.
pub const CERTIFICATE: &str = "CERTIFICATE";
/// The event is in the SM3 log.
pub const INCLUSION_SM3: &str = "INCLUSION_SM3";
/// The event is in the SHA-256 log.
pub const INCLUSION_SHA256: &str = "INCLUSION_SHA256";
/// Organisations and keys are the ledger's.
pub const STATE_ENTRIES: &str = "STATE_ENTRIES";
/// The organisation signed the transaction.
pub const TRANSACTION_SIGNATURE: &str = "TRANSACTION_SIGNATURE";
/// The band follows from the number, under the model in force.
pub const APPRAISAL: &str = "APPRAISAL";
/// The model's constants and weights are those that the appraisal names.
pub const MODEL: &str = "MODEL";
/// The matter's count and sum are the ledger's.
pub const STATE: &str = "STATE";
/// All events of the matter are there.
pub const COMPLETENESS: &str = "COMPLETENESS";
/// The signing names an earlier block.
pub const NONCE: &str = "NONCE";
/// The document that was presented is the one that the event names.
pub const DOCUMENT: &str = "DOCUMENT";
/// The event answers the login's prompt.
pub const LOGIN_CHALLENGE: &str = "LOGIN_CHALLENGE";
/// The stroke packets are those that the ledger committed to.
pub const PACKET_COMMIT: &str = "PACKET_COMMIT";
/// They name this signing.
pub const PACKET_BINDING: &str = "PACKET_BINDING";
/// A key of the submitting organisation signed them.
pub const DEVICE_SIG: &str = "DEVICE_SIG";
/// The references were not enrolled longer ago than the policy allows.
pub const REFERENCES_AGE: &str = "REFERENCES_AGE";
/// Those who were given access to the packet were given it for this event.
pub const ACCESS: &str = "ACCESS";
/// Steps of the matter carry the providers' results.
pub const INTENT_STEP: &str = "INTENT_STEP";
/// Their providers signed them.
pub const INTENT_SIGNATURE: &str = "INTENT_SIGNATURE";
/// The proofs that validators contradicted themselves hold.
pub const FAULT_PROOFS: &str = "FAULT_PROOFS";
/// The time-stamps are over headers that contain the event.
pub const TSA_TOKEN: &str = "TSA_TOKEN";
/// Their authorities are trusted, and were in order at that time.
pub const TSA_CHAIN_AT_GENTIME: &str = "TSA_CHAIN_AT_GENTIME";
/// Enough organisations that count signed.
pub const QUORUM_INDEPENDENT: &str = "QUORUM_INDEPENDENT";
/// The readable facts say what the evidence says.
pub const FACTS: &str = "FACTS";

/// All codes in order.
pub const ALL: [&str; 32] = [
    PACKAGE,
    BAG,
    LAYOUT,
    GENESIS,
    EVENT_CANON,
    CHAIN,
    TRAIL,
    VALIDATORS,
    CERTIFICATE,
    INCLUSION_SM3,
    INCLUSION_SHA256,
    STATE_ENTRIES,
    TRANSACTION_SIGNATURE,
    APPRAISAL,
    MODEL,
    STATE,
    COMPLETENESS,
    NONCE,
    DOCUMENT,
    LOGIN_CHALLENGE,
    PACKET_COMMIT,
    PACKET_BINDING,
    DEVICE_SIG,
    REFERENCES_AGE,
    ACCESS,
    INTENT_STEP,
    INTENT_SIGNATURE,
    FAULT_PROOFS,
    TSA_TOKEN,
    TSA_CHAIN_AT_GENTIME,
    QUORUM_INDEPENDENT,
    FACTS,
];

//! The nouns of Chirograph: everything that two parties must agree on byte for byte, and how to check it.
//!
//! Pure: no I/O, clock, randomness or async. The `.proto` files of the client API and the peer protocol stand in this
//! folder too, but their generated types stay in the node: nothing that is hashed or signed is protobuf.
//!
//! | word | meaning |
//! |---|---|
//! | transaction | what an organisation asks for, signed with its SM2 key |
//! | event | a committed transaction with its place in the ledger and the agreed appraisal |
//! | matter | one contract, case or archive file: a hash chain of events |
//! | sum | `Sum_n = SM3(Sum_{n-1} ‖ hash_n)`, over the ledger and over each matter |
//! | certificate | a quorum of votes over one header |
//! | receipt | event, inclusion proofs, header and certificate: checked offline |
//! | *verify* / *validate* / *appraise* | cryptography / rules of a block / the handwriting model's opinion |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod access;
pub mod appraisal;
pub mod block;
pub mod certificate;
mod curve;
pub mod encode;
pub mod event;
pub mod fault;
pub mod fault_file;
pub mod flags;
pub mod govern;
pub mod ids;
pub mod intent;
pub mod keys;
pub mod light;
pub mod login;
pub mod merkle;
pub mod organisation;
pub mod params;
pub mod receipt;
pub mod rescue;
pub mod state;
pub mod transaction;
pub mod validators;
pub mod verified;
pub mod visible;
pub mod vote;

pub use access::ReadRequest;
pub use appraisal::{Appraisal, Band, Grade, Thresholds};
pub use block::{Block, CertifiedChain, Entry, Header, Item};
pub use certificate::Certificate;
pub use encode::{Canonical, Decoder, Encoder, Malformed};
pub use event::Event;
pub use fault::{Contradiction, FaultProof};
pub use fault_file::FaultFile;
pub use govern::{Change, Contact, Govern, Motion, Progress, Ready};
pub use ids::{ChainId, Digest, Epoch, Height, KeyId, Name, RequestId, Seq, TimeMs, TxId, ValidatorIndex, View};
pub use intent::{Finding, IntentResult, Method, ProviderKey};
pub use keys::{PublicKey, SecretKey, Signature};
pub use light::{LightClient, Link, Trail};
pub use login::Challenge;
pub use organisation::{Organisation, Role};
pub use params::Params;
pub use receipt::{Check, Checkpoint, MatterFile, MatterProof, Outcome, Receipt, Trust};
pub use rescue::{RESCUE_EPOCHS_MAX, RescueKeys, Resolution};
pub use transaction::{Body, Draft, Kind, Nonce, Transaction};
pub use validators::{Validator, ValidatorSet};
pub use verified::Verified;
pub use vote::{Proposal, Subject, Vote, VoteKind};

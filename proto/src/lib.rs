//! The nouns of Chirograph: everything that two parties must agree on byte for byte, and how to check it.
#![doc = ""]

pub mod encode;
pub mod ids;
pub mod keys;

pub use encode::{Canonical, Decoder, Encoder, Malformed};
pub use ids::{ChainId, Digest, Height, KeyId, Name, RequestId, Seq, TimeMs, TxId, ValidatorIndex, View};
pub use keys::{PublicKey, SecretKey, Signature};

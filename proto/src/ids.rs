//! Newtypes for everything that is counted or named, so that a height cannot be added to a view by accident.
//!
//! No arithmetic beyond `next`; no parsing of resource names (that is the API's business).

use crate::encode::Malformed;
use sm3::{Digest as _, Sm3};
use std::fmt;

/// Longest organisation, signer or matter identifier, in bytes.
pub const NAME_MAX: usize = 64;

/// A 32-byte hash: SM3 unless the name of the field says SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Stands for "none": parent of the first block, template of a signer who is not enrolled.
    pub const ZERO: Self = Self([0; 32]);

    /// SM3 (GB/T 32905) of `bytes`.
    pub fn sm3(bytes: &[u8]) -> Self {
        Self(Sm3::digest(bytes).into())
    }
    /// SM3 of the concatenation of two byte strings.
    pub fn sm3_pair(a: &[u8], b: &[u8]) -> Self {
        Self(Sm3::new().chain_update(a).chain_update(b).finalize().into())
    }
    /// SHA-256 (FIPS 180-4) of the concatenation of `parts`.
    pub fn sha256(parts: &[&[u8]]) -> Self {
        let mut h = sha2::Sha256::default();
        for part in parts {
            h.update(part);
        }
        Self(h.finalize().into())
    }
    /// The first eight hex digits, for people's eyes only.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..4])
    }
    /// Parses 64 hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut out = [0; 32];
        hex::decode_to_slice(text, &mut out).ok()?;
        Some(Self(out))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $int:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
        pub struct $name(pub $int);
        impl $name {
            /// The one after this.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// Position of a block in the chain; the genesis block has height 0.
    Height, u64
);
number!(
    /// A consensus view: one leader, at most one notarized block. Several views may pass per height.
    View, u64
);
number!(
    /// The reign of one validator set: 0 at genesis, one more with each change of the set. Votes contradict each other only
    /// within one epoch and view.
    Epoch, u64
);
number!(
    /// Position of an event in the ledger, from 0.
    Seq, u64
);
number!(
    /// Milliseconds since the Unix epoch. Always an argument, never read from a clock in a pure crate.
    TimeMs, u64
);
number!(
    /// Position of a validator in its set.
    ValidatorIndex, u16
);

/// Digest of the genesis file: names the chain in everything that is signed.
pub type ChainId = Digest;
/// SM3 of a public key under its own domain tag.
pub type KeyId = Digest;
/// Digest of a signed transaction.
pub type TxId = Digest;

/// A UUID chosen by the client; the same one always names the same transaction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct RequestId(pub [u8; 16]);

/// An identifier of an organisation, signer or matter: 1 to [`NAME_MAX`] bytes of printable text without `/`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name(String);

impl Name {
    /// Checks the rule above.
    pub fn new(text: &str, field: &'static str) -> Result<Self, Malformed> {
        if text.is_empty() {
            return Err(Malformed::Rule { field, rule: "must not be empty" });
        }
        if text.len() > NAME_MAX {
            return Err(Malformed::TooLong { field, len: text.len(), max: NAME_MAX });
        }
        if text.contains('/') || text.trim() != text {
            return Err(Malformed::Rule { field, rule: "must not contain `/` nor start or end with a space" });
        }
        if text.chars().any(char::is_control) {
            return Err(Malformed::NotText(field));
        }
        Ok(Self(text.to_owned()))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

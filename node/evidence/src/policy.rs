//! What a court trusts, written by the court: which genesis, how many organisations that are no party, which time-stamp
//! authorities, and how old references may be. A package never brings its own.

use proto::{ChainId, Digest};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Longest policy file, in bytes.
const BYTES_MAX: usize = 1024 * 1024;

/// A trust policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// The ledger that is meant: digest of its genesis.
    pub genesis: ChainId,
    /// Who must have signed.
    pub independent: Option<Independent>,
    /// Whose time counts.
    pub time: Option<Time>,
    /// How old references may be.
    pub references: Option<References>,
}

/// How many organisations must have signed, and which count.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Independent {
    /// So many different organisations.
    pub need: u32,
    /// Only these; absent: all.
    pub count: Option<Vec<String>>,
    /// These never: the parties and their affiliates.
    #[serde(default)]
    pub exclude: Vec<String>,
}

impl Independent {
    /// The names in it that none of these organisations has: one with a slip of the pen counts or excludes nobody.
    pub(crate) fn unmatched(&self, known: &BTreeSet<String>) -> Vec<&str> {
        let named = self.count.iter().flatten().chain(&self.exclude);
        named.filter(|name| !known.contains(*name)).map(String::as_str).collect()
    }
    /// Whether a vote of this organisation counts.
    pub(crate) fn counts(&self, org: &str) -> bool {
        let listed = self.count.as_ref().is_none_or(|c| c.iter().any(|n| n == org));
        listed && !self.exclude.iter().any(|n| n == org)
    }
}

/// Time-stamp authorities.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// Root certificates in PEM.
    pub roots: Vec<String>,
}

/// How old the references may be that a signing was compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// So many days may lie between their enrolment and the signing, by the ledger's times.
    pub max_age_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    genesis: String,
    independent: Option<Independent>,
    time: Option<Time>,
    references: Option<References>,
}

/// Why a text is not a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Longer than any policy.
    #[error("policy: longer than {BYTES_MAX} bytes")]
    Long,
    /// Names that are read wrongly exclude nobody, so no encoding is guessed.
    #[error("policy: not UTF-8 from byte {0} on; save it as UTF-8 (not as GBK or `ANSI`)")]
    Encoding(usize),
    /// Not TOML, a member that the format does not know, or a number that is no integer or out of its range.
    #[error("policy: {0}")]
    Syntax(String),
    /// `genesis` is not a digest.
    #[error("policy: genesis must be 64 hex digits; `chirograph genesis check FILE` prints them")]
    Genesis,
    /// `need` is 0, which would ask for nothing and look as if it did.
    #[error("policy: independent.need must be at least 1")]
    Need,
    /// A root without a certificate, which would trust nobody and look as if it did.
    #[error("policy: time.roots holds a text without a certificate in PEM")]
    Roots,
}

impl Policy {
    /// Longest policy file, in bytes.
    pub const BYTES_MAX: usize = BYTES_MAX;

    /// Trusts one ledger and asks for nothing more.
    pub fn of_genesis(genesis: ChainId) -> Self {
        Self { genesis, independent: None, time: None, references: None }
    }
    /// Reads a policy file: of a longer one than [`Policy::BYTES_MAX`] no more than shows that need be given.
    pub fn read(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > BYTES_MAX {
            return Err(PolicyError::Long);
        }
        Self::parse(std::str::from_utf8(bytes).map_err(|e| PolicyError::Encoding(e.valid_up_to()))?)
    }
    /// Reads the text of a policy file.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > BYTES_MAX {
            return Err(PolicyError::Long);
        }
        let file: File = toml::from_str(text).map_err(|e| PolicyError::Syntax(e.to_string()))?;
        let genesis = Digest::from_hex(&file.genesis).ok_or(PolicyError::Genesis)?;
        if file.independent.as_ref().is_some_and(|i| i.need == 0) {
            return Err(PolicyError::Need);
        }
        let roots = file.time.iter().flat_map(|t| &t.roots);
        if !roots.into_iter().all(|root| timestamp::pem::holds_certificate(root)) {
            return Err(PolicyError::Roots);
        }
        Ok(Self { genesis, independent: file.independent, time: file.time, references: file.references })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_and_a_slip_of_the_pen_is_not() {
        let id = "ab".repeat(32);
        let text = format!("genesis = \"{id}\"\n[independent]\nneed = 2\nexclude = [\"party\"]\n");
        let policy = Policy::parse(&text).unwrap();
        let independent = policy.independent.unwrap();
        assert!(independent.counts("notary") && !independent.counts("party"));
        assert!(Policy::parse(&text.replace("exclude", "exlude")).is_err());
        assert_eq!(Policy::parse("genesis = \"ab\""), Err(PolicyError::Genesis));
        assert_eq!(Policy::parse(&text.replace("= 2", "= 0")), Err(PolicyError::Need));
        assert!(Policy::parse("").is_err());
        let aged = |rule: &str| Policy::parse(&format!("{text}[references]\n{rule}\n"));
        assert_eq!(aged("max_age_days = 730").unwrap().references, Some(References { max_age_days: 730 }));
        assert!(aged("").is_err() && aged("max_age_days = -1").is_err() && aged("max_age = 730").is_err());
        assert_eq!(Policy::parse(&format!("{text}[time]\nroots = [\"no PEM\"]\n")), Err(PolicyError::Roots));
    }
}

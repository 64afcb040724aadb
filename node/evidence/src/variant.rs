//! Who a package is for decides which stroke packets it carries; the proof is the same in all.

use std::fmt;

/// How much a package discloses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Variant {
    /// No stroke packets: for anybody.
    Public,
    /// The packet of this signing: for a party to it.
    Party,
    /// The references too: under a court's authority.
    Full,
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 3] = [Self::Public, Self::Party, Self::Full];

    /// Its word in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Party => "party",
            Self::Full => "full",
        }
    }
    /// The variant of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == text)
    }
    /// The whole of `data/package.json`.
    pub(crate) fn json(self) -> String {
        format!("{{\"format\":\"chirograph-evidence/1\",\"variant\":\"{self}\"}}\n")
    }
    /// The variant whose [`Variant::json`] this is.
    pub(crate) fn of_json(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.json().as_bytes() == bytes)
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

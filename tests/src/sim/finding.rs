//! Rules that every run must keep, and what it means that one is broken.

use ledger::ReadFault;
use std::fmt;

/// What a checker watches over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rule {
    /// One block at a height, one certificate about it, one place for a transaction.
    Agreement,
    /// No honest validator ever signs a contradiction.
    OneVoice,
    /// What was acknowledged or reported stays.
    Permanence,
    /// Sums, roots and opinions follow from the events, receipts verify.
    Truth,
    /// Whoever contradicts himself before an honest validator is proven to have done so.
    Evidence,
    /// Nobody else is accused.
    Innocence,
    /// What honest validators send can be read and verified.
    Wire,
    /// One set of validators for each epoch, come to as the rules say; nobody votes outside his own.
    Epochs,
    /// After the healing everything is done within the bound.
    Progress,
    /// A replica can read what it wrote.
    Store,
    /// No part panics.
    Panic,
}

/// A rule that was broken, with the sentence that says how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Which.
    pub rule: Rule,
    /// How.
    pub text: String,
}

impl Rule {
    /// Name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::OneVoice => "one-voice",
            Self::Permanence => "permanence",
            Self::Truth => "truth",
            Self::Evidence => "evidence",
            Self::Innocence => "innocence",
            Self::Wire => "wire",
            Self::Epochs => "epochs",
            Self::Progress => "progress",
            Self::Store => "store",
            Self::Panic => "panic",
        }
    }
    /// A finding.
    pub fn broken(self, text: impl Into<String>) -> Finding {
        Finding { rule: self, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule.as_str(), self.text)
    }
}

impl From<ReadFault> for Finding {
    fn from(fault: ReadFault) -> Self {
        Rule::Store.broken(fault.detail)
    }
}

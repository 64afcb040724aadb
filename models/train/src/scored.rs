//! What a system under test says of one signature, and the systems there can be.

use crate::corpus::Corpus;
use crate::setting::Setting;
use crate::trials::Writer;
use models::llr::Thresholds;
use proto::flags::{FLAGS_ATTACK, FLAGS_SYNTHETIC};

/// One comparison with its result.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// The user whose references they are.
    pub user: u32,
    /// Which draw of references.
    pub draw: usize,
    /// Who wrote.
    pub writer: Writer,
    /// Greater speaks for the enrolled writer; finer than the LLR and not limited. −∞ where the packet was refused.
    pub score: f64,
    /// What the appraiser states; `None` where it refused the packet.
    pub stated: Option<Stated>,
}

/// The integers of an opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated {
    /// Milliban against a skilled imitation.
    pub llr: i32,
    /// Milliban against a random person, where the model has that.
    pub llr_random: Option<i32>,
    /// `FLAG_*` bits.
    pub flags: u32,
}

impl Scored {
    /// Whether a network that takes real signatures only would refuse it, whatever the LLR.
    pub fn is_refused(&self) -> bool {
        self.stated.is_none_or(|s| s.flags & (FLAGS_ATTACK | FLAGS_SYNTHETIC) != 0)
    }
}

/// Everything said under one condition.
#[derive(Debug, Default)]
pub struct Scores {
    /// All comparisons.
    pub trials: Vec<Scored>,
    /// What could not be done and why, one line each.
    pub notes: Vec<String>,
}

/// Something that is asked who wrote a signature.
pub trait System {
    /// `shipped`, or how it is cross-validated.
    fn mode(&self) -> &'static str;
    /// The model's name.
    fn name(&self) -> String;
    /// What its numbers are pinned by, in hexadecimal.
    fn digest(&self) -> String;
    /// Which code computes: `native` is normative.
    fn backend(&self) -> &'static str {
        "native"
    }
    /// Where its bands lie.
    fn thresholds(&self) -> Thresholds;
    /// The numbers of references that it is asked about.
    fn references(&self) -> &'static [usize];
    /// Scores every comparison of a condition.
    fn score(&self, corpus: &Corpus, setting: Setting) -> Scores;
}

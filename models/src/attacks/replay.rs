//! Whether one writing was made from another: logistic regression on the numbers of `likeness`, and limits on what `part`
//! leaves unexplained, for those of which only a stretch was.
//!
//! No weight is positive: being further apart in one way never makes a replay more likely, and beyond what is usual for two
//! writings of one hand a number says nothing more, so that a copy may differ in one way as much as it likes and is found
//! by the others. The constants are fitted by `attacks` in `models/train` on pairs of people's genuine signatures against
//! copies that were changed in some ways; the file is compiled in.

use super::likeness::{Likeness, MEASURES, NAMES};
use super::part::Unexplained;
use super::profile::Profile;
use crate::graph::kernel::Kernel;
use std::sync::LazyLock;

/// What was fitted; a model's digest covers it.
pub const REPLAY_CONSTANTS: &str = include_str!("replay.txt");
/// How many are compared before it is asked whether one of them is it; bounds the memory.
const AT_ONCE: usize = 64;
/// A first look, coarser than the comparison itself, may give log odds that are less by so much. Of 27 species of copies it
/// loses none that the whole comparison finds but a few of those with parts cut off.
pub(super) const MARGIN: f64 = 6.0;
/// How many, the last of those given, are looked at for stretches that were copied: those cost several times as much.
pub(super) const LAST: usize = 8;
/// First line of a constants file.
const HEADER: &str = "chirograph replay constants 2";

static SHIPPED: LazyLock<Replay> =
    LazyLock::new(|| Replay::parse(REPLAY_CONSTANTS).expect("the committed constants parse: tested"));

/// A fitted classifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// Log odds above this are a replay's.
    pub limit: f64,
    /// Log odds with all numbers 0.
    pub bias: f64,
    /// One for each number.
    pub terms: [Nearness; MEASURES],
    /// A half, or nearly all, of which an earlier writing leaves less unexplained was copied.
    pub unexplained: Unexplained,
}

/// What one number says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Nearness {
    /// What is larger says no more than this.
    pub most: f64,
    /// At most 0.
    pub weight: f64,
}

impl Nearness {
    /// What a number adds to the log odds.
    pub(super) fn of(&self, value: f64) -> f64 {
        self.weight * if value < self.most { value } else { self.most }
    }
}

impl Profile {
    /// Whether this is a replay of `earlier`: more alike than one hand writes twice. Profiles of different keys are never
    /// replays of one another.
    pub fn replays(&self, earlier: &Self) -> bool {
        self.replays_any([earlier])
    }
    /// Whether this is a replay of one of those at least, or a long stretch of it of one of the last 8; several times faster
    /// than asking for each. Put those last of which an attacker has most likely a copy.
    pub fn replays_any<'a>(&self, earlier: impl IntoIterator<Item = &'a Self>) -> bool {
        let earlier: Vec<&Self> = earlier.into_iter().filter(|earlier| earlier.tag == self.tag).collect();
        let last = &earlier[earlier.len().saturating_sub(LAST)..];
        earlier.chunks(AT_ONCE).any(|some| !self.wholes(some).is_empty()) || !self.stretches(last).is_empty()
    }
    /// Those of at most a few that this, or a long stretch of it, is a replay of, by place.
    pub fn replays_of(&self, earlier: &[&Self]) -> Vec<usize> {
        let comparable = earlier.iter().enumerate().filter(|(_, earlier)| earlier.tag == self.tag);
        let (places, earlier): (Vec<usize>, Vec<&Self>) = comparable.map(|(place, earlier)| (place, *earlier)).unzip();
        let mut found = self.wholes(&earlier);
        found.extend(self.stretches(&earlier));
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| places[at]).collect()
    }
    /// Those that the whole is a replay of.
    fn wholes(&self, earlier: &[&Self]) -> Vec<usize> {
        let replay = Replay::shipped();
        let promising = |coarse: &Likeness| replay.log_odds(coarse) > replay.limit - MARGIN;
        let alike = self.likenesses(earlier, promising, Kernel::best()).into_iter();
        alike.filter(|(_, likeness)| replay.is_replay(likeness)).map(|(at, _)| at).collect()
    }
    /// Those that a long stretch is a replay of.
    fn stretches(&self, earlier: &[&Self]) -> Vec<usize> {
        let unexplained = self.unexplained(earlier).into_iter().enumerate();
        unexplained.filter(|(_, rest)| Replay::shipped().is_copied(rest)).map(|(at, _)| at).collect()
    }
}

impl Replay {
    /// The one that nodes use.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }
    /// Natural log odds that one was made from the other.
    pub fn log_odds(&self, likeness: &Likeness) -> f64 {
        self.terms.iter().zip(likeness).fold(self.bias, |sum, (term, value)| sum + term.of(*value))
    }
    /// Whether this is more alike than one hand writes twice.
    pub fn is_replay(&self, likeness: &Likeness) -> bool {
        self.log_odds(likeness) > self.limit
    }
    /// Whether so little of a stretch is left unexplained that it was not written anew.
    pub fn is_copied(&self, rest: &Unexplained) -> bool {
        rest.iter().zip(&self.unexplained).any(|(rest, limit)| rest < limit)
    }
    /// Reads a constants file; `None` if a line is missing, out of place or too many.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        lines.next().filter(|line| *line == HEADER)?;
        let mut numbers = |name: &str| -> Option<Vec<f64>> {
            lines.next()?.strip_prefix(name)?.strip_prefix(' ')?.split(' ').map(|w| w.parse().ok()).collect()
        };
        let [limit] = numbers("limit")?.try_into().ok()?;
        let [bias] = numbers("bias")?.try_into().ok()?;
        let mut terms = [Nearness::default(); MEASURES];
        for (term, name) in terms.iter_mut().zip(NAMES) {
            let [most, weight] = numbers(name)?.try_into().ok()?;
            *term = Nearness { most, weight };
        }
        let unexplained = numbers("unexplained")?.try_into().ok()?;
        lines.next().is_none().then_some(Self { limit, bias, terms, unexplained })
    }
    /// Writes the file that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let terms = self.terms.iter().zip(NAMES);
        let terms: String = terms.map(|(t, name)| format!("{name} {} {}\n", t.most, t.weight)).collect();
        let [half, most] = self.unexplained;
        format!("{HEADER}\nlimit {}\nbias {}\n{terms}unexplained {half} {most}\n", self.limit, self.bias)
    }
}

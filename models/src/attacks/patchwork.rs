//! Whether a writing was put together of pieces of the references, each changed on its own: strokes moved one by one,
//! strokes of several, a path half-way between two.
//!
//! Such a writing is nearer to the references, as a whole, than these are to one another, whatever was moved: one that is
//! not is looked at no further. Of others it is weighed how much nearer, and what the references leave unexplained of its short
//! stretches (`patch`), by itself and beside what they leave of one another. No weight is positive, and beyond what is usual a
//! number says nothing more. References that repeat one another closely belong to a writer who does, so of fewer than three
//! nothing is known and nothing is said. The constants are fitted by `attacks` in `models/train`; the file is compiled in.

use super::patch::{self, Patches};
use super::replay::Nearness;
use crate::arithmetic::ln;
use crate::dtw::Measures;
use crate::evidence::Spread;
use crate::features::Series;
use crate::graph::Kernel;
use std::sync::LazyLock;

/// What was fitted; a model's digest covers it.
pub const PATCHWORK_CONSTANTS: &str = include_str!("patchwork.txt");
/// First line of a constants file.
const HEADER: &str = "chirograph patchwork constants 1";
/// Fewest references.
const REFERENCES: usize = 3;
/// Fewest stretches in which the pen moves that say something.
const STRETCHES: usize = 2;
/// Which of the stretches count, sorted from near to far, percent.
const QUANTILES: [usize; 4] = [10, 25, 50, 75];
/// For how many references what is usual with other people counts.
const USUAL_COUNTS: f64 = 1.0;

/// What is left unexplained of a writing's stretches, at the [`QUANTILES`], as natural logarithms.
pub type Rests = [f64; QUANTILES.len()];

/// How much nearer or further than the references among themselves: the nearest of them, and their mean; as natural logarithms.
pub type Closeness = [f64; 2];
/// A writing whose nearest reference is further away than this, beside those of the references, is nothing that was made of them.
const NEAR: f64 = 0.0;
/// What is nearer than this is the same.
const SAME: f64 = -3.0;

/// By how much a search may lower what a first look leaves: where even so much less would not show that it was made of the
/// references, nothing is searched. That spares most genuine writings the search and loses 8 of 2,545 finds (`models/MODEL.md`).
const SEARCH_GAIN: f64 = 1.5;

/// How many numbers are weighed.
pub const WEIGHED: usize = 2 + 2 * QUANTILES.len();
/// What is weighed.
pub type Numbers = [f64; WEIGHED];
/// Names of the numbers that are weighed.
const NAMES: [&str; WEIGHED] =
    ["nearest", "mean", "rest_10", "rest_25", "rest_50", "rest_75", "beside_10", "beside_25", "beside_50", "beside_75"];

static SHIPPED: LazyLock<Patchwork> =
    LazyLock::new(|| Patchwork::parse(PATCHWORK_CONSTANTS).expect("the committed constants parse: tested"));

/// A fitted classifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Patchwork {
    /// Log odds above this are a patchwork's.
    pub limit: f64,
    /// Log odds with all numbers 0.
    pub bias: f64,
    /// What people's references leave of one another, on average.
    pub usual: Rests,
    /// One for each number.
    pub terms: [Nearness; WEIGHED],
}

/// What decides how writings are compared; a model's digest covers it.
pub(super) fn limits() -> Vec<f64> {
    let counts = QUANTILES.into_iter().chain([REFERENCES, STRETCHES]).map(|count| count as f64);
    counts.chain([USUAL_COUNTS, NEAR, SAME, SEARCH_GAIN]).chain(patch::limits()).collect()
}

/// A writing, and what it may be made of.
pub struct Beside<'a> {
    /// The writing.
    pub series: &'a Series,
    /// How near it is to the references.
    pub closeness: Closeness,
    /// The references.
    pub references: &'a [Series],
    /// What they leave of one another.
    pub among: &'a Among,
}

/// How near a writing is, from what was measured beside each reference.
pub fn closeness(measured: &[Measures], spread: &Spread) -> Closeness {
    let distances = || measured.iter().map(|measures| measures[0]);
    let nearest = distances().fold(f64::MAX, |least, d| if d < least { d } else { least });
    let mean = distances().fold(0.0, |sum, d| sum + d) / measured.len().max(1) as f64;
    [(nearest, spread.nearest), (mean, spread.mean[0])].map(|(own, usual)| {
        let beside = ln(own) - ln(usual);
        if beside > SAME { beside } else { SAME }
    })
}

/// Whether it is near enough to be looked at.
pub fn is_near(closeness: &Closeness) -> bool {
    closeness[0] <= NEAR
}

/// What others leave of a writing; `None` if too little of it moves.
pub fn rests(own: &Series, others: &[&Series], kernel: Kernel) -> Option<Rests> {
    patches(own, others, kernel).map(|patches| quantiles(patches.searched()))
}

fn patches(own: &Series, others: &[&Series], kernel: Kernel) -> Option<Patches> {
    let patches = || Patches::of(own, others, kernel);
    (!others.is_empty()).then(patches).filter(|patches| patches.count() >= STRETCHES)
}

fn quantiles(mut rests: Vec<f64>) -> Rests {
    rests.sort_unstable_by(f64::total_cmp);
    QUANTILES.map(|percent| quantile(&rests, percent))
}

/// What references leave of one another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Among {
    /// On average.
    pub mean: Rests,
    /// Of how many.
    pub count: usize,
}

/// What references leave of one another; `None` of too few.
pub fn among(references: &[Series], kernel: Kernel) -> Option<Among> {
    if references.len() < REFERENCES {
        return None;
    }
    let of = |one: usize| {
        let others: Vec<&Series> = references.iter().enumerate().filter(|(i, _)| *i != one).map(|(_, r)| r).collect();
        rests(&references[one], &others, kernel)
    };
    let all: Vec<Rests> = (0..references.len()).filter_map(of).collect();
    let sum = all.iter().fold(Rests::default(), |sum, rests| std::array::from_fn(|k| sum[k] + rests[k]));
    (!all.is_empty()).then(|| Among { mean: sum.map(|sum| sum / all.len() as f64), count: all.len() })
}

/// Linear between the two nearest of a sorted list.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let at = percent * (sorted.len() - 1);
    let (low, share) = (at / 100, (at % 100) as f64 / 100.0);
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * share
}

impl Patchwork {
    /// The one that nodes use.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }
    /// What is weighed: how near it is, what the references leave, and how much less that is than what they leave of one
    /// another, of which some part is taken to be what is usual.
    pub fn numbers(&self, closeness: &Closeness, rests: &Rests, among: &Among) -> Numbers {
        let n = among.count as f64;
        let own = |k: usize| (n * among.mean[k] + USUAL_COUNTS * self.usual[k]) / (n + USUAL_COUNTS);
        let beside: Rests = std::array::from_fn(|k| rests[k] - own(k));
        let mut all = closeness.iter().chain(rests).chain(&beside);
        std::array::from_fn(|_| *all.next().expect("there are as many"))
    }
    /// Natural log odds that it was put together.
    pub fn log_odds(&self, numbers: &Numbers) -> f64 {
        self.terms.iter().zip(numbers).fold(self.bias, |sum, (term, value)| sum + term.of(*value))
    }
    /// Whether the references leave less of a writing than one hand does.
    pub fn is_made_of(&self, own: &Beside<'_>, kernel: Kernel) -> bool {
        if !is_near(&own.closeness) {
            return false;
        }
        let references: Vec<&Series> = own.references.iter().collect();
        let exceeds = |rests: Rests| self.log_odds(&self.numbers(&own.closeness, &rests, own.among)) > self.limit;
        patches(own.series, &references, kernel).is_some_and(|patches| {
            let hoped = quantiles(patches.looked()).map(|rest| rest - SEARCH_GAIN);
            exceeds(hoped) && exceeds(quantiles(patches.searched()))
        })
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
        let usual = numbers("usual")?.try_into().ok()?;
        let mut terms = [Nearness::default(); WEIGHED];
        for (term, name) in terms.iter_mut().zip(NAMES) {
            let [most, weight] = numbers(name)?.try_into().ok()?;
            *term = Nearness { most, weight };
        }
        lines.next().is_none().then_some(Self { limit, bias, usual, terms })
    }
    /// Writes the file that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let terms = self.terms.iter().zip(NAMES);
        let terms: String = terms.map(|(t, name)| format!("{name} {} {}\n", t.most, t.weight)).collect();
        let usual: Vec<String> = self.usual.iter().map(f64::to_string).collect();
        format!("{HEADER}\nlimit {}\nbias {}\nusual {}\n{terms}", self.limit, self.bias, usual.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::StrokePacket;
    use crate::trace::Trace;
    use crate::{Appraiser, Writer};
    use proto::flags::FLAG_REPLAY;

    const COUNT: u64 = 5;

    fn references(seed: u64) -> Vec<StrokePacket> {
        (0..COUNT).map(|n| Writer::new(seed).sign(n)).collect()
    }
    fn series(packet: &StrokePacket) -> Series {
        Series::of(&Trace::new(packet).unwrap())
    }
    /// Each stroke by itself somewhere else.
    fn moved(packet: &StrokePacket) -> StrokePacket {
        let (mut copy, mut stroke, mut down) = (packet.clone(), 0i32, false);
        for s in &mut copy.samples {
            stroke += i32::from(s.pen.is_down() && !down);
            down = s.pen.is_down();
            (s.x, s.y) = (s.x + stroke * 37 % 90 - 45, s.y + stroke * 53 % 80 - 40);
        }
        copy
    }

    #[test]
    fn strokes_moved_one_by_one_are_a_patchwork_and_new_writings_are_none() {
        let model = Appraiser::graph();
        let mut found = 0;
        for seed in 0..20 {
            let references = references(seed);
            let template = model.enrol(&references).unwrap();
            let flagged =
                |packet: &StrokePacket| model.appraise(packet, Some(&template)).unwrap().flags & FLAG_REPLAY != 0;
            for n in COUNT..COUNT + 5 {
                assert!(!flagged(&Writer::new(seed).sign(n)), "writer {seed}, {n}");
            }
            found += usize::from(flagged(&moved(&references[2])));
        }
        assert!(found >= 18, "{found} of 20");
    }

    #[test]
    fn all_loops_leave_the_same_bits() {
        for seed in 0..6 {
            let all: Vec<Series> = references(seed).iter().map(series).collect();
            let others: Vec<&Series> = all[1..].iter().collect();
            let [plain, best] = [Kernel::portable(), Kernel::best()].map(|kernel| rests(&all[0], &others, kernel));
            assert_eq!(plain.unwrap().map(f64::to_bits), best.unwrap().map(f64::to_bits));
        }
    }

    #[test]
    fn few_references_and_writings_without_movement_say_nothing() {
        let all: Vec<Series> = references(1).iter().map(series).collect();
        assert!(among(&all[..2], Kernel::best()).is_none());
        assert!(rests(&all[0], &[], Kernel::best()).is_none());
        let still = Series::of_channels(1, vec![0.0; crate::features::CHANNELS * (1 + crate::features::PADDING)]);
        let others: Vec<&Series> = all.iter().collect();
        assert!(rests(&still, &others, Kernel::best()).is_none());
        assert!(rests(&all[0], &[&still], Kernel::best()).is_some_and(|rests| rests.iter().all(|r| r.is_finite())));
    }

    #[test]
    fn constants_are_read_as_they_are_written() {
        let shipped = Patchwork::shipped();
        assert_eq!(Patchwork::parse(&shipped.to_text()).as_ref(), Some(shipped));
        assert!(shipped.terms.iter().all(|term| term.weight <= 0.0));
        assert_eq!(Patchwork::parse(&format!("{PATCHWORK_CONSTANTS}\n")), None);
        assert_eq!(Patchwork::parse(&PATCHWORK_CONSTANTS.replace("rest_10", "rest_11")), None);
    }
}

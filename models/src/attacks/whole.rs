//! Whether a packet holds one whole signature, judged beside the signer's references.
//!
//! Length and duration vary little within one person: two signatures in one packet are long in both, one of which a good
//! part is missing is short in both. Where it is only rather short, it is laid on the references by elastic matching with
//! free ends: what is complete covers them from end to end. A short part missing in the middle cannot be told from the
//! person's own variation here.

use super::{FLAG_INCOMPLETE, FLAG_MERGED};
use crate::features::{Series, channel};
use crate::globals::globals;
use crate::template::Template;
use crate::trace::Trace;

/// Place of a duration among the global features.
const SECONDS: usize = 0;
/// Place of a length.
const PATH: usize = 1;

/// From where on a packet is not one whole signature.
struct Limits {
    /// [`size`] below which it is incomplete whatever it covers.
    short: f64,
    /// [`size`] below which it is incomplete if more than `uncovered` is left uncovered.
    rather_short: f64,
    /// Part of a reference.
    uncovered: f64,
    /// [`size`] above which it is merged.
    long: f64,
}

/// From three references on.
const SOME: Limits = Limits { short: -4.3, rather_short: -0.6, uncovered: 0.13, long: 4.8 };
/// With fewer: one reference may itself be unusual.
const FEW: Limits = Limits { short: -4.6, rather_short: -4.6, uncovered: 1.0, long: 4.8 };
/// References of [`SOME`].
const REFERENCES: usize = 3;

/// Every second point of a series (which has 50 a second) is matched.
const STRIDE: usize = 2;
/// Channels that are compared: direction, and velocity.
const CHANNELS: [usize; 4] = [channel::COS, channel::SIN, channel::DX, channel::DY];

impl Limits {
    const fn numbers(&self) -> [f64; 4] {
        [self.short, self.rather_short, self.uncovered, self.long]
    }
}

/// What decides on parts; a model's digest covers it.
pub(super) const LIMITS: [[f64; 4]; 2] = [SOME.numbers(), FEW.numbers()];

/// [`FLAG_INCOMPLETE`] or [`FLAG_MERGED`], or 0.
pub fn against(trace: &Trace, template: &Template) -> u32 {
    let limits = if template.references() < REFERENCES { FEW } else { SOME };
    let size = size(trace, template);
    if size > limits.long {
        FLAG_MERGED
    } else if size < limits.short || (size < limits.rather_short && uncovered(trace, template) > limits.uncovered) {
        FLAG_INCOMPLETE
    } else {
        0
    }
}

/// How much longer than the references, in path and time, in deviations of the signer; negative if shorter. Few references
/// leave the mean uncertain, which makes the deviations wider.
pub fn size(trace: &Trace, template: &Template) -> f64 {
    let unusual = template.habit.unusual(&globals(trace));
    let n = template.references() as f64;
    0.5 * (unusual[SECONDS] + unusual[PATH]) / (1.0 + 1.0 / n).sqrt()
}

/// Part of the references that the packet does not cover: the lower quartile over them, since one may be unusual.
pub fn uncovered(trace: &Trace, template: &Template) -> f64 {
    let packet = points(&Series::of(trace));
    let mut parts: Vec<f64> = template.references.iter().map(|r| left_over(&packet, &points(r))).collect();
    parts.sort_by(f64::total_cmp);
    parts[(parts.len() - 1) / 4]
}

type Point = [f32; CHANNELS.len()];

fn points(series: &Series) -> Vec<Point> {
    (0..series.len).step_by(STRIDE).map(|i| CHANNELS.map(|c| series.channel(c)[i])).collect()
}

/// A way to match the packet's points so far: its cost, and where on the reference it began.
#[derive(Clone, Copy)]
struct Way {
    cost: f32,
    start: usize,
}

/// Part of the reference before the first and after the last match. Each point of the packet is matched to one of the
/// reference, in order, at most two further on than the one before.
fn left_over(packet: &[Point], reference: &[Point]) -> f64 {
    let mut ways: Vec<Way> = (0..reference.len()).map(|start| Way { cost: 0.0, start }).collect();
    for (i, point) in packet.iter().enumerate() {
        for j in (0..reference.len()).rev() {
            let from = if i == 0 { j } else { j.saturating_sub(2) };
            let mut best = ways[j];
            for way in &ways[from..j] {
                best = if way.cost < best.cost { *way } else { best };
            }
            let cost = best.cost + distance(point, &reference[j]);
            ways[j] = Way { cost, ..best };
        }
    }
    let mut end = 0;
    for (j, way) in ways.iter().enumerate() {
        end = if way.cost < ways[end].cost { j } else { end };
    }
    let covered = end + 1 - ways[end].start;
    1.0 - covered as f64 / reference.len() as f64
}

fn distance(a: &Point, b: &Point) -> f32 {
    a.iter().zip(b).fold(0.0, |s, (a, b)| s + (a - b) * (a - b))
}

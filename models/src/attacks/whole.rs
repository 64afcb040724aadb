//! Whether a packet holds one whole signature, judged beside the signer's references.
//!
//! Length and duration vary little within one person: two signatures in one packet are long in both, one of which a good
//! part is missing is short in both. Where it is only rather short, it is laid on the references (`cover`): what is complete
//! covers them from end to end. A short part missing in the middle cannot be told from the
//! person's own variation here.

use super::cover;
use super::{FLAG_INCOMPLETE, FLAG_MERGED};
use crate::graph::Kernel;
use crate::template::{Template, Writing};

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

impl Limits {
    const fn numbers(&self) -> [f64; 4] {
        [self.short, self.rather_short, self.uncovered, self.long]
    }
}

/// What decides on parts; a model's digest covers it.
pub(super) const LIMITS: [[f64; 4]; 2] = [SOME.numbers(), FEW.numbers()];

/// [`FLAG_INCOMPLETE`] or [`FLAG_MERGED`], or 0.
pub fn against(writing: &Writing, template: &Template, kernel: Kernel) -> u32 {
    let limits = if template.references() < REFERENCES { FEW } else { SOME };
    let size = size(writing, template);
    if size > limits.long {
        FLAG_MERGED
    } else if size < limits.short
        || (size < limits.rather_short && uncovered(writing, template, kernel) > limits.uncovered)
    {
        FLAG_INCOMPLETE
    } else {
        0
    }
}

/// How much longer than the references, in path and time, in deviations of the signer; negative if shorter. Few references
/// leave the mean uncertain, which makes the deviations wider.
fn size(writing: &Writing, template: &Template) -> f64 {
    let unusual = template.habit.unusual(&writing.globals);
    let n = template.references() as f64;
    0.5 * (unusual[SECONDS] + unusual[PATH]) / (1.0 + 1.0 / n).sqrt()
}

/// Part of the references that the writing does not cover: the lower quartile over them, since one may be unusual.
fn uncovered(writing: &Writing, template: &Template, kernel: Kernel) -> f64 {
    let mut parts = cover::left_over(&writing.series, &template.references, kernel);
    parts.sort_by(f64::total_cmp);
    parts[(parts.len() - 1) / 4]
}

//! Whether a packet holds one whole signature, judged beside the signer's references.
//!
//! Length and duration vary little within one person, so a signature of which a good part is missing is short in both,
//! and two in one packet are long in both. A small part missing cannot be told from the person's own variation here.

use super::{FLAG_INCOMPLETE, FLAG_MERGED};
use crate::globals::globals;
use crate::template::Template;
use crate::trace::Trace;

/// Place of a duration among the global features.
const SECONDS: usize = 0;
/// Place of a length.
const PATH: usize = 1;

/// Mean of the deviations of duration and length below which a packet is incomplete.
const SHORT: f64 = -3.6;
/// The same above which it is merged.
const LONG: f64 = 4.2;

/// [`FLAG_INCOMPLETE`] or [`FLAG_MERGED`], or 0.
pub fn against(trace: &Trace, template: &Template) -> u32 {
    let size = size(trace, template);
    if size < SHORT {
        FLAG_INCOMPLETE
    } else if size > LONG {
        FLAG_MERGED
    } else {
        0
    }
}

/// How much longer than the references, in path and time, in deviations of the signer; negative if shorter.
pub fn size(trace: &Trace, template: &Template) -> f64 {
    let unusual = template.habit.unusual(&globals(trace));
    0.5 * (unusual[SECONDS] + unusual[PATH])
}

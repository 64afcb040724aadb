//! Whether the movement is one that no hand makes.

use crate::trace::Trace;

/// Whether the movement is one that no hand makes.
pub(super) fn made(trace: &Trace) -> bool {
    trace.points.is_empty()
}

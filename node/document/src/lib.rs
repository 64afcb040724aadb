//! Documents beside the ledger: attaching a receipt to a PDF, and what the signatures in a PDF or OFD say.
//!
//! Pure: bytes in, data or bytes out. It renders nothing, and repairs nothing: a file that is not as its format says is
//! unreadable here, because what two viewers guess differently is what forgers use.
//!
//! | question | answer |
//! |---|---|
//! | Put a receipt into a PDF | [`pdf::attach::attach`] |
//! | Which receipts are in it, and what did they come after? | [`pdf::attach::attached`] |
//! | Which events could be about this file? | [`subject::subjects`] |
//! | Who signed it, and what came after? | [`appraise()`] |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod appraise;
pub mod ofd;
pub mod pdf;
pub mod seal;
pub mod sealed;
pub mod subject;
pub mod trust;
pub mod zip;

pub use appraise::{Appraised, Format, appraise};
pub use pdf::attach::{Attached, CannotAttach, attach};
pub use pdf::signature::Signature;
pub use subject::{Subject, subjects};
pub use trust::Roots;

#[cfg(test)]
mod tests;

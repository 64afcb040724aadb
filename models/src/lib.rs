//! THE EYES: stroke packets, the interchange formats they come in, and the appraisal of handwriting.
//!
//! Pure: no clock, no randomness, no I/O. Files are read by `node` and handed over as bytes.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod packet;

pub use packet::{Sample, StrokePacket};

//! THE EYES: stroke packets, the interchange formats they come in, and the appraisal of handwriting.
//!
//! Pure: no clock, no randomness, no I/O. Files are read by `node` and handed over as bytes.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod appraiser;
pub mod arithmetic;
pub mod attacks;
mod band;
pub mod constants;
pub mod dtw;
pub mod evidence;
pub mod features;
pub mod formats;
pub mod globals;
pub mod grade;
pub mod graph;
pub mod inspection;
pub mod llr;
pub mod lowpass;
pub mod meaning;
pub mod packet;
mod pairs;
mod per_moment;
pub mod refusal;
mod table;
pub mod template;
#[cfg(feature = "tch")]
pub mod torch;
pub mod trace;
pub mod variability;
pub mod writer;
pub mod yardstick;

pub use appraiser::{Appraiser, Coherence, Opinion};
pub use inspection::Inspection;
pub use llr::Thresholds;
pub use packet::{Sample, StrokePacket};
pub use refusal::Refusal;
pub use template::Template;
pub use writer::Writer;

//! Attack checks: is this packet something that no hand wrote just now?
//!
//! Three questions, each in its own file, each with the same answer on every machine:
//! [`Profile`] compares a packet with earlier ones of the same signer (replay), [`flags`] looks at a packet alone (movement
//! that no hand makes, a clock that no digitiser has), [`against`] and [`patchwork`] look at it beside the signer's references
//! (cropped or merged; put together of them). A flag here is no opinion on who wrote: it never changes a likelihood ratio,
//! the ledger's rules act on it.
//!
//! These checks are a second line. The first is the nonce in the packet's binding and the device's signature over it: who
//! holds a signer's device key needs no replay, and who bends a replay enough in time and space at once gets past
//! distances. How often each kind of attack gets past is measured by `attacks` in `models/train`.

mod align;
mod clock;
mod cover;
mod curve;
mod elastic;
mod flow;
pub mod forest;
mod key;
mod lanes;
mod law;
mod likeness;
mod machine;
mod movement;
mod pace;
mod part;
mod patch;
pub mod patchwork;
mod profile;
mod replay;
mod reports;
mod whole;

pub use key::ProfileKey;
pub use likeness::{Likeness, MEASURES, NAMES};
pub use machine::{Beside, CONSTANTS, INPUTS, Machine, Term};
pub use movement::FEATURES;
pub use part::Unexplained;
pub use patchwork::{PATCHWORK_CONSTANTS, Patchwork, Rests};
pub use profile::Profile;
pub use proto::flags::{
    FLAG_CLOCK_TAMPERED, FLAG_INCOMPLETE, FLAG_MACHINE_MADE, FLAG_MERGED, FLAG_OUTSIDE_VALIDATED, FLAG_REPLAY,
};
pub use replay::{Nearness, REPLAY_CONSTANTS, Replay};
pub use whole::against;

use crate::packet::StrokePacket;
use crate::trace::Trace;
use reports::Reports;

/// Every limit that a check decides by and that neither [`CONSTANTS`] nor [`REPLAY_CONSTANTS`] holds, check after check:
/// whoever changes one has another model.
pub fn limits() -> Vec<f64> {
    let checks: [&[f64]; 7] = [
        &machine::LIMITS,
        &clock::LIMITS,
        whole::LIMITS.as_flattened(),
        &likeness::limits(),
        &part::limits(),
        &[replay::LAST as f64],
        &patchwork::limits(),
    ];
    checks.concat()
}

/// What a packet shows by itself: [`FLAG_MACHINE_MADE`], [`FLAG_CLOCK_TAMPERED`]; [`FLAG_OUTSIDE_VALIDATED`] if it was recorded at a
/// rate at which nobody knows how people's movements look to the check.
pub fn flags(packet: &StrokePacket, trace: &Trace) -> u32 {
    let reports = Reports::of(trace);
    let machine = if machine::made(packet, trace, reports) { FLAG_MACHINE_MADE } else { 0 };
    let rate = if reports.are_fitted_to() { 0 } else { FLAG_OUTSIDE_VALIDATED };
    let clock = if clock::tampered(packet) { FLAG_CLOCK_TAMPERED } else { 0 };
    machine | clock | rate
}

/// The numbers that [`FLAG_MACHINE_MADE`] is decided on; for fitting and explaining.
pub fn movement(trace: &Trace) -> Vec<f64> {
    movement::features(trace).to_vec()
}

#[cfg(test)]
mod tests;

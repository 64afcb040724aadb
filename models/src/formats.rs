//! Interchange formats of handwriting: what a file carries becomes a [`Recording`], and back.
//!
//! | format | read | written | what survives |
//! |---|---|---|---|
//! | SVC2004 text, tasks 1 and 2 | yes | no | all rows |
//! | ISO/IEC 19794-7 full format (GB/T 26237.7) | yes | yes | samples; the device's scales |
//! | W3C InkML | yes | yes | samples; the device |
//!
//! The binding, the session and the attestation of a packet survive in none of them: a file says how somebody wrote,
//! not what was signed. Nothing is resampled, and a value that a packet cannot hold is an error, never rounded in
//! silence. This file reads no disk; every input is bounded by [`FILE_BYTES_MAX`].

mod fault;
pub mod inkml;
pub mod iso19794_7;
pub mod svc2004;

pub use fault::{FormatFault, Position};

use crate::packet::{Binding, Device, Sample, Session, StrokePacket};

/// Most bytes of a file that a reader accepts.
pub const FILE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What a file can say: the device and the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The device, as far as the format describes it.
    pub device: Device,
    /// Raw samples; the first has time 0.
    pub samples: Vec<Sample>,
}

impl Recording {
    /// The part of `packet` that a format can carry.
    pub fn of(packet: &StrokePacket) -> Self {
        Self { device: packet.device.clone(), samples: packet.samples.clone() }
    }
    /// A packet without attestation.
    pub fn into_packet(self, binding: Binding, session: Session) -> StrokePacket {
        StrokePacket { binding, device: self.device, session, samples: self.samples, attestation: None }
    }
}

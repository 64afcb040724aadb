//! The stroke packet: what a pen did while one name was written, bound to what was signed, where and with what.
//!
//! A packet holds **raw** samples: nothing is smoothed, resampled or derived, because a judge's expert must see what
//! the digitiser said. Speed, angular velocity and pictures are recomputed by whoever needs them and never trusted from
//! a sender. The field list follows the channels of ISO/IEC 19794-7 (GB/T 26237.7), W3C InkML and W3C Pointer Events.
//! Left out on purpose: pen twist and finger contact size (no reader of ours delivers them).
//!
//! # Bytes
//!
//! ```text
//! tag "chirograph/packet", version 1 (as every canonical value), then
//! binding      signer text, document 32, nonce height u64, nonce block 32, intent text
//! device       maker, model, serial, system, app texts, kind u8, nm_per_unit u32, scale_uncertainty_permille u16,
//!              area_width u32, area_height u32, orientation u8, pressure_levels u32, rate_mhz u32,
//!              time_quantum_us u32, hover u8, tilt u8
//! session      device_time u64, canvas width and height u32, guide_line u8, shown option 32, attempts u16,
//!              discarded list 32, prompt text, prompt_to_pen_ms u32, total_ms u32, posture u8, instrument u8,
//!              place option (latitude i32, longitude i32)
//! samples      u32 count, then eight columns of differences (`packet/column.rs`): t, x, y, pressure, pen,
//!              tilt present, azimuth, altitude
//! attestation  option (key 65, signature 64)
//! ```
//!
//! `golden/packet.txt` holds a packet with every field used; `openssl dgst -sm3` over its bytes gives its digest.
//!
//! This file does not appraise handwriting, and it knows nothing about encryption at rest.

mod attestation;
mod binding;
mod coded;
mod column;
mod device;
mod sample;
mod session;
#[cfg(test)]
mod tests;

pub use attestation::{Attestation, AttestationFault};
pub use binding::{Binding, INTENT_MAX, Nonce};
pub use device::{DEVICE_TEXT_MAX, Device, DigitiserKind, Orientation};
pub use sample::{PenState, Sample, Tilt};
pub(crate) use sample::{decode_all as decode_samples, encode_all as encode_samples};
pub use session::{DISCARDED_MAX, Instrument, PROMPT_MAX, Place, Posture, Session};

use proto::encode::tagged;
use proto::{Canonical, Decoder, Digest, Encoder, Malformed};

/// Most samples in a packet: 40 s at 200 Hz. A signature takes 1 to 6 s.
pub const SAMPLES_MAX: usize = 8192;
/// Most bytes of an encoded packet, tag included.
pub const PACKET_BYTES_MAX: usize = 128 * 1024;

/// One signature as captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrokePacket {
    /// Who signs what, and after which block.
    pub binding: Binding,
    /// The digitiser and the software around it.
    pub device: Device,
    /// The circumstances of writing.
    pub session: Session,
    /// Raw samples in the order of capture; the first has `t_us` 0. At most [`SAMPLES_MAX`].
    pub samples: Vec<Sample>,
    /// Signature of the capture device or platform over everything above.
    pub attestation: Option<Attestation>,
}

impl StrokePacket {
    /// Digest of the samples alone: equal for one piece of writing whatever document it is attached to, which is how a
    /// ledger refuses to take the same strokes twice.
    pub fn samples_digest(&self) -> Digest {
        let mut e = tagged("chirograph/packet-samples");
        sample::encode_all(&self.samples, &mut e);
        Digest::sm3(&e.finish())
    }
    /// What the ledger carries in place of the packet: SM3 of tag ‖ salt ‖ canonical bytes. With the salt destroyed
    /// nobody can test a guess about the packet.
    pub fn commitment(&self, salt: &[u8; 32]) -> Digest {
        let mut e = tagged("chirograph/packet-commitment");
        e.raw(salt).raw(&self.to_bytes());
        Digest::sm3(&e.finish())
    }
    /// Checks sizes, texts and ranges of a packet that was built in memory: it is well-formed if and only if its bytes
    /// decode. The error names the field.
    pub fn check(&self) -> Result<(), Malformed> {
        Self::from_bytes(&self.to_bytes()).map(drop)
    }
    /// Time from the first to the latest sample, in microseconds.
    pub fn duration_us(&self) -> u32 {
        self.samples.iter().map(|s| s.t_us).max().unwrap_or(0)
    }
    fn encode_unsigned(&self, e: &mut Encoder) {
        self.binding.encode(e);
        self.device.encode(e);
        self.session.encode(e);
        sample::encode_all(&self.samples, e);
    }
}

impl Canonical for StrokePacket {
    const TAG: &'static str = "chirograph/packet";

    fn encode_body(&self, e: &mut Encoder) {
        self.encode_unsigned(e);
        e.option(self.attestation.as_ref(), |e, a| a.encode(e));
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let (len, max) = (d.remaining(), PACKET_BYTES_MAX - Self::TAG.len() - 2);
        if len > max {
            return Err(Malformed::TooLong { field: "packet", len, max });
        }
        Ok(Self {
            binding: Binding::decode(d)?,
            device: Device::decode(d)?,
            session: Session::decode(d)?,
            samples: sample::decode_all(d)?,
            attestation: d.option("attestation", Attestation::decode)?,
        })
    }
}

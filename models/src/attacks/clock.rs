//! Whether the time stamps can be a digitiser's.

use crate::packet::StrokePacket;

/// Whether the time stamps are none that the declared device makes.
pub(super) fn tampered(packet: &StrokePacket) -> bool {
    let quantum = packet.device.time_quantum_us;
    quantum > 1 && packet.samples.iter().any(|s| s.t_us % quantum != 0)
}

//! How many sessions a set of packets was written in, as far as the packets say. The capture device's clock is a claim:
//! this is for advice, not for a verdict.

use crate::packet::StrokePacket;
use std::collections::BTreeSet;

/// Writings further apart than this belong to different sessions, ms: a hand rests, a day goes by.
const GAP_MS: u64 = 6 * 3_600_000;

/// Number of sessions; `None` if the packets do not say. Without device times, packets that name the same block as the last
/// one known were written close together; different blocks say nothing.
pub fn sessions(packets: &[StrokePacket]) -> Option<usize> {
    let mut times: Vec<u64> = packets.iter().map(|p| p.session.device_time.0).collect();
    if times.is_empty() {
        return None;
    }
    if times.contains(&0) {
        let blocks: BTreeSet<_> = packets.iter().map(|p| p.binding.nonce.block).collect();
        return (blocks.len() == 1).then_some(1);
    }
    times.sort_unstable();
    Some(1 + times.windows(2).filter(|w| w[1] - w[0] > GAP_MS).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Writer;
    use proto::{Digest, TimeMs};

    fn packets(hours: &[u64]) -> Vec<StrokePacket> {
        let at = |(i, hours): (usize, &u64)| {
            let mut packet = Writer::new(3).sign(i as u64);
            packet.session.device_time = TimeMs(hours * 3_600_000);
            packet.binding.nonce.block = Digest::ZERO;
            packet
        };
        hours.iter().enumerate().map(at).collect()
    }

    #[test]
    fn a_long_pause_ends_a_session() {
        assert_eq!(sessions(&packets(&[1000, 1001, 1006])), Some(1));
        assert_eq!(sessions(&packets(&[1030, 1000, 1001])), Some(2));
        assert_eq!(sessions(&[]), None);
    }

    #[test]
    fn without_times_only_one_block_tells() {
        let mut unknown = packets(&[0, 1000]);
        assert_eq!(sessions(&unknown), Some(1));
        unknown[1].binding.nonce.block = Digest::sm3(b"later");
        assert_eq!(sessions(&unknown), None);
    }
}

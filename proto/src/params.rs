//! Parameters that every validator must share byte for byte; they come from genesis and are hashed into it.

use crate::appraisal::Thresholds;
use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::Digest;

/// Rules and timings of one network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Params {
    /// Digest of the handwriting model in force.
    pub model: Digest,
    /// Bands of its log-likelihood ratio.
    pub thresholds: Thresholds,
    /// Largest difference of two validators' LLR that may still be voted for, in milliban. 0: bit-exact.
    pub epsilon_mb: u32,
    /// Whether synthetic demonstration packets may be committed.
    pub allow_synthetic: bool,
    /// A `Sign` may name a block at most this many milliseconds older than the block that commits it.
    pub nonce_age_max_ms: u64,
    /// A transaction may expire at most this many blocks ahead.
    pub expiry_max_blocks: u64,
    /// Most events in a block.
    pub block_events_max: u32,
    /// Longest encoded packet, in bytes.
    pub packet_bytes_max: u32,
    /// How long a view waits for its leader's proposal, in milliseconds; grows while views fail.
    pub leader_timeout_ms: u64,
    /// How long a view waits for a certificate after the proposal, in milliseconds.
    pub view_timeout_ms: u64,
    /// An idle network makes one empty block this often, in milliseconds, so that signings find a recent one to name.
    pub heartbeat_ms: u64,
    /// A fresh proposal may be at most this far ahead of a voter's clock, in milliseconds. Never decides safety.
    pub clock_skew_max_ms: u64,
}

impl Canonical for Params {
    const TAG: &'static str = "chirograph/params";

    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.model).i32(self.thresholds.accept_at).i32(self.thresholds.reject_below);
        e.u32(self.epsilon_mb).bool(self.allow_synthetic).u64(self.nonce_age_max_ms).u64(self.expiry_max_blocks);
        e.u32(self.block_events_max).u32(self.packet_bytes_max);
        e.u64(self.leader_timeout_ms).u64(self.view_timeout_ms).u64(self.heartbeat_ms).u64(self.clock_skew_max_ms);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            model: d.digest("params.model")?,
            thresholds: Thresholds {
                accept_at: d.i32("params.accept_at")?,
                reject_below: d.i32("params.reject_below")?,
            },
            epsilon_mb: d.u32("params.epsilon_mb")?,
            allow_synthetic: d.bool("params.allow_synthetic")?,
            nonce_age_max_ms: d.u64("params.nonce_age_max_ms")?,
            expiry_max_blocks: d.u64("params.expiry_max_blocks")?,
            block_events_max: d.u32("params.block_events_max")?,
            packet_bytes_max: d.u32("params.packet_bytes_max")?,
            leader_timeout_ms: d.u64("params.leader_timeout_ms")?,
            view_timeout_ms: d.u64("params.view_timeout_ms")?,
            heartbeat_ms: d.u64("params.heartbeat_ms")?,
            clock_skew_max_ms: d.u64("params.clock_skew_max_ms")?,
        })
    }
}

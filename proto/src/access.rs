//! The request to read a stroke packet under an access event that was committed before: signed, so that nobody but the
//! organisation that was given access gets it.
//!
//! Who may have access is a rule of the ledger. How long an access is good for is the node's business.

use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{ChainId, Seq, TimeMs};

/// What is signed, with the key that signed the access event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadRequest {
    /// The ledger.
    pub chain: ChainId,
    /// The access event.
    pub access: Seq,
    /// Now: a request that somebody overheard is soon worth nothing.
    pub time: TimeMs,
}

impl Canonical for ReadRequest {
    const TAG: &'static str = "chirograph/read-packets";

    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.chain).u64(self.access.0).u64(self.time.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { chain: d.digest("chain_id")?, access: Seq(d.u64("access")?), time: TimeMs(d.u64("time")?) })
    }
}

//! Events: the lines of the ledger, and the two hash chains over them.

use crate::appraisal::Appraisal;
use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::ids::{ChainId, Digest, Height, Name, Seq, TimeMs};
use crate::transaction::{Kind, Transaction};

/// One committed line of the ledger. Its hash is `digest()`: SM3 of the canonical bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Position in the ledger, from 0.
    pub seq: Seq,
    /// Block that holds it.
    pub height: Height,
    /// Time of that block.
    pub time: TimeMs,
    /// Position within its matter, from 1; 0 for an event without a matter.
    pub matter_seq: u64,
    /// What was asked, with its signature.
    pub transaction: Transaction,
    /// The validators' agreed opinion, where packets were involved.
    pub appraisal: Option<Appraisal>,
}

impl Event {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.transaction.draft.body.kind()
    }
    /// Whether it is the control node of its matter: a handwritten signing.
    pub fn is_control_node(&self) -> bool {
        self.kind() == Kind::Sign
    }
}

impl Canonical for Event {
    const TAG: &'static str = "chirograph/event";

    fn encode_body(&self, e: &mut Encoder) {
        e.u64(self.seq.0).u64(self.height.0).u64(self.time.0).u64(self.matter_seq);
        self.transaction.encode_body(e);
        e.option(self.appraisal.as_ref(), |e, a| a.encode_body(e));
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            seq: Seq(d.u64("event.seq")?),
            height: Height(d.u64("event.height")?),
            time: TimeMs(d.u64("event.time")?),
            matter_seq: d.u64("event.matter_seq")?,
            transaction: Transaction::decode_body(d)?,
            appraisal: d.option("event.appraisal", Appraisal::decode_body)?,
        })
    }
}

/// `Sum_n = SM3(Sum_{n-1} ‖ hash_n)`: two 32-byte operands and nothing else, so that
/// `openssl dgst -sm3` over their 64 bytes gives the same.
pub fn next_sum(previous: &Digest, hash: &Digest) -> Digest {
    Digest::sm3_pair(&previous.0, &hash.0)
}

/// `Sum_0` of the ledger chain.
pub fn ledger_sum_zero(chain: &ChainId) -> Digest {
    let mut e = tagged("chirograph/ledger-sum");
    e.digest(chain);
    Digest::sm3(&e.finish())
}

/// `Sum_0` of a matter's chain.
pub fn matter_sum_zero(chain: &ChainId, matter: &Name) -> Digest {
    let mut e = tagged("chirograph/matter-sum");
    e.digest(chain).text(matter.as_str());
    Digest::sm3(&e.finish())
}

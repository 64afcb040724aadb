//! The tip: a header with all that is needed to build the next one on it.

use crate::store::{Meta, Read, ReadFault, load, meta};
use proto::merkle::{Frontier, LogHash};
use proto::{Canonical, Decoder, Digest, Encoder, Header, Malformed};

/// Most peaks of a frontier: one for each bit of a size.
const PEAKS_MAX: usize = 64;

/// The end of a chain of blocks, finalized or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tip {
    /// Its last header.
    pub header: Header,
    /// Digest of that header.
    pub digest: Digest,
    /// Right edge of the SM3 log after it.
    pub sm3: Frontier,
    /// Right edge of the SHA-256 log after it.
    pub sha256: Frontier,
}

impl Canonical for Tip {
    const TAG: &'static str = "chirograph/tip";

    fn encode_body(&self, e: &mut Encoder) {
        self.header.encode_body(e);
        for log in [&self.sm3, &self.sha256] {
            e.list(log.peaks(), |e, p| {
                e.digest(p);
            });
        }
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let header = Header::decode_body(d)?;
        let digest = header.digest();
        let sm3 = decode_frontier(d, LogHash::Sm3, header.ledger_size)?;
        let sha256 = decode_frontier(d, LogHash::Sha256, header.ledger_size)?;
        Ok(Self { header, digest, sm3, sha256 })
    }
}

fn decode_frontier(d: &mut Decoder<'_>, hash: LogHash, size: u64) -> Result<Frontier, Malformed> {
    let peaks = d.list(PEAKS_MAX, "tip.peaks", |d| d.digest("tip.peaks"))?;
    let rule = "a log has one peak for each set bit of its size";
    Frontier::restore(hash, size, peaks).ok_or(Malformed::Rule { field: "tip.peaks", rule })
}

/// The last finalized tip; `None` before genesis was written.
pub fn tip(disk: &dyn Read) -> Result<Option<Tip>, ReadFault> {
    load(disk, &meta(Meta::Tip))
}

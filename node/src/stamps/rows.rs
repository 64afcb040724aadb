//! Stamps in the store: height, then the authority. They follow from no block, so no other node has the same ones.

use crate::fault::Fault;
use crate::store::{Snapshot, Store, Table, key};
use ledger::{Batch, Read, ReadFault};
use proto::{Canonical, Decoder, Digest, Encoder, Height, Malformed, TimeMs};
use timestamp::token::RESPONSE_BYTES_MAX;

/// A stamp with what was at hand on its day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stamped {
    /// Height of the header.
    pub height: Height,
    /// Whom we asked.
    pub authority: String,
    /// The time that it says.
    pub time: TimeMs,
    /// Its answer (TimeStampResp), as it came.
    pub response: Vec<u8>,
    /// Certificates and revocation lists of that day, PEM; may be empty.
    pub chain_pem: String,
}

impl Canonical for Stamped {
    const TAG: &'static str = "chirograph/stamp";

    fn encode_body(&self, e: &mut Encoder) {
        e.u64(self.height.0)
            .text(&self.authority)
            .u64(self.time.0)
            .bytes(&self.response)
            .bytes(self.chain_pem.as_bytes());
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            height: Height(d.u64("stamp.height")?),
            authority: d.text(4096, "stamp.authority")?,
            time: TimeMs(d.u64("stamp.time")?),
            response: d.bytes(RESPONSE_BYTES_MAX, "stamp.response")?,
            chain_pem: String::from_utf8(d.bytes(timestamp::pem::PEM_BYTES_MAX, "stamp.chain")?)
                .map_err(|_| Malformed::NotText("stamp.chain"))?,
        })
    }
}

/// Adds a stamp to a batch. The same authority's stamp of the same height replaces the one before.
pub fn put(stamp: &Stamped, batch: &mut Batch) {
    let mark = Digest::sm3(stamp.authority.as_bytes());
    let parts = [&stamp.height.0.to_be_bytes()[..], mark.0.get(..8).unwrap_or_default()].concat();
    batch.put(key(Table::Stamp, &parts), stamp.to_bytes());
}

/// Stamps from the height `from` on, at most `limit`, in order of height.
pub fn list(disk: &Snapshot<'_>, from: &[u8], limit: usize) -> Result<Vec<(Vec<u8>, Stamped)>, ReadFault> {
    let prefix = [Table::Stamp as u8];
    let read = |rest: Vec<u8>| {
        let row = disk.get(&key(Table::Stamp, &rest))?.ok_or_else(|| ReadFault::missing("a time-stamp"))?;
        let stamp = Stamped::from_bytes(&row).map_err(|e| ReadFault::damaged("a time-stamp", &e))?;
        Ok((rest, stamp))
    };
    disk.keys_under(&prefix, from, limit)?.into_iter().map(read).collect()
}

/// All stamps over the header at a height.
pub fn of_height(disk: &Snapshot<'_>, height: Height) -> Result<Vec<Stamped>, ReadFault> {
    let found = list(disk, &height.0.to_be_bytes(), 64)?;
    Ok(found.into_iter().map(|(_, s)| s).filter(|s| s.height == height).collect())
}

/// The first height from `height` on that was stamped: the earliest time that is proven for what it holds.
pub fn first_from(disk: &Snapshot<'_>, height: Height) -> Result<Option<Height>, ReadFault> {
    Ok(list(disk, &height.0.to_be_bytes(), 1)?.first().map(|(_, s)| s.height))
}

/// The time of the stamp at the greatest height.
pub fn newest(store: &Store) -> Result<Option<TimeMs>, Fault> {
    let row = store.last(Table::Stamp)?;
    let stamp = row.map(|row| Stamped::from_bytes(&row.1)).transpose().map_err(|e| store.fault(e))?;
    Ok(stamp.map(|s| s.time))
}

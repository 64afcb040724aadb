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

/// Adds a stamp to a batch. Whoever calls has seen that the authority's stamp of that height is not there: a later one must
/// not replace it.
pub fn put(stamp: &Stamped, batch: &mut Batch) {
    batch.put(place(stamp.height, &stamp.authority), stamp.to_bytes());
}

/// Whether an authority's stamp of a height is there.
pub fn is_there(disk: &Snapshot<'_>, height: Height, authority: &str) -> Result<bool, ReadFault> {
    Ok(disk.get(&place(height, authority))?.is_some())
}

fn place(height: Height, authority: &str) -> Vec<u8> {
    let mark = Digest::sm3(authority.as_bytes());
    key(Table::Stamp, &[&height.0.to_be_bytes()[..], mark.0.get(..8).unwrap_or_default()].concat())
}

/// What one page holds before it ends; with one more stamp it still fits into a message.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Stamps from a key on, in order of height, and the key of the next one: at most `limit`, and fewer when they are long.
pub fn page(disk: &Snapshot<'_>, from: &[u8], limit: usize) -> Result<(Vec<Stamped>, Option<Vec<u8>>), ReadFault> {
    let (mut stamps, mut bytes) = (Vec::new(), 0);
    for rest in disk.keys_under(&[Table::Stamp as u8], from, limit + 1)? {
        if stamps.len() == limit || bytes > PAGE_BYTES {
            return Ok((stamps, Some(rest)));
        }
        let stamp = read(disk, &rest)?;
        bytes += stamp.response.len() + stamp.chain_pem.len();
        stamps.push(stamp);
    }
    Ok((stamps, None))
}

fn read(disk: &Snapshot<'_>, rest: &[u8]) -> Result<Stamped, ReadFault> {
    let row = disk.get(&key(Table::Stamp, rest))?.ok_or_else(|| ReadFault::missing("a time-stamp"))?;
    Stamped::from_bytes(&row).map_err(|e| ReadFault::damaged("a time-stamp", &e))
}

/// All stamps over the header at a height.
pub fn of_height(disk: &Snapshot<'_>, height: Height) -> Result<Vec<Stamped>, ReadFault> {
    let at = height.0.to_be_bytes();
    let rows = disk.keys_under(&[Table::Stamp as u8], &at, 64)?;
    rows.iter().filter(|rest| rest.starts_with(&at)).map(|rest| read(disk, rest)).collect()
}

/// The first height from `height` on that was stamped: the earliest time that is proven for what it holds.
pub fn first_from(disk: &Snapshot<'_>, height: Height) -> Result<Option<Height>, ReadFault> {
    let (first, _) = page(disk, &height.0.to_be_bytes(), 1)?;
    Ok(first.first().map(|s| s.height))
}

/// The time of the stamp at the greatest height.
pub fn newest(store: &Store) -> Result<Option<TimeMs>, Fault> {
    let row = store.last(Table::Stamp)?;
    let stamp = row.map(|row| Stamped::from_bytes(&row.1)).transpose().map_err(|e| store.fault(e))?;
    Ok(stamp.map(|s| s.time))
}

//! Reads a copy from the store of a running node, at one moment: what is committed meanwhile is not in it.

use super::Part;
use crate::store::{Row, Snapshot, Store};
use ledger::{ReadFault, Table};
use proto::{Canonical, Digest, Epoch, Header, light::LINKS_MAX};

/// About the size of a piece, in bytes.
const PIECE_BYTES: usize = 512 << 10;
/// What a header takes, about.
const HEADER_BYTES: usize = 1024;

/// Hands every part to `give` until that says no; `Ok(false)` if nothing is finalized yet.
pub fn parts(store: &Store, give: &mut dyn FnMut(Part) -> bool) -> Result<bool, ReadFault> {
    let disk = store.snapshot();
    let Some(checkpoint) = ledger::checkpoint(&disk)? else { return Ok(false) };
    let trail = ledger::trail(&disk, Epoch(0), LINKS_MAX)?;
    let _stopped = give(Part::Head(Box::new((checkpoint, trail))))
        && pieces(&disk, Table::StateLeaf, leaf, &mut |list| give(Part::Leaves(list)))?
        && pieces(&disk, Table::Header, header, &mut |list| give(Part::Headers(list)))?
        && pieces(&disk, Table::Event, |_, (_, event)| Ok((event.len(), event)), &mut |list| give(Part::Events(list)))?;
    Ok(true)
}

/// Gathers the rows of a table into pieces; false when no more are wanted.
fn pieces<T>(
    disk: &Snapshot<'_>,
    table: Table,
    read: impl Fn(&Snapshot<'_>, Row) -> Result<(usize, T), ReadFault>,
    give: &mut dyn FnMut(Vec<T>) -> bool,
) -> Result<bool, ReadFault> {
    let (mut list, mut bytes) = (Vec::new(), 0);
    for row in disk.rows_of(table as u8) {
        let (size, item) = read(disk, row?)?;
        list.push(item);
        bytes += size;
        if bytes >= PIECE_BYTES {
            bytes = 0;
            if !give(std::mem::take(&mut list)) {
                return Ok(false);
            }
        }
    }
    Ok(list.is_empty() || give(list))
}

fn leaf(_: &Snapshot<'_>, (path, value): Row) -> Result<(usize, (Digest, Vec<u8>)), ReadFault> {
    let path = path.try_into().map_err(|_| ReadFault { detail: "a leaf's key is not a path".to_owned() })?;
    Ok((value.len() + 40, (Digest(path), value)))
}

fn header(disk: &Snapshot<'_>, (_, header): Row) -> Result<(usize, (Header, Option<proto::Certificate>)), ReadFault> {
    let header = Header::from_bytes(&header).map_err(|e| ReadFault::damaged("a header", &e))?;
    let certificate = ledger::certificate(disk, header.height)?;
    Ok((HEADER_BYTES, (header, certificate)))
}

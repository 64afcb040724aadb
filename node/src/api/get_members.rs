//! GetMembers: who belongs to the consortium now, and by which parameters it works, with the proofs.
//!
//! Every page has the whole list of names, proven, so a client sees that no page is missing. A page costs as many proofs as
//! it has organisations, so pages are short, however many members there are.

use super::get_checkpoint::no_checkpoint;
use super::list_matter_events::{bad_token, page_size};
use crate::export::entry;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use evidence::StateFile;
use ledger::{Read, ReadFault};
use proto::state::{MembersLeaf, StateKey};
use proto::{Canonical, Digest};

/// Where a page starts in the list of names, and the mark of that list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cursor {
    next: usize,
    mark: [u8; 8],
}

/// What was found: nothing is signed yet, the token is of another list, or a page.
enum Found {
    NoCheckpoint,
    OtherList,
    Page(Box<v1::GetMembersResponse>),
}

/// One page, under the newest checkpoint.
pub async fn get_members(handle: &Handle, request: v1::GetMembersRequest) -> Result<v1::GetMembersResponse, Refusal> {
    let size = page_size(request.page_size)?;
    let cursor = match request.page_token.as_str() {
        "" => None,
        token => Some(Cursor::parse(token).ok_or_else(bad_token)?),
    };
    match handle.read(move |store| page(&store.snapshot(), cursor, size)).await? {
        Found::NoCheckpoint => Err(no_checkpoint()),
        Found::OtherList => Err(bad_token()),
        Found::Page(page) => Ok(*page),
    }
}

fn page(disk: &dyn Read, cursor: Option<Cursor>, size: usize) -> Result<Found, ReadFault> {
    let Some(checkpoint) = ledger::checkpoint(disk)? else { return Ok(Found::NoCheckpoint) };
    let leaf = MembersLeaf(ledger::members(disk)?);
    let (list, mark) = (leaf.to_bytes(), mark(&leaf));
    let from = cursor.map_or(0, |c| c.next);
    if cursor.is_some_and(|c| c.mark != mark || c.next >= leaf.0.len()) {
        return Ok(Found::OtherList);
    }
    let mut entries = vec![entry(disk, &StateKey::Params, ledger::params(disk)?.to_bytes())?];
    for name in leaf.0.iter().skip(from).take(size) {
        if let Some(org) = ledger::organisation(disk, name)? {
            entries.push(entry(disk, &StateKey::Organisation(name.clone()), org.to_bytes())?);
        }
    }
    entries.push(entry(disk, &StateKey::Members, list)?);
    let next = Cursor { next: from.saturating_add(size), mark };
    let page = v1::GetMembersResponse {
        checkpoint: Some(to_proto::checkpoint(&checkpoint)),
        state: StateFile::new(entries).to_bytes(),
        next_page_token: if next.next < leaf.0.len() { next.token() } else { String::new() },
    };
    Ok(Found::Page(Box::new(page)))
}

/// The first bytes of the list's digest: enough to see that it is another one.
fn mark(leaf: &MembersLeaf) -> [u8; 8] {
    let Digest([a, b, c, d, e, f, g, h, ..]) = Digest::sm3(&leaf.to_bytes());
    [a, b, c, d, e, f, g, h]
}

impl Cursor {
    /// Hex of next ‖ mark. It is no secret and grants nothing.
    fn token(self) -> String {
        hex::encode([&(self.next as u64).to_be_bytes()[..], &self.mark].concat())
    }
    fn parse(token: &str) -> Option<Self> {
        let bytes: [u8; 16] = hex::decode(token).ok()?.try_into().ok()?;
        let (next, mark) = bytes.split_first_chunk()?;
        let next = usize::try_from(u64::from_be_bytes(*next)).ok()?;
        Some(Self { next, mark: mark.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let cursor = Cursor { next: 50, mark: [7; 8] };
        assert_eq!(Cursor::parse(&cursor.token()), Some(cursor));
        for bad in ["00", "zz", &"0".repeat(34)] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }
}

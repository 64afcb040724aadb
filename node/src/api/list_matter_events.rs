//! ListMatterEvents: the events of a matter page by page, and on the first page the proof of how many there are.
//!
//! A page token pins the number of events that the first page proved, so that a client that reads to the end has
//! exactly the events of the proof, whatever was committed meanwhile.

use super::get_checkpoint::no_checkpoint;
use super::malformed;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::from_proto::matter_name;
use crate::wire::{to_proto, v1};
use ledger::{Read, ReadFault};
use proto::{Digest, Event, MatterProof, Name};

const PAGE_DEFAULT: usize = 50;
const PAGE_MAX: usize = 200;

/// Where the next page starts and where the last one ends, both counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cursor {
    next: u64,
    count: u64,
}

/// One page.
pub async fn list_matter_events(
    handle: &Handle,
    request: v1::ListMatterEventsRequest,
) -> Result<v1::ListMatterEventsResponse, Refusal> {
    let matter = matter_name(&request.parent, "parent").map_err(malformed)?;
    let size = page_size(request.page_size)?;
    if request.page_token.is_empty() {
        return first(handle, matter, size).await;
    }
    let cursor = Cursor::parse(&request.page_token, &matter).ok_or_else(bad_token)?;
    let (name, limit) = (matter.clone(), left(cursor, size));
    let events = handle.read(move |store| further(&store.snapshot(), &name, (cursor, limit))).await?;
    Ok(page(&matter, cursor, events.ok_or_else(bad_token)?))
}

/// The events of a later page; `None` if the token claims more of them than there are.
fn further(disk: &dyn Read, matter: &Name, (cursor, limit): (Cursor, usize)) -> Result<Option<Vec<Event>>, ReadFault> {
    if ledger::matter(disk, matter)?.is_none_or(|leaf| leaf.count < cursor.count) {
        return Ok(None);
    }
    ledger::matter_events(disk, matter, cursor.next, limit).map(Some)
}

async fn first(handle: &Handle, matter: Name, size: usize) -> Result<v1::ListMatterEventsResponse, Refusal> {
    let name = matter.clone();
    let found: Option<(MatterProof, Vec<Event>)> = handle
        .read(move |store| {
            let disk = store.snapshot();
            let Some(proof) = ledger::matter_proof(&disk, &name)? else { return Ok(None) };
            let cursor = Cursor { next: 1, count: proof.leaf.map_or(0, |l| l.count) };
            let events = ledger::matter_events(&disk, &name, 1, left(cursor, size))?;
            Ok(Some((proof, events)))
        })
        .await?;
    let (proof, events) = found.ok_or_else(no_checkpoint)?;
    let cursor = Cursor { next: 1, count: proof.leaf.map_or(0, |l| l.count) };
    let completeness = Some(to_proto::matter_proof(&proof));
    Ok(v1::ListMatterEventsResponse { completeness, ..page(&matter, cursor, events) })
}

fn left(cursor: Cursor, size: usize) -> usize {
    usize::try_from((cursor.count + 1).saturating_sub(cursor.next)).unwrap_or(usize::MAX).min(size)
}

fn page(matter: &Name, cursor: Cursor, events: Vec<Event>) -> v1::ListMatterEventsResponse {
    let next = Cursor { next: cursor.next + events.len() as u64, ..cursor };
    let more = next.next <= cursor.count && !events.is_empty();
    v1::ListMatterEventsResponse {
        events: events.iter().map(to_proto::event).collect(),
        next_page_token: if more { next.token(matter) } else { String::new() },
        total_size: cursor.count,
        completeness: None,
    }
}

/// The size of a page that is asked for as `asked`.
pub fn page_size(asked: i32) -> Result<usize, Refusal> {
    match usize::try_from(asked) {
        Ok(0) => Ok(PAGE_DEFAULT),
        Ok(n) => Ok(n.min(PAGE_MAX)),
        Err(_) => Err(Refusal::new("FIELD_INVALID", "page_size", "page_size: must not be negative")),
    }
}

/// A token that this list did not give.
pub fn bad_token() -> Refusal {
    let message = "page_token: not a token of this list; start again with an empty one";
    Refusal::new("PAGE_TOKEN_INVALID", "page_token", message)
}

impl Cursor {
    /// Hex of next ‖ count ‖ the first bytes of the matter's digest. It is no secret and grants nothing.
    fn token(self, matter: &Name) -> String {
        let mark = Digest::sm3(matter.as_str().as_bytes());
        hex::encode([&self.next.to_be_bytes()[..], &self.count.to_be_bytes(), &mark.0[..8]].concat())
    }
    fn parse(token: &str, matter: &Name) -> Option<Self> {
        let bytes = hex::decode(token).ok()?;
        let (next, rest) = bytes.split_first_chunk()?;
        let (count, mark) = rest.split_first_chunk()?;
        let cursor = Self { next: u64::from_be_bytes(*next), count: u64::from_be_bytes(*count) };
        let fits = mark == &Digest::sm3(matter.as_str().as_bytes()).0[..8];
        (fits && 1 < cursor.next && cursor.next <= cursor.count && cursor.count < u64::MAX).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_matter_only() {
        let (a, b) = (Name::new("a", "m").unwrap(), Name::new("b", "m").unwrap());
        let cursor = Cursor { next: 51, count: 120 };
        assert_eq!(Cursor::parse(&cursor.token(&a), &a), Some(cursor));
        assert_eq!(Cursor::parse(&cursor.token(&a), &b), None);
        for bad in ["", "00", "zz", &"0".repeat(48), &"f".repeat(48)] {
            assert_eq!(Cursor::parse(bad, &a), None, "{bad}");
        }
    }

    #[test]
    fn pages_end_where_the_proof_does() {
        assert_eq!(left(Cursor { next: 1, count: 0 }, 50), 0);
        assert_eq!(left(Cursor { next: 51, count: 60 }, 50), 10);
        assert_eq!(left(Cursor { next: 1, count: 500 }, 50), 50);
        assert!(page_size(-1).is_err());
        assert_eq!(page_size(9999).unwrap(), PAGE_MAX);
    }
}

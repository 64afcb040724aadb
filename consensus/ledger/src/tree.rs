//! The state tree on disk: pages of sixteen slots, keyed by where they stand and updated in place.
//!
//! What is hashed is the binary tree of `proto::state`; a page only groups four of its levels, so that a path of a tree
//! with a million leaves is read in five reads instead of twenty. Keys are never removed, so pages never collapse. Old
//! versions are not kept: a proof is made for the newest state, and whoever needs an older one keeps the proof, or takes
//! back what came since ([`crate::rewind`]).

mod undo;

pub(crate) use undo::{Former, undo};

use crate::store::{Batch, Read, ReadFault, Table, key, load};
use proto::state::{StateProof, inner_hash, leaf_hash};
use proto::{Canonical, Decoder, Digest, Encoder, Malformed};
use std::collections::BTreeMap;

/// Slots of a page: one for each value of four bits of a path.
const SLOTS: usize = 16;

/// What stands below one value of four bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Slot {
    /// Nothing.
    #[default]
    Empty,
    /// One leaf alone: its path and the hash of its value.
    Leaf(Digest, Digest),
    /// Two leaves or more: a page of its own, with this root.
    Page(Digest),
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Page([Slot; SLOTS]);

impl Canonical for Page {
    const TAG: &'static str = "chirograph/state-page";

    fn encode_body(&self, e: &mut Encoder) {
        for slot in &self.0 {
            match slot {
                Slot::Empty => e.u8(0),
                Slot::Leaf(path, value) => e.u8(1).digest(path).digest(value),
                Slot::Page(root) => e.u8(2).digest(root),
            };
        }
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let mut page = Self::default();
        for slot in &mut page.0 {
            *slot = match d.u8("page.slot")? {
                0 => Slot::Empty,
                1 => Slot::Leaf(d.digest("page.path")?, d.digest("page.value")?),
                2 => Slot::Page(d.digest("page.root")?),
                value => return Err(Malformed::Unknown { field: "page.slot", value: value.into() }),
            };
        }
        Ok(page)
    }
}

/// Root of the binary subtree over a run of slots whose length is a power of two.
fn root(slots: &[Slot]) -> Digest {
    match alone(slots) {
        Standing::Nothing => Digest::ZERO,
        Standing::Leaf(path, value) => leaf_hash(&path, &value),
        Standing::More => match slots {
            [Slot::Page(root)] => *root,
            _ => {
                let (left, right) = slots.split_at(slots.len() / 2);
                inner_hash(&root(left), &root(right))
            }
        },
    }
}

enum Standing {
    Nothing,
    Leaf(Digest, Digest),
    More,
}

fn alone(slots: &[Slot]) -> Standing {
    let mut taken = slots.iter().filter(|s| **s != Slot::Empty);
    match (taken.next(), taken.next()) {
        (None, _) => Standing::Nothing,
        (Some(Slot::Leaf(path, value)), None) => Standing::Leaf(*path, *value),
        _ => Standing::More,
    }
}

/// Four bits of a path, from the most significant.
fn nibble(path: &Digest, level: u8) -> usize {
    let byte = path.0[usize::from(level / 2)];
    usize::from(if level.is_multiple_of(2) { byte >> 4 } else { byte & 15 })
}

/// Key of the page that holds the paths which share their first `level` times four bits with `path`.
fn page_key(level: u8, path: &Digest) -> Vec<u8> {
    let whole = usize::from(level / 2);
    let mut parts = vec![level];
    parts.extend_from_slice(&path.0[..whole]);
    if !level.is_multiple_of(2) {
        parts.push(path.0[whole] & 0xF0);
    }
    key(Table::StateNode, &parts)
}

/// New value hashes by path, in the order of the paths.
pub type Changes = BTreeMap<Digest, Digest>;

/// Writes `changes` into `out`, reading what is there through `state`, and returns the new root.
pub fn update(state: &dyn Read, changes: &Changes, out: &mut Batch) -> Result<Digest, ReadFault> {
    let list: Vec<(Digest, Digest)> = changes.iter().map(|(p, v)| (*p, *v)).collect();
    let first = list.first().map_or(Digest::ZERO, |(p, _)| *p);
    let page = load(state, &page_key(0, &first))?.unwrap_or_default();
    Update { state, out }.page(0, page, &list)
}

struct Update<'a> {
    state: &'a dyn Read,
    out: &'a mut Batch,
}

impl Update<'_> {
    /// Brings sorted changes that share their first `level` nibbles into `page`, writes it, and returns its root.
    fn page(&mut self, level: u8, mut page: Page, changes: &[(Digest, Digest)]) -> Result<Digest, ReadFault> {
        for group in changes.chunk_by(|a, b| nibble(&a.0, level) == nibble(&b.0, level)) {
            let slot = &mut page.0[nibble(&group[0].0, level)];
            *slot = self.slot(level, *slot, group)?;
        }
        if let [(path, _), ..] = changes {
            self.out.put(page_key(level, path), page.to_bytes());
        }
        Ok(root(&page.0))
    }
    fn slot(&mut self, level: u8, slot: Slot, group: &[(Digest, Digest)]) -> Result<Slot, ReadFault> {
        let below = level + 1;
        match (slot, group) {
            (Slot::Empty, [(path, value)]) => Ok(Slot::Leaf(*path, *value)),
            (Slot::Leaf(path, _), [(same, value)]) if path == *same => Ok(Slot::Leaf(path, *value)),
            (Slot::Page(_), group) => {
                let at = page_key(below, &group[0].0);
                let page = load(self.state, &at)?.ok_or_else(|| ReadFault::missing("a page of the state tree"))?;
                Ok(Slot::Page(self.page(below, page, group)?))
            }
            (alone, group) => {
                // A leaf is no longer alone: it moves down with the newcomers into a new page.
                let mut all: Changes = group.iter().copied().collect();
                if let Slot::Leaf(path, value) = alone {
                    all.entry(path).or_insert(value);
                }
                let all: Vec<_> = all.into_iter().collect();
                Ok(Slot::Page(self.page(below, Page::default(), &all)?))
            }
        }
    }
}

/// Proof of what stands at `path`, present or not.
pub fn prove(state: &dyn Read, path: &Digest) -> Result<StateProof, ReadFault> {
    let mut siblings = Vec::new();
    for level in 0.. {
        let page: Option<Page> = load(state, &page_key(level, path))?;
        if page.is_none() && level > 0 {
            return Err(ReadFault::missing("a page of the state tree"));
        }
        if let Some(terminal) = descend(&page.unwrap_or_default(), nibble(path, level), &mut siblings) {
            return Ok(StateProof { siblings, terminal });
        }
    }
    unreachable!("two distinct paths part within {} pages", 2 * path.0.len())
}

/// Goes down one page; `None`: further down in the next one.
fn descend(page: &Page, target: usize, siblings: &mut Vec<Digest>) -> Option<Option<(Digest, Digest)>> {
    let (mut start, mut len) = (0, SLOTS);
    loop {
        match alone(&page.0[start..start + len]) {
            Standing::Nothing => return Some(None),
            Standing::Leaf(path, value) => return Some(Some((path, value))),
            Standing::More if len == 1 => return None,
            Standing::More => {
                len /= 2;
                let right = target & len != 0;
                let beside = if right { start } else { start + len };
                siblings.push(root(&page.0[beside..beside + len]));
                start += if right { len } else { 0 };
            }
        }
    }
}

#[cfg(test)]
mod tests;

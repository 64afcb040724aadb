//! Taking changes of the state tree back, for reading only: which pages it had when some leaves were not there yet, or had
//! other values. The tree is a function of its leaves alone, so the root tells whether all of them are the right ones.

use super::{Page, Slot, nibble, page_key, root};
use crate::store::{Batch, Read, ReadFault, load};
use proto::{Canonical, Digest};
use std::collections::BTreeMap;

/// Former value hashes by path; `None` where there was no leaf.
pub(crate) type Former = BTreeMap<Digest, Option<Digest>>;

/// Writes the pages as they were into `out` and returns the root that they had. Every path must have a leaf in `state`.
pub(crate) fn undo(state: &dyn Read, former: &Former, out: &mut Batch) -> Result<Digest, ReadFault> {
    let list: Vec<(Digest, Option<Digest>)> = former.iter().map(|(p, v)| (*p, *v)).collect();
    let top = page_key(0, &Digest::ZERO);
    let page = load(state, &top)?.unwrap_or_default();
    let page = Undo { state, out }.page(0, page, &list)?;
    out.put(top, page.to_bytes());
    Ok(root(&page.0))
}

struct Undo<'a> {
    state: &'a dyn Read,
    out: &'a mut Batch,
}

impl Undo<'_> {
    /// A page with sorted paths that share their first `level` nibbles taken back.
    fn page(&mut self, level: u8, mut page: Page, former: &[(Digest, Option<Digest>)]) -> Result<Page, ReadFault> {
        for group in former.chunk_by(|a, b| nibble(&a.0, level) == nibble(&b.0, level)) {
            let slot = &mut page.0[nibble(&group[0].0, level)];
            *slot = self.slot(level, *slot, group)?;
        }
        Ok(page)
    }
    fn slot(&mut self, level: u8, slot: Slot, group: &[(Digest, Option<Digest>)]) -> Result<Slot, ReadFault> {
        let below = level + 1;
        match (slot, group) {
            (Slot::Leaf(path, _), [(same, value)]) if path == *same => {
                Ok(value.map_or(Slot::Empty, |value| Slot::Leaf(path, value)))
            }
            (Slot::Page(_), group) => {
                let at = page_key(below, &group[0].0);
                let page = load(self.state, &at)?.ok_or_else(|| ReadFault::missing("a page of the state tree"))?;
                let page = self.page(below, page, group)?;
                // A leaf that is left alone stands where nothing was below it yet; its page is not read any more.
                let mut taken = page.0.iter().filter(|slot| **slot != Slot::Empty);
                match (taken.next(), taken.next()) {
                    (None, _) => Ok(Slot::Empty),
                    (Some(Slot::Leaf(path, value)), None) => Ok(Slot::Leaf(*path, *value)),
                    _ => {
                        self.out.put(at, page.to_bytes());
                        Ok(Slot::Page(root(&page.0)))
                    }
                }
            }
            _ => Err(ReadFault::missing("a leaf of the state tree")),
        }
    }
}

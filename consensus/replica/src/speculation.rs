//! Blocks above the last final one that were executed here, built or judged: a small tree over the tip, in memory only.
//!
//! What they change is seen through overlays and is written when they are final. Which of them become final is decided
//! in `simplex`.

use ledger::{Batch, Executed, Tip};
use proto::{Digest, TxId, View};
use std::collections::{BTreeMap, BTreeSet};

/// Most blocks that are kept. The engine asks only about a few views ahead; a flood replaces the oldest.
const BLOCKS_MAX: usize = 64;

/// See the module.
#[derive(Debug, Default)]
pub struct Speculation {
    blocks: BTreeMap<Digest, Grown>,
}

#[derive(Debug)]
struct Grown {
    executed: Executed,
    ids: BTreeSet<TxId>,
}

impl Speculation {
    /// Remembers an executed block.
    pub fn insert(&mut self, executed: Executed) {
        if self.blocks.len() >= BLOCKS_MAX {
            let oldest = self.blocks.iter().min_by_key(|(_, g)| g.executed.block.header.view).map(|(d, _)| *d);
            oldest.and_then(|d| self.blocks.remove(&d));
        }
        let ids = executed.block.items.iter().map(|i| i.transaction.id()).collect();
        self.blocks.insert(executed.tip.digest, Grown { executed, ids });
    }
    /// An executed block.
    pub fn get(&self, digest: &Digest) -> Option<&Executed> {
        self.blocks.get(digest).map(|g| &g.executed)
    }
    /// The blocks from just above `tip` up to `block`, oldest first; empty for the tip itself, `None` without a path.
    pub fn path(&self, tip: &Tip, block: &Digest) -> Option<Path<'_>> {
        let (mut path, mut at) = (Vec::new(), *block);
        while at != tip.digest {
            let grown = self.blocks.get(&at)?;
            path.push(grown);
            at = grown.executed.block.header.parent;
        }
        path.reverse();
        Some(Path(path))
    }
    /// Takes the path to `block` out and forgets everything at or below its view.
    pub fn finalize(&mut self, tip: &Tip, block: &Digest) -> Option<Vec<Executed>> {
        let digests: Vec<Digest> = self.path(tip, block)?.0.iter().map(|g| g.executed.tip.digest).collect();
        let final_blocks: Vec<Executed> =
            digests.iter().filter_map(|d| self.blocks.remove(d)).map(|g| g.executed).collect();
        if let Some(last) = final_blocks.last() {
            self.prune(last.block.header.view);
        }
        Some(final_blocks)
    }
    /// Forgets blocks of views that can no longer become final.
    pub fn prune(&mut self, view: View) {
        self.blocks.retain(|_, g| g.executed.block.header.view > view);
    }
    /// A transaction of an executed block.
    pub fn transaction(&self, id: &TxId) -> Option<&proto::Transaction> {
        let grown = self.blocks.values().find(|g| g.ids.contains(id))?;
        grown.executed.block.items.iter().map(|i| &i.transaction).find(|t| t.id() == *id)
    }
    /// Blocks that are kept.
    pub fn count(&self) -> usize {
        self.blocks.len()
    }
}

/// A run of blocks above the tip, oldest first.
pub struct Path<'a>(Vec<&'a Grown>);

impl<'a> Path<'a> {
    /// What they change, for an overlay.
    pub fn changes(&self) -> impl Iterator<Item = &'a Batch> {
        self.0.iter().map(|g| &g.executed.changes)
    }
    /// Whether one of them holds the transaction.
    pub fn holds(&self, id: &TxId) -> bool {
        self.0.iter().any(|g| g.ids.contains(id))
    }
    /// The tip after the last of them.
    pub fn tip(&self) -> Option<&'a Tip> {
        self.0.last().map(|g| &g.executed.tip)
    }
}

//! A block in the making: reads see what earlier events of the same block wrote. Nothing leaves until it is finished.

use crate::store::{Batch, Read, ReadFault, Table, key, load};
use crate::tree::{self, Changes};
use proto::state::StateKey;
use proto::{Canonical, Digest};

/// Reads through to the parent's state and gathers writes.
pub(crate) struct Workspace<'a> {
    base: &'a dyn Read,
    rows: Batch,
    leaves: Changes,
}

impl<'a> Workspace<'a> {
    pub(crate) fn new(base: &'a dyn Read) -> Self {
        Self { base, rows: Batch::default(), leaves: Changes::new() }
    }
    /// Writes a row that is not part of the state tree.
    pub(crate) fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.rows.put(key, value);
    }
    /// Gives a leaf of the state tree a value.
    pub(crate) fn set(&mut self, leaf: &StateKey, value: Vec<u8>) {
        let path = leaf.path();
        self.leaves.insert(path, Digest::sm3(&value));
        self.rows.put(key(Table::StateLeaf, &path.0), value);
    }
    /// Brings the tree up to date; returns its root and all that is to be written.
    pub(crate) fn finish(mut self, unchanged: Digest) -> Result<(Digest, Batch), ReadFault> {
        if self.leaves.is_empty() {
            return Ok((unchanged, self.rows));
        }
        let root = tree::update(self.base, &self.leaves, &mut self.rows)?;
        Ok((root, self.rows))
    }
}

impl Read for Workspace<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault> {
        match self.rows.writes.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.base.get(key),
        }
    }
}

/// Whether a leaf has a value.
pub(crate) fn has(state: &dyn Read, leaf: &StateKey) -> Result<bool, ReadFault> {
    Ok(state.get(&key(Table::StateLeaf, &leaf.path().0))?.is_some())
}

/// The value of a leaf.
pub(crate) fn leaf<T: Canonical>(state: &dyn Read, leaf: &StateKey) -> Result<Option<T>, ReadFault> {
    load(state, &key(Table::StateLeaf, &leaf.path().0))
}

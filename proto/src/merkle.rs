//! RFC 9162 Merkle logs over event bytes, in SM3 and in SHA-256: roots, inclusion and consistency proofs.
//!
//! Leaves are hashed from the event's canonical bytes in each log's own hash, so that a break of one hash leaves the
//! other log standing alone. Nodes are kept by the caller; this file only computes.

use crate::ids::Digest;

/// Which hash a log uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum LogHash {
    /// GB/T 32905.
    Sm3 = 1,
    /// FIPS 180-4.
    Sha256 = 2,
}

impl LogHash {
    /// Both logs, in the order in which headers name them.
    pub const ALL: [Self; 2] = [Self::Sm3, Self::Sha256];

    /// Hash of a leaf: `H(0x00 ‖ data)` (RFC 9162 section 2.1.1).
    pub fn leaf(self, data: &[u8]) -> Digest {
        self.hash(&[0], data)
    }
    /// Hash of an inner node: `H(0x01 ‖ left ‖ right)`.
    pub fn node(self, left: &Digest, right: &Digest) -> Digest {
        let mut bytes = [1; 65];
        bytes[1..33].copy_from_slice(&left.0);
        bytes[33..].copy_from_slice(&right.0);
        self.hash(&bytes, &[])
    }
    /// Root of an empty log: the hash of nothing.
    pub fn empty(self) -> Digest {
        self.hash(&[], &[])
    }
    fn hash(self, a: &[u8], b: &[u8]) -> Digest {
        match self {
            Self::Sm3 => Digest::sm3_pair(a, b),
            Self::Sha256 => Digest::sha256(&[a, b]),
        }
    }
}

/// A complete subtree: the leaves `index·2^level .. (index+1)·2^level`. Once complete it never changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// 0 for a leaf.
    pub level: u8,
    /// Counted from the left at that level.
    pub index: u64,
}

/// The right edge of a growing log: all that is needed to append and to know the root. At most 64 digests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frontier {
    hash: LogHash,
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// An empty log.
    pub fn new(hash: LogHash) -> Self {
        Self { hash, size: 0, peaks: Vec::new() }
    }
    /// Restores a frontier; `None` unless there is one peak for each set bit of `size`.
    pub fn restore(hash: LogHash, size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { hash, size, peaks })
    }
    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }
    /// Roots of the complete subtrees, largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }
    /// Appends the leaf `data` and returns every subtree that it completes, the leaf itself first.
    pub fn push(&mut self, data: &[u8]) -> Vec<(Position, Digest)> {
        let mut at = Position { level: 0, index: self.size };
        let mut node = self.hash.leaf(data);
        let mut made = vec![(at, node)];
        while at.index & 1 == 1 {
            let left = self.peaks.pop().expect("an odd index has a complete left sibling");
            node = self.hash.node(&left, &node);
            at = Position { level: at.level + 1, index: at.index / 2 };
            made.push((at, node));
        }
        self.peaks.push(node);
        self.size += 1;
        made
    }
    /// Root of the log (RFC 9162 section 2.1.1).
    pub fn root(&self) -> Digest {
        let fold = |right: Digest, left: &Digest| self.hash.node(left, &right);
        match self.peaks.split_last() {
            None => self.hash.empty(),
            Some((last, rest)) => rest.iter().rev().fold(*last, fold),
        }
    }
}

/// Makes proofs from stored complete subtrees.
pub struct Prover<F> {
    /// The log's hash.
    pub hash: LogHash,
    /// Looks a complete subtree up; an error is passed on.
    pub node: F,
}

impl<F, E> Prover<F>
where
    F: FnMut(Position) -> Result<Digest, E>,
{
    /// Path of leaf `index` in the log of `size` leaves (RFC 9162 section 2.1.3.1). `index < size` must hold.
    pub fn inclusion(&mut self, index: u64, size: u64) -> Result<Vec<Digest>, E> {
        assert!(index < size, "an inclusion proof is asked for a leaf of the log");
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }
    /// Proof that the log of `old` leaves is a prefix of the one of `new` (RFC 9162 section 2.1.4.1).
    pub fn consistency(&mut self, old: u64, new: u64) -> Result<Vec<Digest>, E> {
        assert!(0 < old && old <= new, "consistency is between a non-empty log and a later one");
        let (mut start, mut end, mut whole) = (0, new, true);
        let mut proof = Vec::new();
        while old != end {
            let middle = start + split(end - start);
            if old <= middle {
                proof.push(self.range(middle, end)?);
                end = middle;
            } else {
                proof.push(self.range(start, middle)?);
                start = middle;
                whole = false;
            }
        }
        if !whole {
            proof.push(self.range(start, end)?);
        }
        proof.reverse();
        Ok(proof)
    }
    fn range(&mut self, start: u64, end: u64) -> Result<Digest, E> {
        let n = end - start;
        if n.is_power_of_two() && start.is_multiple_of(n) {
            let level = n.trailing_zeros() as u8;
            return (self.node)(Position { level, index: start >> level });
        }
        let middle = start + split(n);
        let left = self.range(start, middle)?;
        let right = self.range(middle, end)?;
        Ok(self.hash.node(&left, &right))
    }
}

/// The largest power of two smaller than `n > 1`.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// Root that an inclusion path leads to (RFC 9162 section 2.1.3.2); `None` when the path cannot fit.
pub fn root_of_inclusion(hash: LogHash, place: (u64, u64), leaf: Digest, path: &[Digest]) -> Option<Digest> {
    let (index, size) = place;
    if index >= size {
        return None;
    }
    let (mut fnode, mut snode, mut root) = (index, size - 1, leaf);
    for p in path {
        if snode == 0 {
            return None;
        }
        if fnode & 1 == 1 || fnode == snode {
            root = hash.node(p, &root);
            while fnode & 1 == 0 && fnode != 0 {
                fnode >>= 1;
                snode >>= 1;
            }
        } else {
            root = hash.node(&root, p);
        }
        fnode >>= 1;
        snode >>= 1;
    }
    (snode == 0).then_some(root)
}

/// A log at some size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogHead {
    /// Leaves.
    pub size: u64,
    /// Root over them.
    pub root: Digest,
}

/// Whether `proof` shows that `old` is a prefix of `new` (RFC 9162 section 2.1.4.2).
pub fn verify_consistency(hash: LogHash, old: LogHead, new: LogHead, proof: &[Digest]) -> bool {
    if old.size == 0 || old.size > new.size {
        return false;
    }
    if old.size == new.size {
        return proof.is_empty() && old.root == new.root;
    }
    let first = old.size.is_power_of_two().then_some(&old.root);
    let mut nodes = first.into_iter().chain(proof);
    let Some(start) = nodes.next() else { return false };
    let (mut fnode, mut snode) = (old.size - 1, new.size - 1);
    while fnode & 1 == 1 {
        fnode >>= 1;
        snode >>= 1;
    }
    let (mut old_root, mut new_root) = (*start, *start);
    for c in nodes {
        if snode == 0 {
            return false;
        }
        if fnode & 1 == 1 || fnode == snode {
            old_root = hash.node(c, &old_root);
            new_root = hash.node(c, &new_root);
            while fnode & 1 == 0 && fnode != 0 {
                fnode >>= 1;
                snode >>= 1;
            }
        } else {
            new_root = hash.node(&new_root, c);
        }
        fnode >>= 1;
        snode >>= 1;
    }
    snode == 0 && old_root == old.root && new_root == new.root
}

#[cfg(test)]
mod tests;

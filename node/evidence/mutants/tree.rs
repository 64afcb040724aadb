//! The state tree by its definition: small, slow, and written without the ledger's code.

use proto::Digest;
use proto::state::{StateProof, bit, inner_hash, leaf_hash};
use std::collections::BTreeMap;

/// Root of the subtree of these leaves, which agree in their first `depth` bits.
pub fn root(leaves: &BTreeMap<Digest, Digest>, depth: usize) -> Digest {
    match leaves.len() {
        0 => Digest::ZERO,
        1 => leaves.first_key_value().map(|(p, v)| leaf_hash(p, v)).unwrap(),
        _ => {
            let [left, right] = halves(leaves, depth);
            inner_hash(&root(&left, depth + 1), &root(&right, depth + 1))
        }
    }
}

pub fn halves(leaves: &BTreeMap<Digest, Digest>, depth: usize) -> [BTreeMap<Digest, Digest>; 2] {
    [false, true].map(|side| leaves.iter().filter(|(p, _)| bit(p, depth) == side).map(|(p, v)| (*p, *v)).collect())
}

pub fn prove(leaves: &BTreeMap<Digest, Digest>, path: &Digest) -> StateProof {
    let (mut leaves, mut siblings) = (leaves.clone(), Vec::new());
    while leaves.len() > 1 {
        let depth = siblings.len();
        let [left, right] = halves(&leaves, depth);
        let (inside, beside) = if bit(path, depth) { (right, left) } else { (left, right) };
        siblings.push(root(&beside, depth + 1));
        leaves = inside;
    }
    StateProof { siblings, terminal: leaves.first_key_value().map(|(p, v)| (*p, *v)) }
}

//! Merkle logs against a direct reading of RFC 9162's recursive definition, for every size up to 70.

use super::*;
use std::collections::BTreeMap;

fn naive_root(hash: LogHash, leaves: &[Vec<u8>]) -> Digest {
    match leaves.len() {
        0 => hash.empty(),
        1 => hash.leaf(&leaves[0]),
        n => {
            let k = split(n as u64) as usize;
            hash.node(&naive_root(hash, &leaves[..k]), &naive_root(hash, &leaves[k..]))
        }
    }
}

fn leaves(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| vec![i as u8; i % 5]).collect()
}

struct Log {
    heads: Vec<Digest>,
    nodes: BTreeMap<Position, Digest>,
}

fn log(hash: LogHash, data: &[Vec<u8>]) -> Log {
    let mut frontier = Frontier::new(hash);
    let mut log = Log { heads: vec![frontier.root()], nodes: BTreeMap::new() };
    for leaf in data {
        log.nodes.extend(frontier.push(leaf));
        log.heads.push(frontier.root());
    }
    log
}

#[test]
fn frontier_gives_the_roots_of_the_definition() {
    for hash in LogHash::ALL {
        let data = leaves(70);
        let log = log(hash, &data);
        for n in 0..=70 {
            assert_eq!(log.heads[n], naive_root(hash, &data[..n]), "size {n}");
        }
    }
}

#[test]
fn every_inclusion_proof_verifies_and_no_other_leaf_does() {
    let data = leaves(70);
    let log = log(LogHash::Sm3, &data);
    let mut prover = Prover { hash: LogHash::Sm3, node: |p| log.nodes.get(&p).copied().ok_or(p) };
    for size in 1..=70u64 {
        for index in 0..size {
            let path = prover.inclusion(index, size).unwrap();
            let leaf = LogHash::Sm3.leaf(&data[index as usize]);
            let root = Some(log.heads[size as usize]);
            assert_eq!(root_of_inclusion(LogHash::Sm3, (index, size), leaf, &path), root);
            assert_ne!(root_of_inclusion(LogHash::Sm3, (index, size), Digest::ZERO, &path), root);
            assert_ne!(root_of_inclusion(LogHash::Sm3, (index + 1, size), leaf, &path), root, "{index}/{size}");
        }
    }
}

#[test]
fn every_consistency_proof_verifies_and_a_changed_one_does_not() {
    let data = leaves(40);
    let log = log(LogHash::Sha256, &data);
    let head = |n: u64| LogHead { size: n, root: log.heads[n as usize] };
    let mut prover = Prover { hash: LogHash::Sha256, node: |p| log.nodes.get(&p).copied().ok_or(p) };
    for new in 1..=40u64 {
        for old in 1..=new {
            let mut proof = prover.consistency(old, new).unwrap();
            assert!(verify_consistency(LogHash::Sha256, head(old), head(new), &proof), "{old} {new}");
            let mut forged = head(old);
            forged.root.0[0] ^= 1;
            assert!(!verify_consistency(LogHash::Sha256, forged, head(new), &proof));
            if let Some(first) = proof.first_mut() {
                first.0[31] ^= 1;
                assert!(!verify_consistency(LogHash::Sha256, head(old), head(new), &proof));
            }
        }
    }
}

#[test]
fn empty_sha256_log_has_the_root_of_the_rfc() {
    let root = Frontier::new(LogHash::Sha256).root().to_string();
    assert_eq!(root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

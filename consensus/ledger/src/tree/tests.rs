//! The paged tree against a naive model: the definition in `proto::state`, computed from a list of leaves.

use super::*;
use proptest::prelude::*;
use proto::state::{Standing as Proven, bit};

/// The root by its definition: a leaf stands at the shallowest depth where it is alone.
fn naive(leaves: &[(Digest, Digest)], depth: usize) -> Digest {
    match leaves {
        [] => Digest::ZERO,
        [(path, value)] => leaf_hash(path, value),
        _ => {
            let (left, right): (Vec<_>, Vec<_>) = leaves.iter().partition(|(p, _)| !bit(p, depth));
            inner_hash(&naive(&left, depth + 1), &naive(&right, depth + 1))
        }
    }
}

/// Few distinct bits, so that paths share long beginnings.
fn path() -> impl Strategy<Value = Digest> {
    (any::<[u8; 3]>(), 0usize..30).prop_map(|(seed, shared)| {
        let mut path = [0; 32];
        path[shared] = seed[0];
        path[shared + 1] = seed[1] & 0x11;
        path[31] |= seed[2] & 1;
        Digest(path)
    })
}

fn changes() -> impl Strategy<Value = Vec<Vec<(Digest, u8)>>> {
    prop::collection::vec(prop::collection::vec((path(), any::<u8>()), 0..12), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn root_and_proofs_are_those_of_the_definition(blocks in changes(), absent in path()) {
        let (mut store, mut model, mut root) = (Batch::default(), Changes::new(), Digest::ZERO);
        for block in blocks {
            let block: Changes = block.into_iter().map(|(p, v)| (p, Digest([v; 32]))).collect();
            let mut out = Batch::default();
            root = update(&store, &block, &mut out).unwrap();
            store.merge(out);
            model.extend(block);
            let leaves: Vec<_> = model.iter().map(|(p, v)| (*p, *v)).collect();
            prop_assert_eq!(root, naive(&leaves, 0));
        }
        for (path, value) in &model {
            let proof = prove(&store, path).unwrap();
            prop_assert_eq!(proof.verify(&root, path), Some(Proven::Present(*value)));
        }
        let expected = model.get(&absent).map_or(Proven::Absent, |v| Proven::Present(*v));
        let proof = prove(&store, &absent).unwrap();
        prop_assert_eq!(proof.verify(&root, &absent), Some(expected));
        // The same proof shows nothing under another root.
        prop_assert_eq!(proof.verify(&Digest([0xAB; 32]), &absent), None);
    }

    #[test]
    fn one_batch_and_many_give_the_same_tree(leaves in prop::collection::vec((path(), any::<u8>()), 1..30)) {
        let all: Changes = leaves.iter().map(|(p, v)| (*p, Digest([*v; 32]))).collect();
        let mut at_once = Batch::default();
        let root = update(&Batch::default(), &all, &mut at_once).unwrap();
        let mut one_by_one = Batch::default();
        let mut last = Digest::ZERO;
        for (path, value) in &all {
            let mut out = Batch::default();
            last = update(&one_by_one, &Changes::from([(*path, *value)]), &mut out).unwrap();
            one_by_one.merge(out);
        }
        prop_assert_eq!(root, last);
        prop_assert_eq!(at_once, one_by_one);
    }
}

#[test]
fn pages_round_trip() {
    let mut page = Page::default();
    page.0[3] = Slot::Leaf(Digest([1; 32]), Digest([2; 32]));
    page.0[15] = Slot::Page(Digest([3; 32]));
    assert_eq!(Page::from_bytes(&page.to_bytes()).unwrap(), page);
}

#[test]
fn a_lost_page_is_a_fault_not_an_absence() {
    let mut store = Batch::default();
    let paths: Changes = (0..40u8).map(|n| (Digest::sm3(&[n]), Digest([n; 32]))).collect();
    let mut out = Batch::default();
    update(&Batch::default(), &paths, &mut out).unwrap();
    let (path, lost) = paths
        .keys()
        .find_map(|p| Some((*p, out.writes.contains_key(&page_key(1, p)).then(|| page_key(1, p))?)))
        .unwrap();
    store.merge(out);
    store.delete(lost);
    assert!(prove(&store, &path).is_err());
    assert!(update(&store, &Changes::from([(path, Digest([9; 32]))]), &mut Batch::default()).is_err());
}

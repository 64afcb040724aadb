//! Nodes that stand at different blocks, in every order.

use super::*;
use crate::export::unite;
use evidence::Dossier;

const PACKAGE: &[u8] = include_bytes!("../../../evidence/golden/v1-sign-full.evidence.zip");

/// A node: how far it is, how much it moves on between two questions, what it cannot show, and whose vote it holds.
#[derive(Clone, Copy)]
struct Node {
    newest: u64,
    grows: u64,
    uncertified: &'static [u64],
    /// Makes its headers others than those of the rest.
    fork: bool,
    vote: usize,
}

const AT_TEN: Node = Node { newest: 10, grows: 0, uncertified: &[], fork: false, vote: 0 };

fn shown(node: Node, height: u64) -> Dossier {
    let mut dossier = evidence::inspect(PACKAGE, None).dossier.unwrap();
    let checkpoint = &mut dossier.receipt.checkpoint;
    checkpoint.header.height = Height(height);
    checkpoint.header.event_count += u32::from(node.fork);
    let votes = &mut checkpoint.certificate.votes;
    *votes = vec![votes[node.vote % votes.len()]];
    dossier.references.clear();
    dossier
}

async fn asked(nodes: &[Node], at: Option<Height>) -> Result<Meeting, BTreeMap<usize, String>> {
    let times = std::cell::RefCell::new(vec![0; nodes.len()]);
    let ask = async |node: usize, at: Option<Height>| {
        let known = &nodes[node];
        let newest = known.newest + known.grows * times.borrow()[node];
        times.borrow_mut()[node] += 1;
        match at.map_or(newest, |h| h.0) {
            _ if newest == 0 => Err("no answer".to_owned()),
            height if height > newest => Err(format!("no block {height} here yet")),
            height if known.uncertified.contains(&height) => Err(format!("no certificate over {height}")),
            height => Ok(shown(*known, height)),
        }
    };
    meet(nodes.len(), at, ask).await
}

fn orders(nodes: &[Node]) -> Vec<Vec<Node>> {
    let Some((first, rest)) = nodes.split_first() else { return vec![Vec::new()] };
    let put = |order: Vec<Node>| (0..=order.len()).map(move |i| [&order[..i], &[*first], &order[i..]].concat());
    orders(rest).into_iter().flat_map(put).collect()
}

#[tokio::test]
async fn nodes_at_different_blocks_give_one_package_in_any_order() {
    let at = |newest: u64, vote: usize| Node { newest, vote, ..AT_TEN };
    let nodes = [at(10, 0), at(11, 1), at(11, 2), at(12, 0)];
    let mut packages = BTreeSet::new();
    for order in orders(&nodes).iter().step_by(5) {
        let found = asked(order, None).await.unwrap();
        // The one at 10 can show neither 12 nor 11; it does not hold the others back.
        assert_eq!((found.height, found.newest, found.packages.len()), (Height(11), Height(12), 3));
        let why = found.missing.values().next().unwrap();
        assert_eq!(why, "stood at block 10, not 11: no block 11 here yet");
        let united = unite(found.packages.into_values().collect()).unwrap();
        assert_eq!(united.receipt.checkpoint.certificate.votes.len(), 3);
        packages.insert(united.package());
    }
    assert_eq!(packages.len(), 1);
}

#[tokio::test]
async fn a_node_that_catches_up_is_in_it() {
    let late = Node { newest: 8, grows: 1, ..AT_TEN };
    let found = asked(&[AT_TEN, late, AT_TEN], None).await.unwrap();
    assert_eq!((found.height, found.packages.len(), found.missing.len()), (Height(10), 3, 0));
}

#[tokio::test]
async fn a_block_that_more_of_them_certified_is_taken() {
    let without = Node { newest: 11, uncertified: &[10], ..AT_TEN };
    let ahead = Node { newest: 11, ..AT_TEN };
    let found = asked(&[AT_TEN, without, ahead], None).await.unwrap();
    assert_eq!((found.height, found.packages.len()), (Height(11), 2), "as many hold 10, and 11 is newer");
    let found = asked(&[AT_TEN, AT_TEN, without, ahead], None).await.unwrap();
    assert_eq!((found.height, found.packages.len()), (Height(10), 3));
    assert!(found.missing[&2].contains("no certificate over 10"));
}

#[tokio::test]
async fn who_is_away_or_shows_another_block_is_named() {
    let fork = Node { fork: true, ..AT_TEN };
    let away = Node { newest: 0, ..AT_TEN };
    let found = asked(&[fork, AT_TEN, away, AT_TEN], None).await.unwrap();
    assert_eq!(found.packages.keys().copied().collect::<Vec<_>>(), [1, 3]);
    assert!(found.missing[&0].contains("evidence of a fork") && found.missing[&2] == "no answer");
    assert_eq!(asked(&[away], None).await.unwrap_err()[&0], "no answer");
    let found = asked(&[AT_TEN, Node { newest: 12, ..AT_TEN }], Some(Height(9))).await.unwrap();
    assert_eq!((found.height, found.packages.len()), (Height(9), 2), "asked for by its height");
}

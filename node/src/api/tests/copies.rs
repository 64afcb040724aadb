//! A new node takes a copy of the ledger from one that it need not trust.

use super::*;
use crate::copy::{CopyError, Part, Target};
use crate::daemon::birth;
use crate::store::{Store, Table};
use ledger::Refused;
use std::path::Path;

async fn parts(node: &Node) -> Vec<Part> {
    let (mut stream, mut all) = (node.client.copy_ledger().await.unwrap(), Vec::new());
    while let Some(part) = stream.next().await.unwrap() {
        all.push(part);
    }
    all
}

fn target(node: &Node, place: &Path) -> Target {
    let genesis = node.net.genesis().unwrap();
    Target::new(place, birth(&genesis, genesis.chain_id()), genesis.trust()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_the_ledger_and_goes_on_from_there() {
    let node = Node::start().await;
    for i in 0..9 {
        node.commit(&node.record("m", &format!("step {i}")).await).await;
    }
    let parts = parts(&node).await;
    assert!(matches!(parts[0], Part::Head(_)));
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("data");
    let mut target = target(&node, &place);
    parts.into_iter().for_each(|part| target.take(part).unwrap());
    assert!(!place.exists(), "nothing stands in its place before it is whole");
    let (tip, copied) = target.finish().unwrap();
    assert_eq!((copied.events, copied.headers), (9, tip.header.height.0 + 1));
    let genesis = node.net.genesis().unwrap();
    let store = Store::open(&place, &birth(&genesis, genesis.chain_id())).unwrap();
    let theirs = node.client.checkpoint(0).await.unwrap().0;
    assert_eq!(ledger::tip(&store).unwrap().unwrap().header, tip.header);
    assert!(theirs.header.height >= tip.header.height);
    assert_eq!(ledger::matter_events(&store, &name("m"), 1, 100).unwrap().len(), 9);
    assert!(store.scan(Table::PacketMissing, 9).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_changed_or_cut_is_refused_and_makes_no_ledger() {
    let node = Node::start().await;
    for i in 0..3 {
        node.commit(&node.record("m", &format!("step {i}")).await).await;
    }
    let whole = parts(&node).await;
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("data");
    let attempt = |change: &dyn Fn(&mut Part)| {
        let mut target = target(&node, &place);
        for mut part in whole.clone() {
            change(&mut part);
            target.take(part)?;
        }
        target.finish().map(|_| ())
    };
    let leaves = attempt(&|part| {
        if let Part::Leaves(leaves) = part {
            leaves[0].1[0] ^= 1;
        }
    });
    assert!(matches!(leaves, Err(CopyError::Refused(Refused::State { .. }))));
    let events = attempt(&|part| {
        if let Part::Events(events) = part {
            events.pop();
        }
    });
    assert!(matches!(events, Err(CopyError::Refused(Refused::Events(_)))));
    let headless = target(&node, &place).take(whole[1].clone());
    assert!(matches!(headless, Err(CopyError::Order)));
    assert!(!place.exists());
    assert!(attempt(&|_| ()).is_ok() && place.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_goes_on_sending_leaves_is_stopped() {
    let node = Node::start().await;
    node.commit(&node.record("m", "x").await).await;
    let dir = tempfile::tempdir().unwrap();
    let mut target = target(&node, &dir.path().join("data"));
    target.take(parts(&node).await.remove(0)).unwrap();
    let leaf = |n: u32| (Digest::sm3(&n.to_be_bytes()), Vec::new());
    let endless = Part::Leaves((0..140_000).map(leaf).collect());
    assert!(matches!(target.take(endless), Err(CopyError::TooMany { .. })));
}

//! The ledger as it was at an earlier height equals the one that was there then; where it cannot be shown, it is not.

use super::world::{World, lived_in, name};
use crate::rewind::rewind_within;
use crate::{
    Batch, Overlay, Read, Table, Unshown, checkpoint, faults, matter_file, newest_receipt, rewind, signer, tip, tree,
};
use proto::{Body, Canonical, Change, Digest, Govern, Height, Item, Seq};

/// Every leaf of a state, by its path.
fn paths(store: &Batch) -> Vec<Digest> {
    let leaf = |k: &Vec<u8>| (k[0] == Table::StateLeaf as u8).then(|| Digest(k[1..].try_into().unwrap()));
    store.writes.keys().filter_map(leaf).collect()
}

/// All that a package is made of, and all of the state with its proofs.
fn same(now: &Overlay<'_>, then: &Batch, paths: &[Digest]) {
    assert_eq!(tip(now), tip(then));
    let size = tip(then).unwrap().unwrap().header.ledger_size;
    for seq in (0..size + 2).map(Seq) {
        assert_eq!(newest_receipt(now, seq), newest_receipt(then, seq), "event {seq}");
    }
    for matter in ["contract-1", "contract-2", "contract-3", "nobody's"].map(name) {
        assert_eq!(matter_file(now, &matter), matter_file(then, &matter), "{matter}");
    }
    assert_eq!((checkpoint(now), faults(now, 9)), (checkpoint(then), faults(then, 9)));
    for path in paths {
        let leaf = crate::key(Table::StateLeaf, &path.0);
        assert_eq!(now.get(&leaf), then.get(&leaf));
        assert_eq!(tree::prove(now, path), tree::prove(then, path));
    }
}

/// A ledger with old and new matters and signers, and enrolments that replace others, as it was after every block.
fn grown() -> (World, Vec<Batch>) {
    let mut world = World::new();
    let mut stores = vec![world.store.clone()];
    for n in 0..30 {
        let (signer, sample) = (["wang", "li", "zhang"][n % 3], |i: usize| format!("{n} {i}"));
        let samples = [sample(0), sample(1)];
        let mut items = vec![world.record(["contract-1", "contract-2"][n % 2], &sample(2))];
        if n % 5 == 1 {
            items.push(world.enrolment(signer, &samples.each_ref().map(String::as_str)));
        } else {
            items.push(world.signing("contract-3", signer, &sample(0)));
        }
        if n % 4 == 3 {
            items.clear();
        }
        world.commit(items);
        stores.push(world.store.clone());
    }
    (world, stores)
}

#[test]
fn it_is_as_it_was_at_every_height() {
    let (world, stores) = grown();
    let paths = paths(&world.store);
    for (height, then) in stores.iter().enumerate().skip(1) {
        let rows = rewind(&world.store, Height(height as u64)).unwrap().unwrap();
        same(&Overlay::new(&world.store, vec![&rows]), then, &paths);
    }
    // Somebody was enrolled anew in between, or this would show less.
    let leaf = |store: &Batch| signer(store, &name("li")).unwrap();
    assert!(leaf(&stores[8]).is_some() && leaf(&stores[8]) != leaf(&world.store));
}

#[test]
fn the_newest_height_takes_nothing_back() {
    let world = lived_in();
    let rows = rewind(&world.store, world.tip.header.height).unwrap().unwrap();
    same(&Overlay::new(&world.store, vec![&rows]), &world.store, &paths(&world.store));
}

#[test]
fn what_cannot_be_shown_says_why() {
    let (mut world, _) = grown();
    let shown = |world: &World, height| rewind(&world.store, Height(height)).unwrap().map(drop);
    assert_eq!(shown(&world, 31), Err(Unshown::Above { tip: Height(30) }));
    assert_eq!(rewind_within(&world.store, Height(1), 20).unwrap(), Err(Unshown::TooLongAgo));
    world.store.delete(crate::query::certificate_key(Height(7)));
    assert_eq!(shown(&world, 7), Err(Unshown::Uncertified { near: vec![6, 8] }));
    // An act of governance replaces what is kept nowhere.
    let change = Change::MinSoftware { number: 1 };
    let body = Body::Govern(Govern::Move { changes: vec![change], note: String::new() });
    let motion = Item { transaction: world.transaction("court", body), appraisal: None };
    world.commit(vec![motion]);
    let record = world.record("contract-1", "after it");
    world.commit(vec![record]);
    assert_eq!(shown(&world, 30), Err(Unshown::Governed { at: Height(31) }));
    assert_eq!(shown(&world, 31), Ok(()));
}

#[test]
fn a_store_that_does_not_lead_back_is_not_believed() {
    let (mut world, _) = grown();
    // The sum of a matter is added up from its events: one that was changed leads elsewhere.
    let mut event = crate::event(&world.store, Seq(0)).unwrap().unwrap();
    event.time.0 += 1;
    world.store.put(crate::query::event_key(Seq(0)), event.to_bytes());
    assert_eq!(rewind(&world.store, Height(20)).unwrap(), Err(Unshown::OtherState));
}

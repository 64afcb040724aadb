//! A store made from a copy equals the one that executed every block, row by row; a copy that was changed makes none.

use super::world::World;
use crate::restore::{Refused, Restore};
use crate::{Batch, Read, Table, checkpoint, trail};
use proto::{Canonical, Certificate, Digest, Epoch, Header, Height};

/// A ledger of twelve blocks with everything that has an index.
fn source() -> World {
    let mut w = World::new();
    let references = w.enrolment("signer", &["a", "b", "c"]);
    w.commit(vec![references]);
    for n in 0..10 {
        let items = vec![w.record("lease-1", &format!("step {n}")), w.record("lease-2", &format!("step {n}"))];
        w.commit(items);
    }
    let again = w.enrolment("signer", &["d"]);
    w.commit(vec![again]);
    w
}

#[derive(Clone)]
struct Copy {
    leaves: Vec<(Digest, Vec<u8>)>,
    headers: Vec<(Header, Option<Certificate>)>,
    events: Vec<Vec<u8>>,
}

fn rows(store: &Batch, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
    let of = store.writes.iter().filter(|(k, _)| k[0] == table as u8);
    of.filter_map(|(k, v)| Some((k[1..].to_vec(), v.clone()?))).collect()
}

impl Copy {
    fn of(w: &World) -> Self {
        let leaves = rows(&w.store, Table::StateLeaf);
        let certificate = |h: Height| crate::certificate(&w.store, h).unwrap();
        let header = |(_, v): (_, Vec<u8>)| Header::from_bytes(&v).unwrap();
        let headers = rows(&w.store, Table::Header).into_iter().map(header);
        Self {
            leaves: leaves.into_iter().map(|(k, v)| (Digest(k.try_into().unwrap()), v)).collect(),
            headers: headers.map(|h| (h.clone(), certificate(h.height))).collect(),
            events: rows(&w.store, Table::Event).into_iter().map(|(_, v)| v).collect(),
        }
    }
    fn restore(&self, w: &World) -> Result<Batch, Refused> {
        let signed = checkpoint(&w.store).unwrap().unwrap();
        let links = trail(&w.store, Epoch(0), 9).unwrap();
        let mut restore = Restore::new(&w.birth, &w.trust(), &links, signed)?;
        let mut store = Batch::default();
        for part in self.leaves.chunks(5) {
            let rows = restore.leaves(&store, part.to_vec())?;
            store.merge(rows);
        }
        for part in self.headers.chunks(4) {
            store.merge(restore.headers(part.to_vec())?);
        }
        for part in self.events.chunks(3) {
            store.merge(restore.events(part.to_vec())?);
        }
        let (tip, rows) = restore.finish()?;
        assert_eq!(tip, w.tip);
        store.merge(rows);
        Ok(store)
    }
}

#[test]
fn a_restored_store_is_the_one_that_executed_everything() {
    let w = source();
    let restored = Copy::of(&w).restore(&w).unwrap();
    assert_eq!(restored.writes, w.store.writes);
}

#[test]
fn a_restored_store_goes_on() {
    let mut w = source();
    let restored = Copy::of(&w).restore(&w).unwrap();
    let item = w.record("lease-1", "after");
    let here = w.build(vec![item.clone()]);
    w.store = restored;
    assert_eq!(w.build(vec![item]).executed.block, here.executed.block);
}

#[test]
fn whatever_is_changed_is_noticed() {
    let w = source();
    let whole = Copy::of(&w);
    let refused = |change: &dyn Fn(&mut Copy)| {
        let mut copy = whole.clone();
        change(&mut copy);
        copy.restore(&w).unwrap_err()
    };
    assert!(matches!(refused(&|c| c.leaves[3].1[7] ^= 1), Refused::State { .. }));
    assert!(matches!(refused(&|c| c.leaves[3].0.0[7] ^= 1), Refused::State { .. }));
    assert!(matches!(refused(&|c| drop(c.leaves.pop())), Refused::State { .. }));
    assert!(matches!(refused(&|c| c.headers[4].0.time.0 += 1), Refused::Header(Height(5)) | Refused::Certificate(_)));
    assert!(matches!(refused(&|c| drop(c.headers.remove(0))), Refused::Header(Height(1))));
    assert!(matches!(refused(&|c| drop(c.headers.pop())), Refused::Incomplete(_)));
    assert!(matches!(refused(&|c| c.headers[4].1 = c.headers[5].1.clone()), Refused::Certificate(Height(4))));
    assert!(matches!(refused(&|c| c.events.swap(2, 3)), Refused::Event(2)));
    assert!(matches!(refused(&|c| drop(c.events.pop())), Refused::Events(_)));
    let last = whole.events[4].len() - 1;
    let changed = refused(&|c| c.events[4][last] ^= 1);
    assert!(matches!(changed, Refused::Event(4) | Refused::Events(_)), "{changed}");
}

#[test]
fn a_checkpoint_that_no_quorum_signed_is_not_begun_with() {
    let w = source();
    let mut signed = checkpoint(&w.store).unwrap().unwrap();
    signed.certificate.votes.truncate(2);
    let links = trail(&w.store, Epoch(0), 9).unwrap();
    let begun = Restore::new(&w.birth, &w.trust(), &links, signed);
    assert!(matches!(begun, Err(Refused::Checkpoint(_))));
    assert!(w.store.get(b"nothing").unwrap().is_none());
}

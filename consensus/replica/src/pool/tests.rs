//! Order, bounds and standing of the pool; who asks it for what is tested with the replica.

use super::*;
use proto::{Body, Digest, Draft, Name, RequestId, Signature};

fn transaction(number: u8) -> Transaction {
    let name = |text: &str| Name::new(text, "test").unwrap();
    let body = Body::Record { matter: name("m"), kind: name("k"), content: Digest([number; 32]), note: String::new() };
    let draft = Draft {
        chain: Digest::ZERO,
        org: name("o"),
        key: Digest::ZERO,
        request: RequestId([number; 16]),
        expiry: Height(50),
        body,
    };
    Transaction { draft, signature: Signature([0; 64]) }
}

fn pool(transactions: usize) -> Pool {
    Pool::new(Limits { pool_transactions: transactions, pool_bytes: 1 << 20 })
}

fn ids(items: Vec<Item>) -> Vec<TxId> {
    items.iter().map(|i| i.transaction.id()).collect()
}

#[test]
fn candidates_come_in_order_without_what_is_taken() {
    let mut pool = pool(10);
    let all: Vec<Transaction> = (0..5).map(transaction).collect();
    all.iter().for_each(|t| pool.insert(t.clone(), None, Height(0)));
    let id = |n: usize| all[n].id();
    assert_eq!(ids(pool.candidates(|_| false, 3, 1 << 20)), [id(0), id(1), id(2)]);
    assert_eq!(ids(pool.candidates(|t| *t == id(0), 2, 1 << 20)), [id(1), id(2)]);
    assert_eq!(ids(pool.candidates(|_| false, 9, 2 * (size(&all[0]) + 1))), [id(0), id(1)]);
    pool.set(&id(0), Standing::Aside);
    pool.set(&id(1), Standing::Stale);
    assert_eq!(ids(pool.candidates(|_| false, 1, 1 << 20)), [id(2)]);
    pool.insert(all[1].clone(), None, Height(0));
    assert_eq!(ids(pool.candidates(|_| false, 1, 1 << 20)), [id(1)]);
}

#[test]
fn it_is_bounded_and_gives_room_back() {
    let mut pool = pool(2);
    assert!(pool.has_room(&transaction(0)));
    pool.insert(transaction(0), None, Height(0));
    pool.insert(transaction(1), None, Height(0));
    assert!(!pool.has_room(&transaction(2)));
    assert!(pool.has_room(&transaction(1)), "what is here may come again");
    let bytes = pool.bytes();
    assert!(pool.remove(&transaction(0).id()).is_some());
    assert!(pool.remove(&transaction(0).id()).is_none());
    assert_eq!((pool.count(), pool.bytes()), (1, bytes / 2));
    assert!(pool.has_room(&transaction(2)));
}

#[test]
fn what_waits_long_or_was_set_aside_is_asked_about() {
    let mut pool = pool(10);
    (0..3).for_each(|n| pool.insert(transaction(n), None, Height(10)));
    assert_eq!(pool.due(Height(12), 10), []);
    pool.set(&transaction(1).id(), Standing::Aside);
    assert_eq!(pool.due(Height(12), 10), [transaction(1).id()]);
    assert_eq!(pool.due(Height(13), 1).len(), 1);
    assert_eq!(pool.due(Height(13), 10).len(), 1);
    assert_eq!(pool.due(Height(19), 10), []);
    assert_eq!(pool.due(Height(21), 10).len(), 3);
    // At its expiry at the latest.
    assert_eq!(pool.due(Height(50), 10).len(), 3);
    assert_eq!(pool.due(Height(50), 10), []);
}

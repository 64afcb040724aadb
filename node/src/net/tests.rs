//! Who is a peer, by which number, and who of them gets packets.

use super::*;
use crate::submission::SealedPacket;
use proto::{Body, Digest, Draft, Epoch, Height, Name, RequestId, SecretKey, Validator};

fn secret(n: u8) -> SecretKey {
    SecretKey::from_scalar(&[n; 32], "test").unwrap()
}

fn member(n: u8, packets: bool) -> Member {
    let id = libp2p::identity::Keypair::ed25519_from_bytes([n; 32]).unwrap().public().to_peer_id();
    let address = format!("/ip4/127.0.0.1/tcp/{n}").parse().unwrap();
    Member { id, address, validator: secret(n).public().clone(), packets }
}

fn set(numbers: &[u8]) -> ValidatorSet {
    let org = Name::new("o", "test").unwrap();
    let one = |n: &u8| Validator { org: org.clone(), key: secret(*n).public().clone() };
    ValidatorSet::new(numbers.iter().map(one).collect()).unwrap().in_epoch(Epoch(0))
}

fn net(members: Vec<Member>, voters: &[u8]) -> Net {
    Net::new(members, &set(voters), Arc::default())
}

fn submission() -> Submission {
    let name = |text: &str| Name::new(text, "test").unwrap();
    let body = Body::Record { matter: name("m"), kind: name("k"), content: Digest([1; 32]), note: String::new() };
    let (chain, request, expiry, key) = (Digest([1; 32]), RequestId([1; 16]), Height(10), secret(1));
    let draft = Draft { chain, org: name("o"), key: key.public().id(), request, expiry, body };
    let packet = SealedPacket { salt: [0; 32], packet: vec![7; 100].into() };
    Submission { transaction: draft.sign(&key).into_inner(), packets: vec![packet] }
}

#[test]
fn who_may_not_have_packets_is_given_none() {
    let net = net(vec![member(2, true), member(3, false)], &[1, 2]);
    let (reader, other) = (net.peers()[0].clone(), net.peers()[1].clone());
    // Linked, both of them.
    [&reader, &other].iter().for_each(|p| p.streams.store(2, Ordering::Relaxed));
    net.spread(&submission());
    [&reader, &other].iter().for_each(|p| net.give(p, &submission()));
    assert!(reader.bulk.bytes() > 200 && other.bulk.bytes() == 0, "{} {}", reader.bulk.bytes(), other.bulk.bytes());
}

#[test]
fn whom_the_roster_names_no_more_is_dropped_with_all_that_waits_for_it() {
    let net = net(vec![member(2, true), member(3, true)], &[1, 2, 3]);
    let mut changes = net.changes().unwrap();
    let expelled = net.peers()[1].clone();
    net.give(&expelled, &submission());
    assert!(expelled.bulk.bytes() > 0);
    net.assemble(vec![member(2, true), member(3, false)], &set(&[1, 2]));
    assert_eq!((net.peers().len(), expelled.bulk.bytes()), (2, 0), "linked still, and what waited for it is gone");
    net.assemble(vec![member(2, true)], &set(&[1, 2]));
    let mut told = std::iter::from_fn(|| changes.try_recv().ok());
    assert_eq!(told.by_ref().filter(|c| matches!(c, Change::Admit(_))).count(), 2);
    assert_eq!(net.peers().len(), 1);
    assert!(expelled.bulk.bytes() == 0 && !expelled.gets_packets());
    net.give(&expelled, &submission());
    assert_eq!(expelled.bulk.bytes(), 0, "a session that still runs brings it nothing");
}

#[test]
fn a_stranger_that_names_a_voters_key_does_not_keep_the_voter_out() {
    let stranger = Member { id: member(9, true).id, ..member(3, true) };
    let net = net(vec![member(2, true), stranger], &[1, 2]);
    net.assemble(vec![member(2, true), member(3, true)], &set(&[1, 2, 3]));
    let peer = net.peer(&member(3, true).id).unwrap();
    assert_eq!((peer.index(), net.peers().len()), (ValidatorIndex(2), 2));
    assert!(net.peer(&member(9, true).id).is_none());
}

#[test]
fn an_observer_keeps_its_number_and_nobody_else_gets_it() {
    let net = net(vec![member(2, true), member(3, true), member(4, true)], &[1, 2]);
    let number = |n: u8| net.peer(&member(n, true).id).unwrap().index().0;
    assert_eq!((number(2), number(3), number(4)), (1, OBSERVERS, OBSERVERS + 1));
    net.assemble(vec![member(4, true), member(5, true), member(2, true)], &set(&[2, 1]));
    assert_eq!((number(2), number(4), number(5)), (0, OBSERVERS + 1, OBSERVERS));
}

//! The set changes at run time: an observer becomes a validator, a lost quorum is replaced, a new rule silences old
//! programs. What is allowed is tested in `ledger`, how a closing block becomes final in `simplex`.

use super::network::{Network, name, secret};
use crate::{Input, Memory, Notice};
use proto::{
    Body, Change, Contact, Draft, Epoch, Govern, Height, Ready, RequestId, Resolution, Transaction, TxId, Validator,
    ValidatorIndex, ValidatorSet, Verified,
};

fn contact() -> Contact {
    Contact { peer: [9; 32], address: "/ip4/127.0.0.1/tcp/7500".into() }
}

/// Signed by the key of that number.
fn act(network: &Network, who: u8, request: u8, act: Govern) -> Verified<Transaction> {
    let key = secret(who);
    let (chain, org, id) = (network.birth.chain, name("notary"), key.public().id());
    let request = RequestId([100 + request; 16]);
    Draft { chain, org, key: id, request, expiry: Height(900), body: Body::Govern(act) }.sign(&key)
}

fn ready(network: &Network, node: usize, motion: TxId) -> Verified<Transaction> {
    let tip = network.nodes[node].replica.tip();
    let ready = Ready { motion, height: tip.header.height, block: tip.digest, software: 1 };
    act(network, node as u8 + 1, node as u8, Govern::Ready(ready))
}

/// Node 4 follows, then votes.
fn grown() -> Network {
    let mut network = Network::of(5, |_| {});
    let record = network.record("before");
    network.admit_everywhere(&record, None);
    network.run(2_000);
    network.agree();
    assert_eq!((network.nodes[4].replica.index(), network.nodes[4].replica.tip().header.height), (None, Height(1)));
    let add = Change::AddValidator { org: name("notary"), key: secret(5).public().clone(), contact: contact() };
    let motion = act(&network, 12, 50, Govern::Move { changes: vec![add], note: String::new() });
    network.admit_everywhere(&motion, None);
    network.run(2_000);
    for node in [0, 1, 2, 4] {
        let said = ready(&network, node, motion.id());
        network.admit_everywhere(&said, None);
    }
    network.run(2_000);
    network
}

fn records(network: &mut Network, count: usize) {
    for n in 0..count {
        let record = network.record(&format!("matter {n}"));
        network.admit_everywhere(&record, None);
        network.run(1_500);
    }
    network.agree();
}

#[test]
fn an_observer_becomes_a_validator_and_is_needed() {
    let mut network = grown();
    for (i, node) in network.nodes.iter().enumerate() {
        assert_eq!(node.replica.epoch(), Epoch(1), "node {i}");
        assert_eq!(node.replica.index(), Some(ValidatorIndex(i as u16)));
        let told = node.notices.iter().filter(|n| matches!(n, Notice::Epoch { .. })).count();
        assert_eq!(told, 1);
    }
    network.nodes[0].up = false;
    let before = network.nodes[1].replica.tip().header.ledger_size;
    records(&mut network, 3);
    let tip = &network.nodes[4].replica.tip().header;
    assert_eq!((tip.ledger_size, tip.epoch), (before + 3, Epoch(1)), "four of five, the new one among them");
    assert!(network.said.iter().any(|v| v.validator == ValidatorIndex(4)));
    network.restart(0);
    network.run(5_000);
    network.agree();
}

#[test]
fn a_restart_finds_the_epoch_on_disk_and_none_of_the_old_promises() {
    let mut network = grown();
    for index in 0..5 {
        network.restart(index);
        assert_eq!(network.nodes[index].replica.epoch(), Epoch(1));
    }
    records(&mut network, 2);
    assert!(network.nodes.iter().all(|n| n.notices.iter().all(|x| !matches!(x, Notice::Fault(_)))));
}

#[test]
fn who_slept_through_the_change_is_led_over_it() {
    let mut network = Network::of(5, |_| {});
    network.nodes[3].up = false;
    let add = Change::AddValidator { org: name("notary"), key: secret(5).public().clone(), contact: contact() };
    let motion = act(&network, 12, 50, Govern::Move { changes: vec![add], note: String::new() });
    network.admit_everywhere(&motion, None);
    network.run(3_000);
    for node in [0, 1, 2, 4] {
        let said = ready(&network, node, motion.id());
        network.admit_everywhere(&said, None);
    }
    network.run(3_000);
    records(&mut network, 2);
    assert_eq!(network.nodes[0].replica.epoch(), Epoch(1));
    network.restart(3);
    network.run(10_000);
    network.agree();
    assert_eq!(network.nodes[3].replica.epoch(), Epoch(1));
    let blind = Input::Foreign { from: ValidatorIndex(1), epoch: Epoch(0) };
    network.step(0, blind);
    records(&mut network, 1);
}

#[test]
fn a_lost_quorum_is_replaced_for_good() {
    let mut network = Network::new();
    records(&mut network, 2);
    (2..4).for_each(|i| network.nodes[i].up = false);
    let rescue = rescued(&network, &network.nodes[0].replica.tip().clone());
    network.admit(0, rescue.clone(), None);
    // Taken up is taken up: the node does not fall back when it is started again before anything is decided.
    network.restart(0);
    assert_eq!(network.nodes[0].replica.epoch(), Epoch(1));
    network.admit(1, rescue, None);
    network.run(5_000);
    network.agree();
    assert!(network.nodes[0].replica.tip().header.epoch == Epoch(1), "the rescue itself is the first event");
    records(&mut network, 2);
    assert_eq!(network.nodes[1].replica.validators().count(), 2);
}

/// Clients go on submitting while the quorum is lost: more waits than a block holds, and more than the pool does.
#[test]
fn a_rescue_goes_before_whatever_has_come_to_wait() {
    let mut network = Network::with(|params| params.block_events_max = 3);
    network.limits.pool_transactions = 5;
    (0..4).for_each(|i| network.restart(i));
    records(&mut network, 1);
    (2..4).for_each(|i| network.nodes[i].up = false);
    for n in 0..5 {
        let record = network.record(&format!("waiting {n}"));
        network.admit_everywhere(&record, None);
        network.run(100);
    }
    let tip = network.nodes[0].replica.tip().clone();
    let resolution = rescued(&network, &tip);
    (0..2).for_each(|i| network.admit(i, resolution.clone(), None));
    network.run(5_000);
    network.agree();
    let header = network.nodes[0].replica.tip().header.clone();
    assert_eq!((header.epoch, header.ledger_size), (Epoch(1), tip.header.ledger_size + 6), "the rescue and the five");
}

/// Nodes 0 and 1 are left.
fn rescued(network: &Network, tip: &ledger::Tip) -> Verified<Transaction> {
    resolved(network, tip, (1, &[1, 2]))
}

/// The holders of rescue keys open an epoch on `tip` for these keys.
fn resolved(network: &Network, tip: &ledger::Tip, (epoch, keys): (u8, &[u8])) -> Verified<Transaction> {
    let validator = |n: u8| Validator { org: name("notary"), key: secret(n).public().clone() };
    let mut resolution = Resolution {
        chain: network.birth.chain,
        height: tip.header.height,
        block: tip.digest,
        validators: ValidatorSet::new(keys.iter().copied().map(validator).collect())
            .unwrap()
            .in_epoch(Epoch(epoch.into())),
        contacts: vec![],
        signatures: vec![],
    };
    assert!(resolution.sign(&network.birth.rescue, &secret(61)) && resolution.sign(&network.birth.rescue, &secret(63)));
    act(network, 1, 60 + epoch, Govern::Rescue(Box::new(resolution)))
}

/// Two of four lost their disks and kept their keys; the first rescue appoints all four, and can decide nothing.
fn rescued_in_vain() -> (Network, ledger::Tip) {
    let mut network = Network::new();
    records(&mut network, 2);
    network.memory = Memory::Doubtful { bound: None };
    for index in 2..4 {
        network.nodes[index].disk = super::network::birth_rows(&network.birth);
        network.restart(index);
    }
    network.memory = Memory::Whole;
    network.run(3_000);
    network.agree();
    let tip = network.nodes[0].replica.tip().clone();
    let first = resolved(&network, &tip, (1, &[1, 2, 3, 4]));
    (0..4).for_each(|i| network.admit(i, first.clone(), None));
    network.run(5_000);
    for (i, node) in network.nodes.iter().enumerate() {
        assert_eq!((node.replica.epoch(), network.height(i)), (Epoch(1), tip.header.height.0), "node {i}");
        assert_eq!(node.replica.status().votes_from.is_none(), i >= 2, "who forgot is silent");
    }
    (network, tip)
}

#[test]
fn a_rescue_that_decided_nothing_gives_way_to_a_later_one() {
    let (mut network, tip) = rescued_in_vain();
    let (first, second) = (resolved(&network, &tip, (1, &[1, 2, 3, 4])), resolved(&network, &tip, (2, &[1, 2])));
    network.admit(0, second.clone(), None);
    // It is the later one that a restart finds, and nobody goes back.
    network.restart(0);
    assert_eq!(network.nodes[0].replica.epoch(), Epoch(2));
    network.admit(0, first.clone(), None);
    assert_eq!(network.nodes[0].replica.epoch(), Epoch(2));
    let replaced = |n: &Notice| matches!(n, Notice::Dropped { tx, .. } if *tx == first.id());
    assert!(network.nodes[0].notices.iter().any(replaced), "an older one is not taken any more");
    network.admit(1, second.clone(), None);
    assert!(network.nodes[1].notices.iter().any(replaced), "what waited for the older one hears of it");
    network.run(5_000);
    network.agree();
    let header = network.nodes[0].replica.tip().header.clone();
    assert_eq!((header.epoch, header.ledger_size), (Epoch(2), tip.header.ledger_size + 1));
    // Those that it left out stand in the first one's epoch, and are led into the second's.
    records(&mut network, 2);
    for node in &network.nodes[2..] {
        assert_eq!((node.replica.epoch(), node.replica.index()), (Epoch(2), None));
    }
    assert_eq!(network.contradictions(), []);
}

#[test]
fn who_is_still_before_the_first_rescue_is_led_over_both() {
    let (mut network, tip) = rescued_in_vain();
    let second = resolved(&network, &tip, (2, &[1, 2]));
    (2..4).for_each(|i| network.nodes[i].up = false);
    (0..2).for_each(|i| network.admit(i, second.clone(), None));
    network.run(5_000);
    network.nodes[3].disk = super::network::birth_rows(&network.birth);
    (2..4).for_each(|i| network.restart(i));
    network.run(10_000);
    network.agree();
    assert!(network.nodes.iter().all(|n| n.replica.epoch() == Epoch(2)));
}

/// What is final stays: who has a block of the first rescue takes no other one for the block before it.
#[test]
fn a_rescue_with_a_final_block_is_not_replaced() {
    let mut network = Network::new();
    records(&mut network, 2);
    (2..4).for_each(|i| network.nodes[i].up = false);
    let tip = network.nodes[0].replica.tip().clone();
    let rescue = rescued(&network, &tip);
    (0..2).for_each(|i| network.admit(i, rescue.clone(), None));
    network.run(5_000);
    assert_eq!(network.nodes[0].replica.tip().header.epoch, Epoch(1));
    let second = resolved(&network, &tip, (2, &[1, 2]));
    (0..2).for_each(|i| network.admit(i, second.clone(), None));
    records(&mut network, 1);
    assert!(network.nodes[..2].iter().all(|n| n.replica.epoch() == Epoch(1)));
}

/// Of two validators that are left each is needed at once. One that had forgotten its promises, and had long found out
/// from where it may vote, was silent in the first views of the new epoch, which could then never end (found by the
/// simulator: `--seeds 15..16 --changes`).
#[test]
fn who_had_forgotten_and_speaks_again_is_not_silent_in_an_epoch_that_began_later() {
    let mut network = Network::new();
    records(&mut network, 2);
    network.nodes[0].disk = super::network::birth_rows(&network.birth);
    network.memory = Memory::Doubtful { bound: None };
    network.restart(0);
    records(&mut network, 8);
    let tip = network.nodes[0].replica.tip().clone();
    assert!(network.nodes[0].replica.status().votes_from.is_some_and(|from| from <= tip.header.view));
    (2..4).for_each(|i| network.nodes[i].up = false);
    network.run(2_000);
    let rescue = rescued(&network, &tip);
    (0..2).for_each(|i| network.admit(i, rescue.clone(), None));
    records(&mut network, 2);
    assert_eq!(network.nodes[0].replica.tip().header.epoch, Epoch(1));
    assert_eq!(network.contradictions(), []);
}

/// One node stands at the rescued block, one far before it; both were down while the rescue went round.
#[test]
fn who_slept_through_a_rescue_is_led_over_it() {
    let mut network = Network::new();
    records(&mut network, 1);
    network.nodes[3].up = false;
    records(&mut network, 2);
    network.nodes[2].up = false;
    let (rescue, rescued) = (rescued(&network, network.nodes[0].replica.tip()), network.height(0));
    (0..2).for_each(|i| network.admit(i, rescue.clone(), None));
    network.run(3_000);
    records(&mut network, 2);
    assert_eq!((network.height(2), network.height(3)), (rescued, rescued - 2));
    for index in 2..4 {
        network.restart(index);
        network.run(5_000);
        let node = &network.nodes[index].replica;
        assert_eq!((node.epoch(), node.index()), (Epoch(1), None), "node {index}");
    }
    records(&mut network, 1);
}

#[test]
fn a_program_that_is_too_old_follows_and_does_not_vote() {
    let mut network = Network::new();
    let motion =
        act(&network, 12, 50, Govern::Move { changes: vec![Change::MinSoftware { number: 1 }], note: String::new() });
    network.admit_everywhere(&motion, None);
    network.run(2_000);
    network.nodes[3].replica = network.older(3);
    network.step(3, Input::Start);
    for node in [0, 1, 2] {
        let said = ready(&network, node, motion.id());
        network.admit_everywhere(&said, None);
    }
    network.run(3_000);
    let outdated = Notice::Outdated { ours: 0, needed: 1 };
    assert!(network.nodes[3].notices.contains(&outdated), "{:?}", network.nodes[3].notices.last());
    let before = network.said.iter().filter(|v| v.validator == ValidatorIndex(3)).map(|v| v.subject.view).max();
    records(&mut network, 4);
    let after = network.said.iter().filter(|v| v.validator == ValidatorIndex(3)).map(|v| v.subject.view).max();
    assert_eq!(after, before, "it said nothing new");
}

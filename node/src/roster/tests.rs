//! Who is linked, and who gets packets, as motions are made, approved and carried.

use super::*;
use crate::daemon::birth;
use crate::localnet::Plan;
use ledger::{Batch, Table, key};
use proto::state::{OpenMotionsLeaf, StateKey};
use proto::{Canonical, Digest, Epoch, Name, SecretKey, Validator};

/// A founder's roster in a network of four, and its ledger at birth.
fn founder() -> (Roster, Batch, ValidatorSet) {
    let dir = tempfile::tempdir().unwrap();
    let plan = Plan { dir: dir.path().join("net"), validators: 4, base_port: 0, model: models::Appraiser::current() };
    let genesis = plan.make().unwrap().genesis().unwrap();
    let (_, store) = ledger::birth(&birth(&genesis, genesis.chain_id()));
    let (own, validators) = (genesis.validators[0].key.clone(), genesis.validator_set());
    (Roster { genesis: Arc::new(genesis), overrides: HashMap::new(), own }, store, validators)
}

fn put(store: &mut Batch, name: StateKey, value: Vec<u8>) {
    store.put(key(Table::StateLeaf, &name.path().0), value);
}

fn stranger() -> (PublicKey, Contact) {
    let key = SecretKey::from_scalar(&[9; 32], "test").unwrap().public().clone();
    let peer = libp2p::identity::Keypair::ed25519_from_bytes([9; 32]).unwrap().public().try_into_ed25519().unwrap();
    (key, Contact { peer: peer.to_bytes(), address: "/ip4/10.0.0.1/tcp/22".into() })
}

fn motion(store: &mut Batch, progress: Progress) {
    let (key, contact) = stranger();
    let org = Name::new("demo-auditor", "test").unwrap();
    let motion = Motion {
        mover: org.clone(),
        changes: vec![Change::AddValidator { org, key, contact }],
        note: String::new(),
        moved: Height(1),
        expiry: Height(100),
        approvals: Vec::new(),
        ready: Vec::new(),
        progress,
    };
    let id = Digest([5; 32]);
    put(store, StateKey::OpenMotions, OpenMotionsLeaf(vec![id]).to_bytes());
    put(store, StateKey::Motion(id), motion.to_bytes());
}

/// Who is linked, and whether it gets packets.
fn linked(roster: &Roster, store: &Batch, scene: &Scene<'_>) -> Vec<(PublicKey, bool)> {
    roster.members(store, scene).unwrap().into_iter().map(|m| (m.validator, m.packets)).collect()
}

#[test]
fn a_motion_lets_nobody_in_before_it_is_approved_or_after_it_expired() {
    let (roster, mut store, validators) = founder();
    let at = |height| Scene { validators: &validators, contacts: &[], height: Height(height) };
    let others: Vec<(PublicKey, bool)> = validators.iter().skip(1).map(|v| (v.key.clone(), true)).collect();
    assert_eq!(linked(&roster, &store, &at(2)), others);
    motion(&mut store, Progress::Open);
    assert_eq!(linked(&roster, &store, &at(2)), others, "one member's motion makes no reader");
    let before = roster.omens(&store, &at(2)).unwrap();
    motion(&mut store, Progress::Approved);
    assert_ne!(roster.omens(&store, &at(2)).unwrap(), before);
    let more: Vec<_> = others.iter().cloned().chain([(stranger().0, true)]).collect();
    assert_eq!(linked(&roster, &store, &at(2)), more);
    assert_eq!(linked(&roster, &store, &at(100)), others);
}

#[test]
fn who_was_voted_out_gets_no_packets_from_then_on_and_is_cut_off_soon() {
    let (roster, mut store, founders) = founder();
    let fewer: Vec<Validator> = founders.iter().take(3).cloned().collect();
    let after = ValidatorSet::new(fewer).unwrap().in_epoch(Epoch(1));
    put(&mut store, StateKey::Validators, after.to_bytes());
    store.put(key(Table::EpochEnd, &0u64.to_be_bytes()), [&[1][..], &10u64.to_be_bytes()].concat());
    let at = |height| Scene { validators: &after, contacts: &[], height: Height(height) };
    let key = |i: usize| founders.iter().nth(i).unwrap().key.clone();
    // Those who stay are named twice; the first counts.
    let mut found = linked(&roster, &store, &at(11));
    found.dedup_by_key(|(key, _)| key.clone());
    assert_eq!(found[..2], [(key(1), true), (key(2), true)]);
    assert!(found.contains(&(key(3), false)) && !found.contains(&(key(3), true)));
    assert_eq!(linked(&roster, &store, &at(10 + LEAVE_BLOCKS)), [(key(1), true), (key(2), true)]);
    assert_ne!(roster.omens(&store, &at(11)).unwrap(), roster.omens(&store, &at(10 + LEAVE_BLOCKS)).unwrap());
}

#[test]
fn a_rescue_says_where_its_validators_are() {
    let (roster, store, founders) = founder();
    let (key, contact) = stranger();
    let org = founders.iter().next().unwrap().org.clone();
    let set = vec![founders.iter().next().unwrap().clone(), Validator { org, key: key.clone() }];
    let contacts = [(key.id(), contact)];
    // A later one too, after others that decided nothing.
    for epoch in [1, 3] {
        let set = ValidatorSet::new(set.clone()).unwrap().in_epoch(Epoch(epoch));
        let scene = Scene { validators: &set, contacts: &contacts, height: Height(3) };
        let found = linked(&roster, &store, &scene);
        assert_eq!(found[0], (key.clone(), true));
        assert!(found[1..].iter().all(|(_, packets)| !packets) && found.len() == 4, "the others may learn of it");
    }
}

#[test]
fn an_address_of_the_configuration_goes_before_every_other_whoever_it_is_for() {
    let (mut roster, mut store, validators) = founder();
    motion(&mut store, Progress::Approved);
    let chosen = |n: u8| -> Multiaddr { format!("/ip4/192.0.2.{n}/tcp/7400").parse().unwrap() };
    let (second, newcomer) = (validators.iter().nth(1).unwrap().key.clone(), stranger().0);
    roster.overrides = HashMap::from([(second.id(), chosen(1)), (newcomer.id(), chosen(2))]);
    let scene = Scene { validators: &validators, contacts: &[], height: Height(2) };
    let members = roster.members(&store, &scene).unwrap();
    let at = |key: &PublicKey| members.iter().find(|m| m.validator == *key).unwrap().address.clone();
    assert_eq!((at(&second), at(&newcomer)), (chosen(1), chosen(2)));
}

#[test]
fn a_founder_whom_nobody_can_dial_is_refused_unless_the_configuration_knows_better() {
    let (mut roster, _, _) = founder();
    let mut genesis = (*roster.genesis).clone();
    genesis.validators[2].address = "/dns4/localhost/tcp/7400".into();
    let key = genesis.validators[2].key.id();
    roster.genesis = Arc::new(genesis);
    let said = roster.check().unwrap_err().to_string();
    assert!(said.contains("validator 2") && said.contains("/dns4/localhost") && said.contains("[peers]"), "{said}");
    roster.overrides.insert(key, "/ip4/192.0.2.1/tcp/7400".parse().unwrap());
    roster.check().unwrap();
}

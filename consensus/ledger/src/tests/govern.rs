//! Motions: who decides, when a change takes effect, what is refused, and how a light client follows.

use super::world::{World, name, secret, signed};
use crate::{Executed, READY_BLOCKS, Rejected};
use proto::govern::{MOTIONS_MAX, MOVER_MOTIONS_MAX};
use proto::{
    Body, Canonical, Change, Contact, Epoch, Govern, Height, Item, LightClient, Organisation, Progress, Ready,
    RescueKeys, Resolution, Role, SecretKey, TxId, Validator, ValidatorSet,
};

fn contact(n: u8) -> Contact {
    Contact { peer: [n; 32], address: "/ip4/127.0.0.1/tcp/7500".into() }
}

/// Validators 1 to 4 are there; this adds one.
pub fn add(n: u8) -> Change {
    Change::AddValidator { org: name("notary"), key: secret(n).public().clone(), contact: contact(n) }
}

pub fn remove(n: u8) -> Change {
    Change::RemoveValidator { key: secret(n).public().id() }
}

pub fn act(world: &mut World, org: &str, act: Govern) -> Item {
    Item { transaction: world.transaction(org, Body::Govern(act)), appraisal: None }
}

pub fn moved(world: &mut World, changes: Vec<Change>) -> TxId {
    let item = act(world, "notary", Govern::Move { changes, note: "why".into() });
    let id = item.transaction.id();
    world.commit(vec![item]);
    id
}

pub fn approve(world: &mut World, motion: TxId, orgs: &[&str]) {
    for org in orgs {
        let item = act(world, org, Govern::Approve { motion });
        world.commit(vec![item]);
    }
}

pub fn ready(world: &mut World, motion: TxId, n: u8) -> Item {
    let (height, block) = (world.tip.header.height, world.tip.digest);
    ready_at(world, Ready { motion, height, block, software: 1 }, n)
}

pub fn ready_at(world: &mut World, ready: Ready, n: u8) -> Item {
    let mut draft = world.draft("notary", Body::Govern(Govern::Ready(ready)));
    draft.key = secret(n).public().id();
    Item { transaction: draft.sign(&secret(n)).into_inner(), appraisal: None }
}

fn progress(world: &World, motion: TxId) -> Progress {
    crate::motion(&world.store, &motion).unwrap().unwrap().progress
}

/// From four validators to five, all of it.
fn grown() -> (World, TxId, Executed) {
    let mut world = World::new();
    let motion = moved(&mut world, vec![add(5)]);
    approve(&mut world, motion, &["court", "archive"]);
    let items: Vec<Item> = [1, 2, 3, 5].map(|n| ready(&mut world, motion, n)).into();
    let done = world.commit(items);
    (world, motion, done)
}

#[test]
fn more_than_two_thirds_of_those_who_have_a_vote_decide() {
    let mut world = World::new();
    let key = secret(40).public().clone();
    let motion = moved(&mut world, vec![Change::AddKey { org: name("court"), key: key.clone() }]);
    approve(&mut world, motion, &["court"]);
    assert_eq!(progress(&world, motion), Progress::Open, "two of four");
    let platform = act(&mut world, "platform", Govern::Approve { motion });
    assert_eq!(world.refusal(platform).unwrap().code(), "ROLE_NOT_PERMITTED");
    let twice = act(&mut world, "court", Govern::Approve { motion });
    assert_eq!(world.refusal(twice).unwrap().code(), "ALREADY_APPROVED");
    approve(&mut world, motion, &["auditor"]);
    assert_eq!(progress(&world, motion), Progress::Carried, "three of four");
    let court = crate::organisation(&world.store, &name("court")).unwrap().unwrap();
    assert!(court.keys.contains(&key), "a change of keys takes effect at once");
    assert_eq!(crate::validators(&world.store).unwrap().epoch(), Epoch(0));
    let late = act(&mut world, "archive", Govern::Approve { motion });
    assert_eq!(world.refusal(late).unwrap().code(), "MOTION_CLOSED");
}

#[test]
fn a_new_set_signs_when_its_quorum_and_every_new_member_are_ready() {
    let mut world = World::new();
    let motion = moved(&mut world, vec![add(5)]);
    approve(&mut world, motion, &["court"]);
    let early = ready(&mut world, motion, 1);
    assert_eq!(world.refusal(early).unwrap().code(), "MOTION_CLOSED");
    approve(&mut world, motion, &["archive"]);
    assert_eq!(progress(&world, motion), Progress::Approved);
    let items: Vec<Item> = [1, 2, 3, 4].map(|n| ready(&mut world, motion, n)).into();
    world.commit(items);
    assert_eq!(progress(&world, motion), Progress::Approved, "a quorum of five is there, but not the new one");
    let stranger = ready(&mut world, motion, 6);
    assert_eq!(world.refusal(stranger).unwrap().code(), "KEY_UNKNOWN");

    let before = crate::validators(&world.store).unwrap();
    let last = ready(&mut world, motion, 5);
    let done = world.commit(vec![last]);
    let after = crate::validators(&world.store).unwrap();
    let header = &done.block.header;
    assert_eq!((after.count(), after.epoch(), header.epoch), (5, Epoch(1), Epoch(0)));
    assert_eq!((header.validators, header.next_validators), (before.digest(), after.digest()));
    assert!(header.closes_epoch());
    assert_eq!(crate::validators_of(&world.store, Epoch(0)).unwrap(), Some(before));
    assert_eq!(crate::contact(&world.store, &secret(5).public().id()).unwrap(), Some(contact(5)));
    let next = world.commit(vec![]);
    assert_eq!((next.block.header.epoch, next.block.header.validators), (Epoch(1), after.digest()));
    assert!(!next.block.header.closes_epoch());
    assert_eq!(crate::epoch_end(&world.store, Epoch(0)).unwrap(), Some(header.height));
    assert_eq!(crate::epoch_end(&world.store, Epoch(1)).unwrap(), None);
}

#[test]
fn without_a_living_quorum_a_motion_is_never_carried_and_says_why() {
    let mut world = World::new();
    let motion = moved(&mut world, vec![remove(1), remove(2)]);
    approve(&mut world, motion, &["court", "archive"]);
    let gone = ready(&mut world, motion, 1);
    assert_eq!(world.refusal(gone).unwrap().code(), "KEY_UNKNOWN", "who leaves is not asked");
    let one = ready(&mut world, motion, 3);
    world.commit(vec![one]);
    let expiry = crate::motion(&world.store, &motion).unwrap().unwrap().expiry;
    while world.tip.header.height < expiry {
        world.commit(vec![]);
    }
    let late = ready(&mut world, motion, 4);
    assert!(matches!(world.refusal(late), Some(Rejected::NoLiveQuorum { quorum: 2, ready: 0 | 1, .. })));
    assert_eq!(crate::validators(&world.store).unwrap().count(), 4);
}

#[test]
fn what_was_ready_long_ago_or_elsewhere_does_not_count() {
    let mut world = World::new();
    let motion = moved(&mut world, vec![add(5)]);
    approve(&mut world, motion, &["court", "archive"]);
    let (height, block) = (world.tip.header.height, world.tip.digest);
    let other = Ready { motion, height, block: proto::Digest([9; 32]), software: 1 };
    let item = ready_at(&mut world, other, 1);
    assert_eq!(world.refusal(item).unwrap().code(), "READY_STALE");
    let items: Vec<Item> = [1, 2, 3, 4].map(|n| ready(&mut world, motion, n)).into();
    world.commit(items);
    // The motion would expire first; only the age of what was said is looked at here.
    assert!(crate::motion(&world.store, &motion).unwrap().unwrap().expiry < Height(READY_BLOCKS + 5));
    let named = Ready { motion, height, block, software: 1 };
    let item = ready_at(&mut world, named, 5);
    assert!(world.refusal(item).is_none(), "a recent one counts");
}

#[test]
fn changes_that_cannot_be_made_are_refused_with_the_reason() {
    let mut world = World::new();
    let org =
        |n: &str, key: u8| Organisation { name: name(n), role: Role::Court, keys: vec![secret(key).public().clone()] };
    let cases: Vec<(Vec<Change>, &str)> = vec![
        ((1..=4).map(remove).collect(), "empty"),
        (vec![add(3)], "in use"),
        (vec![add(14)], "in use"),
        (vec![remove(9)], "no validator"),
        (vec![Change::AddOrganisation(org("court", 50))], "of this name"),
        (vec![Change::AddOrganisation(org("bank", 14))], "in use"),
        (vec![Change::RemoveOrganisation { org: name("notary") }], "runs a validator"),
        (vec![Change::RevokeKey { org: name("court"), key: secret(14).public().id() }], "last key"),
        (vec![Change::RevokeKey { org: name("court"), key: secret(15).public().id() }], "no such key"),
    ];
    for (changes, rule) in cases {
        let item = act(&mut world, "notary", Govern::Move { changes, note: String::new() });
        let refusal = world.refusal(item).unwrap();
        assert_eq!(refusal.code(), "CHANGE_REFUSED");
        assert!(refusal.to_string().contains(rule), "`{refusal}` should say `{rule}`");
    }
}

#[test]
fn a_member_that_left_signs_nothing_more_and_its_keys_are_remembered() {
    let mut world = World::new();
    let motion = moved(&mut world, vec![Change::RemoveOrganisation { org: name("auditor") }]);
    approve(&mut world, motion, &["court", "archive"]);
    assert_eq!(progress(&world, motion), Progress::Carried);
    let item = act(&mut world, "auditor", Govern::Approve { motion });
    assert_eq!(world.refusal(item).unwrap().code(), "KEY_UNKNOWN");
    let leaf = crate::retired_key(&world.store, &secret(15).public().id()).unwrap().unwrap();
    assert_eq!((leaf.org, leaf.height), (name("auditor"), world.tip.header.height));
    assert!(!crate::members(&world.store).unwrap().contains(&name("auditor")));
}

/// Enough members, by the number of their key, to have every place for motions filled by others than the notary.
fn many_members(world: &mut World) -> Vec<u8> {
    let numbers: Vec<u8> = (30..).take(MOTIONS_MAX.div_ceil(MOVER_MOTIONS_MAX)).collect();
    let member = |n: &u8| {
        let keys = vec![secret(*n).public().clone()];
        Change::AddOrganisation(Organisation { name: name(&format!("member-{n}")), role: Role::Archive, keys })
    };
    let motion = moved(world, numbers.iter().map(member).collect());
    approve(world, motion, &["court", "archive"]);
    numbers
}

fn moved_by(world: &mut World, member: u8, change: Change) -> Item {
    let act = Govern::Move { changes: vec![change], note: String::new() };
    let mut draft = world.draft(&format!("member-{member}"), Body::Govern(act));
    draft.key = secret(member).public().id();
    Item { transaction: signed(draft), appraisal: None }
}

#[test]
fn one_member_cannot_take_all_places_for_motions() {
    let mut world = World::new();
    for n in 0..MOVER_MOTIONS_MAX {
        let item = act(&mut world, "auditor", Govern::Move { changes: vec![add(20 + n as u8)], note: String::new() });
        world.commit(vec![item]);
    }
    let more = act(&mut world, "auditor", Govern::Move { changes: vec![add(40)], note: String::new() });
    assert_eq!(world.refusal(more).unwrap().code(), "TOO_MANY_OWN_MOTIONS");
    let out = moved(&mut world, vec![Change::RemoveOrganisation { org: name("auditor") }]);
    approve(&mut world, out, &["court", "archive"]);
    assert_eq!(progress(&world, out), Progress::Carried, "it can still be voted out");
}

#[test]
fn a_block_ends_at_most_one_epoch() {
    let mut world = World::new();
    let first = moved(&mut world, vec![add(5)]);
    approve(&mut world, first, &["court", "archive"]);
    let second = moved(&mut world, vec![remove(4)]);
    approve(&mut world, second, &["court", "archive"]);
    let items: Vec<Item> = [1, 2, 3].map(|n| ready(&mut world, second, n)).into();
    let mut items: Vec<Item> = items[..2].to_vec();
    world.commit(items.clone());
    items = [1, 2, 3, 5].map(|n| ready(&mut world, first, n)).into();
    items.push(ready(&mut world, second, 3));
    let built = world.build(items);
    assert_eq!(built.left_out.len(), 1, "{:?}", built.left_out);
    assert_eq!(built.left_out[0].1.code(), "CHANGE_REFUSED");
}

#[test]
fn the_version_gate_waits_for_a_quorum_that_can_pass_it() {
    let mut world = World::new();
    let motion = moved(&mut world, vec![Change::MinSoftware { number: 2 }]);
    approve(&mut world, motion, &["court", "archive"]);
    let items: Vec<Item> = [1, 2, 3, 4].map(|n| ready(&mut world, motion, n)).into();
    world.commit(items);
    assert_eq!((progress(&world, motion), crate::min_software(&world.store).unwrap()), (Progress::Approved, 0));
    let (height, block) = (world.tip.header.height, world.tip.digest);
    let new = Ready { motion, height, block, software: 2 };
    let items: Vec<Item> = [1, 2, 3].map(|n| ready_at(&mut world, new, n)).into();
    let done = world.commit(items);
    assert_eq!((progress(&world, motion), crate::min_software(&world.store).unwrap()), (Progress::Carried, 2));
    assert!(!done.block.header.closes_epoch(), "the same validators go on");
}

#[test]
fn a_light_client_follows_from_genesis_and_believes_nothing_else() {
    let (world, ..) = grown();
    let trail = crate::trail(&world.store, Epoch(0), 100).unwrap();
    assert_eq!(trail.links.len(), 1);
    let mut client = LightClient::new(&world.trust());
    assert_eq!(client.follow(&trail), Ok(()));
    assert_eq!(client.validators(Epoch(1)), Some(&crate::validators(&world.store).unwrap()));
    assert_eq!(client.follow(&trail), Ok(()), "again does no harm");
    let bytes = trail.to_bytes();
    assert_eq!(proto::Trail::from_bytes(&bytes), Ok(trail.clone()));

    let proto::Link::Closed { header, certificate, validators } = trail.links[0].clone() else { panic!() };
    let fresh = || LightClient::new(&world.trust());
    let fewer = ValidatorSet::new(validators.iter().skip(1).cloned().collect()).unwrap().in_epoch(Epoch(1));
    let link = proto::Link::Closed { header: header.clone(), certificate: certificate.clone(), validators: fewer };
    assert_eq!(fresh().step(&link), Err(proto::light::Broken::Validators(Epoch(1))));
    let mut short = certificate.clone();
    short.votes.pop();
    let link = proto::Link::Closed { header: header.clone(), certificate: short, validators: validators.clone() };
    assert_eq!(fresh().step(&link), Err(proto::light::Broken::Certificate(Epoch(1))));
    let mut other = header;
    other.time = other.time.next();
    let link = proto::Link::Closed { header: other, certificate, validators };
    assert_eq!(fresh().step(&link), Err(proto::light::Broken::Certificate(Epoch(1))));
}

/// A world whose genesis names three rescue keys, two of which suffice.
/// A key that is revoked and given to somebody else by one motion would be one member's and signed for another.
#[test]
fn a_key_has_one_use_even_within_a_motion_and_after_its_validator_is_gone() {
    let (mut world, keys) = rescuable();
    let refusal = |world: &mut World, changes: Vec<Change>| {
        let item = act(world, "court", Govern::Move { changes, note: String::new() });
        world.refusal(item).map(|why| why.code())
    };
    let court = crate::organisation(&world.store, &name("court")).unwrap().unwrap();
    let (old, new) = (court.keys[0].clone(), secret(40).public().clone());
    let key = |org: &str, key: &proto::PublicKey| Change::AddKey { org: name(org), key: key.clone() };
    let revoke = Change::RevokeKey { org: name("court"), key: old.id() };
    let swap = vec![key("court", &new), revoke.clone()];
    assert_eq!(refusal(&mut world, swap.clone()), None);
    let handed_on = [swap.clone(), vec![key("archive", &old)]].concat();
    assert_eq!(refusal(&mut world, handed_on), Some("CHANGE_REFUSED"));
    let voter = secret(4).public().clone();
    assert_eq!(refusal(&mut world, vec![remove(4), key("court", &voter)]), Some("CHANGE_REFUSED"));
    assert_eq!(refusal(&mut world, vec![remove(4), add(4)]), None, "the same use");

    let enough = resolution(&world, &keys, &[61, 63]);
    let item = rescue(&mut world, enough);
    world.commit(vec![item]);
    let lost = secret(1).public().clone();
    assert_eq!(refusal(&mut world, vec![key("court", &lost)]), Some("CHANGE_REFUSED"), "the rescue left it out");
    assert_eq!(refusal(&mut world, vec![add(1)]), None, "its validator may come back");
    let other = Change::AddValidator { org: name("court"), key: lost, contact: contact(1) };
    assert_eq!(refusal(&mut world, vec![other]), Some("CHANGE_REFUSED"), "for its own organisation only");
}

fn rescuable() -> (World, RescueKeys) {
    let keys = RescueKeys { threshold: 2, keys: [61, 62, 63].map(|n| secret(n).public().clone()).into() };
    (World::with_rescue(keys.clone()), keys)
}

fn resolution(world: &World, keys: &RescueKeys, holders: &[u8]) -> Resolution {
    let validator = |n: u8| Validator { org: name("notary"), key: secret(n).public().clone() };
    let validators = ValidatorSet::new(vec![validator(4), validator(7)]).unwrap().in_epoch(Epoch(1));
    let mut resolution = Resolution {
        chain: world.birth.chain,
        height: world.tip.header.height,
        block: world.tip.digest,
        validators,
        contacts: vec![(secret(7).public().id(), contact(7))],
        signatures: vec![],
    };
    let signers: Vec<SecretKey> = holders.iter().map(|n| secret(*n)).collect();
    assert!(signers.iter().all(|k| resolution.sign(keys, k)));
    resolution
}

fn rescue(world: &mut World, resolution: Resolution) -> Item {
    let mut draft = world.draft("notary", Body::Govern(Govern::Rescue(Box::new(resolution))));
    draft.key = secret(7).public().id();
    Item { transaction: draft.sign(&secret(7)).into_inner(), appraisal: None }
}

#[test]
fn a_lost_quorum_is_replaced_by_the_holders_of_the_rescue_keys_and_the_ledger_says_so() {
    let (mut world, keys) = rescuable();
    world.commit(vec![]);
    let few = resolution(&world, &keys, &[61]);
    let item = rescue(&mut world, few);
    let alone = world.build(vec![item]);
    assert_eq!(alone.left_out[0].1.code(), "CHANGE_REFUSED");
    let enough = resolution(&world, &keys, &[61, 63]);
    let (item, record) = (rescue(&mut world, enough.clone()), world.record("m", "x"));
    let late = world.build(vec![record.clone(), item.clone()]);
    assert_eq!(late.left_out[0].1.code(), "CHANGE_REFUSED", "it is the first event or none");
    let done = world.commit(vec![item, record]);
    let header = &done.block.header;
    assert_eq!((header.epoch, header.validators), (Epoch(1), enough.validators.digest()));
    assert!(!header.closes_epoch());
    assert_eq!(crate::validators(&world.store).unwrap(), enough.validators);

    let trail = crate::trail(&world.store, Epoch(0), 100).unwrap();
    let mut client = LightClient::new(&world.trust());
    assert_eq!(client.follow(&trail), Ok(()));
    assert_eq!(client.validators(Epoch(1)), Some(&enough.validators));
    let mut unsigned = enough;
    unsigned.signatures.pop();
    let link = proto::Link::Rescued(unsigned);
    assert_eq!(LightClient::new(&world.trust()).step(&link), Err(proto::light::Broken::Rescue(Epoch(1))));
}

/// Rescues that made no final block use up epochs: the next one passes over them, and so does the trail.
#[test]
fn a_rescue_passes_over_epochs_in_which_nothing_was_decided() {
    let (mut world, keys) = rescuable();
    world.commit(vec![]);
    let later = |world: &World, above: u64| {
        let mut resolution = resolution(world, &keys, &[]);
        resolution.validators = resolution.validators.in_epoch(Epoch(above));
        assert!([61, 63].iter().all(|n| resolution.sign(&keys, &secret(*n))));
        resolution
    };
    for refused in [0, 1 + proto::RESCUE_EPOCHS_MAX] {
        let item = later(&world, refused);
        let item = rescue(&mut world, item);
        assert_eq!(world.build(vec![item]).left_out[0].1.code(), "CHANGE_REFUSED", "epoch {refused}");
    }
    let (vain, third) = (later(&world, 1), later(&world, 3));
    let item = rescue(&mut world, third.clone());
    let done = world.commit(vec![item]);
    assert_eq!((done.block.header.epoch, done.block.header.validators), (Epoch(3), third.validators.digest()));
    let before = |epoch| crate::epoch_before(&world.store, Epoch(epoch)).unwrap();
    assert_eq!((before(0), before(3), before(4)), (None, Some(Epoch(0)), Some(Epoch(3))));
    assert_eq!(crate::epoch_end(&world.store, Epoch(0)).unwrap(), Some(done.block.header.height));

    let trail = crate::trail(&world.store, Epoch(0), 100).unwrap();
    let mut client = LightClient::new(&world.trust());
    assert_eq!((trail.links.len(), client.follow(&trail), client.epoch()), (1, Ok(()), Epoch(3)));
    assert_eq!(client.validators(Epoch(1)), None);
    // Nobody can be told of both: the second would have to go on from a block of the first.
    let [vain, third] = [vain, third].map(proto::Link::Rescued);
    let mut client = LightClient::new(&world.trust());
    assert_eq!(client.step(&vain), Ok(()));
    assert_eq!(client.step(&third), Err(proto::light::Broken::Base(Epoch(3))));
    assert!(matches!(client.step(&vain), Err(proto::light::Broken::Order { .. })));
}

/// One item for each refusal of this kind, for the table of all refusals.
pub fn refused(world: &mut World, code: &str) -> Item {
    let other = proto::Digest([8; 32]);
    match code {
        "MOTION_UNKNOWN" => act(world, "court", Govern::Approve { motion: other }),
        "CHANGE_REFUSED" => act(world, "court", Govern::Move { changes: vec![remove(9)], note: String::new() }),
        "ALREADY_APPROVED" => {
            let motion = moved(world, vec![add(5)]);
            act(world, "notary", Govern::Approve { motion })
        }
        "MOTION_CLOSED" => {
            let motion = moved(world, vec![add(5)]);
            ready(world, motion, 1)
        }
        "TOO_MANY_MOTIONS" => {
            let movers = many_members(world);
            let motions = movers.iter().flat_map(|mover| [mover; MOVER_MOTIONS_MAX]).take(MOTIONS_MAX);
            for (n, mover) in motions.enumerate() {
                let item = moved_by(world, *mover, add(60 + n as u8 % 30));
                world.commit(vec![item]);
            }
            act(world, "notary", Govern::Move { changes: vec![add(59)], note: String::new() })
        }
        "TOO_MANY_OWN_MOTIONS" => {
            for n in 0..MOVER_MOTIONS_MAX {
                moved(world, vec![add(20 + n as u8)]);
            }
            act(world, "notary", Govern::Move { changes: vec![add(50)], note: String::new() })
        }
        "READY_STALE" | "NO_LIVE_QUORUM" => {
            let motion = moved(world, vec![add(5)]);
            approve(world, motion, &["court", "archive"]);
            let expiry = crate::motion(&world.store, &motion).unwrap().unwrap().expiry;
            while code == "NO_LIVE_QUORUM" && world.tip.header.height < expiry {
                world.commit(vec![]);
            }
            let height = world.tip.header.height;
            ready_at(world, Ready { motion, height, block: other, software: 1 }, 1)
        }
        _ => unreachable!("{code} is no refusal of governance"),
    }
}

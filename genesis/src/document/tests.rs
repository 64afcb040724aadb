//! The example file parses, round-trips, and every broken variant of it is refused with the field's name.

use super::*;

const EXAMPLE: &str = include_str!("../../example-4.toml");

#[test]
fn example_round_trips_and_keeps_its_chain_id() {
    let genesis = Genesis::parse(EXAMPLE).unwrap();
    assert_eq!(Genesis::parse(&genesis.to_toml()).unwrap(), genesis);
    assert_eq!(genesis.chain_id().to_string(), include_str!("../../golden/example-4.chain-id").trim());
    assert_eq!(Genesis::from_bytes(&genesis.to_bytes()).unwrap().chain_id(), genesis.chain_id());
    assert_eq!(genesis.validator_set().quorum(), 3);
}

#[test]
fn an_address_is_a_hint_and_every_other_field_is_hashed() {
    let genesis = Genesis::parse(EXAMPLE).unwrap();
    let mut moved = genesis.clone();
    moved.validators[0].address = "/ip4/10.0.0.1/tcp/1".into();
    assert_eq!(moved.chain_id(), genesis.chain_id());
    let mut changed = genesis.clone();
    changed.params.heartbeat_ms += 1;
    assert_ne!(changed.chain_id(), genesis.chain_id());
}

#[test]
fn validators_are_at_places_of_their_own_that_can_be_dialed() {
    let genesis = Genesis::parse(EXAMPLE).unwrap();
    genesis.check_addresses().unwrap();
    for (address, why) in [
        ("/dns4/localhost/tcp/26601", "must be /ip4/"),
        ("/ip4/127.0.0.1/tcp/0", "port 0"),
        ("/ip4/127.0.0.1/tcp/26600", "validator 0 has it too"),
    ] {
        let text = EXAMPLE.replace("/ip4/127.0.0.1/tcp/26601", address);
        // Evidence is verified with it all the same.
        let said = Genesis::parse(&text).unwrap().check_addresses().unwrap_err().to_string();
        assert!(said.contains("validator 1") && said.contains(why), "{said}");
    }
}

/// What the ledger could not read back, or would not let a motion do.
#[test]
fn too_many_keys_and_keys_with_two_uses_are_refused() {
    let genesis = Genesis::parse(EXAMPLE).unwrap();
    let key = |n: u8| proto::SecretKey::from_scalar(&[n; 32], "test").unwrap().public().clone();
    let broken = |change: &dyn Fn(&mut Genesis), expected: &str| {
        let mut changed = genesis.clone();
        change(&mut changed);
        let error = changed.check().unwrap_err().to_string();
        assert!(error.contains(expected), "`{error}` should name `{expected}`");
    };
    broken(&|g| g.organisations[0].keys = (1..=65).map(key).collect(), "from one to 64");
    broken(&|g| g.organisations[0].keys = vec![g.organisations[1].keys[0].clone()], "has it too");
    broken(&|g| g.organisations[0].keys = vec![g.validators[0].key.clone()], "has it too");
    broken(&|g| g.rescue = RescueKeys { threshold: 1, keys: vec![g.validators[0].key.clone()] }, "has it too");
    broken(&|g| g.organisations[0].name = Name::new("法\u{200b}院", "name").unwrap(), "shows nothing");
    let mut most = genesis.clone();
    most.organisations[0].keys = (1..=64).map(key).collect();
    most.check().unwrap();
    assert_eq!(Genesis::from_bytes(&most.to_bytes()).unwrap().chain_id(), most.chain_id());
}

#[test]
fn broken_files_are_refused_by_name() {
    let example = EXAMPLE.to_owned();
    let first_key = example.split("key = \"").nth(1).unwrap()[..130].to_owned();
    let cases = [
        (example.replace("name = \"example-4\"", "name = \"\""), "name"),
        (example.replace("role = \"court\"", "role = \"judge\""), "role"),
        (example.replace("reject_below = -", "reject_below = 9"), "reject_below"),
        (example.replace("block_events_max = 256", "block_events_max = 0"), "block_events_max"),
        (example.replace("leader_timeout_ms = 400", "leader_timeout_ms = 0"), "leader_timeout_ms"),
        (example.replace("heartbeat_ms", "heart_beat_ms"), "heart_beat_ms"),
        (example.replace("heartbeat_ms = 60000", "heartbeat_ms = 400000"), "heartbeat_ms"),
        (example.replacen(&first_key, &first_key.replace('a', "b"), 1), "key"),
        (example.replacen("org = \"notary-north\"", "org = \"nobody\"", 1), "nobody"),
        ("name = 1".to_owned(), "name"),
        (String::new(), "name"),
    ];
    for (text, expected) in cases {
        let error = Genesis::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "`{error}` should name `{expected}`");
    }
}

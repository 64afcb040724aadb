//! What is said of nodes that are not in a united package.

use super::*;

const PACKAGE: &[u8] = include_bytes!("../../../../evidence/golden/v1-sign-full.evidence.zip");

#[test]
fn a_node_that_is_left_out_is_named() {
    let mut outcome = Outcome::ok("VALID package", json!({}));
    let node = |i: u8| format!("https://n{i}.example");
    let missing = vec![(node(3), "no answer".to_owned())];
    let united = United { height: Height(7), newest: Height(9), nodes: vec![node(1), node(2)], missing };
    united.tell(&mut outcome);
    let expected = "VALID package\nunited under block 7, from 2 of 3 nodes; the newest that a node gave was 9\n  \
                    NOT IN IT: https://n3.example: no answer";
    assert_eq!(outcome.text, expected);
    assert_eq!(outcome.json["united"]["missing"][0]["why"], "no answer");
    assert_eq!(outcome.json["united"]["nodes"].as_array().unwrap().len(), 2);
}

#[test]
fn what_does_not_hold_is_left_out_with_the_reason() {
    let genesis = evidence::inspect(PACKAGE, None).dossier.unwrap().genesis_id();
    let policy = evidence::Policy::of_genesis(genesis);
    assert!(sound(evidence::inspect(PACKAGE, Some(&policy))).is_ok());
    let why = sound(evidence::inspect(PACKAGE, None)).unwrap_err();
    assert!(why.contains("GENESIS INDETERMINATE"), "{why}");
    let why = sound(evidence::inspect(&PACKAGE[1..], Some(&policy))).unwrap_err();
    assert!(why.contains("PACKAGE INVALID"), "{why}");
}

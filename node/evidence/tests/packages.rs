//! Whole packages: what holds is found to hold, for every kind of event.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)]

#[allow(dead_code)]
#[path = "../mutants/world.rs"]
mod world;

use evidence::{Dossier, KeyStanding, KnownKey, Policy, Variant, code, intent_signature, verify};
use proto::{Check, Height, Outcome, PublicKey};
use world::{Twist, World};

fn policy(world: &World) -> Policy {
    let text = format!("genesis = \"{}\"\n[independent]\nneed = 3\nexclude = [\"auditor-one\"]\n", world.chain);
    Policy::parse(&text).unwrap()
}

fn worst(checks: &[Check]) -> Vec<String> {
    let bad = checks.iter().filter(|c| c.outcome != Outcome::Valid);
    bad.map(|c| format!("{} {} {}", c.code, c.outcome.as_str(), c.detail)).collect()
}

#[test]
fn every_event_in_every_variant_holds() {
    let world = World::new(&Twist::default());
    for seq in 0..world.events.len() as u64 {
        for variant in Variant::ALL {
            let dossier = world.dossier(seq, variant);
            let bytes = dossier.package();
            let report = evidence::inspect(&bytes, Some(&policy(&world)));
            assert_eq!(worst(&report.checks), Vec::<String>::new(), "event {seq} {variant}");
            assert_eq!(report.dossier.as_ref(), Some(&dossier), "event {seq} {variant}");
            assert_eq!(report.dossier.unwrap().package(), bytes);
        }
    }
}

#[test]
fn checks_stand_in_their_order() {
    let world = World::new(&Twist::default());
    let checks = verify(&world.dossier(3, Variant::Full).package(), Some(&policy(&world)));
    let codes: Vec<&str> = checks.iter().map(|c| c.code).collect();
    let absent = [code::TSA_TOKEN, code::TSA_CHAIN_AT_GENTIME, code::DOCUMENT, code::LOGIN_CHALLENGE];
    let expected: Vec<&str> = code::ALL.into_iter().filter(|c| !absent.contains(c)).collect();
    assert_eq!(codes, expected);
    for check in checks {
        assert!(!check.detail.is_empty() && check.detail.len() < 300, "{check:?}");
    }
}

/// A result that a step carried only after the signing is genuine, and does not show the will at the signing.
#[test]
fn a_result_that_came_after_the_signing_is_indeterminate() {
    let world = World::new(&Twist::default());
    let said = |seq, intents| {
        let dossier = Dossier { intents, ..world.dossier(seq, Variant::Full) };
        let checks = verify(&dossier.package(), Some(&policy(&world)));
        let check = checks.iter().find(|c| c.code == code::INTENT_STEP).unwrap().clone();
        assert_eq!(Check::overall(&checks), check.outcome, "{:?}", worst(&checks));
        (check.outcome, check.detail)
    };
    let (outcome, detail) = said(3, vec![world.will(), world.late()]);
    assert!(outcome == Outcome::Indeterminate && detail.contains("recorded only after the signing"), "{detail}");
    assert_eq!(said(3, vec![world.will()]).0, Outcome::Valid);
    assert_eq!(said(13, vec![world.late()]).0, Outcome::Valid, "the step itself is no signing");
}

/// One rule for the package and for whoever checks a result beside its event.
#[test]
fn a_providers_key_counts_as_long_as_it_was_in_force() {
    let world = World::new(&Twist::default());
    let (result, other) = (world.will(), world::key("another").public().clone());
    let (key, until) = (world::key("op1").public().clone(), Height(8));
    let (now, retired) = (KeyStanding::InForce(key.clone()), KeyStanding::Retired(key.clone(), until));
    let said = |key: Option<&PublicKey>, standing: Option<&KeyStanding>, recorded: Option<u64>| {
        let known = KnownKey { key, standing, recorded: recorded.map(Height) };
        intent_signature(&result, &known).outcome
    };
    assert_eq!(said(Some(&key), Some(&now), Some(9)), Outcome::Valid);
    assert_eq!(said(Some(&key), Some(&retired), Some(7)), Outcome::Valid);
    for recorded in [Some(8), Some(9), None] {
        assert_eq!(said(Some(&key), Some(&retired), recorded), Outcome::Invalid, "{recorded:?}");
    }
    assert_eq!(said(Some(&key), None, Some(1)), Outcome::Indeterminate, "of genesis, and nobody shows more");
    assert_eq!(said(None, None, Some(1)), Outcome::Indeterminate);
    assert_eq!(said(Some(&other), Some(&now), Some(1)), Outcome::Invalid);
}

#[test]
fn without_a_policy_nobody_says_which_ledger_it_is() {
    let world = World::new(&Twist::default());
    let checks = verify(&world.dossier(3, Variant::Public).package(), None);
    assert_eq!(Check::overall(&checks), Outcome::Indeterminate);
    assert_eq!(worst(&checks).len(), 1);
}

/// Packages of format 1 as they were first written. They verify for ever: never write these files again. One of them holds a
/// result of a provider that was recorded only after the signing; it was called valid once, and is not shown to be.
#[test]
fn first_packages_still_hold() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
    for (file, policy, hash) in [
        ("v1-sign-full", "v1-policy", "3bd3fb7269faabac5c4387110fd7a218baf179496cec1e1bccf77b13a089c651"),
        ("v1-record-public", "v1-policy", "34415079cc1078910d512d3a08af0d0f24a8865d6c00259d63e07941ff10eda6"),
        (
            "v1-everything-full",
            "v1-everything-full",
            "a0cac8bc2f292a188713ea0ee06f1d36fa1eed3fb1e950d1d3145af9f3bd5d01",
        ),
        ("v1-will-full", "v1-will-full", "195b1f10cf85ed3b158251b595fe65c05c010789c16e6455adf3f25dfbda257f"),
        ("v1-login-public", "v1-login-public", "38b31ccf4cfe6c569676fe4203d3bd4c0664d17434292c3246c5f7a7ea52d019"),
    ] {
        let policy = Policy::parse(&std::fs::read_to_string(format!("{golden}/{policy}.toml")).unwrap()).unwrap();
        let bytes = std::fs::read(format!("{golden}/{file}.evidence.zip")).unwrap();
        assert_eq!(proto::Digest::sm3(&bytes).to_string(), hash, "{file} is not what it was");
        let open: Vec<(&str, Outcome)> = verify(&bytes, Some(&policy))
            .into_iter()
            .filter(|c| c.outcome != Outcome::Valid)
            .map(|c| (c.code, c.outcome))
            .collect();
        let late = [(code::INTENT_STEP, Outcome::Indeterminate)];
        assert_eq!(open, late.into_iter().filter(|_| file == "v1-everything-full").collect::<Vec<_>>(), "{file}");
    }
}

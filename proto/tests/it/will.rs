//! Logins and evidence of will: what is bound to what.

use crate::fixture::*;
use proto::*;

/// A signing that answers a challenge, at that place of the fixture's ledger.
fn login(change: impl FnOnce(&mut Challenge, &mut Draft)) -> Event {
    let mut event = ledger().events[1].clone();
    let mut challenge = Challenge::answered_by(&event).unwrap();
    let draft = &mut event.transaction.draft;
    let before = challenge.clone();
    change(&mut challenge, draft);
    if let Body::Sign { matter, document, .. } = &mut draft.body {
        (*matter, *document) = (before.matter(), challenge.digest());
    }
    event
}

fn outcomes(checks: &[Check]) -> Vec<Outcome> {
    checks.iter().map(|c| c.outcome).collect()
}

#[test]
fn a_login_answers_the_challenge_of_its_own_fields_only() {
    let right = login(|_, _| {});
    assert_eq!(outcomes(&Challenge::checks(&right))[0], Outcome::Valid);
    let other_block = login(|c, _| c.nonce.height = Height(99));
    let other_signer = login(|c, _| c.signer = name("李四"));
    let other_org = login(|_, d| d.org = name("elsewhere"));
    for wrong in [other_block, other_signer, other_org, ledger().events[1].clone(), ledger().events[0].clone()] {
        assert_eq!(outcomes(&Challenge::checks(&wrong))[0], Outcome::Invalid);
    }
}

#[test]
fn the_band_says_how_much_a_login_is_worth() {
    let with = |band, flags| {
        let mut event = login(|_, _| {});
        let appraisal = event.appraisal.as_mut().unwrap();
        (appraisal.band, appraisal.flags) = (band, flags);
        Challenge::checks(&event)[1].outcome
    };
    assert_eq!(with(Band::Accept, 0), Outcome::Valid);
    assert_eq!(with(Band::Review, 0), Outcome::Indeterminate);
    assert_eq!(with(Band::Uncompared, 0), Outcome::Indeterminate);
    assert_eq!(with(Band::Reject, 0), Outcome::Invalid);
    assert_eq!(with(Band::Accept, flags::FLAG_SYNTHETIC), Outcome::Indeterminate, "a demonstration lets nobody in");
}

#[test]
fn prompts_differ_from_block_to_block_and_have_six_digits() {
    let prompt = |height| {
        let nonce = Nonce { height: Height(height), block: Digest::sm3(&height.to_be_bytes()) };
        Challenge { chain: chain(), org: name("platform"), signer: name("张三"), nonce }.digits()
    };
    let prompts: std::collections::BTreeSet<String> = (0..100).map(prompt).collect();
    assert!(prompts.len() > 95 && prompts.iter().all(|p| p.len() == 6), "{prompts:?}");
}

#[test]
fn a_result_holds_under_its_key_and_in_its_step_only() {
    let result = IntentResult::sign(finding(), name("gateway"), &key("op"));
    assert_eq!(IntentResult::from_bytes(&result.to_bytes()), Ok(result.clone()));
    let mut step = ledger().events[2].clone();
    step.transaction.draft.body = Body::Record {
        matter: name("contract-7"),
        kind: Method::Reading.step(),
        content: result.digest(),
        note: String::new(),
    };
    let all = |r: &IntentResult, step: &Event| outcomes(&r.checks(Some(key("op").public()), Some(step)));
    assert_eq!(all(&result, &step), [Outcome::Valid; 3]);
    assert_eq!(outcomes(&result.checks(None, None)), [Outcome::Indeterminate, Outcome::Indeterminate, Outcome::Valid]);

    let mut longer = result.clone();
    longer.finding.duration_ms += 1;
    assert_eq!(all(&longer, &step), [Outcome::Invalid, Outcome::Invalid, Outcome::Valid]);
    assert_eq!(outcomes(&result.checks(Some(key("v0").public()), None))[0], Outcome::Invalid);
    let failed = IntentResult::sign(Finding { passed: false, ..finding() }, name("gateway"), &key("op"));
    assert_eq!(outcomes(&failed.checks(None, None))[2], Outcome::Invalid);
}

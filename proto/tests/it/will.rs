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
    assert_eq!(
        with(Band::Accept, flags::FLAG_MACHINE_MADE),
        Outcome::Indeterminate,
        "nor does a program that is silent about it"
    );
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
    step.time = finding().time;
    let keys = ["op", "v0"].map(key);
    let [known, other] = keys.each_ref().map(|k| ProviderKey { key: k.public(), in_force: true });
    let all = |r: &IntentResult, step: &Event| outcomes(&r.checks(Some(known), Some(step)));
    assert_eq!(all(&result, &step), [Outcome::Valid; 3]);
    assert_eq!(outcomes(&result.checks(None, None)), [Outcome::Indeterminate, Outcome::Indeterminate, Outcome::Valid]);

    let mut longer = result.clone();
    longer.finding.duration_ms += 1;
    assert_eq!(all(&longer, &step), [Outcome::Invalid, Outcome::Invalid, Outcome::Valid]);
    assert_eq!(outcomes(&result.checks(Some(other), None))[0], Outcome::Invalid);
    a_key_that_is_not_in_force_and_a_time_to_come(&result, (known, step));
    let failed = IntentResult::sign(Finding { passed: false, ..finding() }, name("gateway"), &key("op"));
    assert_eq!(outcomes(&failed.checks(None, None))[2], Outcome::Invalid);
}

fn a_key_that_is_not_in_force_and_a_time_to_come(result: &IntentResult, (known, mut step): (ProviderKey<'_>, Event)) {
    let retired = ProviderKey { in_force: false, ..known };
    let found = outcomes(&result.checks(Some(retired), Some(&step)));
    assert_eq!(found, [Outcome::Indeterminate, Outcome::Valid, Outcome::Valid]);
    // A forgery stays one.
    let mut forged = result.clone();
    forged.finding.duration_ms += 1;
    assert_eq!(outcomes(&forged.checks(Some(retired), None))[0], Outcome::Invalid);
    step.time.0 -= 60_001;
    let found = outcomes(&result.checks(Some(known), Some(&step)));
    assert_eq!(found, [Outcome::Valid, Outcome::Invalid, Outcome::Valid], "recorded before it was found");
}

#[test]
fn a_finding_belongs_to_a_signing_of_its_signer_and_document_and_shows_no_will_before_it_came() {
    let result = IntentResult::sign(finding(), name("gateway"), &key("op"));
    let event = |seq, body| {
        let mut event = ledger().events[1].clone();
        (event.seq, event.matter_seq) = (Seq(10 + seq), seq);
        event.transaction.draft.body = body;
        event
    };
    let record = |at: &str| Body::Record {
        matter: name(at),
        kind: Method::Reading.step(),
        content: result.digest(),
        note: String::new(),
    };
    let Body::Sign { packet, nonce, .. } = ledger().events[1].transaction.draft.body.clone() else { panic!() };
    let sign = |signer: &Name, document: Digest| Body::Sign {
        matter: name("lease"),
        signer: signer.clone(),
        document,
        packet,
        nonce,
    };
    let f = finding();
    let of = |carried: &Event, signing: &Event| result.before(carried, signing).outcome;
    let (step, signing) = (event(4, record("lease")), event(5, sign(&f.signer, f.document)));
    assert_eq!(of(&step, &signing), Outcome::Valid);
    assert_eq!(of(&event(6, record("lease")), &signing), Outcome::Indeterminate, "recorded after the signing");
    assert_eq!(of(&event(6, record("other")), &signing), Outcome::Invalid, "late, and in another matter");
    assert_eq!(of(&event(4, record("other")), &signing), Outcome::Invalid, "another matter");
    assert_eq!(of(&step, &event(5, sign(&name("somebody"), f.document))), Outcome::Invalid);
    assert_eq!(of(&step, &event(5, sign(&f.signer, Digest([9; 32])))), Outcome::Invalid);
    assert_eq!(of(&step, &event(5, record("lease"))), Outcome::Invalid, "no signing at all");
}

#[test]
fn a_login_is_of_whom_was_asked_when_and_once() {
    let event = login(|_, _| {});
    let challenge = Challenge::answered_by(&event).unwrap();
    let asked = |org: &Name, signer: &Name| Challenge::asked(&event, org, signer).outcome;
    assert_eq!(asked(&challenge.org, &challenge.signer), Outcome::Valid);
    assert_eq!(asked(&challenge.org, &name("李四")), Outcome::Invalid, "another's login");
    assert_eq!(asked(&name("elsewhere"), &challenge.signer), Outcome::Invalid, "at another organisation");

    let block = ledger().checkpoint().header;
    let mut fresh = event.clone();
    if let Body::Sign { nonce, .. } = &mut fresh.transaction.draft.body {
        *nonce = Nonce { height: block.height, block: block.digest() };
    }
    let at = |late: u64| Challenge::fresh(&fresh, &block, (TimeMs(block.time.0 + late), 1000)).outcome;
    assert_eq!([at(0), at(1000), at(1001)], [Outcome::Valid, Outcome::Valid, Outcome::Invalid]);
    assert_eq!(Challenge::fresh(&event, &block, (block.time, 1000)).outcome, Outcome::Indeterminate, "another block");

    let mut second = event.clone();
    second.seq.0 += 1;
    let all = [event.clone(), second.clone()];
    assert_eq!(Challenge::once(&event, &all).outcome, Outcome::Valid);
    assert_eq!(Challenge::once(&second, &all).outcome, Outcome::Invalid, "the prompt was answered before");
    assert_eq!(Challenge::once(&second, &[]).outcome, Outcome::Indeterminate);
}

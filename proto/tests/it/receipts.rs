//! Receipts and matter files: they verify, stay small, and every tampering fails the check that it should.

use crate::fixture::*;
use proto::*;

fn failed(checks: &[Check]) -> Vec<&'static str> {
    checks.iter().filter(|c| c.outcome != Outcome::Valid).map(|c| c.code).collect()
}

#[test]
fn every_receipt_of_the_fixture_verifies() {
    let ledger = ledger();
    for seq in 0..5 {
        let receipt = Receipt::from_bytes(&ledger.receipt(seq).to_bytes()).unwrap();
        let checks = receipt.verify(&trust());
        assert_eq!(failed(&checks), Vec::<&str>::new(), "{checks:?}");
        assert_eq!(Check::overall(&checks), Outcome::Valid);
        assert!(receipt.to_bytes().len() <= 4096);
    }
}

#[test]
fn tampering_fails_the_right_check() {
    let ledger = ledger();
    type Change = fn(&mut Receipt);
    let cases: [(&str, Change, &[&str]); 9] = [
        ("event time", |r| r.event.time.0 += 1, &["INCLUSION_SM3", "INCLUSION_SHA256"]),
        ("seq", |r| r.event.seq.0 += 1, &["INCLUSION_SM3", "INCLUSION_SHA256"]),
        ("sm3 path", |r| r.sm3_path[0].0[0] ^= 1, &["INCLUSION_SM3"]),
        ("sha path", |r| r.sha256_path.truncate(2), &["INCLUSION_SHA256"]),
        ("header time", |r| r.checkpoint.header.time.0 += 1, &["CERTIFICATE"]),
        ("two votes", |r| r.checkpoint.certificate.votes.truncate(2), &["CERTIFICATE"]),
        ("a vote", |r| r.checkpoint.certificate.votes[1].1.0[5] ^= 1, &["CERTIFICATE"]),
        ("vote kind", |r| r.checkpoint.certificate.subject.kind = VoteKind::Notarize, &["CERTIFICATE"]),
        (
            "signature",
            |r| r.event.transaction.signature.0[9] ^= 1,
            &["INCLUSION_SM3", "INCLUSION_SHA256", "TRANSACTION_SIGNATURE"],
        ),
    ];
    for (what, change, codes) in cases {
        let mut receipt = ledger.receipt(1);
        change(&mut receipt);
        assert_eq!(failed(&receipt.verify(&trust())), codes, "{what}");
    }
}

#[test]
fn another_genesis_is_not_believed() {
    let ledger = ledger();
    let mut other = trust();
    other.chain = Digest::sm3(b"another chain");
    let codes = failed(&ledger.receipt(1).verify(&other));
    assert_eq!(codes, ["CHAIN", "CERTIFICATE", "TRANSACTION_SIGNATURE"]);
    let mut strangers = trust();
    strangers.organisations.clear();
    let checks = ledger.receipt(1).verify(&strangers);
    assert_eq!(Check::overall(&checks), Outcome::Indeterminate);
}

#[test]
fn a_band_that_does_not_follow_from_the_llr_is_invalid() {
    let mut receipt = ledger().receipt(1);
    receipt.event.appraisal.as_mut().unwrap().llr = Some(-100);
    assert!(failed(&receipt.verify(&trust())).contains(&"APPRAISAL"));
    receipt.event.appraisal = None;
    assert!(failed(&receipt.verify(&trust())).contains(&"APPRAISAL"));
}

#[test]
fn a_matter_file_shows_completeness_and_misses_nothing() {
    let file = MatterFile::from_bytes(&ledger().matter_file().to_bytes()).unwrap();
    assert_eq!(failed(&file.verify(&trust())), Vec::<&str>::new());
    let mut short = file.clone();
    short.events.pop();
    assert_eq!(failed(&short.verify(&trust())), ["COMPLETENESS"]);
    let mut swapped = file.clone();
    swapped.events.swap(0, 1);
    assert_eq!(failed(&swapped.verify(&trust())), ["COMPLETENESS"]);
    let mut denied = file.clone();
    denied.proof.leaf = None;
    assert_eq!(failed(&denied.verify(&trust())), ["STATE", "COMPLETENESS"]);
}

#[test]
fn absence_is_proven_for_another_matter_only() {
    let mut proof = ledger().matter_file().proof;
    proof.leaf = None;
    proof.matter = name("contract-8");
    assert_eq!(failed(&proof.verify(&trust(), None)), Vec::<&str>::new());
    proof.matter = name("contract-7");
    assert_eq!(failed(&proof.verify(&trust(), None)), ["STATE"]);
}

#[test]
fn fault_proofs_need_two_contradictory_signatures_of_one_validator() {
    let keys = validator_keys();
    let header = ledger().header;
    let mut other = header.clone();
    other.time.0 += 1;
    let vote = |i: u16, s| Vote::sign(s, ValidatorIndex(i), &chain(), &keys[usize::from(i)]);
    let a = vote(1, Subject::of(VoteKind::Notarize, &header));
    let b = vote(1, Subject::of(VoteKind::Notarize, &other));
    let f = vote(1, Subject::of(VoteKind::Finalize, &header));
    let null = vote(1, Subject::nullify(header.epoch, header.view));
    let proof = FaultProof::new(&a, &b).unwrap();
    assert!(FaultProof::from_bytes(&proof.to_bytes()).unwrap().verify(&chain(), &validators()).is_some());
    assert!(FaultProof::new(&f, &null).is_some());
    assert!(FaultProof::new(&a, &null).is_none(), "giving up after notarizing is allowed");
    assert!(FaultProof::new(&a, &f).is_none());
    assert!(FaultProof::new(&a, &vote(2, Subject::of(VoteKind::Notarize, &other))).is_none());
    let mut forged = proof.into_inner();
    forged.second.signature.0[0] ^= 1;
    assert!(forged.verify(&chain(), &validators()).is_none());
}

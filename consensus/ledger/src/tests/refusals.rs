//! One row for every code of the catalogue, blocks that must be refused, and admission.

use super::faults::{proof, report};
use super::govern::refused;
use super::world::{World, commitment, lived_in, name, secret, signed};
use crate::{Admission, Invalid, Rejected, admit, check_appraisal, validate};
use proto::{Appraisal, Band, Body, Digest, Height, Item, Nonce, Seq, TimeMs, flags};

/// Makes an item of a lived-in world that breaks one rule.
type Break = fn(&mut World) -> Item;

const ROWS: [(&str, &str, Break); 53] = [
    ("WRONG_CHAIN", "chain_id", |w| redraft(w, |d| d.chain = Digest([1; 32]))),
    ("ORGANISATION_UNKNOWN", "organisation", |w| redraft(w, |d| d.org = name("nobody"))),
    ("KEY_UNKNOWN", "key_id", |w| redraft(w, |d| d.key = secret(50).public().id())),
    ("KEY_UNKNOWN", "key_id", |w| redraft(w, |d| d.key = secret(11).public().id())),
    ("ROLE_NOT_PERMITTED", "body.kind", |w| {
        let body = w.sign_body("m", "wang", "s");
        Item { transaction: w.transaction("court", body), appraisal: None }
    }),
    ("EXPIRED", "expiry_height", |w| {
        let past = w.tip.header.height;
        redraft(w, |d| d.expiry = past)
    }),
    ("EXPIRY_TOO_FAR", "expiry_height", |w| {
        let far = Height(w.next_height().0 + 101);
        redraft(w, |d| d.expiry = far)
    }),
    ("REQUEST_ID_REUSED", "request_id", |w| {
        let first = committed(w, 1);
        redraft(w, |d| d.request = first.transaction.draft.request)
    }),
    ("ALREADY_COMMITTED", "request_id", |w| committed(w, 1)),
    ("NONCE_UNKNOWN", "nonce.block", |w| renonce(w, |n| n.block = Digest([9; 32]))),
    ("NONCE_UNKNOWN", "nonce.block", |w| renonce(w, |n| n.height = Height(99))),
    ("NONCE_UNKNOWN", "nonce.block", |w| renonce(w, |n| n.height = Height(0))),
    ("NONCE_EXPIRED", "nonce.height", |w| {
        w.birth.time = TimeMs(w.tip.header.time.0 + 60_001);
        // Time goes by in a block without events.
        let old = Nonce { height: w.tip.header.height, block: w.tip.digest };
        pass_time(w, 59_500);
        renonce(w, |n| *n = old)
    }),
    ("PACKET_DUPLICATE", "packet", |w| w.signing("contract-9", "wang", "w4")),
    ("PACKET_DUPLICATE", "packet", |w| w.signing("contract-9", "wang", "w2")),
    ("PACKET_DUPLICATE", "references", |w| w.enrolment("li", &["l1", "l2", "l1"])),
    ("PACKET_DUPLICATE", "references", |w| {
        let mut item = w.enrolment("li", &["l1", "l2"]);
        reappraise(&mut item, |a| a.fingerprints[1] = a.fingerprints[0]);
        item
    }),
    ("PACKET_DUPLICATE", "references", |w| w.enrolment("li", &["l1", "w4"])),
    ("TEMPLATE_CHANGED", "appraisal.template", |w| signing(w, |a| a.template = Digest([3; 32]))),
    ("TEMPLATE_CHANGED", "appraisal.template", |w| {
        signing(w, |a| (a.template, a.llr, a.llr_random, a.band) = (Digest::ZERO, None, None, Band::Uncompared))
    }),
    ("MODEL_MISMATCH", "appraisal.model", |w| signing(w, |a| a.model = Digest([3; 32]))),
    ("APPRAISAL_MISSING", "appraisal", |w| {
        let item = w.signing("m", "wang", "s");
        Item { appraisal: None, ..item }
    }),
    ("APPRAISAL_MALFORMED", "appraisal", |w| {
        let item = w.record("m", "s");
        Item { appraisal: Some(w.opinion(Digest::ZERO, None, &[])), ..item }
    }),
    ("APPRAISAL_MALFORMED", "appraisal.llr", |w| {
        signing(w, |a| (a.llr, a.llr_random, a.band) = (None, None, Band::Uncompared))
    }),
    ("APPRAISAL_MALFORMED", "appraisal.llr_random", |w| {
        let mut item = w.signing("m", "nobody-enrolled", "s");
        reappraise(&mut item, |a| a.llr_random = Some(1));
        item
    }),
    ("APPRAISAL_MALFORMED", "appraisal.band", |w| signing(w, |a| a.llr = Some(0))),
    ("APPRAISAL_MALFORMED", "appraisal.band", |w| signing(w, |a| a.llr = Some(-900))),
    ("APPRAISAL_MALFORMED", "appraisal.fingerprints", |w| signing(w, |a| a.fingerprints.clear())),
    ("STROKE_SCORE_LOW", "packet", |w| signing(w, |a| (a.llr, a.band) = (Some(-501), Band::Reject))),
    ("SYNTHETIC_NOT_ALLOWED", "packet", |w| signing(w, |a| a.flags |= flags::FLAG_SYNTHETIC)),
    ("SYNTHETIC_NOT_ALLOWED", "packet", |w| signing(w, |a| a.flags |= flags::FLAG_MACHINE_MADE)),
    ("HISTORY_CHANGED", "appraisal.seen", |w| signing(w, |a| a.seen += 1)),
    ("HISTORY_CHANGED", "appraisal.seen", |w| {
        let item = w.signing("m", "wang", "s");
        sign_often(w, 65);
        item
    }),
    ("REPLAY", "packet", |w| signing(w, |a| a.flags |= flags::FLAG_REPLAY)),
    ("REPLAY", "packet", |w| {
        let mut item = w.enrolment("li", &["l1", "l2"]);
        reappraise(&mut item, |a| a.flags |= flags::FLAG_REPLAY);
        item
    }),
    ("INCOMPLETE", "packet", |w| signing(w, |a| a.flags |= flags::FLAG_INCOMPLETE)),
    ("MERGED", "packet", |w| signing(w, |a| a.flags |= flags::FLAG_MERGED)),
    ("CLOCK_TAMPERED", "packet", |w| signing(w, |a| a.flags |= flags::FLAG_CLOCK_TAMPERED)),
    ("SIGNER_NOT_YOURS", "signer", |w| {
        let Item { transaction, appraisal } = w.enrolment("wang", &["x1"]);
        Item { transaction: w.transaction("other-platform", transaction.draft.body), appraisal }
    }),
    ("TARGET_UNKNOWN", "target", |w| attestation(w, "contract-1", 99, Digest([0; 32]))),
    ("TARGET_MISMATCH", "target_hash", |w| attestation(w, "contract-1", 1, Digest([0; 32]))),
    ("MOTION_UNKNOWN", "motion", |w| refused(w, "MOTION_UNKNOWN")),
    ("MOTION_CLOSED", "motion", |w| refused(w, "MOTION_CLOSED")),
    ("ALREADY_APPROVED", "organisation", |w| refused(w, "ALREADY_APPROVED")),
    ("TOO_MANY_MOTIONS", "motion", |w| refused(w, "TOO_MANY_MOTIONS")),
    ("TOO_MANY_OWN_MOTIONS", "motion", |w| refused(w, "TOO_MANY_OWN_MOTIONS")),
    ("CHANGE_REFUSED", "changes", |w| refused(w, "CHANGE_REFUSED")),
    ("READY_STALE", "ready.height", |w| refused(w, "READY_STALE")),
    ("NO_LIVE_QUORUM", "motion", |w| refused(w, "NO_LIVE_QUORUM")),
    ("FAULT_KNOWN", "proof", |w| {
        let item = report(w, "court", proof(0, 2));
        w.commit(vec![item]);
        report(w, "archive", proof(0, 2))
    }),
    ("TARGET_MISMATCH", "target", |w| access(w, "court", 1)),
    ("NOT_YOURS_TO_READ", "target", |w| access(w, "other-platform", 2)),
    ("FAULT_UNPROVEN", "proof", |w| {
        let mut proof = proof(0, 2);
        proof.second = proof.first;
        report(w, "court", proof)
    }),
];

fn redraft(w: &mut World, change: impl FnOnce(&mut proto::Draft)) -> Item {
    let mut draft = w.record("contract-1", "changed").transaction.draft;
    change(&mut draft);
    Item { transaction: signed(draft), appraisal: None }
}

fn committed(w: &World, seq: u64) -> Item {
    let event = crate::event(&w.store, Seq(seq)).unwrap().unwrap();
    Item { transaction: event.transaction, appraisal: event.appraisal }
}

fn renonce(w: &mut World, change: impl FnOnce(&mut Nonce)) -> Item {
    let Item { transaction, appraisal } = w.signing("m", "wang", "s");
    let mut draft = transaction.draft;
    if let Body::Sign { nonce, .. } = &mut draft.body {
        change(nonce);
    }
    Item { transaction: signed(draft), appraisal }
}

fn pass_time(w: &mut World, ms: u64) {
    let context = crate::Context {
        view: w.tip.header.view.next(),
        time: TimeMs(w.tip.header.time.0 + ms),
        proposer: proto::ValidatorIndex(0),
    };
    let built = crate::build(&w.store, &w.tip, context, Vec::new()).unwrap();
    w.finalize(&built.executed);
}

fn reappraise(item: &mut Item, change: impl FnOnce(&mut Appraisal)) {
    change(item.appraisal.as_mut().unwrap());
}

fn signing(w: &mut World, change: impl FnOnce(&mut Appraisal)) -> Item {
    let mut item = w.signing("m", "wang", "s");
    reappraise(&mut item, change);
    item
}

/// In blocks of eight, so that what was drafted before has not expired.
fn sign_often(w: &mut World, times: usize) {
    let numbers: Vec<usize> = (0..times).collect();
    for block in numbers.chunks(8) {
        let items = block.iter().map(|n| w.signing("often", "wang", &format!("often {n}"))).collect();
        w.commit(items);
    }
}

fn attestation(w: &mut World, matter: &str, target: u64, hash: Digest) -> Item {
    let body =
        Body::Attest { matter: name(matter), target: Seq(target), target_hash: hash, statement: "seen".to_owned() };
    Item { transaction: w.transaction("auditor", body), appraisal: None }
}

#[test]
fn every_rule_has_its_code_its_field_and_a_remedy() {
    for (row, (code, field, make)) in ROWS.iter().enumerate() {
        let mut world = lived_in();
        let item = make(&mut world);
        let why = world.refusal(item).unwrap_or_else(|| panic!("row {row}: {code} was taken"));
        assert_eq!((why.code(), why.field()), (*code, *field), "row {row}: {why}");
        let text = why.to_string();
        assert!(text.starts_with(field) || *code == "SIGNER_NOT_YOURS", "row {row}: {text}");
        assert!(text.contains(';'), "row {row} names no remedy: {text}");
    }
    for code in Rejected::CODES {
        assert!(ROWS.iter().any(|r| r.0 == code), "{code} has no row");
    }
}

/// The wish to read the packet of an event of contract-1.
fn access(w: &mut World, org: &str, target: u64) -> Item {
    let (matter, target_hash) = (name("contract-1"), w.event_hash(target));
    let (authority, order) = ("order 12".to_owned(), Digest::ZERO);
    let body = Body::Access { matter, target: Seq(target), target_hash, authority, order };
    Item { transaction: w.transaction(org, body), appraisal: None }
}

#[test]
fn a_court_and_the_platform_that_submitted_it_may_read_a_packet() {
    let mut world = lived_in();
    for org in ["court", "platform"] {
        let item = access(&mut world, org, 2);
        assert_eq!(world.refusal(item), None, "{org}");
    }
    let notary = access(&mut world, "notary", 2);
    assert_eq!(world.refusal(notary).unwrap().code(), "ROLE_NOT_PERMITTED");
}

#[test]
fn a_target_of_another_matter_is_refused() {
    let mut world = lived_in();
    let hash = world.event_hash(1);
    let wrong = attestation(&mut world, "contract-2", 1, hash);
    assert_eq!(world.refusal(wrong).unwrap().field(), "matter");
    let right = attestation(&mut world, "contract-1", 1, hash);
    assert_eq!(world.refusal(right), None);
}

#[test]
fn a_request_used_again_names_the_first_body() {
    let mut world = lived_in();
    let first = committed(&world, 1);
    let again = redraft(&mut world, |d| d.request = first.transaction.draft.request);
    let body = proto::Canonical::digest(&first.transaction.draft.body);
    assert_eq!(world.refusal(again), Some(Rejected::RequestIdReused { first: body, seq: Seq(1) }));
}

#[test]
fn a_request_is_remembered_for_its_organisation_only() {
    let mut world = lived_in();
    let request = committed(&world, 1).transaction.draft.request;
    let body = world.record("contract-1", "from the archive").transaction.draft.body;
    let mut draft = world.draft("archive", body);
    draft.request = request;
    assert_eq!(world.refusal(Item { transaction: signed(draft), appraisal: None }), None);
}

#[test]
fn what_was_committed_is_answered_however_late() {
    let mut world = lived_in();
    let first = committed(&world, 1).transaction;
    for _ in 0..20 {
        world.commit(Vec::new());
    }
    let later = TimeMs(world.tip.header.time.0 + 1);
    assert_eq!(admit(&world.store, &world.tip, later, &first).unwrap(), Admission::Committed(Seq(1)));
    // The same body under the same request, signed anew with another expiry.
    let mut draft = first.draft.clone();
    draft.expiry = Height(1);
    assert_eq!(admit(&world.store, &world.tip, later, &signed(draft)).unwrap(), Admission::Committed(Seq(1)));
}

#[test]
fn admission_gives_the_key_and_asks_for_no_opinion() {
    let mut world = lived_in();
    let item = world.signing("m", "wang", "s");
    let now = TimeMs(world.tip.header.time.0 + 1);
    let key = secret(11).public().clone();
    assert_eq!(admit(&world.store, &world.tip, now, &item.transaction).unwrap(), Admission::Fresh { key });
    assert_eq!(check_appraisal(&world.store, &item.transaction, item.appraisal.as_ref()).unwrap(), Ok(()));
    assert_eq!(check_appraisal(&world.store, &item.transaction, None).unwrap(), Err(Rejected::AppraisalMissing));
    // A nonce that is too old by the clock is refused before anybody appraises.
    let late = TimeMs(world.tip.header.time.0 + 60_001);
    let Admission::Rejected(why) = admit(&world.store, &world.tip, late, &item.transaction).unwrap() else { panic!() };
    assert_eq!(why.code(), "NONCE_EXPIRED");
}

#[test]
fn the_same_packet_twice_in_one_block_is_taken_once() {
    let mut world = lived_in();
    let first = world.signing("contract-3", "wang", "twice");
    let second = world.signing("contract-4", "wang", "twice");
    let built = world.build(vec![first.clone(), second.clone()]);
    assert_eq!(built.executed.events.len(), 1);
    assert_eq!(built.left_out.len(), 1);
    assert_eq!(built.left_out[0].1.code(), "PACKET_DUPLICATE");
    // Whoever proposes both is refused.
    let mut block = built.executed.block;
    block.items = vec![first, second];
    let Err(Invalid::Item { why, .. }) = validate(&world.store, &world.tip, &block).unwrap() else { panic!() };
    assert_eq!(why.code(), "PACKET_DUPLICATE");
}

#[test]
fn an_enrolment_counts_for_the_next_event_of_the_same_block() {
    let mut world = World::new();
    let enrolment = world.enrolment("li", &["l1", "l2"]);
    let uncompared = world.signing("m", "li", "l3");
    let Body::Enroll { references, .. } = &enrolment.transaction.draft.body else { panic!() };
    assert_eq!(references[0], commitment("l1"));
    let built = world.build(vec![enrolment, uncompared]);
    assert_eq!(built.left_out[0].1.code(), "TEMPLATE_CHANGED");
}

#[test]
fn a_history_counts_references_and_signings_within_a_block_too() {
    let mut world = lived_in();
    let wang = name("wang");
    assert_eq!(crate::history(&world.store, &wang).unwrap(), 4);
    let items = vec![world.signing("m", "wang", "s5"), world.signing("m", "wang", "s6")];
    world.commit(items);
    assert_eq!(crate::history(&world.store, &wang).unwrap(), 6);
    let packets: Vec<_> = (0..7).map(|n| crate::history_packet(&world.store, &wang, n).unwrap()).collect();
    let expected = ["w1", "w2", "w3", "w4", "s5", "s6"].map(|s| Some(commitment(s)));
    assert_eq!(packets[..6], expected);
    assert_eq!(packets[6], None);
    // A little behind is not out of date.
    let item = world.signing("m", "wang", "late");
    sign_often(&mut world, 64);
    assert_eq!(world.refusal(item), None);
}

#[test]
fn a_full_block_leaves_the_rest_for_the_next() {
    let mut world = World::new();
    let items: Vec<Item> = (0..10).map(|n| world.record("m", &n.to_string())).collect();
    let built = world.build(items.clone());
    assert_eq!((built.executed.events.len(), built.left_out.len()), (8, 0));
    let mut block = built.executed.block;
    block.items = items;
    let refused = validate(&world.store, &world.tip, &block).unwrap();
    assert_eq!(refused, Err(Invalid::TooManyEvents { count: 10, max: 8 }));
}

type Change = fn(&mut proto::Header);

#[test]
fn every_header_field_is_recomputed() {
    let mut world = lived_in();
    let item = world.record("contract-1", "more");
    let good = world.build(vec![item]).executed.block;
    let changes: [(&str, Change); 15] = [
        ("chain", |h| h.chain = Digest([1; 32])),
        ("height", |h| h.height = Height(9)),
        ("view", |h| h.view = proto::View(3)),
        ("parent", |h| h.parent = Digest([1; 32])),
        ("time", |h| h.time = TimeMs(5)),
        ("entries", |h| h.entries = Digest([1; 32])),
        ("event_count", |h| h.event_count += 1),
        ("ledger_size", |h| h.ledger_size += 1),
        ("ledger_sum", |h| h.ledger_sum = Digest([1; 32])),
        ("sm3_root", |h| h.sm3_root = Digest([1; 32])),
        ("sha256_root", |h| h.sha256_root = Digest([1; 32])),
        ("state_root", |h| h.state_root = Digest([1; 32])),
        ("validators", |h| h.validators = Digest([1; 32])),
        ("next_validators", |h| h.next_validators = Digest([1; 32])),
        ("model", |h| h.model = Digest([1; 32])),
    ];
    for (field, change) in changes {
        let mut block = good.clone();
        change(&mut block.header);
        assert_eq!(validate(&world.store, &world.tip, &block).unwrap(), Err(Invalid::Header { field }));
    }
    let mut block = good.clone();
    block.items.clear();
    assert_eq!(validate(&world.store, &world.tip, &block).unwrap(), Err(Invalid::Header { field: "entries" }));
}

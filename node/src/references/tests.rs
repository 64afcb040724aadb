//! An enrolment that is not in force any more is found however long ago it was, in a ledger made of rows.

use super::*;
use crate::submission::SealedPacket;
use ledger::{Batch, Table, key};
use models::Writer;
use proto::state::{HistoryLeaf, SignerLeaf, StateKey};
use proto::{Appraisal, Band, Draft, Grade, Height, Nonce, RequestId, Signature, TimeMs, Transaction};
use zeroize::Zeroizing;

const CHAIN: Digest = Digest([3; 32]);

fn name(text: &str) -> Name {
    Name::new(text, "test").unwrap()
}

fn event(seq: u64, body: Body, appraisal: Option<Appraisal>) -> Event {
    let (org, key, request) = (name("platform"), Digest::ZERO, RequestId([0; 16]));
    let draft = Draft { chain: CHAIN, org, key, request, expiry: Height(9), body };
    let transaction = Transaction { draft, signature: Signature([0; 64]) };
    Event { seq: Seq(seq), height: Height(1), time: TimeMs(1), matter_seq: 1, transaction, appraisal }
}

fn appraisal(template: Digest, seen: u64) -> Appraisal {
    let (model, fingerprints) = (Digest::ZERO, Vec::new());
    let (band, grade) = (Band::Review, Grade::B);
    Appraisal { model, template, llr: Some(1), llr_random: None, band, grade, flags: 0, seen, fingerprints }
}

/// Rows of a ledger: an enrolment, so many packets of the same signer after it, a signing, and another enrolment.
struct Ledger {
    rows: Batch,
    vault: Vault,
    signing: Event,
    references: Vec<Digest>,
}

const ENROLLED: Seq = Seq(7);

fn ledger(packets: u64, signed: u64) -> Ledger {
    let (mut rows, vault, signer) = (Batch::default(), Vault::new(&[1; 16]), name("wang"));
    let writings = [1, 2, 3].map(|n| Writer::new(5).sign(n));
    let references: Vec<Digest> = writings.iter().map(|w| w.commitment(&[9; 32])).collect();
    let others = (0..packets).map(|n| Digest::sm3(&n.to_be_bytes()));
    for (number, commitment) in references.iter().copied().chain(others).enumerate() {
        let text = signer.as_str().as_bytes();
        let parts = [&[text.len() as u8], text, &(number as u64).to_be_bytes()].concat();
        rows.put(key(Table::SignerPacket, &parts), commitment.0.to_vec());
    }
    for (writing, commitment) in writings.iter().zip(&references) {
        let sealed = SealedPacket { salt: [9; 32], packet: Zeroizing::new(writing.to_bytes()) };
        vault.seal(commitment, &sealed, &mut rows).unwrap();
        let known = StateKey::Fingerprint(fingerprint(&CHAIN, &writing.samples_digest()));
        rows.put(key(Table::StateLeaf, &known.path().0), ENROLLED.0.to_be_bytes().to_vec());
    }
    let mut leaf = |at: StateKey, value: Vec<u8>| rows.put(key(Table::StateLeaf, &at.path().0), value);
    leaf(StateKey::History(signer.clone()), HistoryLeaf { packets: 3 + packets }.to_bytes());
    let anew = SignerLeaf { template: Digest([8; 32]), references: vec![Digest([8; 32])], enrolled: Seq(signed + 1) };
    leaf(StateKey::Signer(signer.clone()), anew.to_bytes());
    let template = template_digest(&CHAIN, &references);
    let enrol = event(ENROLLED.0, Body::Enroll { signer: signer.clone(), references: references.clone() }, None);
    let nonce = Nonce { height: Height(0), block: Digest::ZERO };
    let (matter, document, packet) = (name("m"), Digest::ZERO, Digest::ZERO);
    let body = Body::Sign { matter, signer, document, packet, nonce };
    let signing = event(signed, body, Some(appraisal(template, 3 + packets)));
    for event in [&enrol, &signing] {
        rows.put(key(Table::Event, &event.seq.0.to_be_bytes()), event.to_bytes());
    }
    Ledger { rows, vault, signing, references }
}

#[test]
fn an_enrolment_is_found_however_many_events_and_packets_ago_it_was() {
    // More packets than the events that were looked through once, and far more events.
    let made = ledger(EVENTS_MAX + 5_000, 3_000_000_000);
    assert_eq!(compared_with(&made.rows, &made.signing).unwrap(), (None, made.references.clone()));
    assert_eq!(enrolment(&made.rows, &made.vault, &made.signing).unwrap(), Some(ENROLLED));
    // It is only found by what is written there: a signing with another template was not compared with these.
    let mut other = made.signing.clone();
    other.appraisal.as_mut().unwrap().template = Digest([4; 32]);
    assert_eq!(enrolment(&made.rows, &made.vault, &other).unwrap(), None);
    other.appraisal.as_mut().unwrap().template = Digest::ZERO;
    assert_eq!(enrolment(&made.rows, &made.vault, &other).unwrap(), None, "compared with nothing");
}

#[test]
fn without_its_packets_it_is_found_nearby_only() {
    for (signed, found) in [(ENROLLED.0 + EVENTS_MAX, Some(ENROLLED)), (ENROLLED.0 + EVENTS_MAX + 1, None)] {
        let mut made = ledger(10, signed);
        made.references.iter().skip(1).for_each(|c| Vault::destroy(c, &mut made.rows));
        assert_eq!(enrolment(&made.rows, &made.vault, &made.signing).unwrap(), Some(ENROLLED), "one is enough");
        Vault::destroy(&made.references[0], &mut made.rows);
        assert_eq!(enrolment(&made.rows, &made.vault, &made.signing).unwrap(), found);
    }
}

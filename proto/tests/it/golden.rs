//! Golden bytes of everything hashed or signed. A difference is a format change: old evidence would stop verifying.
//! No ledger was in service when the appraisal got its second ratio and its history: until the first release, format
//! version 1 is what this file says, and a trial network of before is made anew.
//! Regenerating is an explicit act: `GOLDEN_WRITE=1 cargo test -p chirograph-proto golden`.

use crate::fixture::*;
use proto::*;
use std::fmt::Write as _;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/vectors.txt");

fn vectors() -> String {
    let mut out =
        String::from("# name, canonical bytes in hex, SM3 of them. Made by the fixture in tests/it/fixture.rs.\n");
    let mut line =
        |name: &str, bytes: &[u8]| writeln!(out, "{name} {} {}", hex::encode(bytes), Digest::sm3(bytes)).unwrap();
    let ledger = ledger();
    for body in bodies() {
        line(&format!("body/{}", body.kind().as_str()), &body.to_bytes());
    }
    let tx = transaction(1, bodies().swap_remove(1));
    line("draft", &tx.draft.signing_bytes());
    line("transaction", &tx.to_bytes());
    line("appraisal", &appraisal().to_bytes());
    for event in &ledger.events {
        line(&format!("event/{}", event.kind().as_str()), &event.to_bytes());
    }
    line("params", &params().to_bytes());
    line("organisation", &trust().organisations[0].to_bytes());
    line("validator-set", &validators().to_bytes());
    line("header", &ledger.header.to_bytes());
    for kind in [VoteKind::Notarize, VoteKind::Finalize] {
        line(&format!("vote/{}", kind.as_str()), &Subject::of(kind, &ledger.header).signing_bytes(&chain()));
    }
    line("vote/nullify", &Subject::nullify(Epoch(1), View(7)).signing_bytes(&chain()));
    line("certificate", &ledger.certificate.to_bytes());
    line("receipt", &ledger.receipt(1).to_bytes());
    line("matter-file", &ledger.matter_file().to_bytes());
    line("matter-leaf", &ledger.leaf.to_bytes());
    let vote = |block: &[u8]| {
        let subject = Subject { block: Digest::sm3(block), ..Subject::of(VoteKind::Notarize, &ledger.header) };
        Vote::sign(subject, ValidatorIndex(0), &chain(), &key("v0"))
    };
    let proof = FaultProof::new(&vote(b"one"), &vote(b"two")).unwrap().into_inner();
    line("body/fault", &Body::Fault(proof.clone()).to_bytes());
    line("body/access", &access().to_bytes());
    let read = ReadRequest { chain: chain(), access: Seq(9), time: TimeMs(1_700_000_000_000) };
    line("read-packets", &read.to_bytes());
    let challenge =
        Challenge { chain: chain(), org: name("platform"), signer: name("张三"), nonce: Nonce::default() };
    line("login-challenge", &challenge.to_bytes());
    let result = IntentResult::sign(finding(), name("gateway"), &key("op"));
    line("intent-finding", &result.signing_bytes());
    line("intent-result", &result.to_bytes());
    line("fault-file", &FaultFile { trail: Trail::default(), proof }.to_bytes());
    line("state-key/fault", &state::StateKey::Fault(Epoch(1), ValidatorIndex(2)).to_bytes());
    line("history-leaf", &state::HistoryLeaf { packets: 6 }.to_bytes());
    line("state-key/matter", &state::StateKey::Matter(name("contract-7")).to_bytes());
    line("state-key/history", &state::StateKey::History(name("张三")).to_bytes());
    line("state-key/former-voter", &state::StateKey::FormerVoter(Digest([9; 32])).to_bytes());
    line("state-key/request", &state::StateKey::Request(name("platform"), RequestId([9; 16])).to_bytes());
    for (label, digest) in [
        ("ledger-sum-zero", event::ledger_sum_zero(&chain())),
        ("matter-sum-zero", event::matter_sum_zero(&chain(), &name("contract-7"))),
        ("ledger-sum", ledger.header.ledger_sum),
        ("sm3-root", ledger.header.sm3_root),
        ("sha256-root", ledger.header.sha256_root),
        ("key-id", key("op").public().id()),
    ] {
        line(label, &digest.0);
    }
    out
}

#[test]
fn canonical_bytes_are_the_golden_ones() {
    let now = vectors();
    if std::env::var_os("GOLDEN_WRITE").is_some() {
        std::fs::write(FILE, &now).unwrap();
    }
    let golden = std::fs::read_to_string(FILE).unwrap();
    for (new, old) in now.lines().zip(golden.lines()) {
        assert_eq!(new, old);
    }
    assert_eq!(now.len(), golden.len());
}

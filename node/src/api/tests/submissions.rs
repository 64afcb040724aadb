//! Submitting: signings with handwriting, repeated requests, batches, checks without submission, openssl as the only tool.

use super::*;
use crate::client::{ClientError, Signing};
use crate::wire::{to_proto, v1};
use models::Writer;
use prost::Message;
use proto::{Band, Canonical, Check, Kind, Outcome, RequestId};
use std::process::Command;

fn signing(writer: &Writer) -> Signing {
    let document = Digest::sm3(b"a contract");
    Signing { matter: name("m"), signer: writer.signer(), document, intent: "I agree".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_signature_is_committed_and_a_strangers_is_not() {
    let node = Node::start().await;
    let (writer, stranger, author) = (Writer::new(1), Writer::new(2), node.author(Role::Operator));
    let terms = node.client.terms().await.unwrap();
    let references = (0..5).map(|n| writer.sign(2 * n)).collect();
    node.commit(&author.enrolment(&terms, &writer.signer(), references).unwrap()).await;
    let own = author.signing(&terms, &signing(&writer), writer.sign(30)).unwrap();
    let receipt = node.commit(&own).await.receipt.unwrap();
    let appraisal = receipt.event.appraisal.clone().unwrap();
    assert_ne!(appraisal.band, Band::Uncompared);
    assert_ne!(appraisal.flags & proto::flags::FLAG_SYNTHETIC, 0, "synthetic writing is marked");
    let trust = node.net.genesis().unwrap().trust();
    assert_eq!(Check::overall(&receipt.verify(&trust)), Outcome::Valid);

    let other = author.signing(&terms, &signing(&writer), stranger.sign(30)).unwrap();
    let refused = node.client.submit(&other.transaction, &other.packets, Mode::Wait(PATIENCE)).await.unwrap_err();
    let ClientError::Refused { reason, message, .. } = &refused else { panic!("{refused}") };
    assert_eq!(reason, "STROKE_SCORE_LOW");
    assert!(
        !message.chars().any(|c| c.is_ascii_digit() && !writer.signer().as_str().contains(c)),
        "a score is told: {message}"
    );
    // The same writing a second time.
    let again = author.signing(&terms, &signing(&writer), writer.sign(30)).unwrap();
    let refused = node.client.submit(&again.transaction, &again.packets, Mode::Wait(PATIENCE)).await.unwrap_err();
    assert_eq!(refused.reason(), "PACKET_DUPLICATE");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gives_the_same_event_for_ever() {
    let node = Node::start().await;
    let submission = node.record("m", "once").await;
    let first = node.commit(&submission).await.receipt.unwrap();
    node.commit(&node.record("m", "in between").await).await;
    let second = node.commit(&submission).await.receipt.unwrap();
    assert_eq!((first.event.seq, first.to_bytes()), (second.event.seq, second.to_bytes()));
    let mut draft = submission.transaction.draft.clone();
    draft.body = record("m", "something else");
    let other = draft.sign(&node.author(Role::Operator).key);
    let refused = node.client.submit(&other, &[], Mode::Send).await.unwrap_err();
    assert_eq!(refused.reason(), "REQUEST_ID_REUSED");
    let digest = submission.transaction.draft.body.digest().to_string();
    assert!(refused.to_string().contains(&digest), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_only_leaves_no_trace() {
    let node = Node::start().await;
    let submission = node.record("m", "x").await;
    let answer = node.client.submit(&submission.transaction, &[], Mode::ValidateOnly).await.unwrap();
    assert_eq!(answer.state, v1::SubmissionState::Validated);
    let refused = node.client.wait(&answer.tx, Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(refused.reason(), "NOT_COMMITTED_YET");
    node.commit(&submission).await;
    assert_eq!(node.client.wait(&answer.tx, PATIENCE).await.unwrap().event.kind(), Kind::Record);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_answers_each_request_by_itself() {
    let node = Node::start().await;
    let mut requests = Vec::new();
    for i in 0..20 {
        let submission = node.record("m", &i.to_string()).await;
        let mut transaction = to_proto::transaction(&submission.transaction);
        if i == 7 {
            transaction.signature[0] ^= 1;
        }
        let wait = prost_types::Duration::try_from(PATIENCE).ok();
        requests.push(v1::SubmitRequest { transaction: Some(transaction), wait, ..Default::default() });
    }
    let ids: Vec<String> = requests.iter().map(|r| r.transaction.as_ref().unwrap().request_id.clone()).collect();
    let stream = tokio_stream::iter(requests);
    let results = node.client.submission().submit_batch(stream).await.unwrap().into_inner().results;
    assert_eq!(results.iter().map(|r| r.request_id.clone()).collect::<Vec<_>>(), ids);
    for (i, result) in results.into_iter().enumerate() {
        match result.outcome.unwrap() {
            v1::submit_batch_result::Outcome::Accepted(a) => {
                assert!(i != 7 && a.state() == v1::SubmissionState::Committed, "request {i}");
            }
            v1::submit_batch_result::Outcome::Refused(r) => {
                assert_eq!((i, r.reason.as_str(), r.field.as_str()), (7, "SIGNATURE_INVALID", "transaction.signature"));
            }
        }
    }
    assert_eq!(node.client.matter(&name("m")).await.unwrap().leaf.unwrap().count, 19);
}

/// What is given back of a request is small, whatever was sent: results wait in memory for the end of the stream.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_gives_back_little_of_what_is_hostile() {
    let node = Node::start().await;
    let hostile = v1::Transaction { request_id: "x".repeat(3 << 20), ..Default::default() };
    let wait = Some(prost_types::Duration { seconds: i64::MIN, nanos: i32::MIN });
    let request = v1::SubmitRequest { transaction: Some(hostile), wait, ..Default::default() };
    let results =
        node.client.submission().submit_batch(tokio_stream::iter(vec![request; 3])).await.unwrap().into_inner();
    assert!(results.results.len() == 3 && results.encoded_len() < 3 * 1_000, "{} bytes", results.encoded_len());
    node.commit(&node.record("m", "still here").await).await;
}

/// Signs with `openssl pkeyutl` what Canonicalize returns; nothing of ours touches the key.
#[tokio::test(flavor = "multi_thread")]
async fn openssl_is_enough_to_take_part() {
    let node = Node::start().await;
    let author = node.author(Role::Operator);
    let terms = node.client.terms().await.unwrap();
    let made = author.submission(&terms, record("m", "signed elsewhere"), Vec::new());
    let mut message = to_proto::draft(&made.transaction.draft);
    message.request_id = uuid::Uuid::from_bytes(RequestId([9; 16]).0).to_string();
    let mut service = node.client.submission();
    let canonical = service
        .canonicalize(v1::CanonicalizeRequest { transaction: Some(message.clone()) })
        .await
        .unwrap()
        .into_inner();
    let key = node.net.dir.join(&node.net.organisations[0].key);
    let mut receipts = Vec::new();
    for _ in 0..2 {
        // openssl's signatures are random: two different transactions of one request, one event.
        message.signature = openssl_sign(&node.net.dir, &key, &canonical.signing_bytes);
        let wait = prost_types::Duration::try_from(PATIENCE).ok();
        let request = v1::SubmitRequest { transaction: Some(message.clone()), wait, ..Default::default() };
        receipts.push(service.submit(request).await.unwrap().into_inner().receipt.unwrap());
    }
    assert_eq!(receipts[0].canonical, receipts[1].canonical);
}

/// What nobody signed names a signer and a block that may come: it must neither be waited for nor count as the signer's.
#[tokio::test(flavor = "multi_thread")]
async fn unsigned_requests_take_no_places_of_a_signer() {
    let node = Node::start().await;
    let (writer, author) = (Writer::new(5), node.author(Role::Operator));
    let terms = node.client.terms().await.unwrap();
    let own = author.signing(&terms, &signing(&writer), writer.sign(30)).unwrap();
    let mut forged = own.clone();
    forged.transaction.signature = proto::Signature([7; 64]);
    if let proto::Body::Sign { nonce, .. } = &mut forged.transaction.draft.body {
        nonce.block = Digest([9; 32]);
    }
    let mut flood = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (mut one, client) = (forged.clone(), node.client.clone());
        one.transaction.draft.request = RequestId([n; 16]);
        flood.spawn(async move { client.submit(&one.transaction, &one.packets, Mode::Send).await });
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    node.commit(&own).await;
    while let Some(refused) = flood.join_next().await {
        assert_eq!(refused.unwrap().unwrap_err().reason(), "NONCE_UNKNOWN");
    }
}

fn openssl_sign(dir: &std::path::Path, key: &std::path::Path, message: &[u8]) -> Vec<u8> {
    let (input, output) = (dir.join("message"), dir.join("signature"));
    std::fs::write(&input, message).unwrap();
    let done = Command::new("openssl")
        .args(["pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-inkey"])
        .arg(key)
        .arg("-in")
        .arg(&input)
        .arg("-out")
        .arg(&output)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(output).unwrap()
}

//! Commands before a node that lies: it answers with genuine proofs of something else, or with what it made up.

use super::*;
use crate::api::tests::Node;
use crate::wire::v1;
use http_body_util::{BodyExt, Full};
use hyper::HeaderMap;
use hyper::body::Bytes;
use prost::Message;
use proto::{Body, Canonical, Digest, Name, Receipt};
use std::collections::BTreeMap;
use tokio_stream::wrappers::TcpListenerStream;

/// What a lying node answers to each method: messages as they go over the wire.
pub(super) type Answers = BTreeMap<&'static str, Vec<Vec<u8>>>;

/// Starts one on loopback; its address.
pub(super) async fn lying(answers: Answers) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
        let method = request.uri().path().rsplit('/').next().unwrap().to_owned();
        let messages = answers.get(method.as_str()).cloned();
        async move {
            let _asked = request.into_body().collect().await;
            response(messages)
        }
    });
    let serving = tonic::transport::Server::builder().add_routes(tonic::service::Routes::from(router));
    tokio::spawn(serving.serve_with_incoming(TcpListenerStream::new(listener)));
    url
}

fn response(messages: Option<Vec<Vec<u8>>>) -> axum::response::Response {
    let status = if messages.is_some() { "0" } else { "12" };
    let frame = |m: &Vec<u8>| [&[0][..], &u32::try_from(m.len()).unwrap().to_be_bytes(), m].concat();
    let body: Vec<u8> = messages.iter().flatten().flat_map(frame).collect();
    let end =
        async move { Some(Ok(HeaderMap::from_iter([("grpc-status".parse().unwrap(), status.parse().unwrap())]))) };
    let body = axum::body::Body::new(Full::new(Bytes::from(body)).with_trailers(end));
    axum::response::Response::builder().header("content-type", "application/grpc").body(body).unwrap()
}

/// Runs a command; the exit code, and what it says.
pub(super) async fn run(url: &str, node: &Node, arguments: &[&str]) -> (u8, String) {
    let genesis = node.net.dir.join("genesis.toml");
    let to = ["--endpoint", url, "--genesis", genesis.to_str().unwrap()];
    let cli = Cli::try_parse_from([&["chirograph"], arguments, &to].concat()).unwrap();
    match cli.command.run().await {
        Ok(outcome) => (outcome.code, outcome.text),
        Err(failure) => (failure.code(), failure.to_string()),
    }
}

/// A node with one event in each of the matters `a` and `b`, and its genuine answers about the second one.
async fn truths() -> (Node, Answers, Receipt) {
    let node = Node::start().await;
    let mut receipts = Vec::new();
    for matter in ["a", "b"] {
        receipts.push(node.commit(&node.record(matter, matter).await).await.receipt.unwrap());
    }
    let mut query = node.client.query();
    let name = |text: &str| text.to_owned();
    let receipt = query.get_receipt(v1::GetReceiptRequest { name: name("events/1") }).await.unwrap().into_inner();
    let event = query.get_event(v1::GetEventRequest { name: name("events/1") }).await.unwrap().into_inner();
    let absence = v1::ProveAbsenceRequest { name: name("matters/xyz") };
    let absence = query.prove_absence(absence).await.unwrap().into_inner();
    let matter = v1::ListMatterEventsRequest { parent: name("matters/b"), page_size: 9, page_token: String::new() };
    let matter = query.list_matter_events(matter).await.unwrap().into_inner();
    let trail = query.get_trail(v1::GetTrailRequest { from_epoch: 0 }).await.unwrap().into_inner();
    let nonce = node.client.submission().get_nonce(v1::GetNonceRequest {}).await.unwrap().into_inner();
    let answers = Answers::from([
        ("GetReceipt", vec![receipt.encode_to_vec()]),
        ("GetEvent", vec![event.encode_to_vec()]),
        ("ProveAbsence", vec![absence.encode_to_vec()]),
        ("ListMatterEvents", vec![matter.encode_to_vec()]),
        ("GetTrail", vec![trail.encode_to_vec()]),
        ("GetNonce", vec![nonce.encode_to_vec()]),
    ]);
    (node, answers, receipts.remove(0))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_genuine_answer_to_another_question_is_no_answer() {
    let (node, answers, _) = truths().await;
    let url = lying(answers).await;
    for (asked, answered) in [
        (["query", "absence", "contract-7"], ["query", "absence", "xyz"]),
        (["query", "matter", "a"], ["query", "matter", "b"]),
        (["query", "receipt", "0"], ["query", "receipt", "1"]),
        (["query", "event", "0"], ["query", "event", "1"]),
    ] {
        let (code, said) = run(&url, &node, &asked).await;
        assert!(code == outcome::ERROR && said.contains("another question"), "{asked:?}: {code} {said}");
        let (code, said) = run(&url, &node, &answered).await;
        assert_eq!(code, outcome::OK, "{answered:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_is_not_committed_because_something_else_was() {
    let (node, mut answers, other) = truths().await;
    let dir = tempfile::tempdir().unwrap();
    let (content, kept) = (dir.path().join("content"), dir.path().join("receipt"));
    std::fs::write(&content, "content").unwrap();
    let member = node.net.organisations.iter().find(|m| m.role == "operator").unwrap();
    let key = node.net.dir.join(&member.key);
    let of = [
        &["record", "--matter", "m", "--kind", "sent", "--content", content.to_str().unwrap()][..],
        &["--org", &member.name, "--key", key.to_str().unwrap(), "--receipt", kept.to_str().unwrap()],
    ]
    .concat();
    let receipt = v1::Receipt { canonical: other.to_bytes(), ..v1::Receipt::default() };
    let tx = other.event.transaction.id().0.to_vec();
    let state = v1::SubmissionState::Committed.into();
    let lie = v1::SubmitResponse { transaction_id: tx, state, receipt: Some(receipt), ..v1::SubmitResponse::default() };
    answers.insert("Submit", vec![lie.encode_to_vec()]);
    let (code, said) = run(&lying(answers.clone()).await, &node, &of).await;
    assert!(code == outcome::ERROR && said.contains("another question") && !kept.exists(), "{code} {said}");
    // Nor is anything signed for another ledger than the genesis.
    let nonce = v1::GetNonceResponse::decode(&answers["GetNonce"][0][..]).unwrap();
    let nonce = v1::GetNonceResponse { chain_id: vec![7; 32], ..nonce };
    answers.insert("GetNonce", vec![nonce.encode_to_vec()]);
    let (code, said) = run(&lying(answers).await, &node, &of).await;
    assert!(code == outcome::ERROR && said.contains("chain_id"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_signed_upon_an_event_that_a_node_made_up() {
    let (node, mut answers, mut forged) = truths().await;
    if let Body::Record { note, .. } = &mut forged.event.transaction.draft.body {
        "what was never said".clone_into(note);
    }
    let receipt = v1::Receipt { canonical: forged.to_bytes(), ..v1::Receipt::default() };
    answers.insert("GetReceipt", vec![receipt.encode_to_vec()]);
    let court = node.net.organisations.iter().find(|m| m.role == "court").unwrap();
    let key = node.net.dir.join(&court.key);
    let of = ["attest", "--event", "0", "--statement", "seen", "--org", &court.name, "--key", key.to_str().unwrap()];
    let (code, said) = run(&lying(answers).await, &node, &of).await;
    assert!(code == outcome::INVALID && said.contains("INCLUSION_SM3"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_not_named_because_a_node_says_so() {
    let (node, mut answers, _) = truths().await;
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().with_extension("csv");
    std::fs::write(dir.path().join("a.txt"), "nobody recorded this").unwrap();
    let named = |digest: Digest, seq| v1::VerifyBatchResponse {
        id: digest.to_string(),
        overall: v1::Outcome::Valid.into(),
        answer: Some(v1::verify_batch_response::Answer::Document(v1::DocumentEvents {
            events: vec![seq],
            more: false,
        })),
    };
    let content = b"nobody recorded this";
    let both = [Digest::sm3(content), Digest::sha256(&[content])];
    let of = ["check", "--csv", csv.to_str().unwrap(), "--batch", dir.path().to_str().unwrap()];
    for seq in [1, 0] {
        answers.insert("VerifyBatch", both.map(|d| named(d, seq).encode_to_vec()).into());
        let (code, said) = run(&lying(answers.clone()).await, &node, &of).await;
        let table = std::fs::read_to_string(&csv).unwrap();
        let why = if seq == 1 { "names another document" } else { "another question" };
        assert!(code == outcome::INDETERMINATE && table.contains(why), "{code} {said} {table}");
    }
    std::fs::remove_file(&csv).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_is_applied_to_a_receipt_or_refused() {
    let (node, _, receipt) = truths().await;
    let dir = tempfile::tempdir().unwrap();
    let (file, policy) = (dir.path().join("receipt"), dir.path().join("policy.toml"));
    std::fs::write(&file, receipt.to_bytes()).unwrap();
    let genesis = node.net.dir.join("genesis.toml");
    let trust = node.net.genesis().unwrap();
    let voter: Name = trust.trust().validators.iter().next().unwrap().org.clone();
    let verify = async |chain: &str, rules: &str| {
        std::fs::write(&policy, format!("genesis = \"{chain}\"\n{rules}")).unwrap();
        let of = ["chirograph", "verify", file.to_str().unwrap(), "--genesis", genesis.to_str().unwrap()];
        let of = [&of[..], &["--policy", policy.to_str().unwrap()]].concat();
        Cli::try_parse_from(of).unwrap().command.run().await.map_or_else(|e| e.code(), |o| o.code)
    };
    let chain = trust.chain_id().to_string();
    assert_eq!(verify(&chain, "").await, outcome::OK);
    assert_eq!(verify(&chain, "[independent]\nneed = 1\n").await, outcome::OK);
    assert_eq!(verify(&chain, "[independent]\nneed = 3\n").await, outcome::INVALID);
    let excluded = format!("[independent]\nneed = 1\nexclude = [\"{voter}\"]\n");
    assert_eq!(verify(&chain, &excluded).await, outcome::INVALID);
    assert_eq!(verify(&"ab".repeat(32), "").await, outcome::ERROR, "another genesis");
    assert_eq!(verify(&chain, "[references]\nmax_age_days = 1\n").await, outcome::ERROR, "nor an enrolment");
    assert_eq!(verify(&chain, "[time]\nroots = []\n").await, outcome::ERROR, "a receipt has no time-stamp");
}

//! Receipts, pages, proofs and the Verify method.

use super::*;
use crate::evidence::Evidence;
use crate::wire::v1;
use proto::{Canonical, Check, Outcome, merkle};

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_comes_in_pages_and_is_complete() {
    let node = Node::start().await;
    for i in 0..7 {
        node.commit(&node.record("m", &format!("step {i}")).await).await;
    }
    let mut query = node.client.query();
    let (mut page_token, mut sizes, mut notes) = (String::new(), Vec::new(), 0);
    let first = loop {
        let request = v1::ListMatterEventsRequest { parent: "matters/m".into(), page_size: 3, page_token };
        let page = query.list_matter_events(request).await.unwrap().into_inner();
        assert_eq!(page.total_size, 7);
        assert_eq!(page.completeness.is_some(), sizes.is_empty(), "only the first page carries the proof");
        sizes.push(page.events.len());
        notes += page.events.iter().filter(|e| e.matter_seq > 0).count();
        page_token = page.next_page_token;
        if sizes.len() == 1 {
            // What comes later is not in the pages of this list.
            node.commit(&node.record("m", "too late").await).await;
        }
        if page_token.is_empty() {
            break node.client.matter_file(&name("m")).await.unwrap();
        }
    };
    assert_eq!((sizes, notes), (vec![3, 3, 1], 7));
    let trust = node.net.genesis().unwrap().trust();
    assert_eq!(first.events.len(), 8);
    assert_eq!(Check::overall(&first.verify(&trust)), Outcome::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn absence_is_proved_and_presence_is_not() {
    let node = Node::start().await;
    node.commit(&node.record("there", "x").await).await;
    let trust = node.net.genesis().unwrap().trust();
    let proof = node.client.absence(&name("not there")).await.unwrap();
    assert!(proof.leaf.is_none());
    assert_eq!(Check::overall(&proof.verify(&trust, None)), Outcome::Valid);
    let refused = node.client.absence(&name("there")).await.unwrap_err();
    assert_eq!(refused.reason(), "MATTER_EXISTS");
    let empty = node.client.matter_file(&name("not there")).await.unwrap();
    assert!(empty.events.is_empty() && Check::overall(&empty.verify(&trust)) == Outcome::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_lists_checks_and_finds_the_forged_one() {
    let node = Node::start().await;
    let receipt = node.commit(&node.record("m", "x").await).await.receipt.unwrap();
    let mut forged = receipt.clone();
    forged.event.transaction.draft.org = name("demo-court");
    let mut service = node.client.verification();
    let mut ask = async |bytes: Vec<u8>| service.verify(v1::VerifyRequest { evidence: bytes }).await;
    let good = ask(receipt.to_bytes()).await.unwrap().into_inner();
    assert_eq!((good.kind.as_str(), good.overall()), ("receipt", v1::Outcome::Valid));
    let bad = ask(forged.to_bytes()).await.unwrap().into_inner();
    let invalid: Vec<&str> =
        bad.checks.iter().filter(|c| c.outcome() == v1::Outcome::Invalid).map(|c| c.code.as_str()).collect();
    assert!(invalid.contains(&"INCLUSION_SM3") && invalid.contains(&"INCLUSION_SHA256"), "{invalid:?}");
    assert_eq!(bad.overall(), v1::Outcome::Invalid);
    let garbage = ask(vec![1, 2, 3]).await.unwrap_err();
    assert_eq!(crate::client::ClientError::from(garbage).reason(), "FIELD_INVALID");
    // The same bytes say the same offline.
    let trust = node.net.genesis().unwrap().trust();
    let offline = Evidence::from_bytes(&forged.to_bytes()).unwrap().verify(&trust);
    assert_eq!(Check::overall(&offline), Outcome::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_checkpoint_contains_the_earlier_ledger() {
    let node = Node::start().await;
    for i in 0..3 {
        node.commit(&node.record("m", &i.to_string()).await).await;
    }
    let (old, _) = node.client.checkpoint(0).await.unwrap();
    for i in 3..8 {
        node.commit(&node.record("m", &i.to_string()).await).await;
    }
    let size = old.header.ledger_size;
    let (new, [sm3, sha256]) = node.client.checkpoint(size).await.unwrap();
    let head = |size, root| merkle::LogHead { size, root };
    let (a, b) = (&old.header, &new.header);
    for (hash, from, to, proof) in [
        (merkle::LogHash::Sm3, a.sm3_root, b.sm3_root, sm3),
        (merkle::LogHash::Sha256, a.sha256_root, b.sha256_root, sha256),
    ] {
        assert!(merkle::verify_consistency(hash, head(size, from), head(b.ledger_size, to), &proof), "{hash:?}");
        assert!(!merkle::verify_consistency(hash, head(size, to), head(b.ledger_size, to), &proof), "{hash:?}");
    }
    let far = node.client.checkpoint(b.ledger_size + 1).await.unwrap_err();
    assert_eq!(far.reason(), "CONSISTENCY_RANGE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_found_by_its_digest() {
    let node = Node::start().await;
    for i in 0..5 {
        node.commit(&node.record(&format!("m{i}"), "the same content").await).await;
        node.commit(&node.record("other", &i.to_string()).await).await;
    }
    let wanted = proto::Digest::sm3(b"the same content");
    let found = node.client.find_document(&wanted, 100).await.unwrap();
    let matters: Vec<_> = found.iter().map(|e| e.transaction.draft.body.matter().unwrap().to_string()).collect();
    assert_eq!(matters, ["m0", "m1", "m2", "m3", "m4"]);
    let (mut query, mut page_token, mut sizes) = (node.client.query(), String::new(), Vec::new());
    loop {
        let request = v1::FindDocumentRequest { digest: wanted.0.to_vec(), page_size: 2, page_token };
        let page = query.find_document(request).await.unwrap().into_inner();
        sizes.push(page.events.len());
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert!(node.client.find_document(&proto::Digest::sm3(b"never seen"), 9).await.unwrap().is_empty());
    let request = v1::FindDocumentRequest { digest: vec![1], page_size: 0, page_token: String::new() };
    let refused = crate::client::ClientError::from(query.find_document(request).await.unwrap_err());
    assert_eq!(refused.reason(), "FIELD_INVALID");
    let request = v1::FindDocumentRequest { digest: wanted.0.to_vec(), page_size: 0, page_token: "x".into() };
    let refused = crate::client::ClientError::from(query.find_document(request).await.unwrap_err());
    assert_eq!(refused.reason(), "PAGE_TOKEN_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_checked_in_one_stream_and_answered_in_its_order() {
    use v1::verify_batch_request::Subject;
    let node = Node::start().await;
    let receipt = node.commit(&node.record("m", "x").await).await.receipt.unwrap();
    let mut forged = receipt.clone();
    forged.event.transaction.draft.org = name("demo-court");
    let subjects = [
        Some(Subject::Evidence(receipt.to_bytes())),
        Some(Subject::Evidence(forged.to_bytes())),
        Some(Subject::Evidence(vec![1, 2, 3])),
        Some(Subject::Digest(proto::Digest::sm3(b"x").0.to_vec())),
        Some(Subject::Digest(proto::Digest::sm3(b"y").0.to_vec())),
        Some(Subject::Digest(vec![7])),
        None,
    ];
    let request = |n: usize| v1::VerifyBatchRequest { id: n.to_string(), subject: subjects[n % 7].clone() };
    let requests: Vec<_> = (0..700).map(request).collect();
    let mut answers = node.client.verify_batch(futures::stream::iter(requests)).await.unwrap();
    let [valid, open, invalid] = [v1::Outcome::Valid, v1::Outcome::Indeterminate, v1::Outcome::Invalid];
    for n in 0..700 {
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!(answer.id, n.to_string());
        assert_eq!(answer.overall(), [valid, invalid, open, valid, open, open, open][n % 7], "{answer:?}");
    }
    assert!(answers.message().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_many_events_name_is_said_to_have_more() {
    let node = Node::start().await;
    let subject = v1::verify_batch_request::Subject::Digest(proto::Digest::sm3(b"x").0.to_vec());
    for (records, told, more) in [(20, 20, false), (1, 20, true)] {
        for _ in 0..records {
            node.commit(&node.record("m", "x").await).await;
        }
        let request = v1::VerifyBatchRequest { id: "x".to_owned(), subject: Some(subject.clone()) };
        let mut answers = node.client.verify_batch(futures::stream::iter([request])).await.unwrap();
        let answer = answers.message().await.unwrap().unwrap();
        let Some(v1::verify_batch_response::Answer::Document(found)) = answer.answer else { panic!("{answer:?}") };
        assert_eq!((found.events.len(), found.more), (told, more));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_no_answers_keeps_no_place_among_the_checkers() {
    use v1::verify_batch_request::Subject;
    let node = Node::start().await;
    let garbage = || v1::VerifyBatchRequest { id: "x".repeat(100), subject: Some(Subject::Evidence(vec![1, 2, 3])) };
    let mut silent = Vec::new();
    for _ in 0..8 {
        let client = Client::connect(&node.endpoint).await.unwrap();
        let requests = futures::stream::iter((0..10_000).map(move |_| garbage()));
        silent.push((client.verify_batch(requests).await.unwrap(), client));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..5 {
        let asked = node.client.verification().verify(v1::VerifyRequest { evidence: vec![1, 2, 3] }).await;
        assert_eq!(crate::client::ClientError::from(asked.unwrap_err()).reason(), "FIELD_INVALID");
    }
}

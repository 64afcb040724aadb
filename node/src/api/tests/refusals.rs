//! Every refusal has its reason, names the field, and comes in both languages.

use super::*;
use crate::keys;
use crate::wire::{to_proto, v1};
use proto::{Govern, Height, Resolution, Validator, ValidatorSet};
use tonic::{Code, Status};
use tonic_types::{ErrorDetail, StatusExt};

/// Reason, field and gRPC code of a refused change to a good transaction.
async fn refused(node: &Node, change: impl FnOnce(&mut v1::Transaction)) -> (String, String, Code) {
    let mut message = to_proto::transaction(&node.record("m", "x").await.transaction);
    change(&mut message);
    let request = v1::SubmitRequest { transaction: Some(message), ..Default::default() };
    told(&node.client.submission().submit(request).await.unwrap_err())
}

fn told(status: &Status) -> (String, String, Code) {
    let details = status.get_error_details();
    let field = details.bad_request().map_or(String::new(), |b| b.field_violations[0].field.clone());
    let languages = status.get_error_details_vec();
    let languages = languages.iter().filter(|d| matches!(d, ErrorDetail::LocalizedMessage(_))).count();
    assert_eq!(languages, 2, "{status:?}");
    (details.error_info().unwrap().reason.clone(), field, status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_and_forbidden_transactions() {
    let node = Node::start().await;
    let expect = |reason: &str, field: &str, code| (reason.to_owned(), field.to_owned(), code);
    let r = refused(&node, |m| m.chain_id = vec![1; 31]).await;
    assert_eq!(r, expect("FIELD_INVALID", "transaction.chain_id", Code::InvalidArgument));
    let r = refused(&node, |m| m.chain_id = vec![1; 32]).await;
    assert_eq!((r.0.as_str(), r.2), ("WRONG_CHAIN", Code::InvalidArgument));
    let r = refused(&node, |m| m.request_id = "1".into()).await;
    assert_eq!(r, expect("FIELD_INVALID", "transaction.request_id", Code::InvalidArgument));
    let r = refused(&node, |m| m.organisation = "nobody".into()).await;
    assert_eq!((r.0.as_str(), r.2), ("ORGANISATION_UNKNOWN", Code::Unauthenticated));
    let r = refused(&node, |m| m.key_id = vec![9; 32]).await;
    assert_eq!((r.0.as_str(), r.2), ("KEY_UNKNOWN", Code::Unauthenticated));
    let r = refused(&node, |m| m.expiry_height = u64::MAX).await;
    assert_eq!((r.0.as_str(), r.2), ("EXPIRY_TOO_FAR", Code::InvalidArgument));
    let r = refused(&node, |m| m.signature[10] ^= 1).await;
    assert_eq!((r.0.as_str(), r.2), ("SIGNATURE_INVALID", Code::Unauthenticated));
    let r = refused(&node, |m| *m = v1::Transaction::default()).await;
    assert_eq!(r.2, Code::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_may_not_do_everything() {
    let node = Node::start().await;
    let terms = node.client.terms().await.unwrap();
    let auditor = node.author(Role::Auditor).submission(&terms, record("m", "x"), Vec::new());
    let refused = node.client.submit(&auditor.transaction, &[], Mode::Send).await.unwrap_err();
    assert_eq!(refused.reason(), "ROLE_NOT_PERMITTED");
    assert!(!refused.is_temporary());
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_must_be_the_ones_that_the_body_names() {
    let node = Node::start().await;
    let writer = models::Writer::new(3);
    let terms = node.client.terms().await.unwrap();
    let references = (0..5).map(|n| writer.sign(2 * n)).collect();
    let made = node.author(Role::Operator).enrolment(&terms, &writer.signer(), references).unwrap();
    let ask = async |packets: &[crate::submission::SealedPacket]| {
        node.client.submit(&made.transaction, packets, Mode::Send).await.unwrap_err().reason().to_owned()
    };
    assert_eq!(ask(&made.packets[..4]).await, "PACKET_COUNT");
    let mut swapped = made.packets.clone();
    swapped.swap(0, 1);
    assert_eq!(ask(&swapped).await, "PACKET_COMMITMENT_MISMATCH");
    let mut cut = made.packets.clone();
    cut[2].packet.truncate(100);
    assert_eq!(ask(&cut).await, "PACKET_MALFORMED");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_names_and_bad_tokens() {
    let node = Node::start().await;
    node.commit(&node.record("m", "x").await).await;
    let reason = |e: crate::client::ClientError| e.reason().to_owned();
    assert_eq!(reason(node.client.event("events/99").await.unwrap_err()), "EVENT_NOT_FOUND");
    assert_eq!(reason(node.client.receipt("what").await.unwrap_err()), "FIELD_INVALID");
    assert_eq!(reason(node.client.header(proto::Height(9999)).await.unwrap_err()), "HEADER_NOT_FOUND");
    let request =
        v1::ListMatterEventsRequest { parent: "matters/m".into(), page_token: "feed".into(), ..Default::default() };
    let status = node.client.query().list_matter_events(request).await.unwrap_err();
    assert_eq!(told(&status).0, "PAGE_TOKEN_INVALID");
}

/// What it took would wait for ever; but a rescue may be what gives it a vote, so that is looked at like everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_a_vote_takes_nothing_but_a_rescue() {
    let key = keys::new_secret().unwrap();
    let node = Node::with(|config, _| {
        for old in [&config.keys.validator, &config.keys.guard] {
            std::fs::remove_file(old).unwrap();
        }
        keys::write_secret(&config.keys.validator, &key).unwrap();
    })
    .await;
    let reason = async |submission: &Submission| {
        node.client.submit(&submission.transaction, &[], Mode::Send).await.unwrap_err().reason().to_owned()
    };
    assert_eq!(reason(&node.record("m", "x").await).await, "NOT_A_VALIDATOR");
    let terms = node.client.terms().await.unwrap();
    let author = node.author(Role::Operator);
    let validators = ValidatorSet::new(vec![Validator { org: author.org.clone(), key: key.public().clone() }]).unwrap();
    let (chain, block) = (terms.chain, Digest::ZERO);
    let rescue = Resolution { chain, height: Height(0), block, validators, contacts: vec![], signatures: vec![] };
    let body = Body::Govern(Govern::Rescue(Box::new(rescue)));
    let told = reason(&author.submission(&terms, body, Vec::new())).await;
    assert!(told != "NOT_A_VALIDATOR", "a rescue must be judged by its signatures: {told}");
}

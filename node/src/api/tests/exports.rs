//! Evidence packages over the API, verified with nothing but what is in them and the genesis.

use super::*;
use crate::client::ClientError;
use crate::wire::v1::{ExportPacketsRequest, PackageVariant, ReadPacketsRequest};
use ::evidence::{Policy, Variant, inspect, verify};
use proto::{Canonical, Check, Outcome, ReadRequest, Seq};

fn policy(node: &Node) -> Policy {
    Policy::of_genesis(node.net.genesis().unwrap().chain_id())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_verifies_offline_and_is_the_same_again() {
    let node = Node::start().await;
    for i in 0..5 {
        node.commit(&node.record("m", &format!("step {i}")).await).await;
    }
    let seq = node.commit(&node.record("n", "other").await).await.receipt.unwrap().event.seq;
    let first = node.client.export("events/2").await.unwrap();
    let report = inspect(&first.bytes, Some(&policy(&node)));
    assert_eq!(Check::overall(&report.checks), Outcome::Valid, "{:?}", report.checks);
    let dossier = report.dossier.unwrap();
    assert_eq!((dossier.variant, dossier.matter.as_ref().unwrap().events.len()), (Variant::Public, 5));
    assert_eq!(dossier.folder().file_name(), first.file_name);
    assert!(
        ["README.en.txt", "README.zh.txt", "SPEC.md", "verify.html"].iter().all(|f| dossier.readable.get(f).is_some())
    );
    let again = node.client.export(&format!("transactions/{}", dossier.event.transaction.id())).await.unwrap();
    let height = |bytes: &[u8]| inspect(bytes, None).dossier.unwrap().receipt.checkpoint.header.height;
    if height(&again.bytes) == height(&first.bytes) {
        assert_eq!(again.bytes, first.bytes, "one event at one checkpoint has one package");
    }
    let other = node.client.export(&format!("events/{seq}")).await.unwrap();
    assert_eq!(Check::overall(&verify(&other.bytes, Some(&policy(&node)))), Outcome::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_dated_though_their_signer_enrolled_anew() {
    let node = Node::start().await;
    let signing = packets::signed(&node).await;
    let chain = node.net.genesis().unwrap().chain_id();
    let asked = Policy::parse(&format!("genesis = \"{chain}\"\n[references]\nmax_age_days = 1\n")).unwrap();
    let dated = async || {
        let package = node.client.export(&format!("events/{}", signing.seq)).await.unwrap();
        let report = inspect(&package.bytes, Some(&asked));
        assert_eq!(Check::overall(&report.checks), Outcome::Valid, "{:?}", report.checks);
        let check = report.checks.iter().find(|c| c.code == ::evidence::code::REFERENCES_AGE).unwrap();
        assert_eq!(check.detail, "event 0 enrolled the references 0 days before the signing; the policy allows 1");
        let report: serde_json::Value =
            serde_json::from_slice(report.dossier.unwrap().readable.get("data/report.json").unwrap()).unwrap();
        assert_eq!(report["enrolment"]["seq"], 0);
    };
    dated().await;
    let (terms, writer) = (node.client.terms().await.unwrap(), models::Writer::new(5));
    let others = (20..23).map(|n| writer.sign(n)).collect();
    let anew = node.author(Role::Operator).enrolment(&terms, &writer.signer(), others).unwrap();
    node.commit(&anew).await;
    dated().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_is_refused() {
    let node = Node::start().await;
    node.commit(&node.record("m", "x").await).await;
    let reason = async |event: &str| node.client.export(event).await.unwrap_err().reason().to_owned();
    assert_eq!(reason("events/99").await, "EVENT_NOT_FOUND");
    assert_eq!(reason("event 1").await, "FIELD_INVALID");
    let mut service = node.client.packages();
    let key = |n: usize| crate::wire::v1::NamedKey { organisation: "demo-notary".to_owned(), key_id: vec![7; n] };
    for (keys, refused) in [(vec![key(32); 100], false), (vec![key(32); 101], true), (vec![key(31)], true)] {
        let request = crate::wire::v1::CreateExportRequest { event: "events/0".to_owned(), keys, at_height: None };
        let reason = service.create_export(request).await.map_err(|e| ClientError::from(e).reason().to_owned());
        assert_eq!(reason.err(), refused.then(|| "FIELD_INVALID".to_owned()));
    }
    let mut ask = async |name: &str| {
        let request = crate::wire::v1::GetOperationRequest { name: name.to_owned() };
        let status = service.get_operation(request).await.unwrap_err();
        crate::client::ClientError::from(status).reason().to_owned()
    };
    assert_eq!(ask("operations/7").await, "OPERATION_NOT_FOUND");
    assert_eq!(ask("operations/x").await, "FIELD_INVALID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_court_gets_the_packets_and_the_package_says_so() {
    let node = Node::start().await;
    let signing = super::packets::signed(&node).await;
    let court = node.author(Role::Court);
    let ground = ("order 12", Digest::sm3(b"order"));
    let access = node.client.declare_access(&court, &signing, ground).await.unwrap();
    let released = node.client.read_packets(&court, access.event.seq).await.unwrap();
    let public = node.client.export(&format!("events/{}", signing.seq)).await.unwrap();
    let public = inspect(&public.bytes, None).dossier.unwrap();
    assert_eq!(public.packets().count(), 0);
    for (variant, packets) in [(Variant::Full, 1 + released.references.len()), (Variant::Party, 1)] {
        let dossier = crate::export::disclose(public.clone(), variant, &released).unwrap();
        let report = inspect(&dossier.package(), Some(&policy(&node)));
        assert_eq!(Check::overall(&report.checks), Outcome::Valid, "{:?}", report.checks);
        assert!(report.checks.iter().any(|c| c.code == "ACCESS" && c.detail.contains(court.org.as_str())));
        let read = report.dossier.unwrap();
        assert_eq!(read.packets().count(), packets);
        for file in ["data/report.zh.pdf", "data/page.en.pdf", "data/figures/speed.zh.svg", "data/packet/00.inkml"] {
            assert!(read.readable.get(file).is_some(), "{file}");
        }
    }
}

/// The package with packets that the node makes itself under an access event.
async fn disclosed(node: &Node, author: &Author, access: Seq, variant: PackageVariant) -> Result<Vec<u8>, ClientError> {
    let request = ReadRequest { chain: node.net.genesis().unwrap().chain_id(), access, time: crate::clock::now() };
    let signature = author.key.sign(&request.to_bytes()).0.to_vec();
    let read = Some(ReadPacketsRequest { access: access.0, time_ms: request.time.0, signature });
    let message = ExportPacketsRequest { read, variant: variant.into() };
    let mut pieces = node.client.access().export_packets(message).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(next) = pieces.message().await? {
        bytes.extend(next.piece);
    }
    Ok(bytes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_makes_the_package_that_its_reader_would_and_for_nobody_else() {
    let node = Node::start().await;
    let signing = super::packets::signed(&node).await;
    let (court, operator) = (node.author(Role::Court), node.author(Role::Operator));
    let access = node.client.declare_access(&court, &signing, ("order 12", Digest::ZERO)).await.unwrap().event.seq;
    let released = node.client.read_packets(&court, access).await.unwrap();
    for (wanted, variant) in [(PackageVariant::Full, Variant::Full), (PackageVariant::Party, Variant::Party)] {
        let made = disclosed(&node, &court, access, wanted).await.unwrap();
        let report = inspect(&made, Some(&policy(&node)));
        assert_eq!(Check::overall(&report.checks), Outcome::Valid, "{:?}", report.checks);
        let height = report.dossier.unwrap().receipt.checkpoint.header.height;
        let public = node.client.export(&format!("events/{}", signing.seq)).await.unwrap();
        let public = inspect(&public.bytes, None).dossier.unwrap();
        // A heartbeat in between gives another checkpoint.
        if public.receipt.checkpoint.header.height == height {
            assert!(crate::export::disclose(public, variant, &released).unwrap().package() == made, "{variant:?}");
        }
    }
    let refused = async |author: &Author, access: Seq, variant| {
        disclosed(&node, author, access, variant).await.unwrap_err().reason().to_owned()
    };
    assert_eq!(refused(&operator, access, PackageVariant::Full).await, "SIGNATURE_INVALID");
    assert_eq!(refused(&court, signing.seq, PackageVariant::Full).await, "ACCESS_UNKNOWN");
    assert_eq!(refused(&court, access, PackageVariant::Unspecified).await, "FIELD_INVALID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_checkpoint_gives_the_very_bytes_again() {
    let node = Node::start().await;
    let signing = packets::signed(&node).await;
    let event = format!("events/{}", signing.seq);
    let first = node.client.export(&event).await.unwrap();
    let height = inspect(&first.bytes, None).dossier.unwrap().receipt.checkpoint.header.height;
    // Steps of the same matter and of another, a reading, and references that replace those the signing was compared with.
    for matter in ["contract-1", "other", "contract-1"] {
        node.commit(&node.record(matter, "later").await).await;
    }
    node.client.declare_access(&node.author(Role::Court), &signing, ("order 12", Digest::ZERO)).await.unwrap();
    let (terms, writer) = (node.client.terms().await.unwrap(), models::Writer::new(5));
    let others = (20..23).map(|n| writer.sign(n)).collect();
    node.commit(&node.author(Role::Operator).enrolment(&terms, &writer.signer(), others).unwrap()).await;
    assert_ne!(node.client.export(&event).await.unwrap().bytes, first.bytes);
    let again = node.client.export_showing(&event, &[], Some(height)).await.unwrap();
    assert!(again.bytes == first.bytes, "the package as of block {height}");
    assert_eq!(Check::overall(&verify(&again.bytes, Some(&policy(&node)))), Outcome::Valid);
    let refused = async |at: u64| match node.client.export_showing(&event, &[], Some(proto::Height(at))).await {
        Err(ClientError::Refused { reason, field, message, .. }) => (reason, field, message),
        other => panic!("{other:?}"),
    };
    for (at, code, says) in [
        (signing.height.0 - 1, "HEIGHT_NOT_SERVED", format!("name {} or a later one", signing.height)),
        (1_000_000, "HEADER_NOT_FOUND", "name that or an earlier one".to_owned()),
    ] {
        let (reason, field, message) = refused(at).await;
        assert_eq!((reason.as_str(), field.as_str()), (code, "at_height"));
        assert!(message.contains(&says), "{message}");
    }
}

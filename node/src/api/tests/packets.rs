//! Stroke packets leave a node only under an access event that is on the ledger.

use super::*;
use crate::client::{ClientError, Signing};
use models::{StrokePacket, Writer};
use proto::{Canonical, Event, Seq};

/// Enrolls a signer and commits one signing.
pub(super) async fn signed(node: &Node) -> Event {
    let (operator, writer) = (node.author(Role::Operator), Writer::new(5));
    let terms = node.client.terms().await.unwrap();
    let references = (0..5).map(|n| writer.sign(n)).collect();
    node.commit(&operator.enrolment(&terms, &writer.signer(), references).unwrap()).await;
    let terms = node.client.terms().await.unwrap();
    let what = Signing {
        matter: Name::new("contract-1", "matter").unwrap(),
        signer: writer.signer(),
        document: Digest::sm3(b"document"),
        intent: "I agree".into(),
    };
    let signing = operator.signing(&terms, &what, writer.sign(9)).unwrap();
    node.commit(&signing).await.receipt.unwrap().event
}

fn code(error: ClientError) -> String {
    match error {
        ClientError::Refused { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packet_is_released_after_its_access_event_and_to_nobody_else() {
    let node = Node::start().await;
    let signing = signed(&node).await;
    let (court, operator) = (node.author(Role::Court), node.author(Role::Operator));
    let ground = ("order 12 of the people's court: examine the writing", Digest::sm3(b"order"));

    let receipt = node.client.declare_access(&court, &signing, ground).await.unwrap();
    assert_eq!(receipt.event.matter_seq, 2, "an access is a step of the matter");
    let released = node.client.read_packets(&court, receipt.event.seq).await.unwrap();
    let packet = StrokePacket::from_bytes(&released.packet.packet).unwrap();
    assert_eq!([packet.commitment(&released.packet.salt)], signing.transaction.draft.body.packets());
    let enrolment = node.client.event(&format!("events/{}", released.enrolment.unwrap())).await.unwrap();
    let commitments: Vec<Digest> =
        released.references.iter().map(|r| StrokePacket::from_bytes(&r.packet).unwrap().commitment(&r.salt)).collect();
    assert_eq!(commitments, enrolment.transaction.draft.body.packets());

    // Who enrols the signer anew takes the references of earlier signings from nobody.
    let (terms, writer) = (node.client.terms().await.unwrap(), Writer::new(5));
    let others = (20..23).map(|n| writer.sign(n)).collect();
    node.commit(&operator.enrolment(&terms, &writer.signer(), others).unwrap()).await;
    let again = node.client.read_packets(&court, receipt.event.seq).await.unwrap();
    let bytes = |r: &crate::client::Released| r.references.iter().map(|p| p.packet.to_vec()).collect::<Vec<_>>();
    assert_eq!(bytes(&again), bytes(&released));
    assert_eq!(again.enrolment, None, "that enrolment is not in force any more");

    // A platform: its own signings, and never the references.
    let own = node.client.declare_access(&operator, &signing, ("dispute", Digest::ZERO)).await.unwrap();
    let released = node.client.read_packets(&operator, own.event.seq).await.unwrap();
    assert!(released.references.is_empty() && released.enrolment.is_none());

    // Under somebody else's access, under no access, and by who may not have any.
    let stolen = node.client.read_packets(&operator, receipt.event.seq).await.err().unwrap();
    assert_eq!(code(stolen), "SIGNATURE_INVALID");
    for seq in [signing.seq, Seq(99)] {
        let unread = node.client.read_packets(&court, seq).await.err().unwrap();
        assert_eq!(code(unread), "ACCESS_UNKNOWN");
    }
    let notary = node.client.declare_access(&node.author(Role::Notary), &signing, ("why not", Digest::ZERO)).await;
    assert_eq!(code(notary.err().unwrap()), "ROLE_NOT_PERMITTED");
}

//! What comes to a node from outside, before anything is verified: frames of peers, requests of clients, parts of a copied
//! ledger, evidence to be checked. Read or refused, never a panic.

use node::evidence::Evidence;
use node::net::certificate::NodeCertificate;
use node::net::frame::{self, Frame};
use node::wire::{from_proto, v1};
use prost::Message;
use proto::Canonical;

/// A frame of a peer. A message of consensus that is accepted has exactly these bytes.
pub fn frame(data: &[u8]) {
    if let Ok(Frame::Message(message, bytes)) = frame::decode(data) {
        assert!(message.to_bytes() == bytes, "a peer's message has two encodings");
    }
    std::hint::black_box(NodeCertificate::from_bytes(data).is_ok_and(|c| c.holds()));
}

/// A request of a client, whichever it is.
pub fn request(data: &[u8]) {
    if let Ok(submit) = v1::SubmitRequest::decode(data) {
        let read = submit.transaction.map(from_proto::transaction);
        if let Some(Ok(transaction)) = read {
            let again = proto::Transaction::from_bytes(&transaction.to_bytes());
            assert!(again.as_ref() == Ok(&transaction), "a transaction of a client is not canonical");
        }
        std::hint::black_box(from_proto::packets(submit.packets).is_ok());
        std::hint::black_box(submit.wait.map(|wait| from_proto::duration(wait, "wait")).is_some());
    }
    if let Ok(request) = v1::GetEventRequest::decode(data) {
        std::hint::black_box(from_proto::event_name(&request.name, "name").is_ok());
    }
    if let Ok(request) = v1::GetMatterRequest::decode(data) {
        std::hint::black_box(from_proto::matter_name(&request.name, "name").is_ok());
    }
    if let Ok(part) = v1::LedgerPart::decode(data) {
        std::hint::black_box(from_proto::ledger_part(part).is_ok());
    }
    std::hint::black_box(Evidence::from_bytes(data).is_ok());
}

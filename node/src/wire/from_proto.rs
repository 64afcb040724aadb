//! From client messages to nouns. Every refusal names the field and what it must be.

use super::v1;
use crate::copy::Part;
use crate::submission::SealedPacket;
use models::packet::PACKET_BYTES_MAX;
use proto::transaction::{NOTE_MAX, REFERENCES_MAX};
use proto::{
    Body, Canonical, Certificate, Checkpoint, Digest, Draft, Header, Height, Malformed, Name, Nonce, RequestId, Seq,
    Signature, Trail, Transaction,
};
use std::time::Duration;
use zeroize::Zeroizing;

/// A signed transaction; the signature is not verified here.
pub fn transaction(message: v1::Transaction) -> Result<Transaction, Malformed> {
    let signature = signature(&message.signature, "transaction.signature")?;
    Ok(Transaction { draft: draft(message)?, signature })
}

/// Everything but the signature.
pub fn draft(message: v1::Transaction) -> Result<Draft, Malformed> {
    Ok(Draft {
        chain: digest(&message.chain_id, "transaction.chain_id")?,
        org: Name::new(&message.organisation, "transaction.organisation")?,
        key: digest(&message.key_id, "transaction.key_id")?,
        request: request_id(&message.request_id)?,
        expiry: Height(message.expiry_height),
        body: body(message.body)?,
    })
}

fn body(message: Option<v1::transaction::Body>) -> Result<Body, Malformed> {
    use v1::transaction::Body as M;
    match message.ok_or(Malformed::Rule {
        field: "transaction.body",
        rule: "one of enroll, sign, record, anchor, attest, access, govern, fault must be set",
    })? {
        M::Enroll(m) => enroll(m),
        M::Sign(m) => sign(m),
        M::Record(m) => Ok(Body::Record {
            matter: Name::new(&m.matter, "record.matter")?,
            kind: Name::new(&m.kind, "record.kind")?,
            content: digest(&m.content, "record.content")?,
            note: note(m.note, "record.note")?,
        }),
        M::Anchor(m) => Ok(Body::Anchor {
            matter: Name::new(&m.matter, "anchor.matter")?,
            content: digest(&m.content, "anchor.content")?,
            size: m.size,
            locator: note(m.locator, "anchor.locator")?,
        }),
        M::Attest(m) => Ok(Body::Attest {
            matter: Name::new(&m.matter, "attest.matter")?,
            target: Seq(m.target),
            target_hash: digest(&m.target_hash, "attest.target_hash")?,
            statement: note(m.statement, "attest.statement")?,
        }),
        M::Access(m) => Ok(Body::Access {
            matter: Name::new(&m.matter, "access.matter")?,
            target: Seq(m.target),
            target_hash: digest(&m.target_hash, "access.target_hash")?,
            authority: note(m.authority, "access.authority")?,
            order: digest(&m.order, "access.order")?,
        }),
        M::Govern(m) => <proto::Govern as Canonical>::from_bytes(&m.canonical).map(Body::Govern),
        M::Fault(m) => <proto::FaultProof as Canonical>::from_bytes(&m.canonical).map(Body::Fault),
    }
}

fn enroll(m: v1::Enroll) -> Result<Body, Malformed> {
    let field = "enroll.references";
    if m.references.is_empty() {
        return Err(Malformed::Rule { field, rule: "at least one reference packet is needed" });
    }
    if m.references.len() > REFERENCES_MAX {
        return Err(Malformed::TooLong { field, len: m.references.len(), max: REFERENCES_MAX });
    }
    let references = m.references.iter().map(|r| digest(r, field)).collect::<Result<_, _>>()?;
    Ok(Body::Enroll { signer: Name::new(&m.signer, "enroll.signer")?, references })
}

fn sign(m: v1::Sign) -> Result<Body, Malformed> {
    let nonce = m.nonce.ok_or(Malformed::Rule { field: "sign.nonce", rule: "must name a recent block (GetNonce)" })?;
    Ok(Body::Sign {
        matter: Name::new(&m.matter, "sign.matter")?,
        signer: Name::new(&m.signer, "sign.signer")?,
        document: digest(&m.document, "sign.document")?,
        packet: digest(&m.packet, "sign.packet")?,
        nonce: Nonce { height: Height(nonce.height), block: digest(&nonce.block, "sign.nonce.block")? },
    })
}

/// A 32-byte digest.
pub fn digest(bytes: &[u8], field: &'static str) -> Result<Digest, Malformed> {
    let rule = "must be exactly 32 bytes";
    Ok(Digest(bytes.try_into().map_err(|_| Malformed::Rule { field, rule })?))
}

/// A UUID in its text form, hyphenated or not.
pub fn request_id(text: &str) -> Result<RequestId, Malformed> {
    let rule = "must be a UUID such as 6f1c9a52-0b7e-4c53-9d1f-2a8e35b7c604, chosen by the client";
    let id = uuid::Uuid::try_parse(text).map_err(|_| Malformed::Rule { field: "transaction.request_id", rule })?;
    Ok(RequestId(id.into_bytes()))
}

/// Raw `r ‖ s`, or the DER form that openssl writes.
pub fn signature(bytes: &[u8], field: &'static str) -> Result<Signature, Malformed> {
    if let Ok(raw) = bytes.try_into() {
        return Ok(Signature(raw));
    }
    let rule = "must be 64 bytes r‖s, or a DER sequence of the two integers";
    from_der(bytes).ok_or(Malformed::Rule { field, rule })
}

/// Strict enough for a signature: SEQUENCE of two INTEGERs with short lengths and nothing after them. A signature
/// that parses wrongly simply does not verify.
fn from_der(bytes: &[u8]) -> Option<Signature> {
    let [0x30, length, rest @ ..] = bytes else { return None };
    if usize::from(*length) != rest.len() {
        return None;
    }
    let (r, rest) = integer(rest)?;
    let (s, rest) = integer(rest)?;
    let mut out = [0; 64];
    out[..32].copy_from_slice(&r);
    out[32..].copy_from_slice(&s);
    rest.is_empty().then_some(Signature(out))
}

fn integer(bytes: &[u8]) -> Option<([u8; 32], &[u8])> {
    let [0x02, length, rest @ ..] = bytes else { return None };
    let (value, rest) = rest.split_at_checked(usize::from(*length))?;
    let value = value.strip_prefix(&[0]).unwrap_or(value);
    let mut out = [0; 32];
    out.get_mut(32usize.checked_sub(value.len())?..)?.copy_from_slice(value);
    Some((out, rest))
}

fn note(text: String, field: &'static str) -> Result<String, Malformed> {
    if text.len() > NOTE_MAX {
        return Err(Malformed::TooLong { field, len: text.len(), max: NOTE_MAX });
    }
    if text.chars().any(char::is_control) {
        return Err(Malformed::NotText(field));
    }
    Ok(text)
}

/// The packets beside a transaction; whether they match its commitments is asked at admission.
pub fn packets(messages: Vec<v1::SealedPacket>) -> Result<Vec<SealedPacket>, Malformed> {
    if messages.len() > REFERENCES_MAX {
        return Err(Malformed::TooLong { field: "packets", len: messages.len(), max: REFERENCES_MAX });
    }
    messages.into_iter().map(sealed).collect()
}

fn sealed(m: v1::SealedPacket) -> Result<SealedPacket, Malformed> {
    if m.packet.len() > PACKET_BYTES_MAX {
        return Err(Malformed::TooLong { field: "packets.packet", len: m.packet.len(), max: PACKET_BYTES_MAX });
    }
    let rule = "must be exactly 32 random bytes";
    let salt = m.salt.try_into().map_err(|_| Malformed::Rule { field: "packets.salt", rule })?;
    Ok(SealedPacket { salt, packet: Zeroizing::new(m.packet) })
}

/// What a resource name of an event points to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventName {
    /// `events/{seq}`.
    Seq(Seq),
    /// `transactions/{hex}`.
    Transaction(Digest),
}

/// Parses `events/{seq}` or `transactions/{hex}`.
pub fn event_name(name: &str, field: &'static str) -> Result<EventName, Malformed> {
    let rule = "must be events/{sequence number} or transactions/{64 hex digits}";
    let parsed = match name.split_once('/') {
        Some(("events", seq)) => number(seq).map(|n| EventName::Seq(Seq(n))),
        Some(("transactions", hex)) => Digest::from_hex(hex).map(EventName::Transaction),
        _ => None,
    };
    parsed.ok_or(Malformed::Rule { field, rule })
}

/// A number as it is printed: no sign, no zero before it, so that one thing has one name.
pub fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|n: &u64| n.to_string() == text)
}

/// A duration that is not negative. The library's own conversion negates the number first, and panics at the least one there is.
pub fn duration(d: prost_types::Duration, field: &'static str) -> Result<Duration, Malformed> {
    let rule = "must be a duration that is not negative, with less than a second of nanos";
    let nanos = u32::try_from(d.nanos).ok().filter(|nanos| *nanos < 1_000_000_000);
    let parsed = u64::try_from(d.seconds).ok().zip(nanos).map(|(seconds, nanos)| Duration::new(seconds, nanos));
    parsed.ok_or(Malformed::Rule { field, rule })
}

/// Parses `matters/{matter}`.
pub fn matter_name(name: &str, field: &'static str) -> Result<Name, Malformed> {
    let rule = "must be matters/{matter}";
    let matter = name.strip_prefix("matters/").ok_or(Malformed::Rule { field, rule })?;
    Name::new(matter, field)
}

/// A piece of a copy of the ledger.
pub fn ledger_part(message: v1::LedgerPart) -> Result<Part, Malformed> {
    use v1::ledger_part::Part as M;
    match message.part.ok_or(Malformed::Rule { field: "part", rule: "must be set" })? {
        M::Head(head) => {
            Ok(Part::Head(Box::new((Checkpoint::from_bytes(&head.checkpoint)?, Trail::from_bytes(&head.trail)?))))
        }
        M::Leaves(leaves) => {
            let paths = leaves.paths.iter().map(|path| digest(path, "leaves.paths"));
            let paths = same_length(paths.collect::<Result<Vec<_>, _>>()?, leaves.values.len(), "leaves.values")?;
            Ok(Part::Leaves(paths.into_iter().zip(leaves.values).collect()))
        }
        M::Headers(list) => {
            let headers = list.headers.iter().map(|h| Header::from_bytes(h)).collect::<Result<Vec<_>, _>>()?;
            let headers = same_length(headers, list.certificates.len(), "headers.certificates")?;
            let some = |c: &Vec<u8>| (!c.is_empty()).then(|| Certificate::from_bytes(c)).transpose();
            let certificates = list.certificates.iter().map(some).collect::<Result<Vec<_>, _>>()?;
            Ok(Part::Headers(headers.into_iter().zip(certificates).collect()))
        }
        M::Events(events) => Ok(Part::Events(events.events)),
    }
}

fn same_length<T>(list: Vec<T>, other: usize, field: &'static str) -> Result<Vec<T>, Malformed> {
    let rule = "must have as many entries as the list beside it";
    if list.len() == other { Ok(list) } else { Err(Malformed::Rule { field, rule }) }
}

#[cfg(test)]
mod tests;

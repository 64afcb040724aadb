//! Packets against the transaction that they travel with: sizes, commitments, binding, attestation.
//!
//! Nothing here looks at the handwriting.

use crate::refusal::{Refusal, RefusalKind};
use crate::submission::{SealedPacket, Submission};
use models::StrokePacket;
use proto::{Body, Canonical, Digest, Grade, Organisation, Params};

fn invalid(code: &'static str, field: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(RefusalKind::Invalid, code, field, message)
}

/// One packet for each commitment, none over the ledger's limit.
pub(super) fn check_sizes(submission: &Submission, params: &Params) -> Result<(), Refusal> {
    let (given, needed) = (submission.packets.len(), submission.transaction.draft.body.packets().len());
    if given != needed {
        let message = format!("packets: {given} sent, the body commits to {needed}; send one for each, in order");
        return Err(invalid("PACKET_COUNT", "packets", message));
    }
    for (i, p) in submission.packets.iter().enumerate() {
        let (len, max) = (p.packet.len(), params.packet_bytes_max);
        if len > max as usize {
            let message = format!("packets[{i}].packet: {len} bytes, this ledger takes at most {max}");
            return Err(invalid("PACKET_TOO_LARGE", &format!("packets[{i}].packet"), message));
        }
    }
    Ok(())
}

/// Decodes a packet and checks that it is the one that the body commits to, made for this signing, by this organisation.
pub(super) fn open(body: &Body, org: &Organisation, i: usize, sealed: &SealedPacket) -> Result<StrokePacket, Refusal> {
    let field = format!("packets[{i}].packet");
    let packet = decode(sealed, &field)?;
    if packet.commitment(&sealed.salt) != body.packets()[i] {
        return Err(mismatch(&field));
    }
    check_binding(body, &packet, &field)?;
    check_attestation(org, &packet, &field)?;
    Ok(packet)
}

/// Checks a packet against its commitment alone.
pub(super) fn check_commitment(commitment: &Digest, sealed: &SealedPacket) -> Result<(), Refusal> {
    let packet = decode(sealed, "packets")?;
    if packet.commitment(&sealed.salt) == *commitment { Ok(()) } else { Err(mismatch("packets")) }
}

fn decode(sealed: &SealedPacket, field: &str) -> Result<StrokePacket, Refusal> {
    StrokePacket::from_bytes(&sealed.packet).map_err(|e| invalid("PACKET_MALFORMED", field, format!("{field}: {e}")))
}

fn mismatch(field: &str) -> Refusal {
    let message =
        format!("{field}: does not have the commitment in the body; send the packet and the salt that it was made of");
    invalid("PACKET_COMMITMENT_MISMATCH", field, message)
}

fn check_binding(body: &Body, packet: &StrokePacket, field: &str) -> Result<(), Refusal> {
    let b = &packet.binding;
    let wrong = match body {
        Body::Enroll { signer, .. } => (b.signer != *signer).then_some("signer"),
        Body::Sign { signer, document, nonce, .. } => {
            if b.signer != *signer {
                Some("signer")
            } else if b.document != *document {
                Some("document")
            } else if (b.nonce.height, b.nonce.block) != (nonce.height, nonce.block) {
                Some("nonce")
            } else {
                None
            }
        }
        _ => None,
    };
    let Some(what) = wrong else { return Ok(()) };
    let message =
        format!("{field}: its binding names another {what} than the body; capture the signature for this signing");
    Err(invalid("PACKET_BINDING_MISMATCH", &format!("{field}.binding.{what}"), message))
}

fn check_attestation(org: &Organisation, packet: &StrokePacket, field: &str) -> Result<(), Refusal> {
    let field = format!("{field}.attestation");
    packet.verify_attestation().map_err(|e| invalid("PACKET_NOT_ATTESTED", &field, format!("{field}: {e}")))?;
    let registered = packet.attestation.as_ref().is_some_and(|a| org.keys.contains(&a.key));
    if registered {
        return Ok(());
    }
    let message = format!("{field}: its key is not registered for `{}`; attest with one of its keys", org.name);
    Err(invalid("ATTESTATION_KEY_UNKNOWN", &field, message))
}

/// The ledger's name for the model's grade.
pub(super) fn grade(grade: models::Grade) -> Grade {
    match grade {
        models::Grade::A => Grade::A,
        models::Grade::B => Grade::B,
        models::Grade::C => Grade::C,
        models::Grade::D => Grade::D,
    }
}

/// A hard refusal of the model.
pub(super) fn refused(refusal: &models::Refusal, field: &str) -> Refusal {
    invalid(refusal.code(), field, format!("{field}: {refusal}"))
}

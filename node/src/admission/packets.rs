//! Packets against the transaction that they travel with: sizes, commitments, binding, attestation.
//!
//! Nothing here looks at the handwriting.

use crate::keyring::Keyring;
use crate::refusal::Refusal;
use crate::submission::{SealedPacket, Submission};
use models::StrokePacket;
use proto::{Body, Canonical, Organisation, Params, Transaction};

fn invalid(code: &'static str, field: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(code, field, message)
}

/// Whether a refusal is of packets that nobody has shown yet to be those of the transaction: its author signed for their
/// commitments, and whoever passed them on may have put others in their place.
pub fn are_others(refusal: &Refusal) -> bool {
    matches!(refusal.code, "PACKET_COUNT" | "PACKET_TOO_LARGE" | "PACKET_MALFORMED" | "PACKET_COMMITMENT_MISMATCH")
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

/// What a packet travels with.
pub(super) struct Beside<'a> {
    /// What it was made for.
    pub body: &'a Body,
    /// Who submits it.
    pub org: &'a Organisation,
    /// Keys with tables.
    pub keys: &'a Keyring,
}

/// Decodes a packet and checks that it is the one that the body commits to, made for this signing, by this organisation.
pub(super) fn open(beside: &Beside<'_>, i: usize, sealed: &SealedPacket) -> Result<StrokePacket, Refusal> {
    let field = format!("packets[{i}].packet");
    let mut packet = decode(sealed, &field)?;
    if packet.commitment(&sealed.salt) != beside.body.packets()[i] {
        return Err(mismatch(&field));
    }
    check_binding(beside.body, &packet, &field)?;
    check_attestation(beside, &mut packet, &field)?;
    Ok(packet)
}

/// Checks packets against their commitments alone.
pub(super) fn check_commitments(tx: &Transaction, packets: &[SealedPacket]) -> Result<(), Refusal> {
    for (i, (commitment, sealed)) in tx.draft.body.packets().iter().zip(packets).enumerate() {
        let field = format!("packets[{i}].packet");
        if decode(sealed, &field)?.commitment(&sealed.salt) != *commitment {
            return Err(mismatch(&field));
        }
    }
    Ok(())
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

fn check_attestation(beside: &Beside<'_>, packet: &mut StrokePacket, field: &str) -> Result<(), Refusal> {
    let field = format!("{field}.attestation");
    if let Some(attestation) = &mut packet.attestation {
        if !beside.org.keys.contains(&attestation.key) {
            let message = format!(
                "{field}: its key is not registered for `{}`; attest with one of its registered keys",
                beside.org.name
            );
            return Err(invalid("ATTESTATION_KEY_UNKNOWN", &field, message));
        }
        attestation.key = beside.keys.known(&attestation.key);
    }
    packet.verify_attestation().map_err(|e| invalid("PACKET_NOT_ATTESTED", &field, format!("{field}: {e}")))
}

/// A hard refusal of the model.
pub(super) fn refused(refusal: &models::Refusal, field: &str) -> Refusal {
    invalid(refusal.code(), field, format!("{field}: {refusal}"))
}

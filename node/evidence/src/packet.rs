//! Stroke packets in a package: whether they are the ones that the ledger committed to, name this signing, and were signed
//! by a platform that the ledger knows. When and by whom the strokes were written is not known here, and what the
//! handwriting says is not looked at: whoever submits can put a packet around strokes that were recorded long before.

use crate::code;
use crate::verify::{Case, check};
use models::StrokePacket;
use models::packet::AttestationFault;
use proto::appraisal::{fingerprint, template_digest};
use proto::{Body, Check, Digest, Outcome};

/// A packet with the salt of its commitment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedPacket {
    /// The pen samples and their circumstances.
    pub packet: StrokePacket,
    /// Hides the packet behind its commitment; whoever has both can check, whoever has neither can guess nothing.
    pub salt: [u8; 32],
}

impl SealedPacket {
    /// What the ledger holds in its place.
    pub fn commitment(&self) -> Digest {
        self.packet.commitment(&self.salt)
    }
}

/// `PACKET_COMMIT`, `PACKET_BINDING` and `DEVICE_SIG`, where there are packets.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    if case.dossier.packets().next().is_none() {
        return Vec::new();
    }
    vec![commitments(case), binding(case), attestation(case)]
}

/// The packets that the transaction itself names.
fn own<'a>(case: &'a Case<'_>) -> Vec<&'a SealedPacket> {
    let d = case.dossier;
    d.packet.as_ref().map_or_else(|| d.references.iter().collect(), |p| vec![p])
}

fn commitments(case: &Case<'_>) -> Check {
    let d = case.dossier;
    let named = d.event.transaction.draft.body.packets();
    let own: Vec<Digest> = own(case).into_iter().map(SealedPacket::commitment).collect();
    let references: Vec<Digest> = d.references.iter().map(SealedPacket::commitment).collect();
    let compared = d.packet.is_none()
        || references.is_empty()
        || d.template() == Some(template_digest(&d.event.transaction.draft.chain, &references));
    let detail = match (own == named, compared) {
        (true, true) => format!("{} packets have the commitments that the ledger holds", d.packets().count()),
        (false, _) => "a packet is not the one that the transaction commits to".to_owned(),
        (true, false) => "the references are not those that the signing was compared with".to_owned(),
    };
    check(code::PACKET_COMMIT, own == named && compared, detail)
}

fn binding(case: &Case<'_>) -> Check {
    let event = &case.dossier.event;
    let (draft, signer) = (&event.transaction.draft, event.transaction.draft.body.signer());
    let same_signer = case.dossier.packets().all(|(_, p)| Some(&p.packet.binding.signer) == signer);
    let same_act = match (&draft.body, &case.dossier.packet) {
        (Body::Sign { document, nonce, .. }, Some(sealed)) => {
            let b = &sealed.packet.binding;
            b.document == *document && (b.nonce.height, b.nonce.block) == (nonce.height, nonce.block)
        }
        _ => true,
    };
    let found = own(case).into_iter().map(|p| fingerprint(&draft.chain, &p.packet.samples_digest()));
    let same_strokes = event.appraisal.as_ref().is_some_and(|a| found.eq(a.fingerprints.iter().copied()));
    let detail = match (same_signer, same_act, same_strokes) {
        (false, ..) => "a packet names another signer",
        (_, false, _) => "the packet names another document or another moment",
        (.., false) => "the strokes are not those that were appraised",
        _ => "the packet names this signer and this act, and its strokes are those that were appraised",
    };
    check(code::PACKET_BINDING, same_signer && same_act && same_strokes, detail)
}

fn attestation(case: &Case<'_>) -> Check {
    let worst = own(case).into_iter().map(|p| platform(case, p)).max_by_key(|(outcome, _)| *outcome);
    let (outcome, detail) = worst.unwrap_or((Outcome::Indeterminate, "no packet is at hand"));
    Check { code: code::DEVICE_SIG, outcome, detail: detail.to_owned() }
}

fn platform(case: &Case<'_>, sealed: &SealedPacket) -> (Outcome, &'static str) {
    match (sealed.packet.verify_attestation(), &sealed.packet.attestation) {
        (Err(AttestationFault::BadSignature), _) => (Outcome::Invalid, "the signature over a packet does not hold"),
        (Err(AttestationFault::Absent), _) | (_, None) => (Outcome::Indeterminate, "a packet is not signed"),
        (Ok(()), Some(a)) if case.key(&case.dossier.event.transaction.draft.org, &a.key.id()).is_some() => {
            (Outcome::Valid, "signed with a key of the submitting organisation")
        }
        _ => (Outcome::Indeterminate, "signed with a key that is neither in genesis nor in data/state.bin"),
    }
}

//! The references that a signing was compared with, in force still or not: which packets of its signer they were, and which
//! event enrolled them. Nothing of a packet leaves here: one is opened to tell its fingerprint, by which the ledger knows its event.

use crate::vault::{Vault, VaultError};
use evidence::{enrols, is_compared};
use ledger::{Read, ReadFault};
use models::StrokePacket;
use proto::appraisal::{HISTORY_LAG_MAX, fingerprint, template_digest};
use proto::transaction::REFERENCES_MAX;
use proto::{Body, Canonical, Digest, Event, Name, Seq};
use std::collections::VecDeque;

/// Most packets of one signer, between references and a signing, among which the references are looked for: half a minute.
const PACKETS_MAX: usize = 1_000_000;
/// Most events before a signing among which an enrolment is looked for whose packets are not here any more: a second's work.
const EVENTS_MAX: u64 = 20_000;

/// Commitments of the references that a signing was compared with, and their enrolment while it is in force; none for one that
/// was compared with nothing.
pub fn compared_with(disk: &dyn Read, signing: &Event) -> Result<(Option<Seq>, Vec<Digest>), ReadFault> {
    let Some((signer, template)) = compared(signing) else { return Ok((None, Vec::new())) };
    match ledger::signer(disk, signer)?.filter(|leaf| leaf.template == template) {
        Some(leaf) => Ok((Some(leaf.enrolled), leaf.references)),
        None => Ok((None, former(disk, signing)?)),
    }
}

/// The event that enrolled them. `None` for a signing that was compared with nothing, and where no reference of a former
/// enrolment is here any more and that lies far back.
pub fn enrolment(disk: &dyn Read, vault: &Vault, signing: &Event) -> Result<Option<Seq>, ReadFault> {
    let (in_force, references) = compared_with(disk, signing)?;
    for seq in in_force.into_iter().chain(fingerprinted(disk, vault, (signing, &references))?) {
        if is_theirs(disk, seq, signing)? {
            return Ok(Some(seq));
        }
    }
    near(disk, signing, EVENTS_MAX)
}

fn compared(signing: &Event) -> Option<(&Name, Digest)> {
    let Body::Sign { signer, .. } = &signing.transaction.draft.body else { return None };
    let template = signing.appraisal.as_ref().map(|a| a.template).filter(|t| *t != Digest::ZERO)?;
    Some((signer, template))
}

fn is_theirs(disk: &dyn Read, seq: Seq, signing: &Event) -> Result<bool, ReadFault> {
    Ok(seq < signing.seq && ledger::event(disk, seq)?.is_some_and(|event| enrols(&event, signing)))
}

/// Commitments of an earlier enrolment, by the digest of its template; empty if the signer never had it. References stand side
/// by side among a signer's packets, so this is one walk through these, back from the signing.
fn former(disk: &dyn Read, signing: &Event) -> Result<Vec<Digest>, ReadFault> {
    let Some((signer, template)) = compared(signing) else { return Ok(Vec::new()) };
    // What was seen lags behind the signing by so much at most, and the references were in force when it was committed.
    let seen = signing.appraisal.as_ref().map_or(0, |a| a.seen).saturating_add(HISTORY_LAG_MAX);
    let (mut window, chain) = (VecDeque::new(), &signing.transaction.draft.chain);
    for number in (0..ledger::history(disk, signer)?.min(seen)).rev().take(PACKETS_MAX) {
        let Some(commitment) = ledger::history_packet(disk, signer, number)? else { break };
        window.push_front(commitment);
        window.truncate(REFERENCES_MAX);
        let side_by_side: &[Digest] = window.make_contiguous();
        let found = (1..=side_by_side.len()).find(|n| template_digest(chain, &side_by_side[..*n]) == template);
        if let Some(count) = found {
            return Ok(side_by_side[..count].to_vec());
        }
    }
    Ok(Vec::new())
}

/// The event of the first of these packets that is here: the ledger knows each by its samples.
fn fingerprinted(
    disk: &dyn Read,
    vault: &Vault,
    (signing, references): (&Event, &[Digest]),
) -> Result<Option<Seq>, ReadFault> {
    for commitment in references {
        let sealed = match vault.open(disk, commitment) {
            Ok(found) => found,
            Err(VaultError::Store(fault)) => return Err(fault),
            // The operator is told where the packet itself is asked for.
            Err(VaultError::Damaged(_)) => None,
        };
        let packet = sealed.and_then(|sealed| StrokePacket::from_bytes(&sealed.packet).ok());
        let Some(packet) = packet else { continue };
        return ledger::packet_event(disk, &fingerprint(&signing.transaction.draft.chain, &packet.samples_digest()));
    }
    Ok(None)
}

/// The same by looking at one event after the other, back from the signing.
fn near(disk: &dyn Read, signing: &Event, most: u64) -> Result<Option<Seq>, ReadFault> {
    if !is_compared(signing) {
        return Ok(None);
    }
    for seq in (signing.seq.0.saturating_sub(most)..signing.seq.0).rev().map(Seq) {
        if is_theirs(disk, seq, signing)? {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;

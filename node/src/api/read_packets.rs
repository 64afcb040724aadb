//! ReadPackets: releases a stroke packet under an access event that is on the ledger already.
//!
//! Whether the organisation may have it was decided by the ledger when it took that event; here only who asks, and whether
//! the access is still fresh. Nothing of a packet reaches a log.

use super::malformed;
use crate::client::Released;
use crate::handle::Handle;
use crate::references::compared_with;
use crate::refusal::Refusal;
use crate::store::Store;
use crate::submission::SealedPacket;
use crate::vault::Vault;
use crate::wire::{from_proto, v1};
use ledger::{Read, ReadFault};
use proto::visible::is_blank;
use proto::{Body, Canonical, Digest, Event, PublicKey, ReadRequest, Role, Seq, TimeMs};

/// How long one access event is good for.
const ACCESS_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// Packets of references, and the number of their enrolment while it is in force.
type References = (Option<Seq>, Vec<SealedPacket>);

/// How far a request's time may be off.
const SKEW_MS: u64 = 120_000;

/// Checks the request, then reads.
pub async fn read_packets(handle: &Handle, m: v1::ReadPacketsRequest) -> Result<v1::ReadPacketsResponse, Refusal> {
    released(handle, m).await.map(|(_, released)| message(&released))
}

/// What the access event opens, and the signing that it is of.
pub(super) async fn released(handle: &Handle, m: v1::ReadPacketsRequest) -> Result<(Seq, Released), Refusal> {
    let signature = from_proto::signature(&m.signature, "signature").map_err(malformed)?;
    let request = ReadRequest { chain: handle.chain(), access: Seq(m.access), time: TimeMs(m.time_ms) };
    let now = crate::clock::now();
    if now.0.abs_diff(request.time.0) > SKEW_MS {
        return Err(stale(now));
    }
    let (access, key, court) =
        handle.read(move |store| accessor(&store.snapshot(), request.access)).await?.ok_or_else(unknown)?;
    if !key.verify(&request.to_bytes(), &signature) {
        let message = "signature: does not hold under the key that signed the access event";
        return Err(Refusal::new("SIGNATURE_INVALID", "signature", message));
    }
    if now.0.saturating_sub(access.time.0) > ACCESS_MS {
        let message = "access: the event is older than 30 days; submit another access event";
        return Err(Refusal::new("ACCESS_EXPIRED", "access", message));
    }
    let vault = handle.vault();
    let opened = handle.read(move |store| open(store, &vault, (&access, court))).await?.ok_or_else(unavailable)?;
    tracing::info!(access = request.access.0, references = opened.1.references.len(), "packets released");
    Ok(opened)
}

/// The access event, the key that may read under it, and whether it is a court's.
fn accessor(disk: &dyn Read, seq: Seq) -> Result<Option<(Event, PublicKey, bool)>, ReadFault> {
    let Some(access) = ledger::event(disk, seq)? else { return Ok(None) };
    let draft = &access.transaction.draft;
    // Whatever let it onto the ledger: nothing is opened by somebody who does not say why.
    if !matches!(&draft.body, Body::Access { authority, .. } if !is_blank(authority)) {
        return Ok(None);
    }
    // A key that was taken from the organisation since opens nothing.
    let Some(org) = ledger::organisation(disk, &draft.org)? else { return Ok(None) };
    let key = org.key(&draft.key).cloned();
    Ok(key.map(|key| (access, key, org.role == Role::Court)))
}

fn open(store: &Store, vault: &Vault, what: (&Event, bool)) -> Result<Option<(Seq, Released)>, ReadFault> {
    let (access, court) = what;
    let disk = store.snapshot();
    let Body::Access { target, .. } = &access.transaction.draft.body else { return Ok(None) };
    let Some(signing) = ledger::event(&disk, *target)? else { return Ok(None) };
    let Body::Sign { packet, .. } = &signing.transaction.draft.body else { return Ok(None) };
    let Some(packet) = unseal(vault, &disk, packet)? else { return Ok(None) };
    let references = if court { references(&disk, vault, &signing)? } else { None };
    let (enrolment, references) = references.unwrap_or_default();
    Ok(Some((*target, Released { packet, references, enrolment })))
}

/// The references that the signing was compared with, if all of them are here; and their enrolment, while it is in force. Who
/// enrols anew changes what later signings are compared with, and takes nothing from earlier ones.
fn references(disk: &dyn Read, vault: &Vault, signing: &Event) -> Result<Option<References>, ReadFault> {
    let (enrolment, commitments) = compared_with(disk, signing)?;
    let mut packets = Vec::new();
    for commitment in &commitments {
        let Some(packet) = unseal(vault, disk, commitment)? else { return Ok(None) };
        packets.push(packet);
    }
    Ok((!packets.is_empty()).then_some((enrolment, packets)))
}

/// A packet that does not decrypt is as good as absent to who asks; the operator is told.
fn unseal(vault: &Vault, disk: &dyn Read, commitment: &Digest) -> Result<Option<SealedPacket>, ReadFault> {
    match vault.open(disk, commitment) {
        Ok(packet) => Ok(packet),
        Err(crate::vault::VaultError::Store(fault)) => Err(fault),
        Err(damaged) => {
            tracing::error!(%damaged, "a packet cannot be released");
            Ok(None)
        }
    }
}

fn message(released: &Released) -> v1::ReadPacketsResponse {
    let sealed = |p: &SealedPacket| v1::SealedPacket { salt: p.salt.to_vec(), packet: p.packet.to_vec() };
    let references = released.references.iter().map(sealed).collect();
    let enrolment = released.enrolment.map(|seq| seq.0);
    v1::ReadPacketsResponse { packet: Some(sealed(&released.packet)), references, enrolment }
}

fn unknown() -> Refusal {
    let message = "access: names no access event of an organisation that still has its key; submit one first";
    Refusal::new("ACCESS_UNKNOWN", "access", message)
}

fn stale(now: TimeMs) -> Refusal {
    let message = format!("time_ms: must be now ({} on this node); set the clock and sign again", now.0);
    Refusal::new("REQUEST_STALE", "time_ms", message)
}

fn unavailable() -> Refusal {
    let message = "this node does not hold the packet; it was destroyed or is being fetched: try another node";
    Refusal::new("PACKET_UNAVAILABLE", "access", message)
}

//! Everything that a package of an event holds, read from one snapshot of the store, so that all of it is proven under one
//! checkpoint: the newest, or an earlier one as it was then.

use super::former::former;
use crate::references;
use crate::refusal::Refusal;
use crate::stamps::{first_from, of_height};
use crate::store::{Snapshot, Store};
use crate::vault::Vault;
use evidence::{Dossier, Files, Stamp, StateEntry, StateFile, Variant};
use genesis::Genesis;
use ledger::{Overlay, Read, ReadFault};
use models::Appraiser;
use proto::light::LINKS_MAX;
use proto::state::StateKey;
use proto::{Body, Canonical, Challenge, Epoch, Event, Height, KeyId, MatterFile, Name, Outcome, Receipt, Seq};
use std::collections::BTreeSet;

/// Most events of a matter that a package takes: with more it would outgrow its limit. `query matter` has none.
const MATTER_EVENTS_MAX: u64 = 50_000;
/// Most proofs of faults in a package; there are at most as many as validators in each epoch.
const FAULTS_MAX: usize = 100;

/// What a package is asked for.
pub struct Wanted {
    /// The event.
    pub seq: Seq,
    /// Keys whose standing it shows besides those that signed.
    pub keys: BTreeSet<(Name, KeyId)>,
    /// Its checkpoint, if not the newest.
    pub at: Option<Height>,
}

/// The public dossier of an event, without readable parts; refused when there is no such event under a checkpoint yet.
pub fn gather(
    (store, vault): (&Store, &Vault),
    genesis: &Genesis,
    Wanted { seq, mut keys, at }: Wanted,
) -> Result<Dossier, Refusal> {
    let snapshot = store.snapshot();
    let then = at.map(|height| {
        let event = ledger::event(&snapshot, seq)?.ok_or_else(|| unknown(seq))?;
        former(&snapshot, height, &event)
    });
    let then = then.transpose()?;
    let disk = Overlay::new(&snapshot, then.iter().collect());
    let receipt = ledger::newest_receipt(&disk, seq)?.ok_or_else(|| unknown(seq))?;
    let epoch = receipt.checkpoint.header.epoch;
    let mut trail = ledger::trail(&disk, Epoch(0), LINKS_MAX)?;
    trail.links.retain(|link| link.opens() <= epoch);
    let body = &receipt.event.transaction.draft.body;
    let matter = body.matter().map(|name| matter(&disk, name)).transpose()?;
    let nonce = match body {
        Body::Sign { nonce, .. } => ledger::header(&disk, nonce.height)?,
        _ => None,
    };
    let faults = faults(&disk, &receipt)?;
    keys.extend(signed(&receipt, matter.as_ref(), &faults));
    Ok(Dossier {
        variant: Variant::Public,
        genesis: genesis.clone(),
        event: receipt.event.clone(),
        trail,
        state: state(&disk, genesis, &keys)?,
        matter,
        nonce,
        document: None,
        login: login(&receipt.event),
        packet: None,
        references: Vec::new(),
        enrolment: enrolment(&disk, vault, &receipt.event)?,
        model: receipt.event.appraisal.as_ref().and_then(|a| Appraiser::by_digest(&a.model)).map(|m| m.bytes()),
        intents: Vec::new(),
        faults,
        stamps: stamps(&snapshot, &receipt)?,
        readable: Files::default(),
        receipt,
    })
}

fn unknown(seq: Seq) -> Refusal {
    let message = format!("events/{seq}: no such event under a signed state; check the number, or wait for the commit");
    Refusal::new("EVENT_NOT_FOUND", "event", message)
}

fn matter(disk: &dyn Read, name: &Name) -> Result<MatterFile, Refusal> {
    let count = ledger::matter(disk, name)?.map_or(0, |leaf| leaf.count);
    if count > MATTER_EVENTS_MAX {
        let message =
            format!("matter `{name}` has {count} events, a package takes {MATTER_EVENTS_MAX}; use query matter");
        return Err(Refusal::new("MATTER_TOO_LARGE", "event", message));
    }
    ledger::matter_file(disk, name)?.ok_or_else(Refusal::broken_store)
}

fn faults(disk: &dyn Read, receipt: &Receipt) -> Result<Vec<Receipt>, ReadFault> {
    let size = receipt.checkpoint.header.ledger_size;
    let seqs = ledger::faults(disk, FAULTS_MAX)?.into_iter().filter(|seq| seq.0 < size);
    let receipts: Result<Vec<_>, _> = seqs.map(|seq| ledger::newest_receipt(disk, seq)).collect();
    Ok(receipts?.into_iter().flatten().collect())
}

/// The enrolment of the references that a signing was compared with, so that a court can tell how old they were.
fn enrolment(disk: &dyn Read, vault: &Vault, signing: &Event) -> Result<Option<Receipt>, ReadFault> {
    let seq = references::enrolment(disk, vault, signing)?;
    Ok(seq.map(|seq| ledger::newest_receipt(disk, seq)).transpose()?.flatten())
}

/// The prompt, if the event is a login.
fn login(event: &Event) -> Option<Challenge> {
    let [answers, _] = Challenge::checks(event);
    Challenge::answered_by(event).filter(|_| answers.outcome == Outcome::Valid)
}

/// This node's earliest time-stamps after the event: they prove the most. None over a later header than the package's.
fn stamps(disk: &Snapshot<'_>, receipt: &Receipt) -> Result<Vec<Stamp>, ReadFault> {
    let first = first_from(disk, receipt.event.height)?;
    let Some(height) = first.filter(|h| *h <= receipt.checkpoint.header.height) else { return Ok(Vec::new()) };
    let placed = ledger::receipt_at(disk, receipt.event.seq, height)?;
    let Some(placed) = placed.filter(|r| r.checkpoint.header.height == height) else { return Ok(Vec::new()) };
    let stamp = |s: crate::stamps::Stamped| Stamp {
        receipt: placed.clone(),
        token: s.response,
        chain: s.chain_pem.into_bytes(),
    };
    Ok(of_height(disk, height)?.into_iter().map(stamp).collect())
}

/// Who signed the transactions in the package, with which key.
fn signed(receipt: &Receipt, matter: Option<&MatterFile>, faults: &[Receipt]) -> BTreeSet<(Name, KeyId)> {
    let events = matter.into_iter().flat_map(|m| &m.events).chain(faults.iter().map(|f| &f.event));
    let signer = |e: &Event| (e.transaction.draft.org.clone(), e.transaction.draft.key);
    events.chain([&receipt.event]).map(signer).collect()
}

/// The organisations of these keys, and those that vote or founded the network, and which of the keys are retired, with proofs. The
/// founders stand there so that a key of genesis that was retired since can be told by anybody.
fn state(disk: &dyn Read, genesis: &Genesis, keys: &BTreeSet<(Name, KeyId)>) -> Result<StateFile, ReadFault> {
    let (set, founders) = (ledger::validators(disk)?, genesis.organisations.iter().map(|o| &o.name));
    let voters = set.iter().map(|v| &v.org);
    let names: BTreeSet<&Name> = keys.iter().map(|(org, _)| org).chain(voters).chain(founders).collect();
    let mut entries = Vec::new();
    for name in names {
        if let Some(org) = ledger::organisation(disk, name)? {
            entries.push(entry(disk, &StateKey::Organisation(name.clone()), org.to_bytes())?);
        }
    }
    for (_, key) in keys {
        if let Some(leaf) = ledger::retired_key(disk, key)? {
            entries.push(entry(disk, &StateKey::RetiredKey(*key), leaf.to_bytes())?);
        }
    }
    Ok(StateFile::new(entries))
}

/// A leaf of the state with its proof under the newest checkpoint.
pub fn entry(disk: &dyn Read, key: &StateKey, value: Vec<u8>) -> Result<StateEntry, ReadFault> {
    Ok(StateEntry { key: key.to_bytes(), value, proof: ledger::tree::prove(disk, &key.path())? })
}

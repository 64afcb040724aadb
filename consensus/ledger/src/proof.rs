//! Proofs of what the ledger holds: receipts, matter files, absence, consistency. Checking them is `proto::receipt`.
//!
//! Every proof reads several rows, which must be of one moment: pass a snapshot.

use crate::execute::log_key;
use crate::query::{certificate, epoch_end_key, event, header, matter, matter_events, validators_of};
use crate::store::{Read, ReadFault};
use crate::tip::{Tip, tip};
use crate::tree;
use proto::merkle::{LogHash, Position, Prover};
use proto::state::StateKey;
use proto::{
    Body, Checkpoint, Digest, Epoch, Event, Govern, Height, Link, MatterFile, MatterProof, Name, Receipt, Seq, Trail,
};

/// The newest signed state of the ledger; `None` while there is only genesis.
pub fn checkpoint(disk: &dyn Read) -> Result<Option<Checkpoint>, ReadFault> {
    let Some(tip) = tip(disk)? else { return Ok(None) };
    let found = certificate(disk, tip.header.height)?;
    Ok(found.map(|certificate| Checkpoint { header: tip.header, certificate }))
}

/// The first signed state at or after `height`; `None` if there is none yet. Certified heights lie a few blocks apart at most.
pub fn checkpoint_at_or_after(disk: &dyn Read, height: Height) -> Result<Option<Checkpoint>, ReadFault> {
    let end = tip(disk)?.map_or(Height(0), |t: Tip| t.header.height);
    for at in height.0..=end.0 {
        if let Some(certificate) = certificate(disk, Height(at))? {
            let header = header(disk, Height(at))?.ok_or_else(|| ReadFault::missing("a certified header"))?;
            return Ok(Some(Checkpoint { header, certificate }));
        }
    }
    Ok(None)
}

/// The receipt of the event at `seq`, under the first signed state here that holds it: the same one while this disk lives.
/// Another disk may have its certificate at another height, or by another quorum.
pub fn receipt(disk: &dyn Read, seq: Seq) -> Result<Option<Receipt>, ReadFault> {
    let Some(event) = event(disk, seq)? else { return Ok(None) };
    let Some(checkpoint) = checkpoint_at_or_after(disk, event.height)? else { return Ok(None) };
    place(disk, event, checkpoint).map(Some)
}

/// The receipt of the event at `seq` under the first signed state at or after `height` that holds it.
pub fn receipt_at(disk: &dyn Read, seq: Seq, height: Height) -> Result<Option<Receipt>, ReadFault> {
    let Some(event) = event(disk, seq)? else { return Ok(None) };
    let Some(checkpoint) = checkpoint_at_or_after(disk, event.height.max(height))? else { return Ok(None) };
    place(disk, event, checkpoint).map(Some)
}

/// The receipt of the event at `seq` under the newest signed state, together with which other things can be proven; `None`
/// when that state does not hold it.
pub fn newest_receipt(disk: &dyn Read, seq: Seq) -> Result<Option<Receipt>, ReadFault> {
    let Some(checkpoint) = checkpoint(disk)?.filter(|c| seq.0 < c.header.ledger_size) else { return Ok(None) };
    let Some(event) = event(disk, seq)? else { return Ok(None) };
    place(disk, event, checkpoint).map(Some)
}

fn place(disk: &dyn Read, event: Event, checkpoint: Checkpoint) -> Result<Receipt, ReadFault> {
    let (seq, size) = (event.seq, checkpoint.header.ledger_size);
    let sm3_path = prover(disk, LogHash::Sm3).inclusion(seq.0, size)?;
    let sha256_path = prover(disk, LogHash::Sha256).inclusion(seq.0, size)?;
    Ok(Receipt { event, sm3_path, sha256_path, checkpoint })
}

/// What the newest signed state holds about a matter, present or not; `None` while there is only genesis.
pub fn matter_proof(disk: &dyn Read, name: &Name) -> Result<Option<MatterProof>, ReadFault> {
    let Some(checkpoint) = checkpoint(disk)? else { return Ok(None) };
    let proof = tree::prove(disk, &StateKey::Matter(name.clone()).path())?;
    Ok(Some(MatterProof { matter: name.clone(), leaf: matter(disk, name)?, proof, checkpoint }))
}

/// A matter's proof with all its events.
pub fn matter_file(disk: &dyn Read, name: &Name) -> Result<Option<MatterFile>, ReadFault> {
    let Some(proof) = matter_proof(disk, name)? else { return Ok(None) };
    // Of a ledger as it was there are rows of later events too.
    let count = proof.leaf.map_or(0, |leaf| usize::try_from(leaf.count).unwrap_or(usize::MAX));
    let events = matter_events(disk, name, 1, count.min(MatterFile::EVENTS_MAX))?;
    Ok(Some(MatterFile { proof, events }))
}

/// Proof that the log of `old` events is a prefix of the one of `new`; `None` when there are no such sizes.
pub fn consistency(disk: &dyn Read, hash: LogHash, old: u64, new: u64) -> Result<Option<Vec<Digest>>, ReadFault> {
    let size = tip(disk)?.map_or(0, |t| t.header.ledger_size);
    if old == 0 || old > new || new > size {
        return Ok(None);
    }
    prover(disk, hash).consistency(old, new).map(Some)
}

/// At most `max` links from epoch `from` on, oldest first: what a light client that knows `from` must follow.
pub fn trail(disk: &dyn Read, from: Epoch, max: usize) -> Result<Trail, ReadFault> {
    let mut links = Vec::new();
    let mut epoch = from;
    while links.len() < max {
        let Some(link) = link(disk, epoch)? else { break };
        // A rescue may pass over epochs that others opened in vain.
        epoch = link.opens();
        links.push(link);
    }
    Ok(Trail { links })
}

/// How an epoch ended; `None` while it lasts.
fn link(disk: &dyn Read, epoch: Epoch) -> Result<Option<Link>, ReadFault> {
    let Some(row) = disk.get(&epoch_end_key(epoch))? else { return Ok(None) };
    let missing = || ReadFault::missing("the end of an epoch");
    let (how, height) = row.split_first().ok_or_else(missing)?;
    let height = Height(u64::from_be_bytes(height.try_into().map_err(|_| missing())?));
    let header = header(disk, height)?.ok_or_else(missing)?;
    if *how == 2 {
        let first = event(disk, Seq(header.ledger_size - u64::from(header.event_count)))?.ok_or_else(missing)?;
        return match first.transaction.draft.body {
            Body::Govern(Govern::Rescue(resolution)) => Ok(Some(Link::Rescued(*resolution))),
            _ => Err(missing()),
        };
    }
    let certificate = certificate(disk, height)?.ok_or_else(missing)?;
    let validators = validators_of(disk, epoch.next())?.ok_or_else(missing)?;
    Ok(Some(Link::Closed { header, certificate, validators }))
}

fn prover(disk: &dyn Read, hash: LogHash) -> Prover<impl FnMut(Position) -> Result<Digest, ReadFault>> {
    let node = move |at: Position| {
        let bytes = disk.get(&log_key(hash, at.level, at.index))?;
        let bytes = bytes.ok_or_else(|| ReadFault::missing("a node of a Merkle log"))?;
        let digest = bytes.try_into().map_err(|_| ReadFault { detail: "a log node is not 32 bytes".to_owned() })?;
        Ok(Digest(digest))
    };
    Prover { hash, node }
}

//! GetCheckpoint: a signed state, the newest or an older one, and the proof that an older ledger is a prefix of it.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use ledger::{Read, ReadFault};
use proto::merkle::LogHash;
use proto::{Checkpoint, Digest, Height};

/// `consistency_from` 0: no consistency proof; `height` 0: the newest.
pub async fn get_checkpoint(
    handle: &Handle,
    request: v1::GetCheckpointRequest,
) -> Result<v1::GetCheckpointResponse, Refusal> {
    let (from, height) = (request.consistency_from, Height(request.height));
    let found = handle
        .read(move |store| {
            let disk = store.snapshot();
            let Some(checkpoint) = signed_state(&disk, height)? else { return Ok(None) };
            let size = checkpoint.header.ledger_size;
            if from == 0 {
                return Ok(Some((checkpoint, Some((Vec::new(), Vec::new())))));
            }
            let sm3 = ledger::consistency(&disk, LogHash::Sm3, from, size)?;
            let sha256 = ledger::consistency(&disk, LogHash::Sha256, from, size)?;
            Ok(Some((checkpoint, sm3.zip(sha256))))
        })
        .await?;
    let (checkpoint, proofs) = found.ok_or_else(|| none_at(height))?;
    let (sm3, sha256) = proofs.ok_or_else(|| out_of_range(from, checkpoint.header.ledger_size))?;
    Ok(v1::GetCheckpointResponse {
        checkpoint: Some(to_proto::checkpoint(&checkpoint)),
        sm3_consistency: bytes(sm3),
        sha256_consistency: bytes(sha256),
    })
}

fn signed_state(disk: &dyn Read, height: Height) -> Result<Option<Checkpoint>, ReadFault> {
    match height {
        Height(0) => ledger::checkpoint(disk),
        height => ledger::checkpoint_at_or_after(disk, height),
    }
}

/// Only at genesis: nobody has signed anything yet.
pub fn no_checkpoint() -> Refusal {
    let message = "nothing has been finalized yet, so there is no signed state; submit an event or wait";
    Refusal::new("NO_CHECKPOINT", "", message).retry_after(std::time::Duration::from_secs(1))
}

fn none_at(height: Height) -> Refusal {
    if height == Height(0) {
        return no_checkpoint();
    }
    let message = format!("height: this node has no signed state at {height} or after (yet)");
    Refusal::new("HEADER_NOT_FOUND", "height", message)
}

fn out_of_range(from: u64, size: u64) -> Refusal {
    let message = format!("consistency_from: {from} is not between 1 and {size}, the size of the checkpoint");
    Refusal::new("CONSISTENCY_RANGE", "consistency_from", message)
}

fn bytes(path: Vec<Digest>) -> Vec<Vec<u8>> {
    path.into_iter().map(|d| d.0.to_vec()).collect()
}

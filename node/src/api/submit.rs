//! Submit: one transaction with its packets.

use super::get_receipt::receipt_of;
use super::shares::Room;
use super::{malformed, path};
use crate::handle::{Accepted, Handle, WaitError};
use crate::refusal::Refusal;
use crate::submission::Submission;
use crate::wire::{from_proto, to_proto, v1};
use proto::{Appraisal, Name, RequestId, Seq, TxId};

/// Checks, appraises, submits and, if asked to, waits. When the time is up the answer says `RECEIVED`: the transaction
/// was taken and may still be committed.
pub async fn submit(node: (&Handle, &Room), request: v1::SubmitRequest) -> Result<v1::SubmitResponse, Refusal> {
    let kind = path::kind(request.transaction.as_ref().and_then(|t| t.body.as_ref()));
    taken(node, request).await.map_err(|refusal| path::placed(refusal, kind))
}

async fn taken((handle, room): (&Handle, &Room), request: v1::SubmitRequest) -> Result<v1::SubmitResponse, Refusal> {
    // Once it was taken it counts among the submissions in memory.
    let share = room.hold(&request)?;
    let wait = request.wait.map(|d| from_proto::duration(d, "wait")).transpose().map_err(malformed)?;
    let message = request.transaction.unwrap_or_default();
    let transaction = from_proto::transaction(message).map_err(malformed)?;
    let packets = from_proto::packets(request.packets).map_err(malformed)?;
    let submission = Submission { transaction, packets };
    if request.validate_only {
        let tx = submission.tx();
        let appraisal = handle.validate_only(submission).await?;
        return Ok(response(tx, v1::SubmissionState::Validated, appraisal.as_ref()));
    }
    let request = (submission.transaction.draft.org.clone(), submission.transaction.draft.request);
    let accepted = match handle.submit(submission).await {
        Ok(accepted) => accepted,
        // Perhaps because the same was committed meanwhile, from another node.
        Err(refusal) => return dropped(handle, &request, refusal).await,
    };
    drop(share);
    match (accepted.committed, wait) {
        (Some(seq), _) => committed(handle, seq).await,
        (None, None) => Ok(received(&accepted)),
        (None, Some(limit)) => match handle.wait(accepted.tx, limit).await {
            Ok(seq) => committed(handle, seq).await,
            Err(WaitError::Deadline) => Ok(received(&accepted)),
            Err(WaitError::Dropped(refusal)) => dropped(handle, &request, refusal).await,
            Err(WaitError::Stopping) => Err(Refusal::stopping()),
        },
    }
}

/// The same request may have been signed twice (SM2 signatures of other programs are random) and submitted while the
/// first was pending: then the first one's receipt is the answer.
async fn dropped(handle: &Handle, key: &(Name, RequestId), refusal: Refusal) -> Result<v1::SubmitResponse, Refusal> {
    if refusal.code != "ALREADY_COMMITTED" {
        return Err(refusal);
    }
    let (org, id) = key.clone();
    let first = handle.read(move |store| ledger::request(&store.snapshot(), &org, &id)).await?;
    match first {
        Some(leaf) => committed(handle, leaf.seq).await,
        None => Err(refusal),
    }
}

async fn committed(handle: &Handle, seq: Seq) -> Result<v1::SubmitResponse, Refusal> {
    let receipt = receipt_of(handle, seq).await?;
    // The agreed appraisal, which may differ from ours within epsilon. The committed transaction may also be another
    // signature of the same request: its own id is in the receipt.
    let agreed = receipt.event.appraisal.as_ref();
    let mut response = response(receipt.event.transaction.id(), v1::SubmissionState::Committed, agreed);
    response.receipt = Some(to_proto::receipt(&receipt));
    Ok(response)
}

fn received(accepted: &Accepted) -> v1::SubmitResponse {
    response(accepted.tx, v1::SubmissionState::Received, accepted.appraisal.as_ref())
}

fn response(tx: TxId, state: v1::SubmissionState, appraisal: Option<&Appraisal>) -> v1::SubmitResponse {
    let opinion = appraisal.map(to_proto::opinion);
    v1::SubmitResponse { transaction_id: tx.0.to_vec(), state: state.into(), opinion, receipt: None }
}

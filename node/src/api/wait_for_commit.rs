//! WaitForCommit: the receipt of a transaction as soon as there is one.

use super::get_receipt::receipt_of;
use super::malformed;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{from_proto, to_proto, v1};
use std::time::Duration;

const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);

/// Also works for a transaction that was submitted elsewhere.
pub async fn wait_for_commit(handle: &Handle, request: v1::WaitForCommitRequest) -> Result<v1::Receipt, Refusal> {
    let tx = from_proto::digest(&request.transaction_id, "transaction_id").map_err(malformed)?;
    let limit = request.timeout.map(|d| from_proto::duration(d, "timeout")).transpose().map_err(malformed)?;
    let seq = handle.wait(tx, limit.unwrap_or(TIMEOUT_DEFAULT)).await.map_err(Refusal::from)?;
    Ok(to_proto::receipt(&receipt_of(handle, seq).await?))
}

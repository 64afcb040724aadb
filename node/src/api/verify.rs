//! Verify: all checks of a piece of evidence against this node's genesis.

use super::malformed;
use crate::evidence::Evidence;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use proto::{Check, Trust};
use std::sync::Arc;

/// Signature checks of a large file take a while, so they run on a blocking thread.
pub async fn verify(trust: Arc<Trust>, bytes: Vec<u8>) -> Result<v1::VerifyResponse, Refusal> {
    tokio::task::spawn_blocking(move || check(&trust, &bytes)).await.unwrap_or_else(|_| Err(Refusal::stopping()))
}

fn check(trust: &Trust, bytes: &[u8]) -> Result<v1::VerifyResponse, Refusal> {
    let evidence = Evidence::from_bytes(bytes).map_err(malformed)?;
    let checks = evidence.verify(trust);
    Ok(v1::VerifyResponse {
        kind: evidence.kind().to_owned(),
        overall: to_proto::outcome(Check::overall(&checks)).into(),
        checks: checks.iter().map(to_proto::check).collect(),
        chain_id: trust.chain.0.to_vec(),
    })
}

//! Verify: all checks of a piece of evidence against this node's genesis.

use super::checkers::Checkers;
use super::malformed;
use crate::evidence::Evidence;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use evidence::Policy;
use proto::light::LINKS_MAX;
use proto::{Check, Epoch, Trail, Trust};
use std::sync::Arc;

/// Signature checks of a large file take a while, so they run on a blocking thread, and few at a time.
pub async fn verify(
    handle: &Handle,
    (checkers, trust): (&Checkers, Arc<Trust>),
    bytes: Vec<u8>,
) -> Result<v1::VerifyResponse, Refusal> {
    let trail = handle.read(|store| ledger::trail(&store.snapshot(), Epoch(0), LINKS_MAX)).await?;
    checkers.soon(move || check(&trust, &trail, &bytes)).await
}

/// The checks of some bytes. A package of another ledger brings its own validators, as many as its maker likes: it is told
/// as such, and none of its signatures is looked at.
pub fn check(trust: &Trust, trail: &Trail, bytes: &[u8]) -> Result<v1::VerifyResponse, Refusal> {
    let (kind, checks) = if bytes.starts_with(b"PK") {
        ("package", evidence::verify_own(bytes, &Policy::of_genesis(trust.chain)))
    } else {
        let evidence = Evidence::from_bytes(bytes).map_err(malformed)?;
        (evidence.kind(), evidence.verify_along(trust, trail))
    };
    Ok(v1::VerifyResponse {
        kind: kind.to_owned(),
        overall: to_proto::outcome(Check::overall(&checks)).into(),
        checks: checks.iter().map(to_proto::check).collect(),
        chain_id: trust.chain.0.to_vec(),
    })
}

//! GetNonce: a finalized block to bind a signing to, and what else a client must know before it builds a transaction.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use proto::Nonce;

/// The newest finalized block of this node.
pub async fn get_nonce(handle: &Handle) -> Result<v1::GetNonceResponse, Refusal> {
    let tip = handle.read(|store| ledger::tip(&store.snapshot())).await?.ok_or_else(Refusal::broken_store)?;
    let params = &handle.genesis().params;
    Ok(v1::GetNonceResponse {
        chain_id: tip.header.chain.0.to_vec(),
        nonce: Some(to_proto::nonce(&Nonce { height: tip.header.height, block: tip.digest })),
        nonce_age_max_ms: params.nonce_age_max_ms,
        expiry_height_max: tip.header.height.0.saturating_add(params.expiry_max_blocks),
        model: params.model.0.to_vec(),
        allow_synthetic: params.allow_synthetic,
    })
}

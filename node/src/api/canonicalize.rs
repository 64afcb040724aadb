//! Canonicalize: the exact bytes to sign. Touches neither ledger nor keys.

use super::malformed;
use crate::refusal::Refusal;
use crate::wire::{from_proto, v1};
use proto::{Canonical, Draft, Transaction};

/// With a signature in the message, also the transaction's id; the signature is not verified here.
pub fn canonicalize(request: v1::CanonicalizeRequest) -> Result<v1::CanonicalizeResponse, Refusal> {
    let message = request.transaction.unwrap_or_default();
    let signature = message.signature.clone();
    let draft = from_proto::draft(message).map_err(malformed)?;
    let (signing_bytes, body_digest) = (draft.signing_bytes(), draft.body.digest().0.to_vec());
    let transaction_id = transaction_id(draft, &signature)?;
    Ok(v1::CanonicalizeResponse { signing_bytes, body_digest, transaction_id })
}

fn transaction_id(draft: Draft, signature: &[u8]) -> Result<Vec<u8>, Refusal> {
    if signature.is_empty() {
        return Ok(Vec::new());
    }
    let signature = from_proto::signature(signature, "signature").map_err(malformed)?;
    Ok(Transaction { draft, signature }.id().0.to_vec())
}

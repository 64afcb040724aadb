//! GetNonce: a finalized block to bind a signing to, and what else a client must know before it builds a transaction.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use ledger::{Read, ReadFault, Tip};
use proto::{Canonical, Header, Nonce, TimeMs};

/// A block this old is finalized on every live validator, so that none of them refuses a signing for a block that it
/// does not know yet.
const SETTLED_MS: u64 = 500;
/// Blocks that are looked at; more are never made in half a second.
const STEPS_MAX: usize = 64;

/// The newest settled block of this node.
pub async fn get_nonce(handle: &Handle) -> Result<v1::GetNonceResponse, Refusal> {
    let (now, age_max) = (crate::clock::now(), handle.genesis().params.nonce_age_max_ms);
    let found = handle
        .read(move |store| {
            let disk = store.snapshot();
            let Some(tip) = ledger::tip(&disk)? else { return Ok(None) };
            Ok(Some((settled(&disk, &tip, (now, age_max))?, tip.header.height)))
        })
        .await?;
    let (header, tip) = found.ok_or_else(Refusal::broken_store)?;
    let params = &handle.genesis().params;
    Ok(v1::GetNonceResponse {
        chain_id: header.chain.0.to_vec(),
        nonce: Some(to_proto::nonce(&Nonce { height: header.height, block: header.digest() })),
        nonce_age_max_ms: params.nonce_age_max_ms,
        expiry_height_max: tip.0.saturating_add(params.expiry_max_blocks),
        model: params.model.0.to_vec(),
        allow_synthetic: params.allow_synthetic,
    })
}

/// After a long silence the block before the newest is too old to be signed under: then a validator that has not heard of the
/// newest one yet may refuse it, which is better than all of them refusing the other.
fn settled(disk: &dyn Read, tip: &Tip, (now, age_max): (TimeMs, u64)) -> Result<Header, ReadFault> {
    let mut header = tip.header.clone();
    for _ in 0..STEPS_MAX {
        if header.time.0 + SETTLED_MS <= now.0 || header.height.0 == 0 {
            break;
        }
        let before = proto::Height(header.height.0 - 1);
        let Some(older) = ledger::header(disk, before)? else { break };
        if older.time.0.saturating_add(age_max / 2) < now.0 {
            break;
        }
        header = older;
    }
    Ok(header)
}

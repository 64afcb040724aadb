//! GetGovernance: who votes, and what is to be decided.

use super::malformed;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::from_proto::digest;
use crate::wire::v1;
use ledger::{Read, ReadFault};
use proto::{Canonical, TxId};

/// With the motion asked for, be it decided; empty: only the undecided ones.
pub async fn get_governance(handle: &Handle, asked: Vec<u8>) -> Result<v1::GetGovernanceResponse, Refusal> {
    let missing =
        || Refusal::new("MOTION_UNKNOWN", "motion", "motion: the ledger has no such motion; name the one that made it");
    let asked = match asked.len() {
        0 => None,
        _ => Some(digest(&asked, "motion").map_err(malformed)?),
    };
    let found = handle.read(move |store| read(&store.snapshot(), asked)).await?;
    found.ok_or_else(missing)
}

fn read(state: &dyn Read, asked: Option<TxId>) -> Result<Option<v1::GetGovernanceResponse>, ReadFault> {
    let mut ids = ledger::open_motions(state)?;
    ids.extend(asked.filter(|tx| !ids.contains(tx)));
    let mut motions = Vec::new();
    for id in ids {
        let Some(motion) = ledger::motion(state, &id)? else { return Ok(None) };
        motions.push(v1::Motion { id: id.0.to_vec(), canonical: motion.to_bytes() });
    }
    let mut voters = Vec::new();
    for name in ledger::members(state)? {
        if ledger::organisation(state, &name)?.is_some_and(|o| ledger::has_vote(&o)) {
            voters.push(name.to_string());
        }
    }
    Ok(Some(v1::GetGovernanceResponse {
        validators: ledger::validators(state)?.to_bytes(),
        min_software: ledger::min_software(state)?,
        voters,
        motions,
        height: ledger::tip(state)?.map_or(0, |t| t.header.height.0),
    }))
}

//! GetMatter and ProveAbsence: what the ledger holds about a matter, with the proof.

use super::get_checkpoint::no_checkpoint;
use super::malformed;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::from_proto::matter_name;
use crate::wire::{to_proto, v1};
use proto::MatterProof;

/// Presence or absence; absence is an answer, not an error.
pub async fn get_matter(handle: &Handle, name: &str) -> Result<v1::MatterProof, Refusal> {
    Ok(to_proto::matter_proof(&proof(handle, name).await?))
}

/// Refused when the matter exists.
pub async fn prove_absence(handle: &Handle, name: &str) -> Result<v1::MatterProof, Refusal> {
    let proof = proof(handle, name).await?;
    match proof.leaf {
        None => Ok(to_proto::matter_proof(&proof)),
        Some(leaf) => {
            let message = format!("name: the ledger holds {} events of `{}`; list them", leaf.count, proof.matter);
            Err(Refusal::new("MATTER_EXISTS", "name", message).with("count", leaf.count))
        }
    }
}

async fn proof(handle: &Handle, name: &str) -> Result<MatterProof, Refusal> {
    let matter = matter_name(name, "name").map_err(malformed)?;
    let found = handle.read(move |store| ledger::matter_proof(&store.snapshot(), &matter)).await?;
    found.ok_or_else(no_checkpoint)
}

//! GetMembers: who belongs to the consortium now, and by which parameters it works, with the proofs.

use super::get_checkpoint::no_checkpoint;
use crate::export::entry;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use evidence::StateFile;
use ledger::{Read, ReadFault};
use proto::Canonical;
use proto::state::{MembersLeaf, StateKey};

/// All of them, under the newest checkpoint.
pub async fn get_members(handle: &Handle) -> Result<v1::GetMembersResponse, Refusal> {
    let found = handle.read(|store| members(&store.snapshot())).await?;
    found.ok_or_else(no_checkpoint)
}

fn members(disk: &dyn Read) -> Result<Option<v1::GetMembersResponse>, ReadFault> {
    let Some(checkpoint) = ledger::checkpoint(disk)? else { return Ok(None) };
    let names = ledger::members(disk)?;
    let mut entries = vec![entry(disk, &StateKey::Params, ledger::params(disk)?.to_bytes())?];
    for name in &names {
        if let Some(org) = ledger::organisation(disk, name)? {
            entries.push(entry(disk, &StateKey::Organisation(name.clone()), org.to_bytes())?);
        }
    }
    entries.push(entry(disk, &StateKey::Members, MembersLeaf(names).to_bytes())?);
    let state = StateFile::new(entries).to_bytes();
    Ok(Some(v1::GetMembersResponse { checkpoint: Some(to_proto::checkpoint(&checkpoint)), state }))
}

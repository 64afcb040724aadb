//! ListFaults: the events that prove faults of validators.

use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::v1;

/// Most that are named: more validators than any set has, many times over.
const FAULTS_MAX: usize = 1024;

/// All of them, oldest epoch first.
pub async fn list_faults(handle: &Handle) -> Result<v1::ListFaultsResponse, Refusal> {
    let seqs = handle.read(|store| ledger::faults(&store.snapshot(), FAULTS_MAX)).await?;
    Ok(v1::ListFaultsResponse { seqs: seqs.into_iter().map(|seq| seq.0).collect() })
}

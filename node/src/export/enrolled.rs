//! The enrolment of the references that a signing was compared with, so that a court can tell how old they were. Packets are not
//! read for it.

use evidence::{enrols, is_compared};
use ledger::{Read, ReadFault};
use proto::{Event, Receipt, Seq};

/// Most events before a signing among which an enrolment is looked for that is not in force any more: a second's work.
const LOOKED_THROUGH_MAX: u64 = 20_000;

/// Its receipt under the newest checkpoint. `None` for a signing that was compared with nothing, and for references that were
/// replaced since and whose enrolment lies too far back: then the package does not say how old they were.
pub fn enrolment(disk: &dyn Read, signing: &Event) -> Result<Option<Receipt>, ReadFault> {
    let Some(signer) = signing.transaction.draft.body.signer().filter(|_| is_compared(signing)) else {
        return Ok(None);
    };
    let in_force = ledger::signer(disk, signer)?.map(|leaf| leaf.enrolled);
    let before = (signing.seq.0.saturating_sub(LOOKED_THROUGH_MAX)..signing.seq.0).rev().map(Seq);
    for seq in in_force.into_iter().chain(before) {
        if ledger::event(disk, seq)?.is_some_and(|event| enrols(&event, signing)) {
            return ledger::newest_receipt(disk, seq);
        }
    }
    Ok(None)
}

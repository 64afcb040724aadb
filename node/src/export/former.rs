//! The checkpoint that a package is asked to stand under, if it is not the newest: the ledger as it was then, or why there is no
//! package of an event at that height. How the past is put together again is the ledger's business.

use crate::refusal::Refusal;
use ledger::{Batch, Read, Unshown};
use proto::{Event, Height};

/// What the request calls it.
const FIELD: &str = "at_height";

/// Rows that show the ledger as it was at `height`, when the event was on it already.
pub(super) fn former(disk: &dyn Read, height: Height, event: &Event) -> Result<Batch, Refusal> {
    if height < event.height {
        let own = event.height;
        return Err(not_served(height, &format!("event {} is in block {own}; name {own} or a later one", event.seq)));
    }
    ledger::rewind(disk, height)?.map_err(|why| match why {
        Unshown::Above { .. } => {
            let message = format!("{FIELD}: no block {height} here yet; {why}");
            Refusal::new("HEADER_NOT_FOUND", FIELD, message)
        }
        _ => not_served(height, &why.to_string()),
    })
}

fn not_served(height: Height, why: &str) -> Refusal {
    let message = format!("{FIELD}: no package of this event as of block {height}; {why}");
    Refusal::new("HEIGHT_NOT_SERVED", FIELD, message)
}

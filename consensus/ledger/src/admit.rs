//! The same rules as for a block, asked early: before a signature is checked and before packets are appraised.
//!
//! An answer holds for the tip that was asked; a block may still refuse later what was admitted.

use crate::govern::may_rescue;
use crate::query::{params, validators};
use crate::rejected::Rejected;
use crate::rules::{Place, Stop, check_opinion, check_sender, check_transaction};
use crate::store::{Read, ReadFault};
use crate::tip::Tip;
use proto::{Appraisal, Body, Govern, PublicKey, Seq, TimeMs, Transaction};

/// What becomes of a transaction at the door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// It may come in when `key` signed it.
    Fresh {
        /// The registered key that the transaction names.
        key: PublicKey,
    },
    /// The same request was committed before: its receipt is the answer.
    Committed(Seq),
    /// It breaks a rule.
    Rejected(Rejected),
}

/// Asks whether `tx` could stand in the block after `tip` if that were made `now`.
pub fn admit(state: &dyn Read, tip: &Tip, now: TimeMs, tx: &Transaction) -> Result<Admission, ReadFault> {
    let time = now.max(tip.header.time.next());
    let rescue = match &tx.draft.body {
        Body::Govern(Govern::Rescue(r)) if may_rescue(state, tip, r)? => Some(r.validators.epoch()),
        _ => None,
    };
    let place = Place {
        chain: tip.header.chain,
        height: tip.header.height.next(),
        time,
        params: params(state)?,
        epoch: rescue.map_or_else(|| Ok(validators(state)?.epoch()), Ok)?,
        first: rescue.is_some(),
    };
    Ok(match Stop::split(check_transaction(state, &place, tx))? {
        Ok(key) => Admission::Fresh { key },
        Err(Rejected::AlreadyCommitted { seq }) => Admission::Committed(seq),
        Err(rejected) => Admission::Rejected(rejected),
    })
}

/// The key that must have signed `tx`, whatever else speaks against it; `None` where it names nobody who may submit it.
pub fn sender(state: &dyn Read, tx: &Transaction) -> Result<Option<PublicKey>, ReadFault> {
    Ok(Stop::split(check_sender(state, tx))?.ok())
}

/// Asks whether the ledger would take `tx` with this opinion (`None`: no packets) on it.
pub fn check_appraisal(
    state: &dyn Read,
    tx: &Transaction,
    appraisal: Option<&Appraisal>,
) -> Result<Result<(), Rejected>, ReadFault> {
    Stop::split(check_opinion(state, &params(state)?, tx, appraisal))
}

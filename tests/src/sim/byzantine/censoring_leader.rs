//! A leader that does not let one matter's transactions in: others must, when their turn comes.

use crate::sim::byzantine::Liar;
use proto::Transaction;

/// The matter that it would rather not see on the ledger.
const UNWANTED: &str = "case";

/// See the module.
#[derive(Debug)]
pub struct CensoringLeader;

impl Liar for CensoringLeader {
    fn takes(&self, transaction: &Transaction) -> bool {
        transaction.draft.body.matter().is_none_or(|matter| matter.as_str() != UNWANTED)
    }
}

//! Resumption: what this node voted for before it was last started, and what is not final yet, waits here again.
//!
//! Newcomers are compared with what waits. Without this a copy of such a writing could come in after a restart of many nodes
//! and be committed beside its original. Nothing is promised by it: the votes themselves are the replica's to remember.

use super::desk::{Settled, Taken};
use super::{Bringer, Intake};
use crate::submission::Submission;
use std::sync::Arc;
use std::time::Instant;

impl Intake {
    /// Takes them in again; call it before anybody else can bring something. What it gives is for [`Intake::resume`].
    pub(crate) async fn take_again(&self, voted: Vec<Submission>) -> Vec<Taken> {
        let mut taken = Vec::new();
        for submission in voted {
            let (tx, submission) = (submission.tx(), Arc::new(submission));
            if !self.traffic.begin(tx) {
                continue;
            }
            // As if a client had brought it: who brought it once may have told nobody but us before we stopped.
            let (desk, origin) = (self.desk(), Some(Instant::now()));
            match self.work(Bringer::Asked, move || desk.settle(&submission, Bringer::Asked, origin)).await {
                Ok(Settled::Taken(again)) => taken.push(*again),
                Ok(Settled::Committed(_)) => {}
                // Expired meanwhile, most likely. If its block becomes final all the same, it was right when it was voted for.
                Err(refusal) => tracing::info!(tx = %tx.short(), code = refusal.code, "voted for, and not taken again"),
            }
            self.traffic.end(&tx);
        }
        taken
    }

    /// Tells consensus of them, once it runs: if their blocks come to nothing, they can be proposed again. Peers that link with
    /// us are given them with what clients brought.
    pub(crate) async fn resume(self: Arc<Self>, taken: Vec<Taken>) {
        let count = taken.len();
        for again in taken {
            let tx = again.transaction.id();
            if let Err(refusal) = self.hand_over(again, false).await {
                tracing::debug!(tx = %tx.short(), code = refusal.code, "no longer needed");
            }
        }
        if count > 0 {
            tracing::info!(count, "transactions that were voted for and are not final wait again");
        }
    }
}

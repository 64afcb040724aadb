//! What nodes do by themselves about faults: whoever proves one puts it on the ledger, and tries again after a restart.

use crate::sim::consortium::{name, secret};
use crate::sim::finding::Finding;
use crate::sim::simulation::{Event, Run};
use proto::encode::tagged;
use proto::{Body, Digest, Draft, Epoch, FaultProof, Height, RequestId};
use std::rc::Rc;

/// Long after every run.
const EXPIRY: Height = Height(100_000);

impl Run {
    /// A validator reports a fault with its own key.
    pub(super) fn report(&mut self, at: usize, proof: FaultProof) -> Result<(), Finding> {
        let key = secret(self.shells[at].index);
        let mut e = tagged("chirograph/fault-request");
        e.u64(proof.epoch().0).u16(proof.culprit().0).digest(&key.public().id());
        let mut request = [0; 16];
        request.copy_from_slice(&Digest::sm3(&e.finish()).0[..16]);
        let draft = Draft {
            chain: self.birth.chain,
            org: name("platform"),
            key: key.public().id(),
            request: RequestId(request),
            expiry: EXPIRY,
            body: Body::Fault(proof),
        };
        self.after(1, Event::Report { at, transaction: Rc::new(draft.sign(&key)) });
        Ok(())
    }
    /// After a restart: what was proven and is not on the ledger.
    pub(super) fn report_again(&mut self, at: usize) -> Result<(), Finding> {
        if self.is_culprit(at) || !self.shells[at].is_up() {
            return Ok(());
        }
        for culprit in self.birth.validators.indices() {
            let disk = &self.shells[at].disk;
            let known = ledger::fault(disk, Epoch(0), culprit)?.is_some();
            if let Some(proof) = replica::proof_of_fault(disk, Epoch(0), culprit)?.filter(|_| !known) {
                self.report(at, proof)?;
            }
        }
        Ok(())
    }
}

//! What nodes do by themselves about faults: whoever proves one puts it on the ledger, and tries again after a restart.

use crate::sim::consortium::name;
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
        let key = self.shells[at].key.clone();
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
        for proof in self.unreported_by(at)? {
            self.report(at, proof)?;
        }
        Ok(())
    }
    /// Proofs on a disk that the ledger on that disk does not have.
    pub(super) fn unreported_by(&self, at: usize) -> Result<Vec<FaultProof>, Finding> {
        let (disk, last) = (&self.shells[at].disk, self.shells[at].set.epoch());
        let mut found = Vec::new();
        for epoch in (0..=last.0).map(Epoch) {
            let places = self.history.roll.set(epoch).map(proto::ValidatorSet::indices);
            for culprit in places.into_iter().flatten() {
                let known = ledger::fault(disk, epoch, culprit)?.is_some();
                found.extend(replica::proof_of_fault(disk, epoch, culprit)?.filter(|_| !known));
            }
        }
        Ok(found)
    }
}

//! What a node does by itself about faults: a proof that consensus found goes onto the ledger, signed with the voting key.
//!
//! The proof is durable before we hear of it, so that a crash loses nothing: at the next start it is found and reported
//! again. Several nodes may report the same; the ledger takes the first.

use crate::intake::Intake;
use crate::store::Store;
use crate::submission::Submission;
use ledger::{ReadFault, Tip};
use proto::encode::tagged;
use proto::{
    Body, Digest, Draft, Epoch, FaultProof, Height, RequestId, SecretKey, TimeMs, ValidatorIndex, ValidatorSet,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A report that was not committed is sent again after so many blocks.
const REPEAT_BLOCKS: u64 = 20;
/// How long one may wait to be committed, in blocks.
const EXPIRY_BLOCKS: u64 = 50;
/// How often culprits are looked for, in milliseconds.
const JUDGE_MS: u64 = 10_000;
/// How many epochs back contradictions of keys that are in force are told of.
const LOOK_BACK: u64 = 256;

/// See the module.
pub struct FaultReports {
    /// Our voting key.
    pub key: SecretKey,
    /// Proofs, and what the ledger has of them.
    pub store: Arc<Store>,
    /// Where our own transactions go in.
    pub intake: Arc<Intake>,
    /// Where submissions run.
    pub runtime: tokio::runtime::Handle,
    /// Something may be unreported: true at the start.
    pub open: bool,
    /// When culprits were looked for last, and in which epoch.
    pub judged: Option<(Epoch, TimeMs)>,
    /// When we reported what last.
    pub said: BTreeMap<(Epoch, ValidatorIndex), Height>,
}

impl FaultReports {
    /// Consensus found a proof.
    pub fn found(&mut self) {
        (self.open, self.judged) = (true, None);
    }
    /// Reports whatever is not on the ledger, of the epoch of `set` and of the one before.
    pub fn report(&mut self, tip: &Tip, set: &ValidatorSet) -> Result<(), ReadFault> {
        if !self.open {
            return Ok(());
        }
        let unreported = self.unreported(set)?;
        self.open = !unreported.is_empty();
        let Some(org) = set.iter().find(|v| v.key == *self.key.public()).map(|v| v.org.clone()) else { return Ok(()) };
        let life = ledger::params(&*self.store)?.expiry_max_blocks.min(EXPIRY_BLOCKS);
        for proof in unreported {
            let (what, height) = ((proof.epoch(), proof.culprit()), tip.header.height);
            if self.said.get(&what).is_some_and(|at| at.0 + REPEAT_BLOCKS > height.0) {
                continue;
            }
            self.said.insert(what, height);
            tracing::warn!(epoch = what.0.0, validator = what.1.0, "reporting a fault to the ledger");
            let draft = Draft {
                chain: tip.header.chain,
                org: org.clone(),
                key: self.key.public().id(),
                request: request(&proof, &self.key),
                expiry: Height(height.0 + life),
                body: Body::Fault(proof),
            };
            self.submit(Submission { transaction: draft.sign(&self.key).into_inner(), packets: Vec::new() });
        }
        Ok(())
    }
    /// The culprits among those in force, for the operator; `None` if they were looked for just now. Others may have found
    /// some, so it is done again from time to time.
    pub fn judge(&mut self, now: TimeMs, set: &ValidatorSet) -> Result<Option<Vec<ValidatorIndex>>, ReadFault> {
        let is_fresh = |(epoch, at): (Epoch, TimeMs)| epoch == set.epoch() && now.0 < at.0.saturating_add(JUDGE_MS);
        if self.judged.is_some_and(is_fresh) {
            return Ok(None);
        }
        self.judged = Some((set.epoch(), now));
        self.culprits(set).map(Some)
    }
    /// Validators in force of whose key a proof is stored here or on the ledger, whatever their place was then.
    fn culprits(&self, set: &ValidatorSet) -> Result<Vec<ValidatorIndex>, ReadFault> {
        let mut found = BTreeSet::new();
        for epoch in (set.epoch().0.saturating_sub(LOOK_BACK)..=set.epoch().0).map(Epoch) {
            let then = match ledger::validators_of(&*self.store, epoch)? {
                Some(then) => then,
                None if epoch == set.epoch() => set.clone(),
                None => continue,
            };
            for (culprit, validator) in then.indices().zip(then.iter()) {
                let Some(place) = set.index_of(&validator.key) else { continue };
                let stored = replica::proof_of_fault(&*self.store, epoch, culprit)?.is_some();
                if stored || ledger::fault(&*self.store, epoch, culprit)?.is_some() {
                    found.insert(place);
                }
            }
        }
        Ok(found.into_iter().collect())
    }
    fn unreported(&self, set: &ValidatorSet) -> Result<Vec<FaultProof>, ReadFault> {
        let mut found = Vec::new();
        for epoch in [ledger::epoch_before(&*self.store, set.epoch())?, Some(set.epoch())].into_iter().flatten() {
            let Some(set) = ledger::validators_of(&*self.store, epoch)? else { continue };
            for culprit in set.indices() {
                let proof = replica::proof_of_fault(&*self.store, epoch, culprit)?;
                if proof.is_some() && ledger::fault(&*self.store, epoch, culprit)?.is_none() {
                    found.extend(proof);
                }
            }
        }
        Ok(found)
    }
    fn submit(&self, submission: Submission) {
        let intake = self.intake.clone();
        self.runtime.spawn(async move {
            if let Err(refusal) = intake.submit(submission).await {
                // As a rule another node's report was first.
                tracing::info!(reason = refusal.code, "our report was not taken");
            }
        });
    }
}

/// One request for each fault and reporter: an epoch and a validator are all that tells faults apart.
fn request(proof: &FaultProof, key: &SecretKey) -> RequestId {
    let mut e = tagged("chirograph/fault-request");
    e.u64(proof.epoch().0).u16(proof.culprit().0).digest(&key.public().id());
    let mut id = [0; 16];
    id.copy_from_slice(&Digest::sm3(&e.finish()).0[..16]);
    RequestId(id)
}

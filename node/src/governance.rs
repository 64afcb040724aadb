//! What a node does by itself about motions: it lets the nodes in that an approved one makes validators, cuts off those that
//! are none any more, and says that it is ready when an approved motion would have it vote. Approving is for people.
//!
//! If we crash after saying so, we say it again at the next start: a second readiness of one key replaces the first.

use crate::intake::Intake;
use crate::net::Net;
use crate::roster::{Omens, Roster, Scene};
use crate::store::Store;
use crate::submission::Submission;
use ledger::{READY_BLOCKS, ReadFault, Tip};
use proto::encode::tagged;
use proto::{
    Body, Change, Contact, Digest, Draft, Govern, Height, KeyId, Motion, Progress, Ready, RequestId, SecretKey,
    Transaction, TxId, ValidatorSet,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A readiness that was not committed is said again after so many blocks.
const REPEAT_BLOCKS: u64 = 20;
/// How long one may wait to be committed, in blocks, unless the ledger's transactions live shorter.
const EXPIRY_BLOCKS: u64 = 50;

/// See the module.
pub struct Governance {
    /// Our voting key.
    pub key: SecretKey,
    /// The number of our program.
    pub software: u32,
    /// Who may link with us.
    pub roster: Roster,
    /// The ledger.
    pub store: Arc<Store>,
    /// Where our own transactions go in.
    pub intake: Arc<Intake>,
    /// The links.
    pub net: Net,
    /// Where submissions run.
    pub runtime: tokio::runtime::Handle,
    /// When we said last that we are ready.
    pub said: BTreeMap<TxId, Height>,
    /// Between blocks.
    pub memory: Memory,
}

/// Who votes, and what the links were last made for.
#[derive(Default)]
pub struct Memory {
    validators: Option<ValidatorSet>,
    contacts: Vec<(KeyId, Contact)>,
    omens: Omens,
}

impl Governance {
    /// After blocks were committed up to `tip`.
    pub fn on_commit(&mut self, tip: &Tip) -> Result<(), ReadFault> {
        let height = tip.header.height;
        let omens = self.memory.scene(height).map(|scene| self.roster.omens(&*self.store, &scene)).transpose()?;
        if omens.is_some_and(|omens| omens != self.memory.omens) {
            self.link(height)?;
        }
        let open = ledger::open_motions(&*self.store)?;
        self.said.retain(|tx, _| open.contains(tx));
        for tx in open {
            if let Some(motion) = ledger::motion(&*self.store, &tx)? {
                self.consider(tip, tx, &motion)?;
            }
        }
        Ok(())
    }
    /// Another set votes from now on, by a rescue perhaps, which says where its validators are.
    pub fn on_epoch(
        &mut self,
        validators: &ValidatorSet,
        contacts: Vec<(KeyId, Contact)>,
        height: Height,
    ) -> Result<(), ReadFault> {
        (self.memory.validators, self.memory.contacts) = (Some(validators.clone()), contacts);
        self.link(height)
    }
    /// A rescue that we took up in an earlier life and that is not final yet: others may not have heard of it.
    pub fn pass_on(&self, rescue: Transaction) {
        self.submit(Submission { transaction: rescue, packets: Vec::new() });
    }
    /// Links with whom the ledger names, and with nobody else.
    fn link(&mut self, height: Height) -> Result<(), ReadFault> {
        let Some(scene) = self.memory.scene(height) else { return Ok(()) };
        let omens = self.roster.omens(&*self.store, &scene)?;
        self.net.assemble(self.roster.members(&*self.store, &scene)?, scene.validators);
        self.memory.omens = omens;
        Ok(())
    }

    fn consider(&mut self, tip: &Tip, tx: TxId, motion: &Motion) -> Result<(), ReadFault> {
        let height = tip.header.height;
        let waits = motion.progress == Progress::Approved && motion.changes.iter().any(Change::needs_quorum);
        if !waits || motion.expiry <= height || !self.is_due(motion, (tx, height)) {
            return Ok(());
        }
        let life = ledger::params(&*self.store)?.expiry_max_blocks.min(EXPIRY_BLOCKS);
        let Ok(set) = ledger::set_after(&*self.store, &motion.changes)? else { return Ok(()) };
        let Some(org) = set.iter().find(|v| v.key == *self.key.public()).map(|v| v.org.clone()) else { return Ok(()) };
        let ready = Ready { motion: tx, height, block: tip.digest, software: self.software };
        let draft = Draft {
            chain: tip.header.chain,
            org,
            key: self.key.public().id(),
            request: request(&ready, &self.key),
            expiry: Height(height.0 + life),
            body: Body::Govern(Govern::Ready(ready)),
        };
        tracing::info!(motion = %tx, height = height.0, "ready for the change of a motion");
        self.said.insert(tx, height);
        self.submit(Submission { transaction: draft.sign(&self.key).into_inner(), packets: Vec::new() });
        Ok(())
    }
    fn is_due(&self, motion: &Motion, (tx, now): (TxId, Height)) -> bool {
        let id = self.key.public().id();
        let counted = motion.ready.iter().find(|r| r.key == id && r.software == self.software);
        let fresh = counted.is_some_and(|r| r.height.0 + READY_BLOCKS / 2 >= now.0);
        let lately = self.said.get(&tx).is_some_and(|at| at.0 + REPEAT_BLOCKS > now.0);
        !fresh && !lately
    }
    fn submit(&self, submission: Submission) {
        let intake = self.intake.clone();
        self.runtime.spawn(async move {
            if let Err(refusal) = intake.submit(submission).await {
                // A race that another node's readiness won, or a motion that is decided meanwhile.
                tracing::info!(reason = refusal.code, "our act of governance was not taken");
            }
        });
    }
}

impl Memory {
    fn scene(&self, height: Height) -> Option<Scene<'_>> {
        Some(Scene { validators: self.validators.as_ref()?, contacts: &self.contacts, height })
    }
}

/// One request for each thing that we say.
fn request(ready: &Ready, key: &SecretKey) -> RequestId {
    let mut e = tagged("chirograph/ready-request");
    e.digest(&ready.motion).u64(ready.height.0).u32(ready.software).digest(&key.public().id());
    let mut id = [0; 16];
    id.copy_from_slice(&Digest::sm3(&e.finish()).0[..16]);
    RequestId(id)
}

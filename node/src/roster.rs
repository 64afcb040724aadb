//! Whom the node links with, and to whom of them it hands stroke packets. Known from genesis, the configuration and the
//! ledger; there is no discovery.
//!
//! | who | linked | is sent packets |
//! |---|---|---|
//! | validators in force | yes | yes: they appraise and vote |
//! | nodes that an approved motion would make validators | yes | yes: more than two thirds of the members want them to vote |
//! | validators of the epoch before, for [`LEAVE_BLOCKS`] | yes, to learn that it is over | no |
//! | everybody else, nodes of motions that are not approved included | no | no |
//!
//! So nobody reads a packet whom the consortium did not make a reader. An address or transport key on the ledger was written
//! by an organisation: if it cannot be read, that node is left out, and nothing else happens.

use crate::fault::Fault;
use crate::net::Member;
use crate::net::certificate;
use genesis::Genesis;
use ledger::{Read, ReadFault};
use libp2p::Multiaddr;
use proto::{Change, Contact, Height, KeyId, Motion, Progress, PublicKey, TxId, ValidatorSet};
use std::collections::HashMap;
use std::sync::Arc;

/// So many blocks after its epoch a validator that votes no more may still ask what became of it.
pub const LEAVE_BLOCKS: u64 = 128;

/// Where to look members up.
#[derive(Clone)]
pub struct Roster {
    /// The first validators.
    pub genesis: Arc<Genesis>,
    /// Addresses that the configuration gives to validators, by their keys; they go before every other.
    pub overrides: HashMap<KeyId, Multiaddr>,
    /// Our own key: nobody links with itself.
    pub own: PublicKey,
}

/// What the node goes by, beside its ledger.
pub struct Scene<'a> {
    /// Who votes, by a rescue that is not on the ledger yet too.
    pub validators: &'a ValidatorSet,
    /// Where that rescue says they are.
    pub contacts: &'a [(KeyId, Contact)],
    /// The last final block.
    pub height: Height,
}

/// What changes the members between two epochs: the motions that are approved, and whether some are still leaving.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Omens {
    approved: Vec<TxId>,
    leaving: bool,
}

impl Roster {
    /// Whether genesis says of every validator where it is: an address there that cannot be dialed is the operator's mistake.
    pub fn check(&self) -> Result<(), Fault> {
        let bad = |i: usize, e: String| Fault::system("genesis", format!("validator {i}: {e}"));
        for (i, v) in self.genesis.validators.iter().enumerate() {
            certificate::peer_id(&v.peer).ok_or_else(|| bad(i, "peer: not an Ed25519 public key".into()))?;
            if !self.overrides.contains_key(&v.key.id()) {
                let remedy = "correct it there, which changes no chain id, or name another one in [peers] of node.toml";
                genesis::address::dialed(&v.address).map_err(|e| bad(i, format!("address {e}; {remedy}")))?;
            }
        }
        Ok(())
    }
    /// Everybody who may link with us; whoever stands first goes before another with the same key.
    pub fn members(&self, state: &dyn Read, scene: &Scene<'_>) -> Result<Vec<Member>, ReadFault> {
        let mut members = Vec::new();
        for validator in scene.validators.iter() {
            members.extend(self.validator(state, scene, &validator.key)?);
        }
        for (_, motion) in approved(state, scene.height)? {
            members.extend(motion.changes.iter().filter_map(|change| self.newcomer(change)));
        }
        if is_leaving(state, scene)? {
            for validator in before(state, scene)?.iter().flat_map(|set| set.iter()) {
                let found = self.validator(state, scene, &validator.key)?;
                members.extend(found.map(|member| Member { packets: false, ..member }));
            }
        }
        Ok(members)
    }
    /// Compare with an earlier answer to see whether [`Roster::members`] has another one.
    pub fn omens(&self, state: &dyn Read, scene: &Scene<'_>) -> Result<Omens, ReadFault> {
        let approved = approved(state, scene.height)?.into_iter().map(|(tx, _)| tx).collect();
        Ok(Omens { approved, leaving: is_leaving(state, scene)? })
    }

    fn newcomer(&self, change: &Change) -> Option<Member> {
        match change {
            Change::AddValidator { key, contact, .. } | Change::ReplaceValidatorKey { new: key, contact, .. } => {
                self.member(key, contact)
            }
            _ => None,
        }
    }
    /// A validator, where a rescue, the ledger or genesis says that it is.
    fn validator(&self, state: &dyn Read, scene: &Scene<'_>, key: &PublicKey) -> Result<Option<Member>, ReadFault> {
        let rescued = scene.contacts.iter().find(|(id, _)| *id == key.id()).map(|(_, contact)| contact.clone());
        let known = match rescued {
            Some(contact) => Some(contact),
            None => ledger::contact(state, &key.id())?,
        };
        let founder = self.genesis.validators.iter().find(|v| v.key == *key);
        let contact = known.or_else(|| founder.map(|v| Contact { peer: v.peer, address: v.address.clone() }));
        Ok(contact.and_then(|contact| self.member(key, &contact)))
    }
    fn member(&self, key: &PublicKey, contact: &Contact) -> Option<Member> {
        let id = certificate::peer_id(&contact.peer)?;
        let chosen = self.overrides.get(&key.id()).cloned();
        let address = chosen.or_else(|| contact.address.parse().ok())?;
        (*key != self.own).then(|| Member { id, address, validator: key.clone(), packets: true })
    }
}

/// Motions that wait for the readiness of their validators. An expired one waits no more, though it may stand there still.
fn approved(state: &dyn Read, height: Height) -> Result<Vec<(TxId, Motion)>, ReadFault> {
    let mut all = Vec::new();
    for tx in ledger::open_motions(state)? {
        let motion = ledger::motion(state, &tx)?;
        all.extend(motion.filter(|m| m.progress == Progress::Approved && m.expiry > height).map(|m| (tx, m)));
    }
    Ok(all)
}

/// Who voted in the epoch before.
fn before(state: &dyn Read, scene: &Scene<'_>) -> Result<Option<ValidatorSet>, ReadFault> {
    let epoch = ledger::epoch_before(state, scene.validators.epoch())?;
    epoch.map_or(Ok(None), |epoch| ledger::validators_of(state, epoch))
}

/// Whether the epoch before ended lately, or is ended by a rescue that is not on the ledger yet.
fn is_leaving(state: &dyn Read, scene: &Scene<'_>) -> Result<bool, ReadFault> {
    let Some(epoch) = ledger::epoch_before(state, scene.validators.epoch())? else { return Ok(false) };
    let ended = ledger::epoch_end(state, epoch)?;
    Ok(ended.is_none_or(|at| scene.height.0 < at.0.saturating_add(LEAVE_BLOCKS)))
}

#[cfg(test)]
mod tests;

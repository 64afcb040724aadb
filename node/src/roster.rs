//! Whom the node links with: the validators in force and those of recent epochs, and whoever an undecided motion would
//! make one, as observers. Known from genesis, the configuration and the ledger; there is no discovery.
//!
//! An address or transport key on the ledger was written by an organisation: if it cannot be read, that node is left out,
//! and nothing else happens.

use crate::fault::Fault;
use crate::net::Member;
use crate::net::certificate;
use genesis::Genesis;
use ledger::{Read, ReadFault};
use libp2p::Multiaddr;
use proto::{Change, Contact, Epoch, KeyId, PublicKey, ValidatorIndex};
use std::collections::HashMap;
use std::sync::Arc;

/// Validators of this many past epochs may still follow.
const EPOCHS_BACK: u64 = 16;

/// Where to look members up.
#[derive(Clone)]
pub struct Roster {
    /// The first validators.
    pub genesis: Arc<Genesis>,
    /// Addresses that the configuration gives to them.
    pub overrides: HashMap<ValidatorIndex, Multiaddr>,
    /// Our own key: nobody links with itself.
    pub own: PublicKey,
}

impl Roster {
    /// Validators from genesis. An address there that cannot be read is a mistake of the operator.
    pub fn founders(&self) -> Result<Vec<Member>, Fault> {
        let bad = |i: usize, e: String| Fault::system("genesis", format!("validator {i}: {e}"));
        let mut members = Vec::new();
        for (i, v) in self.genesis.validators.iter().enumerate().filter(|(_, v)| v.key != self.own) {
            let index = ValidatorIndex(u16::try_from(i).expect("a set holds at most VALIDATORS_MAX"));
            let id = certificate::peer_id(&v.peer).ok_or_else(|| bad(i, "peer: not an Ed25519 public key".into()))?;
            let address = match self.overrides.get(&index) {
                Some(address) => address.clone(),
                None => v.address.parse().map_err(|e| bad(i, format!("address `{}`: {e}", v.address)))?,
            };
            members.push(Member { id, address, validator: v.key.clone() });
        }
        Ok(members)
    }
    /// Those whom the ledger introduced: validators of later epochs, and the ones that undecided motions would add.
    pub fn newcomers(&self, state: &dyn Read) -> Result<Vec<Member>, ReadFault> {
        let mut members = Vec::new();
        let now = ledger::validators(state)?.epoch();
        for epoch in now.0.saturating_sub(EPOCHS_BACK)..=now.0 {
            let set = ledger::validators_of(state, Epoch(epoch))?;
            for validator in set.iter().flat_map(|s| s.iter()) {
                if let Some(contact) = ledger::contact(state, &validator.key.id())? {
                    members.extend(self.member(&validator.key, &contact));
                }
            }
        }
        for tx in ledger::open_motions(state)? {
            let changes = ledger::motion(state, &tx)?.map(|m| m.changes).unwrap_or_default();
            members.extend(changes.iter().filter_map(|change| match change {
                Change::AddValidator { key, contact, .. } | Change::ReplaceValidatorKey { new: key, contact, .. } => {
                    self.member(key, contact)
                }
                _ => None,
            }));
        }
        Ok(members)
    }
    /// Validators that a rescue introduces.
    pub fn rescued(&self, keys: &[PublicKey], contacts: &[(KeyId, Contact)]) -> Vec<Member> {
        let of = |key: &PublicKey| contacts.iter().find(|(id, _)| *id == key.id()).map(|(_, contact)| contact);
        keys.iter().filter_map(|key| self.member(key, of(key)?)).collect()
    }
    fn member(&self, key: &PublicKey, contact: &Contact) -> Option<Member> {
        let id = certificate::peer_id(&contact.peer)?;
        let address = contact.address.parse().ok()?;
        (*key != self.own).then(|| Member { id, address, validator: key.clone() })
    }
}

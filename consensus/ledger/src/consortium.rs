//! The consortium as it is, and as it becomes change by change: which changes can be made at all. Who decides on them, and
//! when they take effect, stands in [`crate::govern`].

use crate::govern::has_vote;
use crate::query::{members, organisation, validators};
use crate::rejected::Rejected;
use crate::rules::Stop;
use crate::store::{Read, ReadFault};
use crate::workspace::{has, leaf};
use proto::state::{MembersLeaf, MinSoftwareLeaf, RetiredKeyLeaf, StateKey};
use proto::{Canonical, Change, Contact, Height, KeyId, Name, Organisation, PublicKey, Validator, ValidatorSet};
use std::collections::BTreeMap;

/// Leaves to be written.
pub(crate) type Leaves = Vec<(StateKey, Vec<u8>)>;

/// The set in force, and the same for ever by its epoch.
pub(crate) fn set_leaves(set: &ValidatorSet) -> Leaves {
    vec![(StateKey::Validators, set.to_bytes()), (StateKey::ValidatorsOf(set.epoch()), set.to_bytes())]
}

/// That a validator votes no more: its key is good for nothing else.
pub(crate) fn former_voter(validator: Validator, height: Height) -> (StateKey, Vec<u8>) {
    let Validator { org, key } = validator;
    (StateKey::FormerVoter(key.id()), RetiredKeyLeaf { org, key, height }.to_bytes())
}

/// The consortium as it is, and as it becomes change by change.
pub(crate) struct Consortium<'a> {
    state: &'a dyn Read,
    height: Height,
    now: ValidatorSet,
    validators: Vec<Validator>,
    pub(crate) epoch_ends: bool,
    members: Vec<Name>,
    organisations: BTreeMap<Name, Organisation>,
    others: Leaves,
}

impl<'a> Consortium<'a> {
    pub(crate) fn new(state: &'a dyn Read, height: Height) -> Result<Self, ReadFault> {
        let now = validators(state)?;
        let (members, mut organisations) = (members(state)?, BTreeMap::new());
        for name in &members {
            let org = organisation(state, name)?.ok_or_else(|| ReadFault::missing("an organisation"))?;
            organisations.insert(name.clone(), org);
        }
        let validators = now.iter().cloned().collect();
        Ok(Self { state, height, now, validators, epoch_ends: false, members, organisations, others: Leaves::new() })
    }
    pub(crate) fn after(mut self, changes: &[Change]) -> Result<Self, Stop> {
        changes.iter().try_for_each(|change| self.apply(change))?;
        Ok(self)
    }
    /// Who signs after it.
    pub(crate) fn set(&self) -> Result<ValidatorSet, Stop> {
        let epoch = self.now.epoch();
        let refused = |_| Rejected::ChangeRefused { rule: "the validator set would be empty, or larger than 256" };
        let set = ValidatorSet::new(self.validators.clone()).map_err(refused)?;
        Ok(set.in_epoch(if self.epoch_ends { epoch.next() } else { epoch }))
    }
    pub(crate) fn leaves(self) -> Result<Leaves, Stop> {
        let mut leaves = if self.epoch_ends { set_leaves(&self.set()?) } else { Leaves::new() };
        leaves.push((StateKey::Members, MembersLeaf(self.members).to_bytes()));
        leaves.extend(self.organisations.into_iter().map(|(name, o)| (StateKey::Organisation(name), o.to_bytes())));
        leaves.extend(self.others);
        Ok(leaves)
    }

    fn apply(&mut self, change: &Change) -> Result<(), Stop> {
        self.epoch_ends |= change.concerns_validators();
        match change {
            Change::AddValidator { org, key, contact } => self.add_validator(org, key, contact),
            Change::RemoveValidator { key } => self.remove_validator(key),
            Change::ReplaceValidatorKey { old, new, contact } => self.replace_key(old, new, contact),
            Change::AddOrganisation(org) => self.add_organisation(org),
            Change::RemoveOrganisation { org } => self.remove_organisation(org),
            Change::AddKey { org, key } => self.add_key(org, key),
            Change::RevokeKey { org, key } => self.revoke_key(org, key),
            Change::MinSoftware { number } => {
                self.others.push((StateKey::MinSoftware, MinSoftwareLeaf(*number).to_bytes()));
                Ok(())
            }
        }
    }
    fn add_validator(&mut self, org: &Name, key: &PublicKey, contact: &Contact) -> Result<(), Stop> {
        self.member(org)?;
        // A validator that was removed may come back: its promises bound it in epochs that are over.
        if self.former_voter(key)?.is_none_or(|owner| owner != *org) {
            self.unused(key)?;
        } else {
            self.idle(key)?;
        }
        self.validators.push(Validator { org: org.clone(), key: key.clone() });
        self.others.push((StateKey::Contact(key.id()), contact.to_bytes()));
        Ok(())
    }
    fn remove_validator(&mut self, key: &KeyId) -> Result<(), Stop> {
        let at = self.position(key)?;
        let gone = self.validators.remove(at);
        self.others.push(former_voter(gone, self.height));
        Ok(())
    }
    fn replace_key(&mut self, old: &KeyId, new: &PublicKey, contact: &Contact) -> Result<(), Stop> {
        let at = self.position(old)?;
        self.unused(new)?;
        let org = self.validators[at].org.clone();
        let gone = std::mem::replace(&mut self.validators[at], Validator { org, key: new.clone() });
        self.others.push(former_voter(gone, self.height));
        self.others.push((StateKey::Contact(new.id()), contact.to_bytes()));
        Ok(())
    }
    fn add_organisation(&mut self, org: &Organisation) -> Result<(), Stop> {
        if organisation(self.state, &org.name)?.is_some() || self.organisations.contains_key(&org.name) {
            return refused("there is, or was, an organisation of this name; choose another");
        }
        if self.members.len() >= proto::govern::ORGANISATIONS_MAX {
            return refused("the consortium has as many members as it may");
        }
        if org.keys.is_empty() {
            return refused("an organisation needs at least one key");
        }
        for (i, key) in org.keys.iter().enumerate() {
            self.unused(key)?;
            if org.keys[..i].contains(key) {
                return refused("a key stands there twice");
            }
        }
        self.members.push(org.name.clone());
        self.organisations.insert(org.name.clone(), org.clone());
        Ok(())
    }
    fn remove_organisation(&mut self, org: &Name) -> Result<(), Stop> {
        let keys = std::mem::take(&mut self.member(org)?.keys);
        keys.into_iter().for_each(|key| self.retire(org, key));
        self.members.retain(|name| name != org);
        if self.validators.iter().any(|v| v.org == *org) {
            return refused("it runs a validator; remove that first, or in the same motion before");
        }
        if !self.organisations.values().any(has_vote) {
            return refused("nobody would be left who has a vote");
        }
        Ok(())
    }
    fn add_key(&mut self, org: &Name, key: &PublicKey) -> Result<(), Stop> {
        self.unused(key)?;
        let member = self.member(org)?;
        if member.keys.len() >= proto::organisation::KEYS_MAX {
            return refused("the organisation has as many keys as it may");
        }
        member.keys.push(key.clone());
        Ok(())
    }
    fn revoke_key(&mut self, org: &Name, key: &KeyId) -> Result<(), Stop> {
        let member = self.member(org)?;
        let Some(at) = member.keys.iter().position(|k| k.id() == *key) else {
            return refused("the organisation has no such key");
        };
        let key = member.keys.remove(at);
        if member.keys.is_empty() {
            return refused("it is the last key of the organisation; add another first, or remove the organisation");
        }
        self.retire(org, key);
        Ok(())
    }
    fn retire(&mut self, org: &Name, key: PublicKey) {
        let leaf = RetiredKeyLeaf { org: org.clone(), key, height: self.height };
        self.others.push((StateKey::RetiredKey(leaf.key.id()), leaf.to_bytes()));
    }
    fn member(&mut self, org: &Name) -> Result<&mut Organisation, Stop> {
        let found = self.organisations.get_mut(org).filter(|o| !o.keys.is_empty());
        found.ok_or_else(|| Rejected::OrganisationUnknown { org: org.clone() }.into())
    }
    fn position(&self, key: &KeyId) -> Result<usize, Stop> {
        let at = self.validators.iter().position(|v| v.key.id() == *key);
        at.ok_or_else(|| Rejected::ChangeRefused { rule: "no validator has this key" }.into())
    }
    /// A key has one use, for ever: a signature then says who made it and as what.
    fn unused(&self, key: &PublicKey) -> Result<(), Stop> {
        if self.former_voter(key)?.is_some() { refused(KEY_USED) } else { self.idle(key) }
    }
    /// Nobody votes with it, and nobody signs with it, or did, not even until earlier in the same motion.
    fn idle(&self, key: &PublicKey) -> Result<(), Stop> {
        let retired = StateKey::RetiredKey(key.id());
        let votes = self.validators.iter().any(|v| v.key == *key);
        let signs = self.organisations.values().any(|o| o.keys.contains(key));
        let signed = self.others.iter().any(|(at, _)| *at == retired) || has(self.state, &retired)?;
        if votes || signs || signed { refused(KEY_USED) } else { Ok(()) }
    }
    /// For whom a key voted that votes no more.
    fn former_voter(&self, key: &PublicKey) -> Result<Option<Name>, ReadFault> {
        let at = StateKey::FormerVoter(key.id());
        let now = self.others.iter().rev().find(|(other, _)| *other == at);
        let now = now.and_then(|(_, bytes)| RetiredKeyLeaf::from_bytes(bytes).ok());
        let found = now.map_or_else(|| leaf::<RetiredKeyLeaf>(self.state, &at), |l| Ok(Some(l)))?;
        Ok(found.map(|l| l.org))
    }
}

const KEY_USED: &str = "a key in it is in use, or was; make a new one";

fn refused(rule: &'static str) -> Result<(), Stop> {
    Err(Rejected::ChangeRefused { rule }.into())
}

//! The changes of a motion, as options of the command line. Whether they are allowed is the ledger's business.

use crate::SOFTWARE;
use crate::cli::access::name;
use crate::cli::outcome::Failure;
use clap::Args;
use proto::{Change, Contact, Digest, KeyId, Organisation, PublicKey, Role};

/// At least one. Keys are 130 hex digits as `chirograph init` and `key show` print them.
#[derive(Args, Default)]
pub struct Changes {
    /// A new validator: organisation, voting key, transport key, multiaddr.
    #[arg(long, value_name = "ORG:KEY:PEER:ADDRESS")]
    add_validator: Vec<String>,
    /// A validator that votes no more, by its voting key or the key's id.
    #[arg(long, value_name = "KEY")]
    remove_validator: Vec<String>,
    /// Another key in the place of a validator's: the old one, and the new one of a node that follows already.
    #[arg(long, value_name = "OLD:KEY:PEER:ADDRESS")]
    replace_validator: Vec<String>,
    /// A new member.
    #[arg(long, value_name = "NAME:ROLE:KEY")]
    add_organisation: Vec<String>,
    /// A member that leaves.
    #[arg(long, value_name = "NAME")]
    remove_organisation: Vec<String>,
    /// Another key of a member.
    #[arg(long, value_name = "NAME:KEY")]
    add_key: Vec<String>,
    /// A key that signs nothing more.
    #[arg(long, value_name = "NAME:KEY")]
    revoke_key: Vec<String>,
    /// Nodes with a lower program number stop voting.
    #[arg(long, value_name = "NUMBER")]
    min_software: Option<u32>,
}

impl Changes {
    /// Refuses a program number that asks for nothing, or for a program that nobody may have: it could not be taken back.
    pub fn check_software(&self) -> Result<(), Failure> {
        let problem = match self.min_software {
            Some(0) => "--min-software 0 asks for nothing: every program has a number from 1 on".to_owned(),
            Some(number) if number > SOFTWARE => format!(
                "--min-software {number}: this program has number {SOFTWARE}, and a network without enough programs of a \
                 number that high would never carry the motion, which would stay open until it expires; propose it with the \
                 release that has the number"
            ),
            _ => return Ok(()),
        };
        Err(Failure::Refused(format!("{problem}; --force proposes it all the same")))
    }
    /// Whether no option was given.
    pub fn is_empty(&self) -> bool {
        let lists = [
            &self.add_validator,
            &self.remove_validator,
            &self.replace_validator,
            &self.add_organisation,
            &self.remove_organisation,
            &self.add_key,
            &self.revoke_key,
        ];
        self.min_software.is_none() && lists.iter().all(|list| list.is_empty())
    }
    /// In the order in which they are applied: what is added first, so that a place can be taken over.
    pub fn read(&self) -> Result<Vec<Change>, Failure> {
        let mut all = Vec::new();
        collect(&mut all, &self.add_organisation, add_organisation)?;
        collect(&mut all, &self.add_key, |t| {
            let [org, key] = parts(t, "--add-key")?;
            Ok(Change::AddKey { org: name(org, "--add-key")?, key: public(key, "--add-key")? })
        })?;
        collect(&mut all, &self.add_validator, |t| {
            let [org, key, peer, address] = parts(t, "--add-validator")?;
            let (org, key) = (name(org, "--add-validator")?, public(key, "--add-validator")?);
            Ok(Change::AddValidator { org, key, contact: contact(peer, address)? })
        })?;
        collect(&mut all, &self.replace_validator, |t| {
            let [old, key, peer, address] = parts(t, "--replace-validator")?;
            let (old, new) = (key_id(old, "--replace-validator")?, public(key, "--replace-validator")?);
            Ok(Change::ReplaceValidatorKey { old, new, contact: contact(peer, address)? })
        })?;
        collect(&mut all, &self.remove_validator, |t| {
            Ok(Change::RemoveValidator { key: key_id(t, "--remove-validator")? })
        })?;
        collect(&mut all, &self.revoke_key, |t| {
            let [org, key] = parts(t, "--revoke-key")?;
            Ok(Change::RevokeKey { org: name(org, "--revoke-key")?, key: key_id(key, "--revoke-key")? })
        })?;
        collect(&mut all, &self.remove_organisation, |t| {
            Ok(Change::RemoveOrganisation { org: name(t, "--remove-organisation")? })
        })?;
        all.extend(self.min_software.map(|number| Change::MinSoftware { number }));
        if all.is_empty() {
            return Err(Failure::Usage("give at least one change, such as --add-validator".into()));
        }
        Ok(all)
    }
}

fn collect(
    all: &mut Vec<Change>,
    texts: &[String],
    read: impl Fn(&str) -> Result<Change, Failure>,
) -> Result<(), Failure> {
    for text in texts {
        all.push(read(text)?);
    }
    Ok(())
}

fn add_organisation(text: &str) -> Result<Change, Failure> {
    let option = "--add-organisation";
    let [org, role, key] = parts(text, option)?;
    let role = Role::parse(role)
        .ok_or_else(|| Failure::Usage(format!("{option}: ROLE is court, archive, notary, operator or auditor")))?;
    Ok(Change::AddOrganisation(Organisation { name: name(org, option)?, role, keys: vec![public(key, option)?] }))
}

/// The parts of an option's value, split at colons.
pub fn parts<'a, const N: usize>(text: &'a str, option: &str) -> Result<[&'a str; N], Failure> {
    let list: Vec<&str> = text.splitn(N, ':').collect();
    list.try_into().map_err(|_| Failure::Usage(format!("{option}: {N} parts with colons between are needed")))
}

/// A public key.
pub fn public(text: &str, option: &'static str) -> Result<PublicKey, Failure> {
    PublicKey::from_hex(text, option).map_err(|e| Failure::Usage(e.to_string()))
}

fn key_id(text: &str, option: &'static str) -> Result<KeyId, Failure> {
    Digest::from_hex(text).map_or_else(|| public(text, option).map(|key| key.id()), Ok)
}

/// How to reach a node.
pub fn contact(peer: &str, address: &str) -> Result<Contact, Failure> {
    let mut key = [0; 32];
    hex::decode_to_slice(peer, &mut key)
        .map_err(|_| Failure::Usage("PEER: 64 hex digits, as `chirograph init` printed them".into()))?;
    genesis::address::dialed(address).map_err(|e| Failure::Usage(format!("ADDRESS: {e}")))?;
    Ok(Contact { peer: key, address: address.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_number_that_makes_no_sense_is_refused() {
        let asks = |number| Changes { min_software: Some(number), ..Changes::default() }.check_software();
        assert!(asks(SOFTWARE).is_ok() && Changes::default().check_software().is_ok());
        for number in [0, SOFTWARE + 1, 99] {
            let refused = asks(number).unwrap_err();
            assert!(refused.code() == 1 && refused.to_string().contains("--force"), "{refused}");
        }
    }

    #[test]
    fn a_contact_is_where_the_transport_can_dial() {
        let peer = "ab".repeat(32);
        assert!(contact(&peer, "/ip4/192.0.2.1/tcp/7400").is_ok());
        for bad in ["/dns4/localhost/tcp/7400", "/ip4/192.0.2.1/tcp/0", "/ip4/0.0.0.0/tcp/7400", "192.0.2.1:7400"] {
            assert!(contact(&peer, bad).unwrap_err().to_string().contains("ADDRESS"), "{bad}");
        }
    }
}

//! Whom a resolution appoints, as options of the command line: `ORG:KEY`, with `PEER:ADDRESS` for who is new.

use crate::cli::access::name;
use crate::cli::gov::changes::{contact, public};
use crate::cli::outcome::Failure;
use proto::{Contact, KeyId, Resolution, Validator, ValidatorSet};

const OPTION: &str = "--validator";

/// Who votes, in order, and where those are of whom it was said.
#[derive(Debug)]
pub struct Appointed {
    /// In the order of the options.
    pub validators: Vec<Validator>,
    /// By their keys.
    pub contacts: Vec<(KeyId, Contact)>,
}

impl Appointed {
    /// From the values of `--validator`.
    pub fn read(texts: &[String]) -> Result<Self, Failure> {
        let (mut validators, mut contacts) = (Vec::new(), Vec::new());
        for text in texts {
            let (validator, place) = one(text)?;
            contacts.extend(place);
            validators.push(validator);
        }
        Ok(Self { validators, contacts })
    }
    /// The set of these.
    pub fn set(&self) -> Result<ValidatorSet, Failure> {
        ValidatorSet::new(self.validators.clone()).map_err(|e| Failure::Usage(e.to_string()))
    }
    /// Whether a resolution appoints exactly these, in this order, at these places.
    pub fn is(&self, resolution: &Resolution) -> bool {
        resolution.validators.iter().eq(&self.validators) && resolution.contacts == self.contacts
    }
    /// Whether it says where this one is.
    pub fn has_place(&self, key: &KeyId) -> bool {
        self.contacts.iter().any(|(id, _)| id == key)
    }
}

fn one(text: &str) -> Result<(Validator, Option<(KeyId, Contact)>), Failure> {
    let (org, key, rest) = match text.splitn(4, ':').collect::<Vec<_>>()[..] {
        [org, key] => (org, key, None),
        [org, key, peer, address] => (org, key, Some((peer, address))),
        _ => return Err(Failure::Usage(format!("{OPTION}: ORG:KEY or ORG:KEY:PEER:ADDRESS"))),
    };
    let key = public(key, OPTION)?;
    let place = rest.map(|(peer, address)| contact(peer, address)).transpose()?.map(|c| (key.id(), c));
    Ok((Validator { org: name(org, OPTION)?, key }, place))
}

//! A resolution in full, for whoever is to sign or apply it.

use crate::cli::outcome::Outcome;
use proto::{Contact, KeyId, RescueKeys, Resolution, Validator, ValidatorSet};
use serde_json::{Value, json};
use std::fmt::Write;

/// The set that a resolution would replace.
pub struct Before {
    /// Who votes.
    pub set: ValidatorSet,
    /// Who says so.
    pub says: String,
}

/// How far a resolution is signed.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed {
    /// Places of the rescue keys whose signature holds.
    pub good: Vec<u16>,
    /// Of those whose signature does not, or that are none.
    pub bad: Vec<u16>,
    /// How many genesis asks for.
    pub needed: usize,
}

impl Signed {
    /// Checks every signature.
    pub fn of(resolution: &Resolution, keys: &RescueKeys) -> Self {
        let bytes = resolution.signing_bytes();
        let holds = |(at, signature): &&(u16, proto::Signature)| {
            keys.keys.get(usize::from(*at)).is_some_and(|key| key.verify(&bytes, signature))
        };
        let (good, bad): (Vec<_>, Vec<_>) = resolution.signatures.iter().partition(holds);
        let places = |list: Vec<&(u16, proto::Signature)>| list.into_iter().map(|(at, _)| *at).collect();
        Self { good: places(good), bad: places(bad), needed: usize::from(keys.threshold) }
    }
}

/// What is said of a resolution.
pub struct Shown<'a> {
    /// The resolution.
    pub resolution: &'a Resolution,
    /// Who may sign it, where genesis is at hand.
    pub keys: Option<&'a RescueKeys>,
    /// The set in force, as far as it is known.
    pub before: Option<Before>,
}

impl Shown<'_> {
    /// For people and programs.
    pub fn outcome(&self) -> Outcome {
        Outcome::ok(self.text(), self.json())
    }
    fn text(&self) -> String {
        let r = self.resolution;
        let mut text = format!(
            "resolution for chain {}\ngoes on from height {}, block {}\nopens epoch {} with {} validators:",
            r.chain,
            r.height,
            r.block,
            r.validators.epoch(),
            r.validators.count()
        );
        for (i, v) in r.validators.iter().enumerate() {
            let place = self.place(v).map_or_else(
                || "where the ledger says".to_owned(),
                |c| format!("at {}, transport key {}", c.address, hex::encode(c.peer)),
            );
            let new = if self.joins(v) { "  NEW" } else { "" };
            line(&mut text, format_args!("  {i} {} {} {place}{new}", v.org, v.key.id()));
        }
        match &self.before {
            Some(before) => {
                let leaving = self.leaving();
                line(&mut text, format_args!("compared with epoch {} of {}:", before.set.epoch(), before.says));
                leaving.iter().for_each(|v| line(&mut text, format_args!("  LEAVES {} {}", v.org, v.key.id())));
                if leaving.is_empty() {
                    line(&mut text, format_args!("  nobody leaves"));
                }
            }
            None => line(&mut text, format_args!("who leaves is not known: give --endpoint, --home or --genesis")),
        }
        line(&mut text, format_args!("{}", self.signatures()));
        text
    }
    fn signatures(&self) -> String {
        let Some(keys) = self.keys else {
            return format!("{} signatures, not checked: give --genesis", self.resolution.signatures.len());
        };
        let signed = Signed::of(self.resolution, keys);
        let who: Vec<String> = signed.good.iter().map(|at| format!("{at} {}", key_at(keys, *at))).collect();
        let list = if who.is_empty() { String::new() } else { format!(": rescue keys {}", who.join(", ")) };
        let bad = match signed.bad.len() {
            0 => String::new(),
            _ => format!("; NO GOOD are those of the places {:?}", signed.bad),
        };
        format!("{} of {} signatures{list}{bad}", signed.good.len(), signed.needed)
    }
    fn json(&self) -> Value {
        let r = self.resolution;
        let short = |v: &Validator| json!({ "org": v.org.as_str(), "key": v.key.id().to_string() });
        let validator = |v: &Validator| {
            let place = self.place(v);
            json!({
                "org": v.org.as_str(), "key": v.key.id().to_string(), "public_key": hex::encode(v.key.bytes()),
                "peer": place.map(|c| hex::encode(c.peer)), "address": place.map(|c| c.address.clone()),
                "new": self.before.is_some().then(|| self.joins(v)),
            })
        };
        let signed = self.keys.map(|keys| Signed::of(r, keys));
        let leaving = self.before.as_ref().map(|_| self.leaving().into_iter().map(short).collect::<Vec<_>>());
        json!({
            "chain_id": r.chain.to_string(), "epoch": r.validators.epoch().0, "height": r.height.0,
            "block": r.block.to_string(), "validators": r.validators.iter().map(validator).collect::<Vec<_>>(),
            "leaves": leaving, "compared_with": self.before.as_ref().map(|b| b.says.clone()),
            "signatures": signed.as_ref().map_or(r.signatures.len(), |s| s.good.len()),
            "signatures_bad": signed.as_ref().map(|s| s.bad.clone()), "signatures_needed": signed.map(|s| s.needed),
        })
    }
    fn place(&self, validator: &Validator) -> Option<&Contact> {
        let id = validator.key.id();
        self.resolution.contacts.iter().find(|(key, _)| *key == id).map(|(_, contact)| contact)
    }
    fn joins(&self, validator: &Validator) -> bool {
        self.before.as_ref().is_some_and(|before| before.set.index_of(&validator.key).is_none())
    }
    fn leaving(&self) -> Vec<&Validator> {
        let before = self.before.iter().flat_map(|before| before.set.iter());
        before.filter(|v| self.resolution.validators.index_of(&v.key).is_none()).collect()
    }
}

fn key_at(keys: &RescueKeys, at: u16) -> String {
    keys.keys.get(usize::from(at)).map_or_else(String::new, |key| -> String {
        let id: KeyId = key.id();
        id.to_string()
    })
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    write!(text, "\n{what}").expect("a String takes every write");
}

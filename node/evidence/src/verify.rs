//! All checks, in their order. Every check is made whatever came before, as long as there is something to check: a person
//! wants to know what still holds.

use crate::dossier::Dossier;
use crate::files::Files;
use crate::policy::Policy;
use crate::reading::{self, Reading};
use crate::state_file::KeyStanding;
use crate::{
    access, author, bag, checkpoint, code, enrolment, facts, faults, intent, login, matter, model, packet, presented,
    quorum, stamp, unchecked,
};
use proto::{ChainId, Check, Epoch, Header, KeyId, LightClient, Name, Outcome, PublicKey, Trust, ValidatorSet};

/// What came out, and what was in the package.
#[derive(Clone, Debug)]
pub struct Report {
    /// The checks that were made, in order.
    pub checks: Vec<Check>,
    /// The content, if it could be read.
    pub dossier: Option<Dossier>,
    /// What is in the package and no check speaks for, for people to be told.
    pub unchecked: Vec<String>,
}

/// Checks a package. Without a policy nobody says that its genesis is the right one, which is then indeterminate.
pub fn verify(bytes: &[u8], policy: Option<&Policy>) -> Vec<Check> {
    inspect(bytes, policy).checks
}

/// As [`verify`], for whoever checks on behalf of strangers: a package of another ledger than the policy's is told as such
/// and examined no further, because its genesis, and with it the number of signatures to check, is its maker's.
pub fn verify_own(bytes: &[u8], policy: &Policy) -> Vec<Check> {
    let mut checks = Vec::new();
    let Some(reading) = open(bytes, &mut checks) else { return checks };
    let chain = reading.dossier.trust().chain;
    if chain == policy.genesis {
        content(&reading, Some(policy), &mut checks);
    } else {
        checks.push(check(code::GENESIS, false, format!("{chain}; this ledger is {}", policy.genesis)));
    }
    checks
}

/// What can be said about the content of a dossier alone, without a zip, a policy or the facts: for whoever writes a report.
pub fn examine(dossier: &Dossier) -> Vec<Check> {
    let reading = Reading { dossier: dossier.clone(), facts: Vec::new() };
    let mut checks = Vec::new();
    content(&reading, None, &mut checks);
    checks.retain(|c| c.code != code::GENESIS && c.code != code::FACTS);
    checks
}

/// As [`verify`], and hands the content over.
pub fn inspect(bytes: &[u8], policy: Option<&Policy>) -> Report {
    let mut checks = Vec::new();
    let Some(reading) = open(bytes, &mut checks) else {
        return Report { checks, dossier: None, unchecked: Vec::new() };
    };
    let sound = content(&reading, policy, &mut checks);
    let unchecked = unchecked::of(&reading.dossier);
    Report { checks, dossier: sound.then_some(reading.dossier), unchecked }
}

/// The checks up to LAYOUT; `None` when there is nothing further to check.
fn open(bytes: &[u8], checks: &mut Vec<Check>) -> Option<Reading> {
    let (folder, files) = match Files::open(bytes) {
        Ok(opened) => opened,
        Err(why) => {
            checks.push(check(code::PACKAGE, false, why.to_string()));
            return None;
        }
    };
    checks.push(check(code::PACKAGE, true, format!("{folder}: {} files", files.0.len())));
    checks.push(match bag::fault(&files, &folder) {
        None => check(code::BAG, true, "every file has its checksums in SHA-256 and SM3"),
        Some(why) => check(code::BAG, false, why),
    });
    match reading::read(&folder, &files) {
        Err(why) => {
            checks.push(check(code::LAYOUT, false, why));
            None
        }
        Ok(reading) => {
            let detail = format!("a {} package, format 1", reading.dossier.variant);
            checks.push(check(code::LAYOUT, true, detail));
            Some(reading)
        }
    }
}

/// The checks after LAYOUT; `false` when the genesis breaks its own rules and there is nothing to check against.
fn content(reading: &Reading, policy: Option<&Policy>, checks: &mut Vec<Check>) -> bool {
    if let Err(why) = reading.dossier.genesis.check() {
        checks.push(check(code::GENESIS, false, why.to_string()));
        return false;
    }
    let case = Case::new(reading, policy);
    checks.push(case.genesis());
    let placed = checkpoint::checks(&case);
    let certificate = placed.iter().find(|c| c.code == code::CERTIFICATE).map_or(Outcome::Invalid, |c| c.outcome);
    checks.extend(placed);
    checks.extend(author::checks(&case));
    checks.extend(model::checks(&case));
    checks.extend(matter::checks(&case));
    checks.extend(presented::checks(&case));
    checks.extend(login::checks(&case));
    checks.extend(packet::checks(&case));
    checks.extend(enrolment::checks(&case));
    checks.extend(access::checks(&case));
    checks.extend(intent::checks(&case));
    checks.extend(faults::checks(&case));
    checks.extend(stamp::checks(&case));
    checks.extend(quorum::checks(&case, certificate));
    checks.push(facts::checks(&case));
    true
}

/// A package under examination, with what follows from its genesis and trail.
pub(crate) struct Case<'a> {
    pub dossier: &'a Dossier,
    pub facts: &'a [u8],
    pub policy: Option<&'a Policy>,
    pub chain: ChainId,
    /// Why the trail leads nowhere.
    pub trail_fault: Option<String>,
    /// The first state entry that is not shown.
    pub state_fault: Option<usize>,
    client: LightClient,
    of_matter: Vec<Check>,
}

impl<'a> Case<'a> {
    fn new(reading: &'a Reading, policy: Option<&'a Policy>) -> Self {
        let dossier = &reading.dossier;
        let (trust, header) = (dossier.trust(), &dossier.receipt.checkpoint.header);
        let (client, trail_fault) = follow(&trust, dossier);
        let of_matter = dossier.matter.as_ref().map(|m| m.verify(&trust)).unwrap_or_default();
        Self {
            dossier,
            facts: &reading.facts,
            policy,
            chain: trust.chain,
            trail_fault,
            state_fault: dossier.state.fault(&header.state_root),
            client,
            of_matter,
        }
    }
    /// The checkpoint's header.
    pub fn header(&self) -> &'a Header {
        &self.dossier.receipt.checkpoint.header
    }
    /// The validators of the checkpoint's epoch, if they are known.
    pub fn set(&self) -> Option<&ValidatorSet> {
        self.validators(self.header().epoch)
    }
    /// The validators of an epoch up to the checkpoint's, if they are known.
    pub fn validators(&self, epoch: Epoch) -> Option<&ValidatorSet> {
        self.client.validators(epoch).filter(|_| self.trail_fault.is_none())
    }
    /// A key of an organisation that genesis names or the ledger's state is shown to hold.
    pub fn key(&self, org: &Name, id: &KeyId) -> Option<PublicKey> {
        let genesis = self.dossier.genesis.organisations.iter().find(|o| o.name == *org);
        genesis.and_then(|o| o.key(id)).cloned().or_else(|| Some(self.standing(org, id)?.key().clone()))
    }
    /// How a key stands in the ledger's state at the checkpoint, if that is shown.
    pub fn standing(&self, org: &Name, id: &KeyId) -> Option<KeyStanding> {
        self.state_fault.is_none().then(|| self.dossier.state.key(org, id)).flatten()
    }
    /// What the matter file itself came to.
    pub fn of_matter(&self, code: &str) -> Option<Check> {
        self.of_matter.iter().find(|c| c.code == code).cloned()
    }
    fn genesis(&self) -> Check {
        let (chain, code) = (self.chain, code::GENESIS);
        match self.policy.map(|p| p.genesis) {
            Some(genesis) if genesis == chain => check(code, true, format!("the policy's: {chain}")),
            Some(genesis) => check(code, false, format!("{chain}; the policy names {genesis}")),
            None => {
                let detail = format!("{chain}; without a policy nobody says that this is the right one");
                Check { code, outcome: Outcome::Indeterminate, detail }
            }
        }
    }
}

/// Follows the trail, which must lead to the checkpoint's epoch and no further.
fn follow(trust: &Trust, dossier: &Dossier) -> (LightClient, Option<String>) {
    let (mut client, links) = (LightClient::new(trust), &dossier.trail.links);
    let broken = links.iter().find_map(|link| client.step(link).err()).map(|e| e.to_string());
    let epoch = dossier.receipt.checkpoint.header.epoch;
    let short = (client.epoch() != epoch).then(|| format!("{} links do not lead to epoch {epoch}", links.len()));
    (client, broken.or(short))
}

/// A check that holds or does not.
pub(crate) fn check(code: &'static str, holds: bool, detail: impl Into<String>) -> Check {
    Check { code, outcome: if holds { Outcome::Valid } else { Outcome::Invalid }, detail: detail.into() }
}

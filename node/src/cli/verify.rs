//! `verify`: checks evidence offline. Needs the file, and a genesis or a policy that you trust, and nothing else.

use super::outcome::{Failure, Outcome};
use crate::daemon::read_genesis;
use crate::evidence::{EVIDENCE_BYTES_MAX, Evidence};
use crate::fault::Fault;
use crate::fault_json;
use crate::rerun::rerun;
use clap::Args;
use evidence::Policy;
use genesis::Genesis;
use proto::{Canonical, Check, Trail};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Evidence to check.
#[derive(Args)]
pub struct Verify {
    /// An evidence package, a receipt, matter file, matter proof or checkpoint, or a `fault.json`.
    file: PathBuf,
    /// The genesis file that you trust. For a package, a policy may name it instead.
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// What a court demands, as the package's SPEC.md describes. Of other evidence than packages it can ask for the genesis and
    /// for independent organisations.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The links from genesis to the evidence's epoch, as `query trail` writes them; needed once validators changed.
    #[arg(long, value_name = "FILE")]
    trail: Option<PathBuf>,
    /// For a package with packets: appraise them again by the model that the event names, and compare.
    #[arg(long)]
    rerun: bool,
}

impl Verify {
    /// Runs it. Bytes that are no evidence at all are invalid, not an error: whatever no tag names is looked at as a package.
    pub fn run(self) -> Result<Outcome, Failure> {
        let (kind, bytes) = self.read()?;
        let policy = self.policy()?;
        // Bytes put before a package must not turn a bad package into a call that could not be carried out.
        if kind == Looks::Package || (self.genesis.is_none() && !kind.decodes(&bytes)) {
            let mut report = evidence::inspect(&bytes, policy.as_ref());
            report.checks.extend(report.dossier.iter().filter(|_| self.rerun).flat_map(rerun));
            return Ok(beside::of_package(&report));
        }
        if self.rerun {
            return Err(Failure::Usage("--rerun: only a package has packets to appraise again".into()));
        }
        let needed = || Failure::Usage("give --genesis FILE: only a package can be looked at without one".into());
        let genesis = read_genesis(self.genesis.as_ref().ok_or_else(needed)?)?;
        let trust = genesis.trust();
        if kind == Looks::Fault {
            // Text that is no fault is no evidence: it fails as the package that it is not.
            let Some(checks) = fault_json::checks(&bytes, &trust) else {
                return Ok(Outcome::of_checks("package", &evidence::verify(&bytes, policy.as_ref())));
            };
            demand_nothing_more(policy.as_ref(), "a fault")?;
            return Ok(Outcome::of_checks("fault", &checks));
        }
        let trail = self.trail.as_deref().map(read_trail).transpose()?.unwrap_or_default();
        match Evidence::from_bytes(&bytes) {
            Ok(evidence) => {
                let mut checks = evidence.verify_along(&trust, &trail);
                checks.extend(independent(policy.as_ref(), &evidence, (&genesis, &trail), &checks)?);
                Ok(Outcome::of_checks(evidence.kind(), &checks))
            }
            Err(e) => {
                let outcome = proto::Outcome::Invalid;
                let check = proto::Check { code: "ENCODING", outcome, detail: e.to_string() };
                Ok(Outcome::of_checks("unknown", &[check]))
            }
        }
    }
    /// The file, as far as its kind may be long: of a longer one no more than shows that.
    fn read(&self) -> Result<(Looks, Vec<u8>), Failure> {
        let fault = |e: std::io::Error| Fault::file(&self.file, format!("cannot be read: {e}"));
        let mut file = std::fs::File::open(&self.file).map_err(fault)?;
        let mut bytes = Vec::new();
        file.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes).map_err(fault)?;
        let long = file.metadata().map_err(fault)?.len();
        let looks = Looks::of(&bytes);
        let kind = if long > looks.bytes_max() as u64 { Looks::Package } else { looks };
        let max = kind.bytes_max() as u64;
        file.take((max + 1).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes).map_err(fault)?;
        Ok((kind, bytes))
    }
}

/// So many bytes tell what a file is.
const HEAD_BYTES: u64 = 64;

/// What the first bytes say that a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Looks {
    /// Canonical bytes: a tag of this product's.
    Tagged,
    /// Text in braces.
    Fault,
    /// Anything else, so that damage to the first bytes makes a package a damaged package.
    Package,
}

impl Looks {
    fn of(head: &[u8]) -> Self {
        let inside = head.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
        match head {
            [_, rest @ ..] if rest.starts_with(b"chirograph/") => Self::Tagged,
            _ if inside.is_some_and(|inside| inside.starts_with(b"\"")) => Self::Fault,
            _ => Self::Package,
        }
    }
    /// Whether the whole file is what it looks like, so far as can be told without a genesis.
    fn decodes(self, bytes: &[u8]) -> bool {
        match self {
            Self::Tagged => Evidence::from_bytes(bytes).is_ok(),
            Self::Fault => fault_json::is_one(bytes),
            Self::Package => true,
        }
    }
    /// A longer file is none of that kind.
    fn bytes_max(self) -> usize {
        if self == Self::Package { evidence::BYTES_MAX } else { EVIDENCE_BYTES_MAX }
    }
}

/// A policy whose rules do not apply is not passed over in silence.
fn demand_nothing_more(policy: Option<&Policy>, what: &str) -> Result<(), Failure> {
    match policy {
        Some(p) if p.independent.is_some() || p.time.is_some() || p.references.is_some() => {
            let rules = "neither [independent] nor [time] nor [references]";
            Err(Failure::Usage(format!("--policy: {what} answers {rules}; verify a package")))
        }
        _ => Ok(()),
    }
}

/// `QUORUM_INDEPENDENT`, where the policy asks.
fn independent(
    policy: Option<&Policy>,
    evidence: &Evidence,
    (genesis, trail): (&Genesis, &Trail),
    checks: &[Check],
) -> Result<Option<Check>, Failure> {
    if policy.is_some_and(|p| p.time.is_some()) {
        let usage = format!("--policy: a {} carries no time-stamp for [time]; verify a package", evidence.kind());
        return Err(Failure::Usage(usage));
    }
    if policy.is_some_and(|p| p.references.is_some()) {
        let usage = format!("--policy: a {} carries no enrolment for [references]; verify a package", evidence.kind());
        return Err(Failure::Usage(usage));
    }
    let Some(rule) = policy.and_then(|p| p.independent.as_ref()) else { return Ok(None) };
    let holds = checks.iter().any(|c| c.code == "CERTIFICATE" && c.outcome == proto::Outcome::Valid);
    let voters = if holds { evidence.voters(&genesis.trust(), trail) } else { BTreeSet::new() };
    let known = genesis.organisations.iter().map(|o| o.name.to_string()).chain(voters.iter().cloned()).collect();
    Ok(Some(evidence::independent(rule, voters.iter().map(String::as_str).collect(), &known)))
}

impl Verify {
    /// The court's policy, or one that only names the genesis file given; with both, they must agree.
    fn policy(&self) -> Result<Option<Policy>, Failure> {
        let genesis = self.genesis.as_deref().map(read_genesis).transpose()?.map(|g| g.chain_id());
        let Some(path) = &self.policy else { return Ok(genesis.map(Policy::of_genesis)) };
        let policy = Policy::read(&policy_bytes(path)?).map_err(|e| Fault::file(path, e))?;
        if genesis.is_some_and(|genesis| genesis != policy.genesis) {
            return Err(Failure::Usage("--policy names another genesis than --genesis".into()));
        }
        Ok(Some(policy))
    }
}

/// Of a longer file no more than shows that.
fn policy_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let fault = |e: std::io::Error| Fault::file(path, format!("cannot be read: {e}"));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(fault)?;
    file.take(Policy::BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

fn read_trail(path: &Path) -> Result<Trail, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(Trail::from_bytes(&bytes).map_err(|e| Fault::file(path, e))?)
}

mod beside;

pub(super) use beside::of_package;

#[cfg(test)]
mod tests;

//! What `gov show` prints: the set in force, and each motion with what it still needs.

use crate::cli::outcome::{Failure, Outcome};
use crate::fault::Fault;
use crate::wire::v1;
use proto::govern::Readiness;
use proto::{Canonical, Change, Digest, Motion, Progress, ValidatorSet};
use serde_json::{Value, json};
use std::fmt::Write;

/// One answer of a node; `is_proven`: what its motions say was verified. Everything else is the node's word.
pub fn show(answer: &v1::GetGovernanceResponse, is_proven: bool) -> Result<Outcome, Failure> {
    let unreadable = |e: proto::Malformed| Fault::system("the node's answer", e);
    let set = ValidatorSet::from_bytes(&answer.validators).map_err(unreadable)?;
    let mut text = format!("epoch {}, {} validators, quorum {}", set.epoch(), set.count(), set.quorum());
    for (i, v) in set.iter().enumerate() {
        line(&mut text, format_args!("  {i} {} {}", v.org, v.key.id()));
    }
    line(&mut text, format_args!("program number needed: {}", answer.min_software));
    let mut motions = Vec::new();
    for m in &answer.motions {
        let motion = Motion::from_bytes(&m.canonical).map_err(unreadable)?;
        let id = hex::encode(&m.id);
        let state = state(&motion, &set, answer);
        line(&mut text, format_args!("motion {id} of `{}`: {state}", motion.mover));
        motion.changes.iter().for_each(|c| line(&mut text, format_args!("  {}", sentence(c))));
        motions.push(in_json(&id, &motion, &state));
    }
    if !is_proven && !motions.is_empty() {
        line(
            &mut text,
            format_args!("NOT VERIFIED: this is what the node says; with --genesis FILE it must prove the motions"),
        );
    }
    let validators: Vec<Value> =
        set.iter().map(|v| json!({ "org": v.org.as_str(), "key": v.key.id().to_string() })).collect();
    let json = json!({
        "epoch": set.epoch().0, "validators": validators, "quorum": set.quorum(), "height": answer.height,
        "min_software": answer.min_software, "motions": motions, "motions_proven": is_proven,
    });
    Ok(Outcome::ok(text, json))
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    write!(text, "\n{what}").expect("a String takes every write");
}

fn in_json(id: &str, motion: &Motion, state: &str) -> Value {
    let approvals: Vec<&str> = motion.approvals.iter().map(proto::Name::as_str).collect();
    let ready: Vec<String> = motion.ready.iter().map(|r| r.key.to_string()).collect();
    let progress = match motion.progress {
        Progress::Open => "open",
        Progress::Approved => "approved",
        Progress::Carried => "carried",
    };
    json!({
        "id": id, "progress": progress, "state": state, "approvals": approvals, "ready": ready,
        "expiry": motion.expiry.0, "changes": motion.changes.iter().map(sentence).collect::<Vec<_>>(),
    })
}

fn state(motion: &Motion, set: &ValidatorSet, answer: &v1::GetGovernanceResponse) -> String {
    let given = motion.approvals.iter().filter(|a| answer.voters.iter().any(|v| v == a.as_str())).count();
    let needed = 2 * answer.voters.len() / 3 + 1;
    let late = motion.expiry.0 < answer.height;
    match motion.progress {
        Progress::Carried => "in force".to_owned(),
        Progress::Open if late => "expired without the approvals".to_owned(),
        Progress::Open => format!("{given} of {needed} approvals; expires at height {}", motion.expiry),
        Progress::Approved => waiting(motion, set, answer),
    }
}

/// What an approved motion still waits for.
fn waiting(motion: &Motion, set: &ValidatorSet, answer: &v1::GetGovernanceResponse) -> String {
    let gates =
        motion.changes.iter().filter_map(|c| if let Change::MinSoftware { number } = c { Some(*number) } else { None });
    let gate = gates.max().unwrap_or_default().max(answer.min_software);
    let is_fresh = |r: &&Readiness| r.height.0.saturating_add(ledger::READY_BLOCKS) >= answer.height;
    let (mut ready, mut older, mut missing) = (0, Vec::new(), Vec::new());
    for (id, what) in to_be(motion, set) {
        match motion.ready.iter().filter(is_fresh).find(|r| r.key == id) {
            Some(r) if r.software < gate => older.push(format!("{what} {} (program {})", id.short(), r.software)),
            Some(_) => ready += 1,
            None => missing.push(format!("{what} {}", id.short())),
        }
    }
    let verdict = if motion.expiry.0 < answer.height {
        "refused: no living quorum in time".to_owned()
    } else if older.is_empty() {
        "approved, waits for its validators".to_owned()
    } else {
        format!("approved, waits for software: program {gate} or higher")
    };
    let older = if older.is_empty() { String::new() } else { format!("; with an older program: {}", older.join(", ")) };
    let missing = if missing.is_empty() { "nobody".to_owned() } else { missing.join(", ") };
    format!("{verdict}; {ready} ready{older}; not heard of: {missing}")
}

/// Who would vote after the motion.
fn to_be(motion: &Motion, set: &ValidatorSet) -> Vec<(Digest, &'static str)> {
    let mut ids: Vec<(Digest, &'static str)> = set.iter().map(|v| (v.key.id(), "validator")).collect();
    for change in &motion.changes {
        match change {
            Change::AddValidator { key, .. } => ids.push((key.id(), "new validator")),
            Change::RemoveValidator { key } => ids.retain(|(id, _)| id != key),
            Change::ReplaceValidatorKey { old, new, .. } => {
                ids.retain(|(id, _)| id != old);
                ids.push((new.id(), "new validator"));
            }
            _ => {}
        }
    }
    ids
}

/// A change in words.
pub fn sentence(change: &Change) -> String {
    match change {
        Change::AddValidator { org, key, contact } => {
            format!("add validator {} of `{org}` at {}", key.id(), contact.address)
        }
        Change::RemoveValidator { key } => format!("remove validator {key}"),
        Change::ReplaceValidatorKey { old, new, .. } => format!("replace validator {old} by {}", new.id()),
        Change::AddOrganisation(o) => format!("add organisation `{}` as {}", o.name, o.role.as_str()),
        Change::RemoveOrganisation { org } => format!("remove organisation `{org}`"),
        Change::AddKey { org, key } => format!("add key {} of `{org}`", key.id()),
        Change::RevokeKey { org, key } => format!("revoke key {key} of `{org}`"),
        Change::MinSoftware { number } => format!("ask for program number {number} or higher"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::{Epoch, Height, Name, SecretKey, Validator};

    fn validator(n: u8) -> Validator {
        let key = SecretKey::from_scalar(&[n; 32], "test").unwrap().public().clone();
        Validator { org: Name::new("court", "test").unwrap(), key }
    }

    #[test]
    fn a_motion_that_waits_for_software_says_so_and_whose() {
        let set = ValidatorSet::new((1..=4).map(validator).collect()).unwrap().in_epoch(Epoch(0));
        let ready = |n: u8, software| Readiness { key: validator(n).key.id(), height: Height(5), software };
        let mut motion = Motion {
            mover: Name::new("court", "test").unwrap(),
            changes: vec![Change::MinSoftware { number: 2 }],
            note: String::new(),
            moved: Height(1),
            expiry: Height(100),
            approvals: Vec::new(),
            ready: (1..=4).map(|n| ready(n, if n < 3 { 2 } else { 1 })).collect(),
            progress: Progress::Approved,
        };
        let at = |height| v1::GetGovernanceResponse { height, ..v1::GetGovernanceResponse::default() };
        let said = state(&motion, &set, &at(9));
        let older = format!("with an older program: validator {} (program 1)", validator(3).key.id().short());
        assert!(said.contains("waits for software: program 2 or higher; 2 ready") && said.contains(&older), "{said}");
        assert!(said.ends_with("not heard of: nobody"), "{said}");
        motion.ready.truncate(2);
        let said = state(&motion, &set, &at(9));
        let missing = format!("not heard of: validator {}", validator(3).key.id().short());
        assert!(said.contains("waits for its validators; 2 ready") && said.contains(&missing), "{said}");
    }
}

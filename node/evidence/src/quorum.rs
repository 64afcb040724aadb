//! Whether enough organisations that are no party to the dispute signed: a court's question that no consensus asks.

use crate::code;
use crate::policy::Independent;
use crate::verify::{Case, check};
use proto::{Check, Outcome};
use std::collections::BTreeSet;

/// `QUORUM_INDEPENDENT`, where the policy asks. `certificate` is what CERTIFICATE came to.
pub(crate) fn checks(case: &Case<'_>, certificate: Outcome) -> Vec<Check> {
    let Some(rule) = case.policy.and_then(|p| p.independent.as_ref()) else { return Vec::new() };
    let signed = if certificate == Outcome::Valid { organisations(case) } else { BTreeSet::new() };
    vec![independent(rule, signed, &known(case))]
}

/// `QUORUM_INDEPENDENT` of the organisations whose votes are in a certificate that holds; of none where it does not. `known` are
/// all organisations that the evidence names: of a name that is none of them the reader is told.
pub fn independent(rule: &Independent, signed: BTreeSet<&str>, known: &BTreeSet<String>) -> Check {
    let counted: Vec<&str> = signed.into_iter().filter(|org| rule.counts(org)).collect();
    let holds = counted.len() as u64 >= u64::from(rule.need);
    let mut detail = format!("{} of the {} needed: {}", counted.len(), rule.need, counted.join(", "));
    let unmatched = rule.unmatched(known);
    if !unmatched.is_empty() {
        detail.push_str(&format!("; the policy names what no organisation here is called: {}", unmatched.join(", ")));
    }
    check(code::QUORUM_INDEPENDENT, holds, detail)
}

/// The organisations of genesis, of the checkpoint's validators, and those that the state is shown to hold.
fn known(case: &Case<'_>) -> BTreeSet<String> {
    let founders = case.dossier.genesis.organisations.iter().map(|o| o.name.to_string());
    let voters = case.set().into_iter().flat_map(|set| set.iter()).map(|v| v.org.to_string());
    let shown = case.dossier.state.organisations().into_iter().filter(|_| case.state_fault.is_none());
    founders.chain(voters).chain(shown.map(|o| o.name.to_string())).collect()
}

fn organisations<'a>(case: &'a Case<'_>) -> BTreeSet<&'a str> {
    let votes = &case.dossier.receipt.checkpoint.certificate.votes;
    let org = |i| Some(case.set()?.get(i)?.org.as_str());
    votes.iter().filter_map(|(i, _)| org(*i)).collect()
}

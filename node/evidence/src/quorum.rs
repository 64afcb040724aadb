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
    vec![independent(rule, signed)]
}

/// `QUORUM_INDEPENDENT` of the organisations whose votes are in a certificate that holds; of none where it does not.
pub fn independent(rule: &Independent, signed: BTreeSet<&str>) -> Check {
    let counted: Vec<&str> = signed.into_iter().filter(|org| rule.counts(org)).collect();
    let holds = counted.len() as u64 >= rule.need;
    let detail = format!("{} of the {} needed: {}", counted.len(), rule.need, counted.join(", "));
    check(code::QUORUM_INDEPENDENT, holds, detail)
}

fn organisations<'a>(case: &'a Case<'_>) -> BTreeSet<&'a str> {
    let votes = &case.dossier.receipt.checkpoint.certificate.votes;
    let org = |i| Some(case.set()?.get(i)?.org.as_str());
    votes.iter().filter_map(|(i, _)| org(*i)).collect()
}

//! Contradictions that show only when a certificate is laid beside what was said before. A safety break always leaves
//! more than f culprits, each with two signatures in one view; this names those whose votes came inside certificates.

use crate::setup::Setup;
use crate::slot::Slot;
use proto::{Certificate, Contradiction, FaultProof, ValidatorIndex, Verified, Vote};

/// Fault proofs against voters of `certificate`. Costs nothing unless there is a contradiction; then two signature
/// checks each, because a certificate's votes are verified only as a whole.
pub(crate) fn of_certificate(slot: &Slot, certificate: &Certificate, setup: &Setup) -> Vec<Verified<FaultProof>> {
    let voters = certificate.votes.iter();
    let votes =
        voters.map(|(who, signature)| Vote { subject: certificate.subject, validator: *who, signature: *signature });
    votes.filter_map(|vote| against(slot, vote, setup)).collect()
}

fn against(slot: &Slot, vote: Vote, setup: &Setup) -> Option<Verified<FaultProof>> {
    let earlier = said(slot, vote.validator).find(|e| Contradiction::between(e, &vote).is_some())?;
    FaultProof { first: earlier, second: vote }.verify(&setup.chain, &setup.validators)
}

/// Everything that `who` said in a view, by itself or inside certificates.
fn said(slot: &Slot, who: ValidatorIndex) -> impl Iterator<Item = Vote> {
    let inside = slot.certificates().flat_map(move |c| {
        let mine = c.votes.iter().filter(move |(i, _)| *i == who);
        mine.map(|(i, s)| Vote { subject: c.subject, validator: *i, signature: *s })
    });
    slot.votes_of(who).map(|v| **v).chain(inside)
}

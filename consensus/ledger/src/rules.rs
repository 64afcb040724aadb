//! The rules that a transaction and its appraisal must keep, in the order in which they are asked.
//!
//! They read the state as it is before the transaction and change nothing. `admit` asks the first half early, `execute`
//! asks both halves again for every block: a validator believes no other, and state moves on.

use crate::govern;
use crate::query::{event, fault, header, history, organisation, validators, validators_of};
use crate::rejected::Rejected;
use crate::roles::role_may;
use crate::store::{Read, ReadFault};
use crate::workspace::{has, leaf};
use proto::appraisal::HISTORY_LAG_MAX;
use proto::flags::{
    FLAG_CLOCK_TAMPERED, FLAG_INCOMPLETE, FLAG_MERGED, FLAG_OUTSIDE_VALIDATED, FLAG_REPLAY, FLAGS_SYNTHETIC,
};
use proto::state::{RequestLeaf, SignerLeaf, StateKey};
use proto::{
    Appraisal, Band, Body, Canonical, Digest, Epoch, FaultProof, Govern, Height, Kind, Name, Nonce, Params, PublicKey,
    Role, Seq, TimeMs, Transaction,
};

/// Why a check ended: the transaction breaks a rule, or the disk does not answer.
pub(crate) enum Stop {
    Rejected(Rejected),
    Fault(ReadFault),
}

impl From<ReadFault> for Stop {
    fn from(fault: ReadFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Rejected> for Stop {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl Stop {
    /// Tells the two apart for the caller.
    pub(crate) fn split<T>(result: Result<T, Self>) -> Result<Result<T, Rejected>, ReadFault> {
        match result {
            Ok(value) => Ok(Ok(value)),
            Err(Self::Rejected(rejected)) => Ok(Err(rejected)),
            Err(Self::Fault(fault)) => Err(fault),
        }
    }
}

/// Where a transaction would stand: the block's place and the rules in force.
pub(crate) struct Place {
    pub(crate) chain: Digest,
    pub(crate) height: Height,
    pub(crate) time: TimeMs,
    pub(crate) params: Params,
    /// Whose set signs the block.
    pub(crate) epoch: Epoch,
    /// Nothing of the block stands before it.
    pub(crate) first: bool,
}

/// Everything that can be told without an appraisal; gives the key that must have signed.
pub(crate) fn check_transaction(state: &dyn Read, place: &Place, tx: &Transaction) -> Result<PublicKey, Stop> {
    let draft = &tx.draft;
    if draft.chain != place.chain {
        return Err(Rejected::WrongChain { ours: place.chain }.into());
    }
    let key = check_sender(state, tx)?;
    // Before expiry: whoever asks again for what was committed gets the answer, however late.
    check_request(state, tx)?;
    check_expiry(place, draft.expiry)?;
    check_body(state, place, tx)?;
    Ok(key)
}

pub(crate) fn check_sender(state: &dyn Read, tx: &Transaction) -> Result<PublicKey, Stop> {
    let (draft, kind) = (&tx.draft, tx.draft.body.kind());
    if let Body::Govern(act @ (Govern::Ready(_) | Govern::Rescue(_))) = &draft.body {
        return govern::voting_key(state, tx, act);
    }
    if let Some(key) = reporter(state, tx)? {
        return Ok(key);
    }
    let org = organisation(state, &draft.org)?;
    let org = org.ok_or_else(|| Rejected::OrganisationUnknown { org: draft.org.clone() })?;
    let unknown = || Rejected::KeyUnknown { org: draft.org.clone(), key: draft.key };
    let key = org.key(&draft.key).ok_or_else(unknown)?;
    if !role_may(org.role, kind) {
        return Err(Rejected::RoleNotPermitted { role: org.role, kind }.into());
    }
    Ok(key.clone())
}

/// A fault may be reported by a validator in force, with its voting key: nodes do it by themselves.
fn reporter(state: &dyn Read, tx: &Transaction) -> Result<Option<PublicKey>, ReadFault> {
    let draft = &tx.draft;
    if draft.body.kind() != Kind::Fault {
        return Ok(None);
    }
    let set = validators(state)?;
    Ok(set.iter().find(|v| v.org == draft.org && v.key.id() == draft.key).map(|v| v.key.clone()))
}

fn check_request(state: &dyn Read, tx: &Transaction) -> Result<(), Stop> {
    let key = StateKey::Request(tx.draft.org.clone(), tx.draft.request);
    match leaf::<RequestLeaf>(state, &key)? {
        None => Ok(()),
        Some(first) if first.body == tx.draft.body.digest() => {
            Err(Rejected::AlreadyCommitted { seq: first.seq }.into())
        }
        Some(first) => Err(Rejected::RequestIdReused { first: first.body, seq: first.seq }.into()),
    }
}

fn check_expiry(place: &Place, expiry: Height) -> Result<(), Rejected> {
    let max = Height(place.height.0.saturating_add(place.params.expiry_max_blocks));
    if expiry < place.height {
        return Err(Rejected::Expired { expiry, next: place.height });
    }
    if expiry > max {
        return Err(Rejected::ExpiryTooFar { expiry, max });
    }
    Ok(())
}

fn check_body(state: &dyn Read, place: &Place, tx: &Transaction) -> Result<(), Stop> {
    match &tx.draft.body {
        Body::Enroll { signer, references } => check_enrolment(state, &tx.draft.org, (signer, references)),
        Body::Sign { nonce, .. } => check_nonce(state, place, nonce),
        Body::Record { .. } | Body::Anchor { .. } => Ok(()),
        Body::Attest { matter, target, target_hash, .. } => check_target(state, matter, (*target, target_hash)),
        Body::Access { .. } => check_access(state, tx),
        Body::Fault(proof) => check_fault(state, place, proof),
        Body::Govern(_) => govern::effects(state, place, (tx.id(), tx)).map(drop),
    }
}

fn check_enrolment(state: &dyn Read, org: &Name, what: (&Name, &[Digest])) -> Result<(), Stop> {
    let (signer, references) = what;
    if !distinct(references) {
        return Err(Rejected::PacketDuplicate { field: "references" }.into());
    }
    let Some(enrolled) = leaf::<SignerLeaf>(state, &StateKey::Signer(signer.clone()))? else { return Ok(()) };
    let first = event(state, enrolled.enrolled)?.ok_or_else(|| ReadFault::missing("an enrolment"))?;
    let owner = first.transaction.draft.org;
    if owner == *org { Ok(()) } else { Err(Rejected::SignerNotYours { signer: signer.clone(), owner }.into()) }
}

/// One proof for each validator and epoch: more prove nothing new. The signatures are checked under the set of that
/// epoch, however long ago it was.
fn check_fault(state: &dyn Read, place: &Place, proof: &FaultProof) -> Result<(), Stop> {
    if let Some(seq) = fault(state, proof.epoch(), proof.culprit())? {
        return Err(Rejected::FaultKnown { validator: proof.culprit(), seq }.into());
    }
    let Some(set) = validators_of(state, proof.epoch())? else {
        return Err(Rejected::FaultUnproven { rule: "is of an epoch that this ledger does not know" }.into());
    };
    match proof.clone().verify(&place.chain, &set) {
        Some(_) => Ok(()),
        None => Err(Rejected::FaultUnproven { rule: "lacks a contradiction, or a signature does not hold" }.into()),
    }
}

fn check_nonce(state: &dyn Read, place: &Place, nonce: &Nonce) -> Result<(), Stop> {
    let age_max_ms = place.params.nonce_age_max_ms;
    let named = header(state, nonce.height)?.filter(|h| h.digest() == nonce.block && h.height < place.height);
    let made = named.ok_or(Rejected::NonceUnknown { height: nonce.height })?.time;
    if place.time.0 - made.0.min(place.time.0) > age_max_ms {
        return Err(Rejected::NonceExpired { made, now: place.time, age_max_ms }.into());
    }
    Ok(())
}

fn check_target(state: &dyn Read, matter: &Name, named: (Seq, &Digest)) -> Result<(), Stop> {
    let (target, hash) = named;
    let found = event(state, target)?.ok_or(Rejected::TargetUnknown { target })?;
    if found.digest() != *hash {
        return Err(Rejected::TargetMismatch { field: "target_hash", target }.into());
    }
    if found.transaction.draft.body.matter() != Some(matter) {
        return Err(Rejected::TargetMismatch { field: "matter", target }.into());
    }
    Ok(())
}

/// A court may have the packet of any signing read, a platform those of the signings that it submitted itself.
fn check_access(state: &dyn Read, tx: &Transaction) -> Result<(), Stop> {
    let Body::Access { matter, target, target_hash, .. } = &tx.draft.body else { return Ok(()) };
    check_target(state, matter, (*target, target_hash))?;
    let found = event(state, *target)?.ok_or(Rejected::TargetUnknown { target: *target })?;
    let signing = found.transaction.draft;
    if signing.body.kind() != Kind::Sign {
        return Err(Rejected::TargetMismatch { field: "target", target: *target }.into());
    }
    let reader = organisation(state, &tx.draft.org)?;
    let court = reader.is_some_and(|o| o.role == Role::Court);
    if court || signing.org == tx.draft.org { Ok(()) } else { Err(Rejected::NotYoursToRead { target: *target }.into()) }
}

/// The rules about the opinion on a transaction's packets.
pub(crate) fn check_opinion(
    state: &dyn Read,
    params: &Params,
    tx: &Transaction,
    appraisal: Option<&Appraisal>,
) -> Result<(), Stop> {
    let body = &tx.draft.body;
    let appraisal = match (appraisal, body.packets()) {
        (None, []) => return Ok(()),
        (None, _) => return Err(Rejected::AppraisalMissing.into()),
        (Some(_), []) => return Err(malformed("appraisal", "this kind of event has no packet to appraise").into()),
        (Some(a), _) => a,
    };
    check_comparison(state, params, (body, appraisal))?;
    check_seen(state, body, appraisal.seen)?;
    if appraisal.flags & FLAGS_SYNTHETIC != 0 && !params.allow_synthetic {
        return Err(Rejected::SyntheticNotAllowed.into());
    }
    check_fingerprints(state, body, &appraisal.fingerprints)?;
    check_attacks(appraisal.flags)?;
    match (appraisal.band, body.signer()) {
        (Band::Reject, Some(signer)) => Err(Rejected::StrokeScoreLow { signer: signer.clone() }.into()),
        _ => Ok(()),
    }
}

/// The right model compared with the right references, and the band follows from the number.
fn check_comparison(state: &dyn Read, params: &Params, what: (&Body, &Appraisal)) -> Result<(), Stop> {
    let (body, a) = what;
    if a.model != params.model {
        return Err(Rejected::ModelMismatch { given: a.model, current: params.model }.into());
    }
    let current = match body {
        Body::Sign { signer, .. } => template_of(state, signer)?,
        _ => Digest::ZERO,
    };
    if a.template != current {
        return Err(Rejected::TemplateChanged { given: a.template, current }.into());
    }
    if a.llr.is_some() && current == Digest::ZERO {
        return Err(malformed("appraisal.llr", "a number stands only where something was compared").into());
    }
    if a.llr.is_none() && current != Digest::ZERO && a.flags & FLAG_OUTSIDE_VALIDATED == 0 {
        return Err(malformed("appraisal.llr", "is missing though the recording could be compared").into());
    }
    if a.llr_random.is_some() && a.llr.is_none() {
        return Err(malformed("appraisal.llr_random", "stands only beside the number of the other hypothesis").into());
    }
    if a.band != params.thresholds.band_of(a.llr, &a.template) {
        return Err(malformed("appraisal.band", "does not follow from the number and the thresholds in force").into());
    }
    Ok(())
}

/// Template of a signer; zero when not enrolled.
fn template_of(state: &dyn Read, signer: &Name) -> Result<Digest, ReadFault> {
    let leaf = leaf::<SignerLeaf>(state, &StateKey::Signer(signer.clone()))?;
    Ok(leaf.map_or(Digest::ZERO, |l| l.template))
}

/// What was compared are the packets of this ledger, and nearly all of them. It is counted within a block too: the
/// packets before this one in the same block were appraised at the same time and are among those it may lack.
fn check_seen(state: &dyn Read, body: &Body, seen: u64) -> Result<(), Stop> {
    let Some(signer) = body.signer() else { return Ok(()) };
    let packets = history(state, signer)?;
    match packets.checked_sub(seen) {
        Some(lag) if lag <= HISTORY_LAG_MAX => Ok(()),
        _ => Err(Rejected::HistoryChanged { seen, packets }.into()),
    }
}

/// What no likelihood ratio makes good.
fn check_attacks(flags: u32) -> Result<(), Rejected> {
    let attacks = [
        (FLAG_REPLAY, Rejected::Replay),
        (FLAG_INCOMPLETE, Rejected::Incomplete),
        (FLAG_MERGED, Rejected::Merged),
        (FLAG_CLOCK_TAMPERED, Rejected::ClockTampered),
    ];
    attacks.into_iter().find(|(flag, _)| flags & flag != 0).map_or(Ok(()), |(_, why)| Err(why))
}

fn check_fingerprints(state: &dyn Read, body: &Body, fingerprints: &[Digest]) -> Result<(), Stop> {
    if fingerprints.len() != body.packets().len() {
        return Err(malformed("appraisal.fingerprints", "there is one for each packet").into());
    }
    let field = if matches!(body, Body::Enroll { .. }) { "references" } else { "packet" };
    if !distinct(fingerprints) {
        return Err(Rejected::PacketDuplicate { field }.into());
    }
    for fingerprint in fingerprints {
        if has(state, &StateKey::Fingerprint(*fingerprint))? {
            return Err(Rejected::PacketDuplicate { field }.into());
        }
    }
    Ok(())
}

fn malformed(field: &'static str, rule: &'static str) -> Rejected {
    Rejected::AppraisalMalformed { field, rule }
}

/// Lists are at most `REFERENCES_MAX` long.
fn distinct(list: &[Digest]) -> bool {
    list.iter().enumerate().all(|(i, d)| !list[..i].contains(d))
}

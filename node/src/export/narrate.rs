//! What a report says about a dossier, gathered from the canonical bytes and the checks that they pass.

use evidence::{Dossier, Presented, Variant, examine};
use models::StrokePacket;
use proto::{Body, Contradiction, Event, IntentResult, Trust, ValidatorSet};
use report::facts::{Access, Enrolment, Facts, Fault, PresentedFile, Stamp, Will};
use report::{Sources, Variant as Shown};

/// The facts; `None` when the trail does not lead to the validators, so that there is nothing to report on.
pub(super) fn narrate(dossier: &Dossier) -> Option<Facts> {
    let (trust, validators) = (dossier.trust(), dossier.validators()?);
    let references: Vec<StrokePacket> = dossier.references.iter().map(|r| r.packet.clone()).collect();
    let mut facts = Facts::gather(&Sources {
        variant: match dossier.variant {
            Variant::Full => Shown::Full,
            Variant::Party => Shown::Party,
            Variant::Public => Shown::Public,
        },
        network: dossier.genesis.name.as_str(),
        trust: &trust,
        validators: &validators,
        links: &dossier.trail.links,
        receipt: &dossier.receipt,
        nonce: dossier.nonce.as_ref(),
        matter: dossier.matter.as_ref(),
        questioned: dossier.packet.as_ref().map(|p| &p.packet),
        references: &references,
        checks: &examine(dossier),
    });
    let holds = |code: &str| facts.checks.iter().any(|c| c.code == code && c.outcome == "VALID");
    let is_theirs = holds(evidence::code::REFERENCES_AGE);
    let presented = dossier.document.as_ref().filter(|_| holds(evidence::code::DOCUMENT)).map(presented);
    facts.enrolment = dossier.enrolment.as_ref().filter(|_| is_theirs).map(|r| Enrolment::of(&r.event));
    facts.document.iter_mut().for_each(|d| d.presented.clone_from(&presented));
    facts.wills = dossier.intents.iter().map(|result| will(dossier, result)).collect();
    facts.accesses = accesses(dossier, &trust);
    facts.faults = dossier.faults.iter().filter_map(|r| fault(&r.event, &validators)).collect();
    facts.stamps = dossier.stamps.iter().map(stamp).collect();
    Some(facts)
}

fn presented(file: &Presented) -> PresentedFile {
    let Presented { name, media_type, size, hash, .. } = file.clone();
    PresentedFile { name, media_type, size, hash: hash.as_str().to_owned() }
}

fn will(dossier: &Dossier, result: &IntentResult) -> Will {
    let step = evidence::intent_step(dossier.matter.iter().flat_map(|m| &m.events), result);
    Will::of(result, step, &dossier.event)
}

/// Who read the packet, in order.
fn accesses(dossier: &Dossier, trust: &Trust) -> Vec<Access> {
    let events = dossier.matter.iter().flat_map(|m| &m.events);
    let about =
        |e: &&Event| matches!(&e.transaction.draft.body, Body::Access { target, .. } if *target == dossier.event.seq);
    events.filter(about).map(|e| access(e, &dossier.event, trust)).collect()
}

fn access(e: &Event, signing: &Event, trust: &Trust) -> Access {
    let draft = &e.transaction.draft;
    let authority = match &draft.body {
        Body::Access { authority, .. } => authority.clone(),
        _ => String::new(),
    };
    let role = trust.organisations.iter().find(|o| o.name == draft.org).map(|o| o.role.as_str().to_owned());
    let packet = signing.transaction.draft.body.packets().first().map_or(String::new(), ToString::to_string);
    let purpose = authority.clone();
    Access {
        seq: e.seq.0,
        height: e.height.0,
        time_ms: e.time.0,
        organisation: draft.org.to_string(),
        role,
        purpose,
        authority,
        packet,
    }
}

/// A fault of one who signs now; who signed only in earlier epochs is named by the proof alone.
fn fault(e: &Event, validators: &ValidatorSet) -> Option<Fault> {
    let Body::Fault(proof) = &e.transaction.draft.body else { return None };
    let culprit = validators.get(proof.culprit()).filter(|_| proof.epoch() == validators.epoch());
    Some(Fault {
        seq: e.seq.0,
        organisation: culprit.map_or(String::new(), |v| v.org.to_string()),
        key: culprit.map_or(String::new(), |v| v.key.id().to_string()),
        contradiction: Contradiction::between(&proof.first, &proof.second)?.as_str().to_owned(),
    })
}

/// Trusts nobody: which authorities are to be believed is for a court's policy, and none is at hand when a report is made.
fn stamp(s: &evidence::Stamp) -> Stamp {
    let header = &s.receipt.checkpoint.header;
    let imprint = timestamp::imprint(header);
    let chain_pem = std::str::from_utf8(&s.chain).unwrap_or_default();
    let appraised = timestamp::stamp::verify(timestamp::Stamp { token: &s.token, chain_pem }, &imprint, &[]);
    let token = timestamp::Token::from_der(&s.token).ok();
    let [said, chained] = &appraised.checks;
    Stamp {
        authority: appraised.authority.unwrap_or_default(),
        time_ms: appraised.gen_time.map_or(0, |t| t.0),
        accuracy_ms: token.as_ref().and_then(|t| t.info.accuracy_ms),
        resolution_ms: token.as_ref().map_or(1000, |t| t.info.resolution_ms),
        header_time_ms: Some(header.time.0),
        serial: token.map_or(String::new(), |t| hex::encode(t.info.serial)),
        imprint: imprint.to_string(),
        algorithm: "sha256".to_owned(),
        token: said.outcome.as_str().to_owned(),
        chain: chained.outcome.as_str().to_owned(),
    }
}

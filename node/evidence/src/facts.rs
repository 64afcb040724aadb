//! `facts.json`: what the evidence says, for readers and for programs that do not decode canonical bytes. Everything in it
//! follows from the other files, and both verifiers write it again and compare (check `FACTS`). What the other files say that
//! nobody signed (a document's name) it repeats; see `unchecked`.

use crate::code;
use crate::dossier::Dossier;
use crate::json::Json;
use crate::presented::Presented;
use crate::verify::{Case, check};
use proto::{
    Appraisal, Body, Canonical, Challenge, Check, Event, Header, IntentResult, MatterFile, Outcome, ValidatorIndex,
    ValidatorSet, flags,
};
use std::collections::BTreeMap;

/// The check `FACTS`.
pub(crate) fn checks(case: &Case<'_>) -> Check {
    let Some(set) = case.set() else {
        let detail = "who voted is not known".to_owned();
        return Check { code: code::FACTS, outcome: Outcome::Indeterminate, detail };
    };
    let holds = of(case.dossier, Some(set)) == case.facts;
    // Genuine as a text is not true in every word: of a document these are in no signed byte.
    let detail = match (holds, &case.dossier.document) {
        (false, _) => "facts.json says something else than the other files",
        (true, None) => "facts.json says what the other files say, as far as the checks above hold",
        (true, Some(_)) => {
            "facts.json says what the other files say, as far as the checks above hold; what the document was called, its kind \
             and (but for an anchor) its size are the maker's word"
        }
    };
    check(code::FACTS, holds, detail)
}

/// The bytes of the file. Without the set (a trail that leads nowhere) the validators are left empty.
pub(crate) fn of(dossier: &Dossier, set: Option<&ValidatorSet>) -> Vec<u8> {
    let votes = dossier.receipt.checkpoint.certificate.votes.iter().map(|(i, _)| vote(*i, set));
    let mut members = BTreeMap::from([
        ("appraisal", dossier.event.appraisal.as_ref().map_or(Json::Null, appraisal)),
        ("chain", Json::text(dossier.genesis_id())),
        ("checkpoint", checkpoint(&dossier.receipt.checkpoint.header)),
        ("event", event(&dossier.event)),
        ("intent", Json::List(dossier.intents.iter().map(|r| intent(r, dossier.matter.as_ref())).collect())),
        ("matter", dossier.matter.as_ref().map_or(Json::Null, matter)),
        ("validators", set.map_or(Json::Null, validators)),
        ("variant", Json::text(dossier.variant)),
        ("votes", Json::List(votes.collect())),
    ]);
    // What a package may lack has no member when it does: the file is what it was before there was such a thing.
    if dossier.intents.is_empty() {
        members.remove("intent");
    }
    members.extend(dossier.document.as_ref().map(|d| ("document", document(d))));
    members.extend(dossier.enrolment.as_ref().map(|r| ("enrolment", enrolment(&r.event))));
    members.extend(dossier.login.as_ref().map(|c| ("login", login(c))));
    Json::Object(members).to_bytes()
}

fn document(d: &Presented) -> Json {
    Json::object([
        ("digest", Json::text(d.digest)),
        ("hash", Json::text(d.hash.as_str())),
        ("media_type", Json::text(&d.media_type)),
        ("name", Json::text(&d.name)),
        ("size", Json::text(d.size)),
    ])
}

fn enrolment(e: &Event) -> Json {
    Json::object([
        ("hash", Json::text(e.digest())),
        ("organisation", Json::text(&e.transaction.draft.org)),
        ("seq", Json::text(e.seq)),
        ("time_ms", Json::text(e.time)),
    ])
}

fn login(challenge: &Challenge) -> Json {
    Json::object([("digest", Json::text(challenge.digest())), ("prompt", Json::text(challenge.digits()))])
}

fn intent(result: &IntentResult, matter: Option<&MatterFile>) -> Json {
    let f = &result.finding;
    let step = crate::intent::step(matter.into_iter().flat_map(|m| &m.events), result);
    Json::object([
        ("digest", Json::text(result.digest())),
        ("document", Json::text(f.document)),
        ("duration_ms", Json::text(f.duration_ms)),
        ("key", Json::text(result.key)),
        ("log", Json::text(f.log)),
        ("method", Json::text(f.method.as_str())),
        ("note", Json::text(&f.note)),
        ("passed", Json::text(f.passed)),
        ("provider", Json::text(&result.provider)),
        ("signer", Json::text(&f.signer)),
        ("step", Json::option(step.map(|e| e.seq))),
        ("time_ms", Json::text(f.time)),
    ])
}

fn vote(index: ValidatorIndex, set: Option<&ValidatorSet>) -> Json {
    let org = set.and_then(|s| s.get(index)).map_or("", |v| v.org.as_str());
    Json::object([("organisation", Json::text(org)), ("validator", Json::text(index))])
}

fn validators(set: &ValidatorSet) -> Json {
    Json::object([
        ("count", Json::text(set.count())),
        ("epoch", Json::text(set.epoch())),
        ("quorum", Json::text(set.quorum())),
    ])
}

fn matter(file: &MatterFile) -> Json {
    let leaf = file.proof.leaf;
    Json::object([
        ("count", Json::option(leaf.map(|l| l.count))),
        ("name", Json::text(&file.proof.matter)),
        ("sum", Json::option(leaf.map(|l| l.sum))),
    ])
}

fn checkpoint(h: &Header) -> Json {
    Json::object([
        ("epoch", Json::text(h.epoch)),
        ("header", Json::text(h.digest())),
        ("height", Json::text(h.height)),
        ("ledger_size", Json::text(h.ledger_size)),
        ("ledger_sum", Json::text(h.ledger_sum)),
        ("sha256_root", Json::text(h.sha256_root)),
        ("sm3_root", Json::text(h.sm3_root)),
        ("state_root", Json::text(h.state_root)),
        ("time_ms", Json::text(h.time)),
    ])
}

fn event(e: &Event) -> Json {
    let draft = &e.transaction.draft;
    Json::object([
        ("body", body(&draft.body)),
        ("hash", Json::text(e.digest())),
        ("height", Json::text(e.height)),
        ("key", Json::text(draft.key)),
        ("kind", Json::text(e.kind().as_str())),
        ("matter_seq", Json::text(e.matter_seq)),
        ("organisation", Json::text(&draft.org)),
        ("request", Json::text(hex::encode(draft.request.0))),
        ("seq", Json::text(e.seq)),
        ("time_ms", Json::text(e.time)),
        ("transaction", Json::text(e.transaction.id())),
    ])
}

fn body(body: &Body) -> Json {
    match body {
        Body::Enroll { signer, references } => {
            Json::object([("references", Json::texts(references)), ("signer", Json::text(signer))])
        }
        Body::Sign { matter, signer, document, packet, nonce } => Json::object([
            ("document", Json::text(document)),
            ("matter", Json::text(matter)),
            ("nonce_block", Json::text(nonce.block)),
            ("nonce_height", Json::text(nonce.height)),
            ("packet", Json::text(packet)),
            ("signer", Json::text(signer)),
        ]),
        Body::Record { matter, kind, content, note } => Json::object([
            ("content", Json::text(content)),
            ("kind", Json::text(kind)),
            ("matter", Json::text(matter)),
            ("note", Json::text(note)),
        ]),
        Body::Anchor { matter, content, size, locator } => Json::object([
            ("content", Json::text(content)),
            ("locator", Json::text(locator)),
            ("matter", Json::text(matter)),
            ("size", Json::text(size)),
        ]),
        Body::Attest { matter, target, target_hash, statement } => Json::object([
            ("matter", Json::text(matter)),
            ("statement", Json::text(statement)),
            ("target", Json::text(target)),
            ("target_hash", Json::text(target_hash)),
        ]),
        Body::Access { matter, target, target_hash, authority, order } => Json::object([
            ("authority", Json::text(authority)),
            ("matter", Json::text(matter)),
            ("order", Json::text(order)),
            ("target", Json::text(target)),
            ("target_hash", Json::text(target_hash)),
        ]),
        Body::Govern(_) | Body::Fault(_) => Json::object([]),
    }
}

fn appraisal(a: &Appraisal) -> Json {
    Json::object([
        ("band", Json::text(a.band.as_str())),
        ("fingerprints", Json::texts(&a.fingerprints)),
        ("flags", Json::texts(flags::names(a.flags))),
        ("grade", Json::text(a.grade)),
        ("llr", Json::option(a.llr)),
        ("llr_random", Json::option(a.llr_random)),
        ("model", Json::text(a.model)),
        ("seen", Json::text(a.seen)),
        ("template", Json::text(a.template)),
    ])
}

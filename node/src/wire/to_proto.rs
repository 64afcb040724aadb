//! From nouns to client messages. `canonical` is always the noun's own bytes; the rest repeats them for reading.

use super::v1;
use crate::copy::Part;
use prost_types::Timestamp;
use proto::{
    Appraisal, Band, Body, Canonical, Certificate, Check, Checkpoint, Draft, Event, Grade, Header, MatterProof, Nonce,
    Outcome, Receipt, TimeMs, Transaction,
};

/// A draft as a message without signature.
pub fn draft(draft: &Draft) -> v1::Transaction {
    v1::Transaction {
        chain_id: draft.chain.0.to_vec(),
        organisation: draft.org.to_string(),
        key_id: draft.key.0.to_vec(),
        request_id: uuid::Uuid::from_bytes(draft.request.0).to_string(),
        expiry_height: draft.expiry.0,
        signature: Vec::new(),
        body: Some(body(&draft.body)),
    }
}

/// A signed transaction.
pub fn transaction(tx: &Transaction) -> v1::Transaction {
    v1::Transaction { signature: tx.signature.0.to_vec(), ..draft(&tx.draft) }
}

fn body(body: &Body) -> v1::transaction::Body {
    use v1::transaction::Body as M;
    match body {
        Body::Enroll { signer, references } => M::Enroll(v1::Enroll {
            signer: signer.to_string(),
            references: references.iter().map(|r| r.0.to_vec()).collect(),
        }),
        Body::Sign { matter, signer, document, packet, nonce: at } => M::Sign(v1::Sign {
            matter: matter.to_string(),
            signer: signer.to_string(),
            document: document.0.to_vec(),
            packet: packet.0.to_vec(),
            nonce: Some(nonce(at)),
        }),
        Body::Record { matter, kind, content, note } => M::Record(v1::Record {
            matter: matter.to_string(),
            kind: kind.to_string(),
            content: content.0.to_vec(),
            note: note.clone(),
        }),
        Body::Anchor { matter, content, size, locator } => M::Anchor(v1::Anchor {
            matter: matter.to_string(),
            content: content.0.to_vec(),
            size: *size,
            locator: locator.clone(),
        }),
        Body::Attest { matter, target, target_hash, statement } => M::Attest(v1::Attest {
            matter: matter.to_string(),
            target: target.0,
            target_hash: target_hash.0.to_vec(),
            statement: statement.clone(),
        }),
        Body::Access { matter, target, target_hash, authority, order } => M::Access(v1::Access {
            matter: matter.to_string(),
            target: target.0,
            target_hash: target_hash.0.to_vec(),
            authority: authority.clone(),
            order: order.0.to_vec(),
        }),
        Body::Govern(act) => M::Govern(v1::Govern { canonical: act.to_bytes() }),
        Body::Fault(proof) => M::Fault(v1::Fault { canonical: proof.to_bytes() }),
    }
}

/// A nonce.
pub fn nonce(nonce: &Nonce) -> v1::Nonce {
    v1::Nonce { height: nonce.height.0, block: nonce.block.0.to_vec() }
}

/// Milliseconds since the epoch as a protobuf timestamp.
pub fn timestamp(time: TimeMs) -> Timestamp {
    let seconds = i64::try_from(time.0 / 1000).expect("a u64 of milliseconds holds fewer than 2^63 seconds");
    let nanos = i32::try_from(time.0 % 1000 * 1_000_000).expect("999 ms are fewer than 2^31 nanoseconds");
    Timestamp { seconds, nanos }
}

fn band(band: Band) -> v1::Band {
    match band {
        Band::Accept => v1::Band::Accept,
        Band::Review => v1::Band::Review,
        Band::Reject => v1::Band::Reject,
        Band::Uncompared => v1::Band::Uncompared,
    }
}

fn grade(grade: Grade) -> v1::Grade {
    match grade {
        Grade::A => v1::Grade::A,
        Grade::B => v1::Grade::B,
        Grade::C => v1::Grade::C,
        Grade::D => v1::Grade::D,
    }
}

fn appraisal(a: &Appraisal) -> v1::Appraisal {
    v1::Appraisal {
        model: a.model.0.to_vec(),
        template: a.template.0.to_vec(),
        llr_millibans: a.llr,
        band: band(a.band).into(),
        grade: grade(a.grade).into(),
        flags: a.flags,
        llr_random_millibans: a.llr_random,
        seen: a.seen,
        flag_names: proto::flags::names(a.flags).into_iter().map(str::to_owned).collect(),
    }
}

/// What is told of an appraisal before the commit: not the number, which would help a forger practise.
pub fn opinion(a: &Appraisal) -> v1::Opinion {
    v1::Opinion { band: band(a.band).into(), grade: grade(a.grade).into(), flags: a.flags }
}

/// An event.
pub fn event(event: &Event) -> v1::Event {
    v1::Event {
        name: format!("events/{}", event.seq),
        seq: event.seq.0,
        height: event.height.0,
        time: Some(timestamp(event.time)),
        matter_seq: event.matter_seq,
        transaction: Some(transaction(&event.transaction)),
        appraisal: event.appraisal.as_ref().map(appraisal),
        hash: event.digest().0.to_vec(),
        transaction_id: event.transaction.id().0.to_vec(),
        canonical: event.to_bytes(),
    }
}

/// A header.
pub fn header(h: &Header) -> v1::Header {
    v1::Header {
        height: h.height.0,
        view: h.view.0,
        parent: h.parent.0.to_vec(),
        time: Some(timestamp(h.time)),
        proposer: h.proposer.0.into(),
        event_count: h.event_count,
        ledger_size: h.ledger_size,
        ledger_sum: h.ledger_sum.0.to_vec(),
        sm3_root: h.sm3_root.0.to_vec(),
        sha256_root: h.sha256_root.0.to_vec(),
        state_root: h.state_root.0.to_vec(),
        model: h.model.0.to_vec(),
        digest: h.digest().0.to_vec(),
        canonical: h.to_bytes(),
    }
}

/// A piece of a copy of the ledger.
pub fn ledger_part(part: Part) -> v1::LedgerPart {
    use v1::ledger_part::Part as M;
    let part = match part {
        Part::Head(head) => M::Head(v1::LedgerHead { checkpoint: head.0.to_bytes(), trail: head.1.to_bytes() }),
        Part::Leaves(leaves) => {
            let (paths, values) = leaves.into_iter().map(|(path, value)| (path.0.to_vec(), value)).unzip();
            M::Leaves(v1::LedgerLeaves { paths, values })
        }
        Part::Headers(list) => {
            let bytes = |(h, c): &(Header, Option<Certificate>)| {
                (h.to_bytes(), c.as_ref().map_or_else(Vec::new, Canonical::to_bytes))
            };
            let (headers, certificates) = list.iter().map(bytes).unzip();
            M::Headers(v1::LedgerHeaders { headers, certificates })
        }
        Part::Events(events) => M::Events(v1::LedgerEvents { events }),
    };
    v1::LedgerPart { part: Some(part) }
}

/// A checkpoint.
pub fn checkpoint(c: &Checkpoint) -> v1::Checkpoint {
    v1::Checkpoint {
        header: Some(header(&c.header)),
        signers: c.certificate.votes.iter().map(|(i, _)| i.0.into()).collect(),
        canonical: c.to_bytes(),
    }
}

/// A receipt.
pub fn receipt(r: &Receipt) -> v1::Receipt {
    v1::Receipt {
        name: format!("events/{}/receipt", r.event.seq),
        event: Some(event(&r.event)),
        checkpoint_height: r.checkpoint.header.height.0,
        canonical: r.to_bytes(),
    }
}

/// A matter's proof.
pub fn matter_proof(p: &MatterProof) -> v1::MatterProof {
    v1::MatterProof {
        name: format!("matters/{}", p.matter),
        present: p.leaf.is_some(),
        count: p.leaf.map_or(0, |l| l.count),
        sum: p.leaf.map_or(Vec::new(), |l| l.sum.0.to_vec()),
        checkpoint_height: p.checkpoint.header.height.0,
        canonical: p.to_bytes(),
    }
}

/// Result of one check.
pub fn outcome(outcome: Outcome) -> v1::Outcome {
    match outcome {
        Outcome::Valid => v1::Outcome::Valid,
        Outcome::Indeterminate => v1::Outcome::Indeterminate,
        Outcome::Invalid => v1::Outcome::Invalid,
    }
}

/// One check.
pub fn check(check: &Check) -> v1::Check {
    v1::Check { code: check.code.to_owned(), outcome: outcome(check.outcome).into(), detail: check.detail.clone() }
}

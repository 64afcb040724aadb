//! `fault.json`: a fault proof for people and programs, with what its offline check needs beside the genesis file. What
//! counts are the canonical bytes in it; the rest repeats them in words, and is checked against them.

use proto::{
    Canonical, ChainId, Check, Contradiction, Digest, FaultFile, FaultProof, Outcome, Trail, Trust, ValidatorSet,
};
use serde_json::{Value, json};

/// What the file says it is.
pub const KIND: &str = "chirograph/fault";

/// Writes one; `set` is that of the proof's epoch.
pub fn to_json(file: &FaultFile, chain: &ChainId, set: &ValidatorSet) -> Value {
    let row = |(index, v): (usize, &proto::Validator)| json!({ "index": index, "organisation": v.org.as_str(), "key": v.key.id().to_string() });
    let mut value = summary(&file.proof, chain);
    value["validators"] = set.iter().enumerate().map(row).collect();
    value["proof"] = hex::encode(file.proof.to_bytes()).into();
    value["trail"] = hex::encode(file.trail.to_bytes()).into();
    value
}

fn summary(proof: &FaultProof, chain: &ChainId) -> Value {
    let what = Contradiction::between(&proof.first, &proof.second).map(Contradiction::as_str);
    json!({
        "kind": KIND, "chain": chain.to_string(), "epoch": proof.epoch().0, "validator": proof.culprit().0,
        "view": proof.first.subject.view.0, "contradiction": what,
    })
}

/// Whether the bytes are such a file, right or wrong.
pub fn is_one(bytes: &[u8]) -> bool {
    serde_json::from_slice(bytes).is_ok_and(|v: Value| v["kind"] == KIND)
}

/// Every check of the bytes of such a file; `None` if they are something else.
pub fn checks(bytes: &[u8], trust: &Trust) -> Option<Vec<Check>> {
    let value: Value = serde_json::from_slice(bytes).ok().filter(|v: &Value| v["kind"] == KIND)?;
    let file = match read(&value) {
        Ok(file) => file,
        Err(detail) => return Some(vec![Check { code: "ENCODING", outcome: Outcome::Invalid, detail }]),
    };
    let verdict = |holds| if holds { Outcome::Valid } else { Outcome::Invalid };
    let chain = value["chain"].as_str().and_then(Digest::from_hex) == Some(trust.chain);
    let detail = format!("the file is about chain {}", value["chain"].as_str().unwrap_or_default());
    let mut checks = vec![Check { code: "CHAIN", outcome: verdict(chain), detail }];
    let expected = summary(&file.proof, &trust.chain);
    let fields = ["epoch", "validator", "view", "contradiction"];
    let odd: Vec<&str> = fields.into_iter().filter(|field| value[*field] != expected[*field]).collect();
    let detail =
        if odd.is_empty() { "follows from the proof".to_owned() } else { format!("{} do not", odd.join(", ")) };
    checks.push(Check { code: "SUMMARY", outcome: verdict(odd.is_empty()), detail });
    checks.extend(file.verify(trust));
    Some(checks)
}

fn read(value: &Value) -> Result<FaultFile, String> {
    let bytes = |field: &str| {
        let text = value[field].as_str().unwrap_or_default();
        hex::decode(text).map_err(|e| format!("{field}: {e}; give the canonical bytes in hex"))
    };
    let proof = FaultProof::from_bytes(&bytes("proof")?).map_err(|e| e.to_string())?;
    let trail = Trail::from_bytes(&bytes("trail")?).map_err(|e| e.to_string())?;
    Ok(FaultFile { trail, proof })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::{
        Epoch, Height, Params, SecretKey, Subject, Thresholds, Validator, ValidatorIndex, View, Vote, VoteKind,
    };

    fn key() -> SecretKey {
        SecretKey::from_scalar(&[3; 32], "test").unwrap()
    }

    fn trust() -> Trust {
        let org = proto::Name::new("notary", "test").unwrap();
        let validators = ValidatorSet::new(vec![Validator { org, key: key().public().clone() }]).unwrap();
        let params = Params {
            model: Digest::ZERO,
            thresholds: Thresholds { accept_at: 500, reject_below: -500 },
            epsilon_mb: 0,
            allow_synthetic: false,
            nonce_age_max_ms: 1,
            expiry_max_blocks: 1,
            block_events_max: 1,
            packet_bytes_max: 1,
            leader_timeout_ms: 1,
            view_timeout_ms: 1,
            heartbeat_ms: 0,
            clock_skew_max_ms: 1,
        };
        let chain = Digest::sm3(b"chain");
        Trust { chain, validators, organisations: Vec::new(), params, rescue: proto::RescueKeys::default() }
    }

    fn file() -> Value {
        let trust = trust();
        let vote = |block: &[u8]| {
            let (kind, block) = (VoteKind::Finalize, Digest::sm3(block));
            let subject = Subject { kind, epoch: Epoch(0), view: View(9), height: Height(4), block };
            Vote::sign(subject, ValidatorIndex(0), &trust.chain, &key())
        };
        let proof = FaultProof::new(&vote(b"one"), &vote(b"two")).unwrap().into_inner();
        to_json(&FaultFile { trail: Trail::default(), proof }, &trust.chain, &trust.validators)
    }

    fn odd(value: &Value) -> Vec<&'static str> {
        let checks = checks(value.to_string().as_bytes(), &trust()).unwrap();
        checks.iter().filter(|c| c.outcome != Outcome::Valid).map(|c| c.code).collect()
    }

    #[test]
    fn every_lie_in_a_file_is_found() {
        assert_eq!(odd(&file()), Vec::<&str>::new());
        let with = |field: &str, to: Value| {
            let mut value = file();
            value[field] = to;
            odd(&value)
        };
        assert_eq!(with("chain", json!("00".repeat(32))), ["CHAIN"]);
        assert_eq!(with("validator", json!(1)), ["SUMMARY"]);
        assert_eq!(with("contradiction", json!("conflicting-notarize")), ["SUMMARY"]);
        assert_eq!(with("trail", json!("zz")), ["ENCODING"]);
        let text = file()["proof"].as_str().unwrap().to_owned();
        let last = if text.ends_with('0') { "1" } else { "0" };
        assert_eq!(with("proof", json!(format!("{}{last}", &text[..text.len() - 1]))), ["SECOND_SIGNATURE"]);
        assert!(checks(b"{\"kind\":\"other\"}", &trust()).is_none() && checks(b"\x1a", &trust()).is_none());
    }
}

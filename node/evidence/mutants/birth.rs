//! The keys and the genesis of the test ledger, all from public seeds.

use genesis::{Genesis, GenesisValidator};
use proto::*;

/// Of the first block; one second passes between blocks.
pub const START: u64 = 1_790_000_000_000;

/// A model that computes nothing: its bytes.
pub const MODEL: &[u8] = b"\x10chirograph/model\x01a model";

pub fn key(seed: &str) -> SecretKey {
    SecretKey::from_scalar(&Digest::sm3(seed.as_bytes()).0, "seed").unwrap()
}

pub fn name(text: &str) -> Name {
    Name::new(text, "name").unwrap()
}

pub fn organisation(seed: &str, org: &str, role: Role, keys: &[&str]) -> Organisation {
    let keys = keys.iter().map(|k| key(&format!("{seed}{k}")).public().clone()).collect();
    Organisation { name: name(org), role, keys }
}

const VOTERS: [&str; 5] = ["notary-north", "notary-south", "court-one", "archive-one", "auditor-one"];

pub fn voting_key(seed: &str, i: usize) -> SecretKey {
    key(&format!("{seed}vote {i}"))
}

pub fn set(seed: &str, count: usize, epoch: u64) -> ValidatorSet {
    let one = |i: usize| Validator { org: name(VOTERS[i]), key: voting_key(seed, i).public().clone() };
    ValidatorSet::new((0..count).map(one).collect()).unwrap().in_epoch(Epoch(epoch))
}

pub fn make_genesis(seed: &str) -> Genesis {
    let validator = |i: usize| GenesisValidator {
        org: name(VOTERS[i]),
        key: voting_key(seed, i).public().clone(),
        peer: Digest::sm3(format!("{seed}peer {i}").as_bytes()).0,
        address: String::new(),
    };
    Genesis {
        name: name("mutants"),
        time: TimeMs(START),
        params: Params {
            model: Digest::sm3(MODEL),
            thresholds: Thresholds { accept_at: 500, reject_below: -500 },
            epsilon_mb: 0,
            allow_synthetic: true,
            nonce_age_max_ms: 60_000,
            expiry_max_blocks: 1000,
            block_events_max: 256,
            packet_bytes_max: 65_536,
            leader_timeout_ms: 400,
            view_timeout_ms: 800,
            heartbeat_ms: 10_000,
            clock_skew_max_ms: 5_000,
        },
        organisations: vec![
            organisation(seed, "notary-north", Role::Notary, &["north"]),
            organisation(seed, "notary-south", Role::Notary, &["south"]),
            organisation(seed, "court-one", Role::Court, &["court"]),
            organisation(seed, "archive-one", Role::Archive, &["archive"]),
            organisation(seed, "platform", Role::Operator, &["op1"]),
        ],
        validators: (0..4).map(validator).collect(),
        rescue: RescueKeys { threshold: 2, keys: ["r1", "r2", "r3"].map(|k| key(k).public().clone()).to_vec() },
    }
}

pub fn certify(seed: &str, chain: &ChainId, subject: Subject, who: &[u16]) -> Certificate {
    let sign = |i: &u16| {
        let key = voting_key(seed, usize::from(*i));
        (ValidatorIndex(*i), Vote::sign(subject, ValidatorIndex(*i), chain, &key).signature)
    };
    Certificate { subject, votes: who.iter().map(sign).collect() }
}

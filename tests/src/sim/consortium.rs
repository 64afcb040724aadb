//! The network that is simulated: keys, organisations, genesis, and an appraiser that stands for the handwriting model.

use ledger::{Birth, Read};
use proto::appraisal::fingerprint;
use proto::{
    Appraisal, Body, Digest, Grade, Name, Organisation, Params, PublicKey, RescueKeys, Role, SecretKey, Thresholds,
    TimeMs, Transaction, Trust, Validator, ValidatorSet,
};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// When the simulated clock starts.
pub const DAWN: TimeMs = TimeMs(1_700_000_000_000);

/// Digest of the model in force: there is none here, an appraisal is data.
pub const MODEL: Digest = Digest([7; 32]);

/// A name.
pub fn name(text: &str) -> Name {
    Name::new(text, "name").expect("names in the simulator are short words")
}

static MADE: Mutex<BTreeMap<u16, SecretKey>> = Mutex::new(BTreeMap::new());

/// The key of a number. Made once for the process, and with it the table of its public half.
pub fn secret(number: u16) -> SecretKey {
    let made = || {
        let mut scalar = [3; 32];
        scalar[30..].copy_from_slice(&number.to_be_bytes());
        SecretKey::from_scalar(&scalar, "key").expect("far below the group order")
    };
    MADE.lock().unwrap_or_else(PoisonError::into_inner).entry(number).or_insert_with(made).clone()
}

/// The number of a key that was made here.
pub fn number(key: &PublicKey) -> Option<u16> {
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.iter().find(|(_, secret)| secret.public() == key).map(|(number, _)| *number)
}

/// A member that has a vote on motions, and its key. There are two of them in a network whose set may change.
pub fn member(second: bool) -> (Name, SecretKey) {
    if second { (name("notary"), secret(1002)) } else { (name("court"), secret(1001)) }
}

/// The number of the key that a holder of a rescue key has.
pub fn rescue_key(holder: u16) -> u16 {
    1003 + holder
}

/// The platform that submits everything.
pub fn platform() -> SecretKey {
    secret(1000)
}

/// The birth of a network of so many validators, with members that may change it or without.
pub fn birth(validators: u16, governed: bool) -> Birth {
    let validator = |n| Validator { org: name("platform"), key: secret(n).public().clone() };
    let org = |name, role, key: SecretKey| Organisation { name, role, keys: vec![key.public().clone()] };
    let mut organisations = vec![org(name("platform"), Role::Operator, platform())];
    if governed {
        let ((court, first), (notary, second)) = (member(false), member(true));
        organisations.extend([org(court, Role::Court, first), org(notary, Role::Notary, second)]);
    }
    Birth {
        chain: Digest::sm3(b"a simulated ledger"),
        time: TimeMs(DAWN.0 - 60_000),
        params: params(),
        organisations,
        validators: ValidatorSet::new((0..validators).map(validator).collect()).expect("distinct keys"),
        rescue: if governed { rescue() } else { RescueKeys::default() },
    }
}

fn rescue() -> RescueKeys {
    RescueKeys { threshold: 2, keys: (0..3).map(|n| secret(rescue_key(n)).public().clone()).collect() }
}

fn params() -> Params {
    Params {
        model: MODEL,
        thresholds: Thresholds { accept_at: 500, reject_below: -500 },
        epsilon_mb: 0,
        allow_synthetic: false,
        nonce_age_max_ms: 3_600_000,
        expiry_max_blocks: 1_000_000,
        block_events_max: 6,
        packet_bytes_max: 1 << 16,
        leader_timeout_ms: 150,
        view_timeout_ms: 150,
        heartbeat_ms: 0,
        clock_skew_max_ms: 10_000,
    }
}

/// What an outsider trusts.
pub fn trust(birth: &Birth) -> Trust {
    let b = birth.clone();
    Trust {
        chain: b.chain,
        validators: b.validators,
        organisations: b.organisations,
        params: b.params,
        rescue: b.rescue,
    }
}

/// The opinion of a validator whose disk is `state`: a number drawn from the packet, against the references that it
/// knows. Two validators differ while an enrolment is on its way, as real ones do.
pub fn appraise(birth: &Birth, state: &dyn Read, transaction: &Transaction) -> Option<Appraisal> {
    let body = &transaction.draft.body;
    let template = match body {
        Body::Sign { signer, .. } => ledger::signer(state, signer).ok()?.map_or(Digest::ZERO, |leaf| leaf.template),
        Body::Enroll { .. } => Digest::ZERO,
        _ => return None,
    };
    let (packets, seen) = (body.packets(), ledger::history(state, body.signer()?).ok()?);
    let llr = (template != Digest::ZERO).then(|| i32::from(packets[0].0[0]) * 5);
    Some(Appraisal {
        model: MODEL,
        template,
        llr,
        llr_random: llr.map(|v| v + 500),
        band: birth.params.thresholds.band(llr),
        grade: Grade::B,
        flags: 0,
        seen,
        fingerprints: packets.iter().map(|p| fingerprint(&birth.chain, p)).collect(),
    })
}

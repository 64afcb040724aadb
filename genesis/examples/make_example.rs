//! Prints `example-4.toml`: a four-validator genesis whose keys follow from public seeds. For reading and tests only;
//! never start a network with it.

#![allow(clippy::disallowed_macros, reason = "a program that prints a file")]

use genesis::{Genesis, GenesisValidator};
use proto::{Digest, Name, Organisation, Params, Role, SecretKey, Thresholds, TimeMs};

fn key(seed: &str) -> Result<SecretKey, proto::Malformed> {
    SecretKey::from_scalar(&Digest::sm3(seed.as_bytes()).0, "seed")
}

fn organisation(name: &str, role: Role) -> Result<Organisation, proto::Malformed> {
    Ok(Organisation { name: Name::new(name, "name")?, role, keys: vec![key(name)?.public().clone()] })
}

fn validator(org: &str, n: u16) -> Result<GenesisValidator, proto::Malformed> {
    Ok(GenesisValidator {
        org: Name::new(org, "org")?,
        key: key(&format!("validator {n}"))?.public().clone(),
        peer: Digest::sm3(format!("peer {n}").as_bytes()).0,
        address: format!("/ip4/127.0.0.1/tcp/{}", 26600 + n),
    })
}

fn main() -> Result<(), proto::Malformed> {
    let params = Params {
        model: Digest::sm3(b"example model"),
        thresholds: Thresholds { accept_at: 500, reject_below: -500 },
        epsilon_mb: 0,
        allow_synthetic: false,
        nonce_age_max_ms: 600_000,
        expiry_max_blocks: 100_000,
        block_events_max: 256,
        packet_bytes_max: 65_536,
        leader_timeout_ms: 400,
        view_timeout_ms: 800,
        heartbeat_ms: 60_000,
        clock_skew_max_ms: 10_000,
    };
    let genesis = Genesis {
        name: Name::new("example-4", "name")?,
        time: TimeMs(1_767_225_600_000),
        params,
        organisations: vec![
            organisation("notary-north", Role::Notary)?,
            organisation("notary-south", Role::Notary)?,
            organisation("court-one", Role::Court)?,
            organisation("archive-one", Role::Archive)?,
            organisation("platform-one", Role::Operator)?,
        ],
        validators: vec![
            validator("notary-north", 0)?,
            validator("notary-south", 1)?,
            validator("court-one", 2)?,
            validator("archive-one", 3)?,
        ],
        rescue: proto::RescueKeys::default(),
    };
    print!("{}", genesis.to_toml());
    eprintln!("{}", genesis.chain_id());
    Ok(())
}

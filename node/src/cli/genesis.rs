//! `genesis check`: what a genesis file says, and the chain id that partners compare.

use super::outcome::{Failure, Outcome};
use crate::daemon::read_genesis;
use clap::Subcommand;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

/// Genesis files.
#[derive(Subcommand)]
pub enum Genesis {
    /// Check a file and show the chain id.
    Check {
        /// The file.
        file: PathBuf,
    },
}

impl Genesis {
    /// Runs it.
    pub fn run(self) -> Result<Outcome, Failure> {
        let Self::Check { file } = self;
        let genesis = read_genesis(&file)?;
        let chain = genesis.chain_id().to_string();
        let mut text = format!("chain id  {chain}\nnetwork   {}", genesis.name);
        for o in &genesis.organisations {
            write!(text, "\nmember    {} ({}, {} keys)", o.name, o.role.as_str(), o.keys.len())
                .expect("a String takes every write");
        }
        for (i, v) in genesis.validators.iter().enumerate() {
            write!(text, "\nvalidator {i}: {} key {} at {}", v.org, v.key.id().short(), v.address)
                .expect("a String takes every write");
        }
        let members: Vec<_> = genesis
            .organisations
            .iter()
            .map(|o| json!({ "name": o.name.as_str(), "role": o.role.as_str(), "keys": o.keys.len() }))
            .collect();
        let validators: Vec<_> = genesis
            .validators
            .iter()
            .map(|v| json!({ "org": v.org.as_str(), "key_id": v.key.id().to_string(), "address": v.address }))
            .collect();
        let json = json!({
            "chain_id": chain, "network": genesis.name.as_str(), "organisations": members, "validators": validators,
        });
        Ok(Outcome::ok(text, json))
    }
}

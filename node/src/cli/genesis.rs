//! `genesis`: what a genesis file says, the chain id that partners compare, and the rules of a network to begin from.

mod template;

use super::outcome::{Failure, Outcome};
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::localnet;
use crate::registry;
use clap::Subcommand;
use models::Appraiser;
use proto::Params;
use serde_json::json;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Genesis files.
#[derive(Subcommand)]
pub enum Genesis {
    /// Write a genesis file to fill in, with what every value means and where it comes from.
    New(Box<template::New>),
    /// Check a file and show the chain id.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Print a `[params]` table for the genesis file of a network with that handwriting model.
    Params {
        /// Name of the model; the newest if none is given.
        #[arg(long, value_name = "NAME", value_parser = model)]
        model: Option<Appraiser>,
        /// Allow demonstration packets, which prove nothing.
        #[arg(long)]
        allow_synthetic: bool,
    },
}

/// The model of that name, for the command line.
pub fn model(name: &str) -> Result<Appraiser, String> {
    let names = || Appraiser::all().iter().map(Appraiser::name).collect::<Vec<_>>().join(", ");
    Appraiser::by_name(name).ok_or_else(|| format!("this program has no such model; choose one of {}", names()))
}

impl Genesis {
    /// Runs it.
    pub fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::New(new) => new.run(),
            Self::Check { file } => check(&file),
            Self::Params { model, allow_synthetic } => {
                let model = model.unwrap_or_else(Appraiser::current);
                let params = Params { allow_synthetic, ..localnet::params(&model) };
                let text = format!("# handwriting model {}\n{}", model.name(), genesis::params_toml(&params));
                let json = json!({ "model": model.name(), "digest": model.digest().to_string() });
                Ok(Outcome::ok(text, json))
            }
        }
    }
}

fn check(file: &Path) -> Result<Outcome, Failure> {
    // What cannot be read has no lines; the next step says why.
    let text = std::fs::read_to_string(file).unwrap_or_default();
    if let Some(line) = template::blanks(&text).next() {
        let problem = format!("line {line} says {}: fill it in, the lines above it say with what", template::BLANK);
        return Err(Fault::config(file, problem).into());
    }
    let genesis = read_genesis(file)?;
    genesis.check_addresses().map_err(|e| Fault::config(file, e))?;
    let chain = genesis.chain_id().to_string();
    let digest = genesis.params.model;
    let model = registry::name(&digest).unwrap_or("not in this program");
    let mut text = format!("chain id  {chain}\nnetwork   {}\nmodel     {digest} ({model})", genesis.name);
    for o in &genesis.organisations {
        write!(text, "\nmember    {} ({}, {} keys)", o.name, o.role.as_str(), o.keys.len())
            .expect("a String takes every write");
    }
    let rescue = &genesis.rescue;
    write!(text, "\nrescue    {} of {} keys", rescue.threshold, rescue.keys.len()).expect("a String takes every write");
    for (i, v) in genesis.validators.iter().enumerate() {
        write!(text, "\nvalidator {i}: {} key {} at {}", v.org, v.key.id().short(), v.address)
            .expect("a String takes every write");
    }
    let warnings = warnings(&genesis);
    for warning in &warnings {
        write!(text, "\nWARNING   {warning}").expect("a String takes every write");
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
        "chain_id": chain, "network": genesis.name.as_str(), "model": model, "model_digest": digest.to_string(),
        "organisations": members, "validators": validators, "warnings": warnings,
        "rescue": { "threshold": genesis.rescue.threshold, "keys": genesis.rescue.keys.len() },
    });
    Ok(Outcome::ok(text, json))
}

/// What is allowed, and what the founders may come to regret: none of it can be changed later.
fn warnings(genesis: &genesis::Genesis) -> Vec<String> {
    let mut all = Vec::new();
    if genesis.rescue.keys.is_empty() {
        let problem = "no [rescue]: if more validators are lost for good than may fail, the network is lost with them";
        all.push(problem.to_owned());
    }
    if genesis.params.allow_synthetic {
        all.push("allow_synthetic: demonstration packets are taken, which prove nothing".to_owned());
    }
    all
}

#[cfg(test)]
mod tests;

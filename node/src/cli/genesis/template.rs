//! `genesis new`: a genesis file to fill in, which says of every value where it comes from. What was given in options stands
//! in it already; a place that still has to be filled in is refused by `genesis check`, which names it.

use super::model;
use crate::cli::gov::changes::{contact, parts, public};
use crate::cli::outcome::{Failure, Outcome};
use crate::fault::Fault;
use crate::localnet;
use clap::Args;
use models::Appraiser;
use proto::{Params, Role};
use serde_json::json;
use std::fmt::Write;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

/// A new genesis file.
#[derive(Args)]
pub struct New {
    /// Write it here; a file that is there is never replaced.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What people will call the network.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A member, its role, and the public half of a key with which it signs; repeat for more.
    #[arg(long, value_name = "NAME:ROLE:KEY")]
    organisation: Vec<String>,
    /// A validator: the member that runs it, its voting key, its transport key, where the others dial it; repeat for more.
    #[arg(long, value_name = "ORG:KEY:PEER:ADDRESS")]
    validator: Vec<String>,
    /// The public half of a rescue key; repeat for more. More than half of them will be needed.
    #[arg(long, value_name = "KEY")]
    rescue_key: Vec<String>,
    /// Name of the handwriting model; the newest if none is given.
    #[arg(long, value_name = "NAME", value_parser = model)]
    model: Option<Appraiser>,
    /// Allow demonstration packets, which prove nothing.
    #[arg(long)]
    allow_synthetic: bool,
}

/// Stands where something is to be filled in.
pub(super) const BLANK: &str = "FILL-IN";

const HEAD: &str = "\
# The genesis file of a network: who its members are, who votes at first, and by which rules. All founders start with the
# same file. Its digest is the chain id; `chirograph genesis check FILE` prints it, and all founders compare it on another
# channel before anybody starts. After that only addresses may be changed here; everything else changes by motions
# (`chirograph gov propose`), but for the name, the time and the rescue keys, which stay.
# Secret keys are never written here. What has to be filled in says FILL-IN.
";

const ORGANISATIONS: &str = "
# The members, a table each. `keys` are the public halves of the keys with which a member signs its submissions and motions:
# each member makes its own with `chirograph key new --out org.pem`, and `chirograph key show org.pem` prints it. The roles:
# court, archive, notary, auditor (these have a vote on motions) and operator (a signing platform, which submits).
# Every key has one use: no key stands here twice, nor in two tables.
";

const VALIDATORS: &str = "
# Who votes at first, in order; each is run by a member. Four bear the failure of one, seven of two. `chirograph init --home
# DIR --org NAME --peer /ip4/…/tcp/7400` makes a node on its own machine and prints its table. `address` is where the other
# validators dial it: /ip4/ADDRESS/tcp/PORT or /ip6/ADDRESS/tcp/PORT, no names.
";

const RESCUE: &str = "
# Who may appoint other validators when so many are lost that nothing can be decided any more: any `threshold` of these keys
# together, which must be more than half of them. Made with `chirograph key new`, one by each holder, and kept off-line.
# Without this table a lost quorum is final.
";

/// What each value of `[params]` means.
const PARAMS: [(&str, &str); 13] = [
    ("model", "digest of the handwriting model that appraises; `chirograph genesis params --model NAME` prints others"),
    ("accept_at", "a signing is accepted from this log-likelihood ratio on, in hundredths of a ban; the model's own"),
    ("reject_below", "and refused below this one; between them it is undecided"),
    ("epsilon_mb", "most by which two validators' ratios may differ, in milliban; 0: not at all"),
    ("allow_synthetic", "whether demonstration packets are taken; true proves nothing about anybody"),
    ("nonce_age_max_ms", "a signing names a block that is at most this old"),
    ("expiry_max_blocks", "a submission may wait for at most so many blocks; a motion for ten times as many"),
    ("block_events_max", "most events in a block"),
    ("packet_bytes_max", "longest stroke packet, in bytes"),
    ("leader_timeout_ms", "how long a proposal is waited for: more than the slowest link's round trip"),
    ("view_timeout_ms", "how long votes are waited for after it"),
    ("heartbeat_ms", "an idle network makes an empty block this often; at most half of nonce_age_max_ms"),
    ("clock_skew_max_ms", "a proposal may be at most this far ahead of a voter's clock"),
];

impl New {
    /// Writes the file.
    pub fn run(self) -> Result<Outcome, Failure> {
        let text = self.text()?;
        let problem = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::AlreadyExists => {
                "is there already, and is not replaced; choose another name".to_owned()
            }
            _ => format!("cannot be written: {e}"),
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&self.out)
            .map_err(|e| Fault::file(&self.out, problem(e)))?;
        file.write_all(text.as_bytes()).map_err(|e| Fault::file(&self.out, problem(e)))?;
        let open = blanks(&text).count();
        let what = match open {
            0 => "complete".to_owned(),
            _ => format!("{open} lines say {BLANK}"),
        };
        let said = format!("{}: {what}; then `chirograph genesis check {}`", self.out.display(), self.out.display());
        Ok(Outcome::ok(said, json!({ "genesis": self.out, "to_fill_in": open })))
    }
    fn text(&self) -> Result<String, Failure> {
        let mut text = format!(
            "{HEAD}\n# What people call the network.\nname = {}\n# Time of the genesis block, in milliseconds since 1970 (UTC): \
             this is when the file was made.\ntime_ms = {}\n",
            self.name.as_deref().map_or_else(|| quoted(&fill("NAME")), quoted),
            crate::clock::now().0
        );
        text += ORGANISATIONS;
        for (name, role, key) in self.organisations()? {
            add(
                &mut text,
                format_args!("[[organisation]]\nname = {}\nrole = \"{role}\"\nkeys = [\"{key}\"]\n", quoted(&name)),
            );
        }
        text += VALIDATORS;
        for (org, key, peer, address) in self.validators()? {
            let keys = format!("key = \"{key}\"\npeer = \"{peer}\"");
            add(&mut text, format_args!("[[validator]]\norg = {}\n{keys}\naddress = \"{address}\"\n", quoted(&org)));
        }
        text += RESCUE;
        let keys = self.rescue_keys()?;
        let list: Vec<String> = keys.iter().map(|k| format!("    \"{k}\",")).collect();
        add(
            &mut text,
            format_args!("[rescue]\nthreshold = {}\nkeys = [\n{}\n]\n", keys.len() / 2 + 1, list.join("\n")),
        );
        Ok(text + "\n# The rules. All of them may stay as they are.\n" + &self.params())
    }
    fn organisations(&self) -> Result<Vec<(String, String, String)>, Failure> {
        if self.organisation.is_empty() {
            return Ok(vec![(fill("NAME"), fill("ROLE"), fill("`public key` of `chirograph key show org.pem`"))]);
        }
        let one = |text: &String| {
            let option = "--organisation";
            let [name, role, key] = parts(text, option)?;
            Role::parse(role).ok_or_else(|| {
                Failure::Usage(format!("{option}: ROLE is court, archive, notary, operator or auditor"))
            })?;
            Ok((name.to_owned(), role.to_owned(), hex::encode(public(key, option)?.bytes())))
        };
        self.organisation.iter().map(one).collect()
    }
    fn validators(&self) -> Result<Vec<(String, String, String, String)>, Failure> {
        if self.validator.is_empty() {
            let address = fill("/ip4/ADDRESS/tcp/PORT");
            return Ok(vec![(fill("NAME"), fill("`key` of `chirograph init`"), fill("`peer` of it"), address)]);
        }
        let one = |text: &String| {
            let [org, key, peer, address] = parts(text, "--validator")?;
            let (key, contact) = (public(key, "--validator")?, contact(peer, address)?);
            Ok((org.to_owned(), hex::encode(key.bytes()), hex::encode(contact.peer), contact.address))
        };
        self.validator.iter().map(one).collect()
    }
    fn rescue_keys(&self) -> Result<Vec<String>, Failure> {
        if self.rescue_key.is_empty() {
            return Ok(vec![fill("`public key` of `chirograph key show rescue.pem`")]);
        }
        let one = |text: &String| Ok(hex::encode(public(text, "--rescue-key")?.bytes()));
        self.rescue_key.iter().map(one).collect()
    }
    fn params(&self) -> String {
        let model = self.model.clone().unwrap_or_else(Appraiser::current);
        let params = Params { allow_synthetic: self.allow_synthetic, ..localnet::params(&model) };
        let mut text = String::new();
        for line in genesis::params_toml(&params).lines() {
            let meaning = PARAMS.iter().find(|(name, _)| line.starts_with(&format!("{name} = ")));
            meaning.into_iter().for_each(|(_, what)| add(&mut text, format_args!("# {what}\n")));
            add(&mut text, format_args!("{line}\n"));
        }
        text
    }
}

fn fill(what: &str) -> String {
    format!("{BLANK}: {what}")
}

/// Numbers of the lines in which something is to be filled in.
pub(super) fn blanks(text: &str) -> impl Iterator<Item = usize> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim_start().starts_with('#') && line.contains(BLANK));
    lines.map(|(_, number)| number)
}

/// A name may hold what TOML must be told of.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a String takes every write");
}

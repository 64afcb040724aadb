//! `backup`, `restore` and `drill`: copies of a node's database, and whether they would help.

use super::outcome::{Failure, INVALID, OK, Outcome};
use crate::backup::{check_files, make, restore};
use crate::config::Config;
use crate::drill::{Report, Trial, drill, newest};
use crate::fsck::examine_within;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Receipts that a trial verifies unless told otherwise.
const RECEIPTS: u64 = 100;

/// A node to copy, running or stopped.
#[derive(Args)]
pub struct Backup {
    /// Its home folder.
    #[arg(value_name = "HOME")]
    home: PathBuf,
    /// Folder to make.
    #[arg(value_name = "DIR")]
    to: PathBuf,
    /// Copy the secret keys too. Then the copy must be kept like them.
    #[arg(long)]
    with_keys: bool,
}

/// A backup to put back.
#[derive(Args)]
pub struct Restore {
    /// The backup.
    #[arg(value_name = "DIR")]
    from: PathBuf,
    /// Home folder of a stopped node without a database; without it nothing is put back, and the backup is compared with
    /// its manifest.
    #[arg(long, value_name = "HOME")]
    home: Option<PathBuf>,
    /// Check every row of what was put back; without --home: of a copy that goes away again, and receipts too.
    #[arg(long)]
    verify: bool,
    /// Folder for what goes away again; as a rule beside the database, or beside the backup.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

/// A drill.
#[derive(Args)]
pub struct Drill {
    /// Home folder of the node, whose keys open the packets; it may run.
    #[arg(value_name = "HOME")]
    home: PathBuf,
    /// Folder with backups; the newest is tried.
    #[arg(value_name = "DIR")]
    backups: PathBuf,
    /// How many receipts to verify.
    #[arg(long, default_value_t = RECEIPTS)]
    receipts: u64,
    /// Folder for what goes away again; as a rule beside the node's database.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Backup {
    /// Runs it.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let made = make(&self.home, &self.to, self.with_keys).await?;
        let bytes: u64 = made.files.values().map(|(_, bytes)| bytes).sum();
        let text = format!(
            "{}: height {}, {} events, {bytes} bytes{}",
            self.to.display(),
            made.height,
            made.ledger_size,
            if made.with_keys { ", with the secret keys" } else { "" }
        );
        Ok(Outcome::ok(text, json!({ "backup": self.to, "bytes": bytes, "manifest": made })))
    }
}

impl Restore {
    /// Exit code 1 if what was put back is damaged.
    pub fn run(self) -> Result<Outcome, Failure> {
        let Some(home) = &self.home else { return self.check() };
        let manifest = restore(&self.from, home)?;
        let mut text = format!(
            "put back height {}; when it is started, the node asks the others what its key has said since, and fetches \
             what it lacks",
            manifest.height
        );
        let lacks = lacking(home)?;
        if !lacks.is_empty() {
            text += &format!(
                "\nit lacks, and no backup without keys has them: put back {} before it is started",
                lacks.join(", ")
            );
        }
        let mut json = json!({ "height": manifest.height, "ledger_size": manifest.ledger_size, "lacks": lacks });
        let mut code = OK;
        if self.verify {
            // That the sign-guard knows of later writes is what a backup is like.
            let report = examine_within(home, self.scratch.as_deref())?;
            code = if report.is_clean() { OK } else { INVALID };
            text += &format!("\n{}", report.text());
            json["fsck"] = report.json();
        }
        Ok(Outcome { text, json, code })
    }
    /// The backup by itself. Its packets are opened only if the keys are in it.
    fn check(&self) -> Result<Outcome, Failure> {
        if self.verify {
            let from = self.from.canonicalize().unwrap_or_else(|_| self.from.clone());
            // What is copied stands beside the backup, and is no part of it.
            let config = Config { data: from.clone(), ..Config::load(&from)? };
            let trial = Trial { config, backup: &from, receipts: RECEIPTS, scratch: self.scratch.as_deref() };
            return Ok(tried(&drill(trial)?));
        }
        let manifest = check_files(&self.from)?;
        let text = format!("{} files as in the manifest, height {}", manifest.files.len(), manifest.height);
        Ok(Outcome::ok(text, json!({ "files": manifest.files.len(), "height": manifest.height })))
    }
}

/// Files without which the node does not start. Keys are in a backup only if that was asked for.
fn lacking(home: &Path) -> Result<Vec<String>, Failure> {
    let config = Config::load(home)?;
    let keys = [&config.keys.validator, &config.keys.peer, &config.keys.storage];
    let tls = config.tls.iter().flat_map(|tls| [&tls.certificate, &tls.key]);
    Ok(keys.into_iter().chain(tls).filter(|path| !path.exists()).map(|path| path.display().to_string()).collect())
}

fn tried(report: &Report) -> Outcome {
    Outcome { text: report.text(), json: report.json(), code: if report.is_good() { OK } else { INVALID } }
}

impl Drill {
    /// Exit code 0: the backup is good; 1: it is not.
    pub fn run(self) -> Result<Outcome, Failure> {
        let (config, backup) = (Config::load(&self.home)?, newest(&self.backups)?);
        let (receipts, scratch) = (self.receipts, self.scratch.as_deref());
        Ok(tried(&drill(Trial { config, backup: &backup, receipts, scratch })?))
    }
}

//! `backup`, `restore` and `drill`: copies of a node's database, and whether they would help.

use super::outcome::{Failure, INVALID, OK, Outcome};
use crate::backup::{check_files, make, restore};
use crate::drill::{drill, newest};
use crate::fsck::examine;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

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
    /// Home folder of a stopped node without a database; without it the backup is only compared with its manifest.
    #[arg(long, value_name = "HOME")]
    home: Option<PathBuf>,
    /// Check every row of what was put back.
    #[arg(long, requires = "home")]
    verify: bool,
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
    #[arg(long, default_value_t = 100)]
    receipts: u64,
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
        let Some(home) = &self.home else {
            let manifest = check_files(&self.from)?;
            let text = format!("{} files as in the manifest, height {}", manifest.files.len(), manifest.height);
            return Ok(Outcome::ok(text, json!({ "files": manifest.files.len(), "height": manifest.height })));
        };
        let manifest = restore(&self.from, home)?;
        let mut text = format!(
            "put back height {}; when it is started, the node asks the others what its key has said since, and fetches \
             what it lacks",
            manifest.height
        );
        let mut json = json!({ "height": manifest.height, "ledger_size": manifest.ledger_size });
        let mut code = OK;
        if self.verify {
            let report = examine(home)?;
            let (damages, expected) = (report.damage_count, u64::from(report.is_only_older()));
            code = if damages == expected { OK } else { INVALID };
            text += &format!("\n{}", report.text());
            json["fsck"] = report.json();
        }
        Ok(Outcome { text, json, code })
    }
}

impl Drill {
    /// Exit code 0: the backup is good; 1: it is not.
    pub fn run(self) -> Result<Outcome, Failure> {
        let report = drill(&self.home, &newest(&self.backups)?, self.receipts)?;
        Ok(Outcome { text: report.text(), json: report.json(), code: if report.is_good() { OK } else { INVALID } })
    }
}

//! `fsck`: checks every row of a stopped node, and has a damaged database fetched anew.

use super::outcome::{Failure, INVALID, OK, Outcome};
use crate::fsck::{examine, set_aside};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// A stopped node.
#[derive(Args)]
pub struct Fsck {
    /// Its home folder.
    #[arg(value_name = "HOME")]
    home: PathBuf,
    /// If something is damaged, set the database aside: the next start fetches all of it from the other validators.
    #[arg(long)]
    repair: bool,
}

impl Fsck {
    /// Exit code 0: clean; 1: damaged (and set aside, if that was asked for).
    pub fn run(self) -> Result<Outcome, Failure> {
        let report = examine(&self.home)?;
        let (mut text, mut json) = (report.text(), report.json());
        if !report.is_clean() && self.repair {
            let to = set_aside(&self.home, crate::clock::now().0)?;
            text += &format!(
                "\nset aside as {}; start the node: it fetches the ledger and its packets from the others, and votes \
                 when it knows what its key has said. Remove the folder when that is done",
                to.display()
            );
            json["set_aside"] = json!(to);
        }
        Ok(Outcome { text, json, code: if report.is_clean() { OK } else { INVALID } })
    }
}

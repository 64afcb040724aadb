//! `fsck`: checks every row of a stopped node, and has a damaged database fetched anew.

use super::outcome::{Failure, INDETERMINATE, INVALID, OK, Outcome};
use crate::fsck::{Report, examine_within, set_aside};
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
    /// Folder for the second copy of the ledger that is compared with; as a rule beside the database.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Fsck {
    /// Exit code 0: clean; 1: damaged (and set aside, if that was asked for); 2: nothing is damaged, and the node will ask
    /// the others before it votes; 3: not examined.
    pub fn run(self) -> Result<Outcome, Failure> {
        let report = examine_within(&self.home, self.scratch.as_deref())?;
        let (mut text, mut json) = (report.text(), report.json());
        if !report.is_clean() && self.repair {
            let to = set_aside(&self.home, crate::clock::now().0)?;
            text += &format!(
                "\nset aside as {}; start the node: it fetches the ledger and its packets from the others, and votes \
                 when it knows what its key has said. Remove what was set aside when the node votes again, and not before",
                to.display()
            );
            json["set_aside"] = json!(to);
        }
        Ok(Outcome { text, json, code: code(&report) })
    }
}

fn code(report: &Report) -> u8 {
    match (report.is_clean(), &report.memory) {
        (false, _) => INVALID,
        (true, Some(_)) => INDETERMINATE,
        (true, None) => OK,
    }
}

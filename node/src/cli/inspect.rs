//! `inspect`: what a stopped node's files say. Never shows a secret.

use super::outcome::{Failure, Outcome};
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;

/// A stopped node.
#[derive(Args)]
pub struct Inspect {
    /// Its home folder.
    #[arg(value_name = "HOME")]
    home: PathBuf,
}

impl Inspect {
    /// Runs it.
    pub fn run(self) -> Result<Outcome, Failure> {
        let json = crate::inspect::inspect(&self.home)?;
        let mut lines = Vec::new();
        flatten("", &json, &mut lines);
        Ok(Outcome::ok(lines.join("\n"), json))
    }
}

/// One line a value, with its path.
fn flatten(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(&format!("{path}{}{name}", if path.is_empty() { "" } else { "." }), value, lines);
            }
        }
        Value::String(text) => lines.push(format!("{path:<32} {text}")),
        other => lines.push(format!("{path:<32} {other}")),
    }
}

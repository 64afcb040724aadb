//! How a command ends: text or JSON on stdout and an exit code.

use crate::client::ClientError;
use crate::fault::Fault;
use proto::{Check, Outcome as Verdict, Seq};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use tonic::Code;

/// Valid, or done.
pub const OK: u8 = 0;
/// Invalid, or refused.
pub const INVALID: u8 = 1;
/// Indeterminate, or not yet.
pub const INDETERMINATE: u8 = 2;
/// The command could not be carried out.
pub const ERROR: u8 = 3;

/// Stands for stdout where `--json` may name a file.
pub const STDOUT: &str = "-";

/// A command that was carried out.
#[derive(Debug)]
pub struct Outcome {
    /// For people, without the last line break.
    pub text: String,
    /// For programs.
    pub json: Value,
    /// Exit code.
    pub code: u8,
}

impl Outcome {
    /// Done.
    pub fn ok(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, code: OK }
    }
    /// The checks of some evidence.
    pub fn of_checks(kind: &str, checks: &[Check]) -> Self {
        let overall = Check::overall(checks);
        let mut text = String::new();
        for c in checks {
            writeln!(text, "{:<13} {:<22} {}", c.outcome.as_str(), c.code, c.detail)
                .expect("a String takes every write");
        }
        write!(text, "{:<13} {kind}", overall.as_str()).expect("a String takes every write");
        let rows: Vec<Value> = checks
            .iter()
            .map(|c| json!({ "code": c.code, "outcome": c.outcome.as_str(), "detail": c.detail }))
            .collect();
        Self {
            text,
            json: json!({ "kind": kind, "overall": overall.as_str(), "checks": rows }),
            code: exit_code(overall),
        }
    }
    /// Prints text, or JSON, or text with the JSON in a file.
    pub fn print(self, json: Option<&Path>) -> ExitCode {
        match json {
            None => show(&self.text),
            Some(path) if path == Path::new(STDOUT) => put(&self.json.to_string()),
            Some(path) => {
                show(&self.text);
                if let Err(failure) = save(path, format!("{}\n", self.json).as_bytes()) {
                    return failure.print(None);
                }
            }
        }
        ExitCode::from(self.code)
    }
}

/// The exit code of a verdict.
pub fn exit_code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Valid => OK,
        Verdict::Invalid => INVALID,
        Verdict::Indeterminate => INDETERMINATE,
    }
}

/// A command that was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments make no sense together.
    #[error("{0}")]
    Usage(String),
    /// The command sees that it would do harm, or nothing. Nothing was signed or sent.
    #[error("{0}")]
    Refused(String),
    /// This machine's or the operator's.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// The node's answer, or none.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// The node's receipt does not show what the node says.
    #[error("the node's receipt proves nothing, and nothing was built upon it or saved; ask another node\n{}", listed(.0))]
    Unproven(Vec<Check>),
    /// The file at hand is not the one that the event names.
    #[error("{file} is not the document that event {event} names; nothing was written")]
    OtherDocument {
        /// The file.
        file: String,
        /// Number of the event.
        event: Seq,
    },
}

/// What does not hold, a line each.
fn listed(checks: &[Check]) -> String {
    let bad = checks.iter().filter(|c| c.outcome != Verdict::Valid);
    bad.map(|c| format!("  {} {}: {}", c.outcome.as_str(), c.code, c.detail)).collect::<Vec<_>>().join("\n")
}

impl Failure {
    /// Exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Client(ClientError::Refused { code, .. }) => {
                // Of the last three nobody knows what became of the request: the line broke, or the answer did.
                let later = [
                    Code::NotFound,
                    Code::Unavailable,
                    Code::ResourceExhausted,
                    Code::DeadlineExceeded,
                    Code::Unknown,
                    Code::Cancelled,
                    Code::Internal,
                ];
                if later.iter().any(|c| *c as i32 == *code) { INDETERMINATE } else { INVALID }
            }
            Self::Unproven(_) | Self::Refused(_) | Self::OtherDocument { .. } => INVALID,
            Self::Fault(Fault::DamagedBackup { .. }) => INVALID,
            _ => ERROR,
        }
    }
    fn reason(&self) -> &str {
        match self {
            Self::Usage(_) => "USAGE",
            Self::Refused(_) => "REFUSED",
            Self::Fault(_) => "FAULT",
            Self::Client(e) => e.reason(),
            Self::Unproven(_) => "RECEIPT_UNPROVEN",
            Self::OtherDocument { .. } => "DOCUMENT_OTHER",
        }
    }
    /// Prints it: JSON on stdout, text on stderr.
    pub fn print(self, json: Option<&Path>) -> ExitCode {
        if json == Some(Path::new(STDOUT)) {
            put(&json!({ "error": { "reason": self.reason(), "message": self.to_string() } }).to_string());
        } else {
            eprintln!("chirograph: {}", visible(&self.to_string()));
        }
        ExitCode::from(self.code())
    }
}

/// Names and notes on the ledger may hold characters that show nothing or turn the line round: people see them written out.
fn visible(text: &str) -> String {
    proto::visible::shown(text).into_owned()
}

/// Writes a line to stdout, as it is. A reader that went away (such as `head`) is no error worth a panic.
fn put(text: &str) {
    use std::io::Write;
    let _closed = writeln!(std::io::stdout(), "{text}");
}

/// Writes a line for people to stdout, before the command ends.
pub fn show(text: &str) {
    put(&visible(text));
}

/// Writes a file that the user asked for.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    Ok(std::fs::write(path, bytes).map_err(|e| Fault::file(path, format!("cannot be written: {e}")))?)
}

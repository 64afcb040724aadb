//! What is said beside the checks of a package: what no check speaks for, and whether the page in it that verifies is the one of
//! this program. Neither changes the verdict; without it people take the verdict for one about the report that they read.

use super::super::outcome::Outcome;
use crate::portal::VERIFIER;
use evidence::Report;
use proto::Digest;
use serde_json::{Value, json};
use std::fmt::Write;

/// The path of the page in a package.
const PAGE: &str = "verify.html";

/// Stands above the list; the other verifier prints the same.
const UNCHECKED: &str =
    "NOT CHECKED: nobody signed what follows, and it may say anything, whatever the verdict. Do not rely on it:";

/// The outcome of a package: its checks, then what no check speaks for, then the verdict.
pub fn of_package(report: &Report) -> Outcome {
    let mut outcome = Outcome::of_checks("package", &report.checks);
    let page = report.dossier.as_ref().and_then(|d| d.readable.get(PAGE)).map(Page::of);
    if let Some((checks, verdict)) = outcome.text.rsplit_once('\n') {
        outcome.text = format!("{checks}\n{}{verdict}", told(&report.unchecked, page.as_ref()));
    }
    outcome.json["unchecked"] = json!(report.unchecked);
    outcome.json["verify_html"] = page.map_or(Value::Null, |p| p.json());
    outcome
}

fn told(unchecked: &[String], page: Option<&Page>) -> String {
    let mut text = String::new();
    if !unchecked.is_empty() {
        write!(text, "\n{UNCHECKED}\n  {}\n\n", unchecked.join("\n  ")).expect("a String takes every write");
    }
    if let Some(page) = page {
        write!(text, "{}\n\n", page.text()).expect("a String takes every write");
    }
    text
}

/// The page of a package.
struct Page {
    sm3: Digest,
    sha256: Digest,
    /// It is this program's, byte for byte.
    own: bool,
}

impl Page {
    fn of(bytes: &[u8]) -> Self {
        Self { sm3: Digest::sm3(bytes), sha256: Digest::sha256(&[bytes]), own: bytes == VERIFIER }
    }
    fn text(&self) -> String {
        let what = if self.own {
            "the page of this program, byte for byte"
        } else {
            "not the page of this program: of another version, or forged; verify with one from elsewhere (SPEC.md 8.3)"
        };
        format!("{PAGE} in the package is {what}\n  SM3 {}\n  SHA-256 {}", self.sm3, self.sha256)
    }
    fn json(&self) -> Value {
        json!({ "sm3": self.sm3.to_string(), "sha256": self.sha256.to_string(), "own": self.own })
    }
}

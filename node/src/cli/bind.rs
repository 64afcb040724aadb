//! `bind`: puts a receipt into a PDF, or beside any other document. The bytes of the document stay as they are.

use super::outcome::{Failure, INVALID, Outcome, save};
use crate::fault::Fault;
use clap::Args;
use proto::{Canonical, Receipt};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to bind.
#[derive(Args)]
pub struct Bind {
    /// The document that the receipt's event names.
    file: PathBuf,
    /// Its receipt, as `query receipt` or `sign` writes it.
    #[arg(long, value_name = "FILE")]
    receipt: PathBuf,
    /// Keep the receipt beside the document even if it could go into it.
    #[arg(long)]
    beside: bool,
    /// Write the result here. Without it: NAME.bound.pdf, or NAME.receipt beside the document.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Bind {
    /// Runs it. A receipt of another document is refused.
    pub fn run(self) -> Result<Outcome, Failure> {
        let (file, bytes) = (read(&self.file)?, read(&self.receipt)?);
        let receipt = Receipt::from_bytes(&bytes).map_err(|e| Fault::file(&self.receipt, e))?;
        let named = receipt.event.transaction.draft.body.document().copied();
        let subject = document::subjects(&file).into_iter().find(|s| s.is_current && named.is_some_and(|d| s.is(&d)));
        let Some(subject) = subject else {
            let text = format!("event {} names another document than {}", receipt.event.seq, self.file.display());
            return Ok(Outcome { json: json!({ "error": text }), text, code: INVALID });
        };
        let inside = file.starts_with(b"%PDF-") && !self.beside;
        let (path, content) = if inside {
            let bound =
                document::attach(&file, &bytes).map_err(|e| Fault::file(&self.file, format!("{e} (--beside)")))?;
            (self.out.unwrap_or_else(|| self.file.with_extension("bound.pdf")), bound)
        } else {
            (self.out.unwrap_or_else(|| beside(&self.file)), bytes)
        };
        save(&path, &content)?;
        let text = format!(
            "event {} names the first {} bytes; written to {}",
            receipt.event.seq,
            subject.length,
            path.display()
        );
        let json = json!({ "file": path.display().to_string(), "event": receipt.event.seq.0, "bytes": content.len(), "inside": inside });
        Ok(Outcome::ok(text, json))
    }
}

/// What the name of a receipt ends with that lies beside its document.
pub const RECEIPT: &str = "receipt";

/// Where the receipt of a document lies that cannot hold it.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(RECEIPT);
    name.into()
}

/// A whole file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    Ok(std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?)
}

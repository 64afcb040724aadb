//! `query document`: which events name a document. The document itself never leaves this machine.

use super::access::Access;
use super::outcome::{Failure, INDETERMINATE, Outcome};
use super::query::{json_of, line};
use crate::fault::Fault;
use proto::{Digest, Event};
use serde_json::json;
use std::path::Path;

/// Most events that are shown.
const SHOWN_MAX: usize = 10_000;

/// Asks for a file by both of its digests, or for a digest.
pub async fn find(access: &Access, what: &str) -> Result<Outcome, Failure> {
    let digests = match Digest::from_hex(what) {
        Some(digest) => vec![digest],
        None => digests_of(Path::new(what))?,
    };
    let client = access.client().await?;
    let mut events: Vec<Event> = Vec::new();
    for digest in &digests {
        events.extend(client.find_document(digest, SHOWN_MAX).await?);
    }
    events.sort_by_key(|e| e.seq);
    let names: Vec<String> = digests.iter().map(Digest::to_string).collect();
    let json = json!({ "digests": names, "events": events.iter().map(json_of).collect::<Vec<_>>() });
    if events.is_empty() {
        let text = format!("no event names {}", names.join(" or "));
        return Ok(Outcome { text, json, code: INDETERMINATE });
    }
    Ok(Outcome::ok(events.iter().map(line).collect::<Vec<_>>().join("\n"), json))
}

fn digests_of(path: &Path) -> Result<Vec<Digest>, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::config(path, format!("cannot be read: {e}")))?;
    Ok(vec![Digest::sm3(&bytes), Digest::sha256(&[&bytes])])
}

//! `query document`: which events name a document. The document itself never leaves this machine.

use super::access::Access;
use super::outcome::{Failure, INDETERMINATE, Outcome};
use super::proven::Verifier;
use super::query::{json_of, line};
use crate::client::Client;
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
    let is_verified = access.genesis_at_hand()?.is_some();
    if is_verified && !events.is_empty() {
        events = proven(access, &client, events).await?;
    }
    let names: Vec<String> = digests.iter().map(Digest::to_string).collect();
    let mut text = events.iter().map(line).collect::<Vec<_>>().join("\n");
    let json = json!({
        "digests": names, "events": events.iter().map(json_of).collect::<Vec<_>>(), "verified": is_verified,
    });
    if events.is_empty() {
        text = format!("no event names {}, says the node", names.join(" or "));
    } else if is_verified {
        return Ok(Outcome::ok(text, json));
    } else {
        text.push_str("\nsays the node: give --genesis FILE to verify it");
    }
    Ok(Outcome { text, json, code: INDETERMINATE })
}

/// The events as their receipts prove them: the index that found them is the node's own.
async fn proven(access: &Access, client: &Client, events: Vec<Event>) -> Result<Vec<Event>, Failure> {
    let (verifier, mut proven) = (Verifier::new(access, client).await?, Vec::new());
    for event in events {
        // The id covers the body, and with it the document.
        let receipt = client.receipt(&format!("transactions/{}", event.transaction.id())).await?;
        verifier.demand(&receipt)?;
        proven.push(receipt.event);
    }
    Ok(proven)
}

fn digests_of(path: &Path) -> Result<Vec<Digest>, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(vec![Digest::sm3(&bytes), Digest::sha256(&[&bytes])])
}

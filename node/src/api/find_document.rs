//! FindDocument: the events that name a document by its digest.
//!
//! The index follows from the ledger, but no header signs it: what is found can be proven by receipts, that nothing else
//! is there cannot.

use super::list_matter_events::{bad_token, page_size};
use super::malformed;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::store::Store;
use crate::wire::from_proto::digest;
use crate::wire::{to_proto, v1};
use ledger::{ReadFault, Table};
use proto::{Digest, Event, Seq};

/// One page.
pub async fn find_document(
    handle: &Handle,
    request: v1::FindDocumentRequest,
) -> Result<v1::FindDocumentResponse, Refusal> {
    let document = digest(&request.digest, "digest").map_err(malformed)?;
    let size = page_size(request.page_size)?;
    let from = from_token(&request.page_token)?;
    let (events, more, height) = handle.read(move |store| page(store, &document, (from, size))).await?;
    let next = events.last().filter(|_| more).map(|e| token(Seq(e.seq.0 + 1)));
    Ok(v1::FindDocumentResponse {
        events: events.iter().map(to_proto::event).collect(),
        next_page_token: next.unwrap_or_default(),
        height,
    })
}

type Page = (Vec<Event>, bool, u64);

fn page(store: &Store, document: &Digest, (from, size): (Seq, usize)) -> Result<Page, ReadFault> {
    let disk = store.snapshot();
    let mut seqs = events_of(&disk, document, from, size + 1)?;
    let more = seqs.len() > size;
    seqs.truncate(size);
    let event = |seq| ledger::event(&disk, seq)?.ok_or_else(|| ReadFault::missing("an event of a document"));
    let events = seqs.into_iter().map(event).collect::<Result<_, _>>()?;
    let height = ledger::tip(&disk)?.map_or(0, |tip| tip.header.height.0);
    Ok((events, more, height))
}

/// Numbers of the events that name a document, from one on, at most `limit`.
pub fn events_of(
    disk: &crate::store::Snapshot<'_>,
    document: &Digest,
    from: Seq,
    limit: usize,
) -> Result<Vec<Seq>, ReadFault> {
    let prefix = ledger::key(Table::DocumentIndex, &document.0);
    let seq = |rest: Vec<u8>| match rest.try_into() {
        Ok(bytes) => Ok(Seq(u64::from_be_bytes(bytes))),
        Err(_) => Err(ReadFault { detail: "a row of the document index is not a digest and a number".to_owned() }),
    };
    disk.keys_under(&prefix, &from.0.to_be_bytes(), limit)?.into_iter().map(seq).collect()
}

fn token(next: Seq) -> String {
    format!("{:016x}", next.0)
}

fn from_token(token: &str) -> Result<Seq, Refusal> {
    if token.is_empty() {
        return Ok(Seq(0));
    }
    let parsed = (token.len() == 16).then(|| u64::from_str_radix(token, 16).ok()).flatten();
    parsed.map(Seq).ok_or_else(bad_token)
}

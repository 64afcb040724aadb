//! Whether an answer is to the question. A genuine proof of something else proves nothing of what was asked, so an answer
//! about another event, matter or request is no answer. It does not verify: who holds a genesis does that.

use super::ClientError;
use crate::wire::from_proto::{EventName, event_name};
use proto::{ChainId, Digest, Event, Header, Height, MatterProof, Name, Transaction, TxId};
use std::fmt::Display;

/// An event asked for as `events/…` or `transactions/…`.
pub fn event(name: &str, given: &Event) -> Result<(), ClientError> {
    let is_it = match event_name(name, "name") {
        Ok(EventName::Seq(seq)) => given.seq == seq,
        Ok(EventName::Transaction(tx)) => given.transaction.id() == tx,
        Err(_) => false,
    };
    let answered = format_args!("event {} of transaction {}", given.seq, given.transaction.id());
    same("event", is_it, (name, answered))
}

/// A transaction that was asked about by its id.
pub(super) fn transaction(asked: &TxId, given: &TxId) -> Result<(), ClientError> {
    same("transaction_id", asked == given, (asked, given))
}

/// What became of a submission. The same request may have been committed under another signature; everything that was
/// signed must be the same but for key and expiry.
pub(super) fn submission(asked: &Transaction, given: &Event) -> Result<(), ClientError> {
    let (a, b) = (&asked.draft, &given.transaction.draft);
    let is_it = a.chain == b.chain && a.org == b.org && a.request == b.request && a.body == b.body;
    let answered = format_args!("event {}, which another request made", given.seq);
    same("receipt", is_it, (format_args!("the commit of transaction {}", asked.id()), answered))
}

/// What the ledger holds about a matter.
pub(super) fn matter(asked: &Name, given: &MatterProof) -> Result<(), ClientError> {
    same("matter", *asked == given.matter, (asked, &given.matter))
}

/// That the ledger holds nothing about a matter.
pub(super) fn absence(asked: &Name, given: &MatterProof) -> Result<(), ClientError> {
    matter(asked, given)?;
    same("matter", given.leaf.is_none(), (format_args!("the absence of {asked}"), "its presence"))
}

/// The header at a height.
pub(super) fn header(asked: Height, given: &Header) -> Result<(), ClientError> {
    same("header", asked == given.height, (asked, given.height))
}

/// An event that names a document.
pub(super) fn document(asked: &Digest, given: &Event) -> Result<(), ClientError> {
    let is_it = given.transaction.draft.body.document() == Some(asked);
    same("event", is_it, (asked, format_args!("event {}, which does not name it", given.seq)))
}

/// The ledger: what is signed for another one counts there.
pub fn chain(asked: ChainId, given: ChainId) -> Result<(), ClientError> {
    same("chain_id", asked == given, (asked, given))
}

fn same(field: &'static str, is_it: bool, (asked, answered): (impl Display, impl Display)) -> Result<(), ClientError> {
    let other = || ClientError::Other { field, asked: asked.to_string(), answered: answered.to_string() };
    if is_it { Ok(()) } else { Err(other()) }
}

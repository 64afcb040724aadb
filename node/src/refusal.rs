//! Why the node does not do what a client or peer asked, as data: a stable code, the field, a sentence with the remedy.
//!
//! It does not know gRPC: the API turns a refusal into a status.

use crate::errors::catalogue;
use ledger::Rejected;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Characters of a message.
const MESSAGE_CHARS_MAX: usize = 500;

/// What kind of answer a refusal is; maps one to one to a gRPC status code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefusalKind {
    /// The request is malformed or breaks a rule that no retry changes.
    Invalid,
    /// It names something that does not exist.
    NotFound,
    /// The request id was used for another body.
    AlreadyExists,
    /// The organisation's role does not permit it.
    Permission,
    /// The signature or key does not hold.
    Unauthenticated,
    /// The node has no room now; try again later.
    Exhausted,
    /// The node cannot serve now (starting, stopping, broken).
    Unavailable,
    /// The ledger is not in the state that the request assumes.
    Precondition,
}

/// A refused request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Stable code in `SCREAMING_SNAKE_CASE`; documented in the catalogue of reasons.
    pub code: &'static str,
    /// Path of the field at fault, empty if none is.
    pub field: String,
    /// One sentence that names what is wrong and the remedy. Never holds stroke data or scores.
    pub message: String,
    /// What kind of answer.
    pub kind: RefusalKind,
    /// When to try again, where trying again makes sense.
    pub retry_after: Option<Duration>,
    /// Further facts for programs, such as the digest that a request id was first used for.
    pub metadata: BTreeMap<String, String>,
}

impl Refusal {
    /// A refusal without retry and metadata. What kind of answer it is, the catalogue says: a test reads the sources for codes
    /// that are not in it.
    pub fn new(code: &'static str, field: &str, message: impl Into<String>) -> Self {
        let kind = catalogue::find(code).map_or(RefusalKind::Precondition, |reason| reason.kind);
        let (field, message) = (field.to_owned(), short(message.into()));
        Self { code, field, message, kind, retry_after: None, metadata: BTreeMap::new() }
    }
    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
    /// Adds a fact for programs.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.metadata.insert(key.to_owned(), value.to_string());
        self
    }
    /// The node is stopping, or was stopped by a fault.
    pub fn stopping() -> Self {
        let message = "the node is stopping; send the same request to another node, or again after its restart";
        Self::new("NODE_STOPPING", "", message).retry_after(Duration::from_secs(5))
    }
    /// `what` is full.
    pub fn full(what: &str) -> Self {
        let message = format!("{what}: no room for more now; send the same request again after the time given");
        Self::new("NODE_OVERLOADED", "", message).retry_after(Duration::from_millis(500))
    }
    /// The store could not be read; the node is about to stop.
    pub fn broken_store() -> Self {
        let message = "the node cannot read its store and is stopping; use another node and tell the operator";
        Self::new("STORE_UNREADABLE", "", message)
    }
}

/// What a client sent may be quoted in a message, and messages travel in headers, which are short.
fn short(message: String) -> String {
    match message.char_indices().nth(MESSAGE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}

impl From<Rejected> for Refusal {
    fn from(rejected: Rejected) -> Self {
        let refusal = Self::new(rejected.code(), rejected.field(), rejected.to_string());
        match rejected {
            Rejected::RequestIdReused { first, seq } => refusal.with("first_body", first).with("seq", seq),
            Rejected::AlreadyCommitted { seq } => refusal.with("seq", seq),
            Rejected::ExpiryTooFar { max, .. } => refusal.with("max", max),
            Rejected::TemplateChanged { .. } | Rejected::HistoryChanged { .. } => {
                refusal.retry_after(Duration::from_millis(200))
            }
            _ => refusal,
        }
    }
}

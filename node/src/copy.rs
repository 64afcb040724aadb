//! A copy of the ledger for a new node: read from one store, checked and written into another.
//!
//! The reader checks nothing and the writer believes nothing: what makes a copy good is decided in `ledger::restore`. Stroke
//! packets are not in it; the new node asks the others for them when it runs. How parts travel is the business of `api`
//! and `client`.

pub mod source;
pub mod target;

pub use source::parts;
pub use target::{Copied, CopyError, Target};

use proto::{Certificate, Checkpoint, Digest, Header, Trail};

/// A piece of a copy. They come in the order of the variants, each kind in as many pieces as it takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// What was signed, and who could sign it. Comes once.
    Head(Box<(Checkpoint, Trail)>),
    /// Leaves of the state: path and value.
    Leaves(Vec<(Digest, Vec<u8>)>),
    /// Headers from genesis on, with the certificates over them where there are any.
    Headers(Vec<(Header, Option<Certificate>)>),
    /// Canonical events from the first on.
    Events(Vec<Vec<u8>>),
}

//! What can happen to an engine. Signatures are already verified: the types say so.

use crate::setup::Head;
use proto::{Certificate, Digest, Entry, Header, Proposal, Verified, View, Vote};

/// One thing that happened.
#[allow(clippy::large_enum_variant, reason = "few are alive at once, and each is moved once")]
#[derive(Clone, Debug)]
pub enum Input {
    /// The first step after construction: repeats what was promised before a restart.
    Start,
    /// The time asked for in `wake_at` has come. One too many does no harm.
    Tick,
    /// A proposal from its leader, or from whoever kept it when we asked.
    Proposal(Verified<Proposal>),
    /// Somebody's vote.
    Vote(Verified<Vote>),
    /// Somebody's certificate.
    Certificate(Verified<Certificate>),
    /// Whether the application knows of anything worth a block. Send it when it changes; repeating it after a
    /// [`Input::Built`] without a block asks the leader again.
    Work(bool),
    /// Answer to [`crate::Ask::Build`].
    Built {
        /// The view asked about; an answer to an older question is ignored.
        view: View,
        /// The block, or `None`: nothing to propose after all (it is asked again at the next `Work(true)`).
        block: Option<(Header, Vec<Entry>)>,
    },
    /// Answer to [`crate::Ask::Judge`]. There is no hurry, and a local failure is no answer at all, never `false`.
    Judged {
        /// Digest of the header.
        block: Digest,
        /// Whether this validator stands for it (or, for a certified one: whether it could be executed).
        valid: bool,
    },
    /// The application has committed up to this block, by our notice or by catching up. Our view follows.
    Committed(Head),
}

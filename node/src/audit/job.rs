//! One signing event to be appraised again, with all that an opinion on it takes.

use models::{Appraiser, StrokePacket};
use proto::{Appraisal, Digest, Seq};
use std::sync::Arc;

/// The references that were in force when an event was appraised.
#[derive(Debug)]
pub struct References {
    /// What the ledger calls them.
    pub template: Digest,
    /// The packets, in order.
    pub packets: Vec<StrokePacket>,
}

/// See the module.
#[derive(Debug)]
pub struct Job {
    /// The event.
    pub seq: Seq,
    /// What the ledger says of it.
    pub recorded: Appraisal,
    /// The model that it names.
    pub model: Arc<Appraiser>,
    /// The signature.
    pub packet: StrokePacket,
    /// `None`: the signer was not enrolled, so nothing was compared.
    pub references: Option<Arc<References>>,
    /// Whether the packet is too like an earlier one among those that were compared. No backend decides that.
    pub replayed: bool,
}

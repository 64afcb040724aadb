//! What is known about one event: every statement of a report comes from a member here, and `data/report.json` of an
//! evidence package is this, as JSON.
//!
//! Facts are derived from canonical bytes ([`Facts::gather`]); they decide nothing and nobody has to believe them. In JSON
//! members stand in the order below, what is absent is `null`, digests and keys are lower-case hexadecimal, times are
//! milliseconds since 1970-01-01 UTC, and every number is an integer.

mod appraisal;
mod checkpoint;
mod enrolment;
mod event;
mod explanation;
mod gather;
mod matter;
mod model;
mod network;
mod recording;
mod stamp;
mod voucher;
mod will;
mod witness;

pub use appraisal::Appraisal;
pub use checkpoint::{Checkpoint, Vote};
pub use enrolment::Enrolment;
pub use event::{Document, Event, Nonce, PresentedFile};
pub use explanation::{Explanation, Stretch, Whole};
pub use gather::Sources;
pub use matter::{ENDS_MAX, Matter, Step, WILLS_MAX};
pub use model::{Learnt, Limit, Model};
pub use network::{Independence, Network, Organisation};
pub use recording::{Attestation, Device, Place, Recording, STROKES_MAX, Stroke, Surroundings, Writing};
pub use stamp::Stamp;
pub use voucher::Voucher;
pub use will::Will;
pub use witness::{Access, Change, Check, Fault};

use serde::{Deserialize, Serialize};

/// The version of this shape.
pub const FORMAT: u32 = 1;

/// How much of the evidence is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Everything, the references too: for whom an access was recorded, under the authority that was stated.
    Full,
    /// For a party: with the packet of this signing.
    Party,
    /// Without stroke packets.
    Public,
}

impl Variant {
    /// Lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Party => "party",
            Self::Public => "public",
        }
    }
}

/// Everything that a report says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// [`FORMAT`].
    pub format: u32,
    /// Evidence number: `E-<first 8 hex digits of the chain>-<seq>`.
    pub id: String,
    /// How much is shown.
    pub variant: Variant,
    /// The network and its rules.
    pub network: Network,
    /// The event.
    pub event: Event,
    /// The document that it is about, if any.
    pub document: Option<Document>,
    /// The contract, case or archive file that it belongs to, if any.
    pub matter: Option<Matter>,
    /// The signed state of the ledger that everything is proven against.
    pub checkpoint: Checkpoint,
    /// Every validator of that state in voting order, and whether its vote is in the certificate.
    pub votes: Vec<Vote>,
    /// Who stands behind the quorum.
    pub independence: Independence,
    /// The validators' agreed opinion of the writing, if any was involved.
    pub appraisal: Option<Appraisal>,
    /// The enrolment of the references that it compared with, if it is at hand and is theirs.
    #[serde(default)]
    pub enrolment: Option<Enrolment>,
    /// The model that gave it, if this build knows it.
    pub model: Option<Model>,
    /// What the stroke packets at hand say.
    pub writing: Writing,
    /// What providers found about the signer's will, as far as it was presented.
    #[serde(default)]
    pub wills: Vec<Will>,
    /// Who read a packet of this event.
    pub accesses: Vec<Access>,
    /// Validators that contradicted themselves.
    pub faults: Vec<Fault>,
    /// Time-stamp tokens over the checkpoint's header.
    pub stamps: Vec<Stamp>,
    /// What was erased, restricted or superseded.
    pub changes: Vec<Change>,
    /// What was checked, in the order of checking.
    pub checks: Vec<Check>,
}

impl Facts {
    /// How many validators would have had to sign two states of one height, if both had a quorum: two quorums of n have at least
    /// twice the quorum less n in common.
    pub fn in_both_quorums(&self) -> usize {
        (2 * self.network.quorum as usize).saturating_sub(self.votes.len())
    }
    /// The content of `data/report.json`: the members in their order, two spaces a level, one line feed at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings, integers and lists are always JSON");
        text.push('\n');
        text
    }
    /// Reads what [`Self::to_json`] writes. The error names the place.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

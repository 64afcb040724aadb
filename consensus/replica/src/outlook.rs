//! What a replica waits for, and what it knows of the others: for operators, who ask why nothing happens. Nothing is
//! decided from it, and what peers claim of themselves is told as they claim it.

use crate::message::Standing;
use crate::replica::Replica;
use proto::{ValidatorIndex, View};

/// The engine's outlook, and everybody's standing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// The present view and what it lacks.
    pub view: simplex::Outlook,
    /// Votes that make a certificate.
    pub quorum: usize,
    /// How many may fail without harm.
    pub faults_max: usize,
    /// Which validator we are; `None`: we follow.
    pub identity: Option<ValidatorIndex>,
    /// No vote is cast below this view; `None`: none at all for now.
    pub votes_from: Option<View>,
    /// Everybody in the set in force, ourselves too, in order.
    pub peers: Vec<PeerOutlook>,
}

/// A validator, as we know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerOutlook {
    /// Which.
    pub validator: ValidatorIndex,
    /// The highest view about which a signed vote, proposal or certificate of its was seen here.
    pub voted: View,
    /// Where it claims to be; `None` before it told.
    pub claims: Option<Standing>,
}

impl Replica {
    /// What we wait for.
    pub fn outlook(&self) -> Outlook {
        let (view, set) = (self.engine.outlook(), &self.setup.validators);
        let peer = |(validator, voted): &(ValidatorIndex, View)| {
            let claims = self.catch_up.claim(*validator);
            PeerOutlook { validator: *validator, voted: *voted, claims }
        };
        Outlook {
            quorum: set.quorum(),
            faults_max: set.faults_max(),
            identity: self.setup.identity.as_ref().map(|(me, _)| *me),
            votes_from: self.engine.votes_from(),
            peers: view.heard.iter().map(peer).collect(),
            view,
        }
    }
}

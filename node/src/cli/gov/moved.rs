//! What a motion would change, as the ledger is shown to hold it: an organisation approves of that, and not of what a node
//! says under the same number.

use super::show::sentence;
use crate::cli::access::Access;
use crate::cli::outcome::Failure;
use crate::cli::proven;
use crate::client::{Client, ClientError};
use proto::{Body, Change, Govern, Motion, Name, TxId};

/// A motion as it was made.
#[derive(Debug)]
pub struct Moved {
    /// Who made it.
    pub mover: Name,
    /// What it would change, in this order.
    pub changes: Vec<Change>,
    /// Why.
    pub note: String,
}

impl Moved {
    /// Fetches the motion's own transaction with its receipt, and verifies it against genesis.
    pub async fn proven(access: &Access, client: &Client, motion: TxId) -> Result<Self, Failure> {
        let draft = proven::event(access, client, &format!("transactions/{motion}")).await?.transaction.draft;
        match draft.body {
            Body::Govern(Govern::Move { changes, note }) => Ok(Self { mover: draft.org, changes, note }),
            _ => Err(Failure::Refused(format!("{motion} is on the ledger and is no motion; nothing was signed"))),
        }
    }
    /// Refuses what a node says of this motion, if it says anything else.
    pub fn demand(&self, motion: TxId, said: &Motion) -> Result<(), Failure> {
        if self.mover == said.mover && self.changes == said.changes {
            return Ok(());
        }
        let (asked, answered) = (format!("motion {motion}"), list(&said.changes));
        Err(ClientError::Other { field: "motion", asked, answered }.into())
    }
    /// Whether these are its changes, all of them and no others, in whatever order.
    pub fn is(&self, changes: &[Change]) -> bool {
        let within = |some: &[Change], all: &[Change]| some.iter().all(|c| all.contains(c));
        within(changes, &self.changes) && within(&self.changes, changes)
    }
    /// For people.
    pub fn text(&self) -> String {
        let note = if self.note.is_empty() { String::new() } else { format!(" ({})", self.note) };
        format!("motion of `{}`{note}: {}", self.mover, list(&self.changes))
    }
}

fn list(changes: &[Change]) -> String {
    changes.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remove(org: &str) -> Change {
        Change::RemoveOrganisation { org: Name::new(org, "org").unwrap() }
    }

    #[test]
    fn what_a_node_says_of_a_motion_must_be_what_was_moved() {
        let mover = Name::new("court", "org").unwrap();
        let moved = Moved { mover, changes: vec![remove("a"), remove("b")], note: "yearly".into() };
        assert!(moved.is(&[remove("b"), remove("a")]) && !moved.is(&[remove("a")]));
        assert!(!moved.is(&[remove("a"), remove("b"), remove("c")]) && !moved.is(&[]));
        assert_eq!(moved.text(), "motion of `court` (yearly): remove organisation `a`; remove organisation `b`");
    }
}

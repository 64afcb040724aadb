//! One submission of the job, repeated until there is an answer, and its receipt verified offline.

use crate::client::{Author, Client, ClientError, Mode, Signing, Submitted};
use crate::fault::Fault;
use crate::submission::Submission;
use models::StrokePacket;
use proto::{Band, Check, Outcome, Receipt, Transaction, Trust};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Tries while nodes are busy or away.
const TRIES: u32 = 8;
const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Whose writing it really is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// The signer's.
    Genuine,
    /// A forger's who practised.
    Forged,
    /// Another signer's own signature.
    Random,
}

impl Class {
    /// Lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Forged => "forged",
            Self::Random => "random",
        }
    }
}

/// What became of a submission.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Committed; with the result of verifying the receipt offline.
    Committed(Box<Receipt>, Outcome),
    /// Refused for this reason.
    Refused(String, String),
    /// No answer that says anything about the signature.
    Failed(String),
}

/// Where and in whose name the job submits.
pub struct Sender {
    /// One client for each node.
    pub clients: Vec<Client>,
    /// The organisation.
    pub author: Author,
    /// What receipts are verified against.
    pub trust: Arc<Trust>,
    /// Turns, so that submissions spread over the nodes.
    pub turn: AtomicUsize,
}

impl Sender {
    /// The next node's client.
    pub fn client(&self) -> &Client {
        &self.clients[self.turn.fetch_add(1, Ordering::Relaxed) % self.clients.len()]
    }
    /// Submits a signing.
    pub async fn sign(&self, what: &Signing, packet: &StrokePacket) -> Answer {
        let make = |terms: &_| self.author.signing(terms, what, packet.clone());
        self.send(make).await
    }
    /// Submits an enrolment.
    pub async fn enrol(&self, signer: &proto::Name, references: &[StrokePacket]) -> Answer {
        let make = |terms: &_| self.author.enrolment(terms, signer, references.to_vec());
        self.send(make).await
    }
    async fn send(&self, make: impl Fn(&crate::client::Terms) -> Result<Submission, Fault>) -> Answer {
        let submission = match self.terms().await {
            Ok(terms) => make(&terms),
            Err(e) => return Answer::Failed(e.to_string()),
        };
        let submission = match submission {
            Ok(submission) => submission,
            Err(e) => return Answer::Failed(e.to_string()),
        };
        match self.submit(&submission).await {
            Ok(Submitted { receipt: Some(receipt), .. }) => self.checked(receipt, submission.transaction).await,
            Ok(_) => Answer::Failed("not committed in time".to_owned()),
            Err(e) if e.is_temporary() => Answer::Failed(e.to_string()),
            Err(ClientError::Refused { reason, message, .. }) => Answer::Refused(reason, message),
            Err(e) => Answer::Failed(e.to_string()),
        }
    }
    async fn terms(&self) -> Result<crate::client::Terms, ClientError> {
        let mut tries = 0;
        loop {
            match self.client().terms().await {
                Err(e) if e.is_temporary() && tries < TRIES => pause(&e, &mut tries).await,
                other => return other,
            }
        }
    }
    /// The same transaction again and again: it is committed once at most.
    async fn submit(&self, s: &Submission) -> Result<Submitted, ClientError> {
        let mut tries = 0;
        loop {
            let answer = self.client().submit(&s.transaction, &s.packets, Mode::Wait(COMMIT_TIMEOUT)).await;
            match answer {
                Err(e) if e.is_temporary() && tries < TRIES => pause(&e, &mut tries).await,
                other => return other,
            }
        }
    }
    async fn checked(&self, receipt: Receipt, sent: Transaction) -> Answer {
        let trust = self.trust.clone();
        let verified = tokio::task::spawn_blocking(move || {
            let outcome = Check::overall(&receipt.verify(&trust));
            let ours = receipt.event.transaction == sent;
            (receipt, if ours { outcome } else { Outcome::Invalid })
        });
        match verified.await {
            Ok((receipt, outcome)) => Answer::Committed(Box::new(receipt), outcome),
            Err(e) => Answer::Failed(e.to_string()),
        }
    }
}

async fn pause(error: &ClientError, tries: &mut u32) {
    *tries += 1;
    let hint = match error {
        ClientError::Refused { retry_after, .. } => *retry_after,
        _ => None,
    };
    let own = Duration::from_millis(50 << (*tries).min(6));
    tokio::time::sleep(hint.unwrap_or(own).min(Duration::from_secs(5))).await;
}

/// The band of a committed event.
pub fn band(receipt: &Receipt) -> Band {
    receipt.event.appraisal.as_ref().map_or(Band::Uncompared, |a| a.band)
}

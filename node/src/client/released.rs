//! Reading stroke packets under an access event, and submitting that event.

use super::error::missing;
use super::{Author, Client, ClientError, Mode, asked};
use crate::submission::SealedPacket;
use crate::wire::v1;
use proto::{Body, Canonical, Digest, Event, ReadRequest, Receipt, Seq};
use std::time::Duration;
use zeroize::Zeroizing;

/// What an access event opened.
pub struct Released {
    /// The packet of the signing.
    pub packet: SealedPacket,
    /// The references that it was compared with; a court's only. Empty too where the node does not hold them.
    pub references: Vec<SealedPacket>,
    /// The enrolment that named the references, while it is in force.
    pub enrolment: Option<Seq>,
}

impl Client {
    /// Puts it on the ledger that `author` reads the packet of `signing`, and waits for the commit. What is signed names
    /// the event by its hash, so the caller verifies it first.
    pub async fn declare_access(
        &self,
        author: &Author,
        signing: &Event,
        ground: (&str, Digest),
    ) -> Result<Receipt, ClientError> {
        let matter = signing.transaction.draft.body.matter().cloned().ok_or_else(|| missing("matter"))?;
        let (target, target_hash) = (signing.seq, signing.digest());
        let (authority, order) = (ground.0.to_owned(), ground.1);
        let body = Body::Access { matter, target, target_hash, authority, order };
        let terms = self.terms().await?;
        asked::chain(signing.transaction.draft.chain, terms.chain)?;
        let submission = author.submission(&terms, body, Vec::new());
        let answer = self.submit(&submission.transaction, &[], Mode::Wait(Duration::from_secs(30))).await?;
        answer.receipt.ok_or_else(|| missing("receipt"))
    }
    /// The packets that a committed access event opens; `author` must have signed that event.
    pub async fn read_packets(&self, author: &Author, access: Seq) -> Result<Released, ClientError> {
        let chain = self.terms().await?.chain;
        let request = ReadRequest { chain, access, time: crate::clock::now() };
        let signature = author.key.sign(&request.to_bytes()).0.to_vec();
        let message = v1::ReadPacketsRequest { access: access.0, time_ms: request.time.0, signature };
        let answer = self.access().read_packets(message).await?.into_inner();
        let references = answer.references.into_iter().map(sealed).collect::<Result<_, _>>()?;
        let packet = sealed(answer.packet.ok_or_else(|| missing("packet"))?)?;
        Ok(Released { packet, references, enrolment: answer.enrolment.map(Seq) })
    }
}

fn sealed(message: v1::SealedPacket) -> Result<SealedPacket, ClientError> {
    let bad = |_| ClientError::Answer { field: "salt", problem: "not 32 bytes".to_owned() };
    let salt = message.salt.as_slice().try_into().map_err(bad)?;
    Ok(SealedPacket { salt, packet: Zeroizing::new(message.packet) })
}

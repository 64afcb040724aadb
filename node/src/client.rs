//! A typed client of the API: nouns in, nouns out. The CLI, the main job and the load generator use it.
//!
//! What it returns was decoded from canonical bytes and is about what was asked for; it is still only a claim until the
//! caller verifies it.

mod asked;
mod author;
mod connect;
mod documents;
mod error;
mod export;
mod released;
mod watching;

pub use asked::{chain as is_chain, event as is_event};
pub use author::{Author, Signing};
pub use connect::{Client, Endpoint};
pub use error::ClientError;
pub use export::Exported;
pub use released::Released;
pub use watching::Watching;

use crate::copy::Part;
use crate::submission::SealedPacket;
use crate::wire::{from_proto, to_proto, v1};
use error::missing;
use evidence::StateFile;
use proto::light::LINKS_MAX;
use proto::state::{MembersLeaf, StateKey};
use proto::{
    Canonical, ChainId, Checkpoint, Digest, Event, Header, Height, MatterFile, MatterProof, Name, Nonce, Receipt, Seq,
    Trail, Transaction, TxId,
};
use std::time::Duration;

/// What a client must know before it builds a transaction.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The ledger.
    pub chain: ChainId,
    /// Newest finalized block.
    pub nonce: Nonce,
    /// Greatest expiry that is taken now.
    pub expiry_max: Height,
    /// Model in force.
    pub model: Digest,
    /// Whether demonstration packets are taken.
    pub allow_synthetic: bool,
}

/// What a submission should do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Only check.
    ValidateOnly,
    /// Answer when admitted.
    Send,
    /// Answer when committed, or after this time.
    Wait(Duration),
}

/// Answer to a submission.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The transaction.
    pub tx: TxId,
    /// How far it came.
    pub state: v1::SubmissionState,
    /// What the node that was asked thinks of the packets; the agreed opinion is in the receipt.
    pub opinion: Option<v1::Opinion>,
    /// When committed.
    pub receipt: Option<Receipt>,
}

/// A copy of the ledger on its way.
pub struct Parts {
    stream: tonic::Streaming<v1::LedgerPart>,
}

impl Parts {
    /// The next part; `None` at the end. Nothing in it is verified yet.
    pub async fn next(&mut self) -> Result<Option<Part>, ClientError> {
        let Some(message) = self.stream.message().await? else { return Ok(None) };
        let part = from_proto::ledger_part(message);
        part.map(Some).map_err(|e| ClientError::Answer { field: "part", problem: e.to_string() })
    }
}

impl Client {
    /// Asks for a nonce and limits.
    pub async fn terms(&self) -> Result<Terms, ClientError> {
        let r = self.submission().get_nonce(v1::GetNonceRequest {}).await?.into_inner();
        let nonce = r.nonce.ok_or_else(|| missing("nonce"))?;
        Ok(Terms {
            chain: digest(&r.chain_id, "chain_id")?,
            nonce: Nonce { height: Height(nonce.height), block: digest(&nonce.block, "nonce.block")? },
            expiry_max: Height(r.expiry_height_max),
            model: digest(&r.model, "model")?,
            allow_synthetic: r.allow_synthetic,
        })
    }
    /// Submits one transaction with its packets.
    pub async fn submit(
        &self,
        tx: &Transaction,
        packets: &[SealedPacket],
        mode: Mode,
    ) -> Result<Submitted, ClientError> {
        let r = self.submission().submit(request(tx, packets, mode)).await?.into_inner();
        let receipt: Option<Receipt> = r.receipt.as_ref().map(|m| decode(&m.canonical, "receipt")).transpose()?;
        let id = digest(&r.transaction_id, "transaction_id")?;
        if let Some(receipt) = &receipt {
            asked::submission(tx, &receipt.event)?;
        }
        asked::transaction(&receipt.as_ref().map_or_else(|| tx.id(), |r| r.event.transaction.id()), &id)?;
        Ok(Submitted { tx: id, state: r.state(), opinion: r.opinion, receipt })
    }
    /// Waits for a commit.
    pub async fn wait(&self, tx: &TxId, limit: Duration) -> Result<Receipt, ClientError> {
        let timeout = prost_types::Duration::try_from(limit).ok();
        let request = v1::WaitForCommitRequest { transaction_id: tx.0.to_vec(), timeout };
        let answer = self.submission().wait_for_commit(request).await?.into_inner();
        let receipt: Receipt = decode(&answer.canonical, "receipt")?;
        asked::transaction(tx, &receipt.event.transaction.id())?;
        Ok(receipt)
    }
    /// An event by `events/…` or `transactions/…`.
    pub async fn event(&self, name: &str) -> Result<Event, ClientError> {
        let request = v1::GetEventRequest { name: name.to_owned() };
        let event = decode(&self.query().get_event(request).await?.into_inner().canonical, "event")?;
        asked::event(name, &event)?;
        Ok(event)
    }
    /// A receipt by `events/…` or `transactions/…`.
    pub async fn receipt(&self, name: &str) -> Result<Receipt, ClientError> {
        let request = v1::GetReceiptRequest { name: name.to_owned() };
        let receipt: Receipt = decode(&self.query().get_receipt(request).await?.into_inner().canonical, "receipt")?;
        asked::event(name, &receipt.event)?;
        Ok(receipt)
    }
    /// Proof of what the ledger holds about a matter.
    pub async fn matter(&self, matter: &Name) -> Result<MatterProof, ClientError> {
        let request = v1::GetMatterRequest { name: format!("matters/{matter}") };
        let proof = decode(&self.query().get_matter(request).await?.into_inner().canonical, "matter")?;
        asked::matter(matter, &proof)?;
        Ok(proof)
    }
    /// Proof that the ledger holds nothing about a matter; refused when it does.
    pub async fn absence(&self, matter: &Name) -> Result<MatterProof, ClientError> {
        let request = v1::ProveAbsenceRequest { name: format!("matters/{matter}") };
        let proof = decode(&self.query().prove_absence(request).await?.into_inner().canonical, "matter")?;
        asked::absence(matter, &proof)?;
        Ok(proof)
    }
    /// All events of a matter with the proof that they are all.
    pub async fn matter_file(&self, matter: &Name) -> Result<MatterFile, ClientError> {
        let (mut proof, mut events, mut page_token) = (None, Vec::new(), String::new());
        loop {
            let request =
                v1::ListMatterEventsRequest { parent: format!("matters/{matter}"), page_size: 200, page_token };
            let page = self.query().list_matter_events(request).await?.into_inner();
            if let Some(completeness) = page.completeness {
                proof = Some(decode(&completeness.canonical, "completeness")?);
            }
            for event in page.events {
                events.push(decode(&event.canonical, "event")?);
            }
            if page.next_page_token.is_empty() || events.len() > MatterFile::EVENTS_MAX {
                let file = MatterFile { proof: proof.ok_or_else(|| missing("completeness"))?, events };
                asked::matter(matter, &file.proof)?;
                return Ok(file);
            }
            page_token = page.next_page_token;
        }
    }
    /// The newest checkpoint, and with `from > 0` the consistency proofs in SM3 and SHA-256.
    pub async fn checkpoint(&self, from: u64) -> Result<(Checkpoint, [Vec<Digest>; 2]), ClientError> {
        self.checkpoint_at(from, Height(0)).await
    }
    /// The same with the first signed state at or after a height; 0: the newest.
    pub async fn checkpoint_at(
        &self,
        from: u64,
        height: Height,
    ) -> Result<(Checkpoint, [Vec<Digest>; 2]), ClientError> {
        let request = v1::GetCheckpointRequest { consistency_from: from, height: height.0 };
        let r = self.query().get_checkpoint(request).await?.into_inner();
        let checkpoint = r.checkpoint.ok_or_else(|| missing("checkpoint"))?;
        let proofs = [path(&r.sm3_consistency)?, path(&r.sha256_consistency)?];
        Ok((decode(&checkpoint.canonical, "checkpoint")?, proofs))
    }
    /// The header at a height.
    pub async fn header(&self, height: Height) -> Result<Header, ClientError> {
        let request = v1::GetHeaderRequest { height: height.0 };
        let header = decode(&self.query().get_header(request).await?.into_inner().canonical, "header")?;
        asked::header(height, &header)?;
        Ok(header)
    }
    /// The whole ledger, part by part.
    pub async fn copy_ledger(&self) -> Result<Parts, ClientError> {
        Ok(Parts { stream: self.query().copy_ledger(v1::CopyLedgerRequest {}).await?.into_inner() })
    }
    /// How validators followed one another since genesis. Nothing in it is verified yet: see [`proto::LightClient`].
    pub async fn trail(&self) -> Result<Trail, ClientError> {
        let mut trail = Trail::default();
        loop {
            let from_epoch = trail.links.last().map_or(0, |link| link.opens().0);
            let answer = self.query().get_trail(v1::GetTrailRequest { from_epoch }).await?.into_inner();
            let more: Trail = decode(&answer.trail, "trail")?;
            // A node that repeats itself does not keep us for ever.
            if more.links.first().is_none_or(|link| link.opens().0 <= from_epoch) || trail.links.len() >= LINKS_MAX {
                return Ok(trail);
            }
            trail.links.extend(more.links);
        }
    }
    /// The validators in force, and the motions that are undecided with the one asked for.
    pub async fn governance(&self, motion: Option<TxId>) -> Result<v1::GetGovernanceResponse, ClientError> {
        let motion = motion.map_or_else(Vec::new, |tx| tx.0.to_vec());
        Ok(self.query().get_governance(v1::GetGovernanceRequest { motion }).await?.into_inner())
    }
    /// The names of the members. Refused as long as no block is certified.
    pub async fn members(&self) -> Result<Vec<Name>, ClientError> {
        let request = v1::GetMembersRequest { page_size: 1, ..v1::GetMembersRequest::default() };
        let answer = self.query().get_members(request).await?.into_inner();
        let file: StateFile = decode(&answer.state, "state")?;
        let key = StateKey::Members.to_bytes();
        let list = file.entries.into_iter().find(|e| e.key == key).ok_or_else(|| missing("state.members"))?;
        Ok(decode::<MembersLeaf>(&list.value, "state.members")?.0)
    }
    /// The events that prove faults of validators.
    pub async fn faults(&self) -> Result<Vec<Seq>, ClientError> {
        let answer = self.query().list_faults(v1::ListFaultsRequest {}).await?.into_inner();
        Ok(answer.seqs.into_iter().map(Seq).collect())
    }
    /// The node's own view.
    pub async fn status(&self) -> Result<v1::GetStatusResponse, ClientError> {
        Ok(self.node().get_status(v1::GetStatusRequest {}).await?.into_inner())
    }
}

fn request(tx: &Transaction, packets: &[SealedPacket], mode: Mode) -> v1::SubmitRequest {
    let wait = match mode {
        Mode::Wait(limit) => prost_types::Duration::try_from(limit).ok(),
        Mode::Send | Mode::ValidateOnly => None,
    };
    let sealed = |p: &SealedPacket| v1::SealedPacket { salt: p.salt.to_vec(), packet: p.packet.to_vec() };
    v1::SubmitRequest {
        transaction: Some(to_proto::transaction(tx)),
        packets: packets.iter().map(sealed).collect(),
        validate_only: mode == Mode::ValidateOnly,
        wait,
    }
}

fn decode<T: Canonical>(bytes: &[u8], field: &'static str) -> Result<T, ClientError> {
    T::from_bytes(bytes).map_err(|e| ClientError::Answer { field, problem: e.to_string() })
}

fn digest(bytes: &[u8], field: &'static str) -> Result<Digest, ClientError> {
    bytes.try_into().map(Digest).map_err(|_| ClientError::Answer { field, problem: "not 32 bytes".to_owned() })
}

fn path(nodes: &[Vec<u8>]) -> Result<Vec<Digest>, ClientError> {
    nodes.iter().map(|n| digest(n, "consistency")).collect()
}

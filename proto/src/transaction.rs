//! Transactions: what an organisation asks the ledger to remember, signed with one of its keys.
//!
//! A transaction never carries stroke samples: a packet is named by its salted commitment and travels beside it.
//! Whether the ledger takes it is decided in `ledger`, not here.

use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::fault::FaultProof;
use crate::govern::Govern;
use crate::ids::{ChainId, Digest, Height, KeyId, Name, RequestId, Seq, TxId};
use crate::keys::{PublicKey, SecretKey, Signature};
use crate::rescue::Resolution;
use crate::verified::Verified;

/// Most reference packets in one enrolment.
pub const REFERENCES_MAX: usize = 10;
/// Longest note, statement, locator or authority, in bytes.
pub const NOTE_MAX: usize = 512;

/// A recent block that the signing was made after: the freshness nonce inside the signed packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Nonce {
    /// Height of the block.
    pub height: Height,
    /// Digest of its header.
    pub block: Digest,
}

impl Nonce {
    /// Writes the nonce.
    pub fn encode(&self, e: &mut Encoder) {
        e.u64(self.height.0).digest(&self.block);
    }
    /// Reads the nonce.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { height: Height(d.u64("nonce.height")?), block: d.digest("nonce.block")? })
    }
}

/// What a transaction asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// Give a signer reference signatures, or replace them.
    Enroll {
        /// Who writes.
        signer: Name,
        /// Commitments of 1 to [`REFERENCES_MAX`] reference packets.
        references: Vec<Digest>,
    },
    /// A handwritten signing: the control node of a matter.
    Sign {
        /// Contract, case or archive file.
        matter: Name,
        /// Who claims to have written.
        signer: Name,
        /// SM3 or SHA-256 digest of the document that was signed.
        document: Digest,
        /// Commitment of the stroke packet.
        packet: Digest,
        /// Recent block that the packet was made after.
        nonce: Nonce,
    },
    /// A step of a matter that is not a signing (sent, read, delivered, …).
    Record {
        /// Contract, case or archive file.
        matter: Name,
        /// What kind of step, in the organisation's own vocabulary.
        kind: Name,
        /// Digest of the content.
        content: Digest,
        /// Free text.
        note: String,
    },
    /// An archive bureau anchors a record.
    Anchor {
        /// Contract, case or archive file.
        matter: Name,
        /// Digest of the record.
        content: Digest,
        /// Length of the record in bytes.
        size: u64,
        /// Where the bureau keeps it.
        locator: String,
    },
    /// An organisation vouches for (or against) an earlier event.
    Attest {
        /// Matter of the event attested to.
        matter: Name,
        /// The event.
        target: Seq,
        /// Its hash, so that the attestation stands without the ledger.
        target_hash: Digest,
        /// What is stated.
        statement: String,
    },
    /// A stroke packet is about to be read: it is released only after this was committed.
    Access {
        /// Matter of the signing.
        matter: Name,
        /// The signing whose packet is read.
        target: Seq,
        /// Its hash, so that the access names it without the ledger.
        target_hash: Digest,
        /// On what ground and for what purpose: number of the order, scope.
        authority: String,
        /// Digest of the order; zero where there is none.
        order: Digest,
    },
    /// An act of governance; it belongs to no matter.
    Govern(Govern),
    /// A validator contradicted itself, and here is the proof; it belongs to no matter.
    Fault(FaultProof),
}

/// The kind of an event, as a number on the wire and a word for people.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Reference signatures of a signer.
    Enroll = 1,
    /// A handwritten signing.
    Sign = 2,
    /// Another step of a matter.
    Record = 3,
    /// An archived record.
    Anchor = 4,
    /// A statement about an event.
    Attest = 5,
    /// The reading of a stroke packet.
    Access = 6,
    /// A change of the consortium.
    Govern = 8,
    /// The proof that a validator contradicted itself.
    Fault = 9,
}

impl Kind {
    /// All, in the order of their codes.
    pub const ALL: [Self; 8] =
        [Self::Enroll, Self::Sign, Self::Record, Self::Anchor, Self::Attest, Self::Access, Self::Govern, Self::Fault];

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
    /// Lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enroll => "enroll",
            Self::Sign => "sign",
            Self::Record => "record",
            Self::Anchor => "anchor",
            Self::Attest => "attest",
            Self::Access => "access",
            Self::Govern => "govern",
            Self::Fault => "fault",
        }
    }
}

impl Body {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Enroll { .. } => Kind::Enroll,
            Self::Sign { .. } => Kind::Sign,
            Self::Record { .. } => Kind::Record,
            Self::Anchor { .. } => Kind::Anchor,
            Self::Attest { .. } => Kind::Attest,
            Self::Access { .. } => Kind::Access,
            Self::Govern(_) => Kind::Govern,
            Self::Fault(_) => Kind::Fault,
        }
    }
    /// The matter whose chain it extends; an enrolment, an act of governance and a fault belong to none.
    pub fn matter(&self) -> Option<&Name> {
        match self {
            Self::Enroll { .. } | Self::Govern(_) | Self::Fault(_) => None,
            Self::Sign { matter, .. }
            | Self::Record { matter, .. }
            | Self::Anchor { matter, .. }
            | Self::Attest { matter, .. }
            | Self::Access { matter, .. } => Some(matter),
        }
    }
    /// The signer, where there is one.
    pub fn signer(&self) -> Option<&Name> {
        match self {
            Self::Enroll { signer, .. } | Self::Sign { signer, .. } => Some(signer),
            _ => None,
        }
    }
    /// Digest of the document or content that it names, where it names one.
    pub fn document(&self) -> Option<&Digest> {
        match self {
            Self::Sign { document, .. } => Some(document),
            Self::Record { content, .. } | Self::Anchor { content, .. } => Some(content),
            _ => None,
        }
    }
    /// Commitments of the packets that must travel with it.
    pub fn packets(&self) -> &[Digest] {
        match self {
            Self::Enroll { references, .. } => references,
            Self::Sign { packet, .. } => std::slice::from_ref(packet),
            _ => &[],
        }
    }
}

impl Canonical for Body {
    const TAG: &'static str = "chirograph/body";

    fn encode_body(&self, e: &mut Encoder) {
        e.u8(self.kind() as u8);
        match self {
            Self::Enroll { signer, references } => {
                e.text(signer.as_str()).list(references, |e, r| {
                    e.digest(r);
                });
            }
            Self::Sign { matter, signer, document, packet, nonce } => {
                e.text(matter.as_str()).text(signer.as_str()).digest(document).digest(packet);
                nonce.encode(e);
            }
            Self::Record { matter, kind, content, note } => {
                e.text(matter.as_str()).text(kind.as_str()).digest(content).text(note);
            }
            Self::Anchor { matter, content, size, locator } => {
                e.text(matter.as_str()).digest(content).u64(*size).text(locator);
            }
            Self::Attest { matter, target, target_hash, statement } => {
                e.text(matter.as_str()).u64(target.0).digest(target_hash).text(statement);
            }
            Self::Access { matter, target, target_hash, authority, order } => {
                e.text(matter.as_str()).u64(target.0).digest(target_hash).text(authority).digest(order);
            }
            Self::Govern(act) => act.encode_body(e),
            Self::Fault(proof) => proof.encode_body(e),
        }
    }

    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        match d.u8("kind")? {
            1 => decode_enroll(d),
            2 => Ok(Self::Sign {
                matter: name(d, "matter")?,
                signer: name(d, "signer")?,
                document: d.digest("document")?,
                packet: d.digest("packet")?,
                nonce: Nonce::decode(d)?,
            }),
            3 => Ok(Self::Record {
                matter: name(d, "matter")?,
                kind: name(d, "kind")?,
                content: d.digest("content")?,
                note: d.text(NOTE_MAX, "note")?,
            }),
            4 => Ok(Self::Anchor {
                matter: name(d, "matter")?,
                content: d.digest("content")?,
                size: d.u64("size")?,
                locator: d.text(NOTE_MAX, "locator")?,
            }),
            5 => Ok(Self::Attest {
                matter: name(d, "matter")?,
                target: Seq(d.u64("target")?),
                target_hash: d.digest("target_hash")?,
                statement: d.text(NOTE_MAX, "statement")?,
            }),
            6 => Ok(Self::Access {
                matter: name(d, "matter")?,
                target: Seq(d.u64("target")?),
                target_hash: d.digest("target_hash")?,
                authority: d.text(NOTE_MAX, "authority")?,
                order: d.digest("order")?,
            }),
            8 => Govern::decode_body(d).map(Self::Govern),
            9 => FaultProof::decode_body(d).map(Self::Fault),
            value => Err(Malformed::Unknown { field: "kind", value: value.into() }),
        }
    }
}

fn decode_enroll(d: &mut Decoder<'_>) -> Result<Body, Malformed> {
    let signer = name(d, "signer")?;
    let references = d.list(REFERENCES_MAX, "references", |d| d.digest("references"))?;
    if references.is_empty() {
        return Err(Malformed::Rule { field: "references", rule: "at least one reference packet is needed" });
    }
    Ok(Body::Enroll { signer, references })
}

/// Reads a [`Name`].
pub fn name(d: &mut Decoder<'_>, field: &'static str) -> Result<Name, Malformed> {
    Name::new(&d.text(crate::ids::NAME_MAX, field)?, field)
}

/// What is signed: everything but the signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// The ledger it is meant for; no other takes it.
    pub chain: ChainId,
    /// The submitting organisation.
    pub org: Name,
    /// Which of its registered keys signs.
    pub key: KeyId,
    /// Chosen by the client; unique within the organisation, for ever.
    pub request: RequestId,
    /// Last height at which it may be committed.
    pub expiry: Height,
    /// What is asked.
    pub body: Body,
}

impl Draft {
    /// The bytes that are signed.
    pub fn signing_bytes(&self) -> Vec<u8> {
        let mut e = tagged("chirograph/draft");
        self.encode_fields(&mut e);
        e.finish()
    }
    /// Signs with `key`, which must be the one that `self.key` names.
    pub fn sign(self, key: &SecretKey) -> Verified<Transaction> {
        assert_eq!(self.key, key.public().id(), "a draft is signed with the key that it names");
        let signature = key.sign(&self.signing_bytes());
        Verified::new(Transaction { draft: self, signature })
    }
    fn encode_fields(&self, e: &mut Encoder) {
        e.digest(&self.chain).text(self.org.as_str()).digest(&self.key).raw(&self.request.0).u64(self.expiry.0);
        self.body.encode_body(e);
    }
    fn decode_fields(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            chain: d.digest("chain_id")?,
            org: name(d, "organisation")?,
            key: d.digest("key_id")?,
            request: RequestId(d.raw("request_id")?),
            expiry: Height(d.u64("expiry_height")?),
            body: Body::decode_body(d)?,
        })
    }
}

/// A signed draft.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transaction {
    /// What was signed.
    pub draft: Draft,
    /// SM2 signature over [`Draft::signing_bytes`].
    pub signature: Signature,
}

impl Transaction {
    /// Its identity: SM3 of the canonical bytes, signature included.
    pub fn id(&self) -> TxId {
        self.digest()
    }
    /// Checks the signature under `key`, which the caller looked up by `draft.key`.
    pub fn verify(self, key: &PublicKey) -> Option<Verified<Self>> {
        let signed = key.id() == self.draft.key && key.verify(&self.draft.signing_bytes(), &self.signature);
        signed.then(|| Verified::new(self))
    }
    /// The resolution, if it is a rescue.
    pub fn rescue(&self) -> Option<&Resolution> {
        match &self.draft.body {
            Body::Govern(Govern::Rescue(resolution)) => Some(resolution),
            _ => None,
        }
    }
}

impl Canonical for Transaction {
    const TAG: &'static str = "chirograph/transaction";

    fn encode_body(&self, e: &mut Encoder) {
        self.draft.encode_fields(e);
        e.raw(&self.signature.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { draft: Draft::decode_fields(d)?, signature: Signature(d.raw("signature")?) })
    }
}

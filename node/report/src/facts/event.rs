//! The event in plain members. Its canonical bytes decide, not this.

use proto::encode::Canonical;
use proto::merkle::LogHash;
use proto::{Body, Digest, Header};
use serde::{Deserialize, Serialize};

/// One committed line of the ledger.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Position in the ledger, from 0.
    pub seq: u64,
    /// Block.
    pub height: u64,
    /// Time of that block by the validators' clocks.
    pub time_ms: u64,
    /// Position in its matter, from 1; 0 without a matter.
    pub matter_seq: u64,
    /// `enroll`, `sign`, `record`, …
    pub kind: String,
    /// Who submitted it.
    pub organisation: String,
    /// The submitter's role at genesis, if it was a member then.
    pub role: Option<String>,
    /// Id of the key that signed the transaction.
    pub key: String,
    /// The client's request id, a UUID.
    pub request: String,
    /// Id of the transaction.
    pub transaction: String,
    /// Hash of the event: SM3 of its canonical bytes.
    pub hash: String,
    /// SHA-256 of the same bytes.
    pub hash_sha256: String,
    /// Leaf in the SM3 log: SM3(0x00 ‖ bytes).
    pub leaf_sm3: String,
    /// Leaf in the SHA-256 log.
    pub leaf_sha256: String,
    /// Length of the canonical bytes.
    pub bytes: u64,
    /// Opaque id of the signer.
    pub signer: Option<String>,
    /// Commitments of the stroke packets of this event.
    pub packets: Vec<String>,
    /// Block that the signing was made after.
    pub nonce: Option<Nonce>,
    /// What the submitter says: kind and note of a record, locator of an anchor, statement of an attestation.
    pub statement: Option<String>,
}

/// A recent block.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Nonce {
    /// Its height.
    pub height: u64,
    /// Digest of its header.
    pub block: String,
    /// Its time, if the header is at hand: the writing was made after it.
    pub time_ms: Option<u64>,
}

/// What the event is about. The node has not seen it: the ledger has its digest only.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// Digest as the submitter gave it, SM3 or SHA-256.
    pub digest: String,
    /// Length in bytes, where the submitter gave it.
    pub size: Option<u64>,
    /// Where it is kept, where the submitter said so.
    pub locator: Option<String>,
    /// The file that was at hand when the package was made and has that digest, if there was one.
    #[serde(default)]
    pub presented: Option<PresentedFile>,
}

/// What whoever made a package says of the file that was laid before it; only its digest is proven.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PresentedFile {
    /// Its name.
    pub name: String,
    /// Of which kind it is said to be; may be empty.
    pub media_type: String,
    /// Length in bytes.
    pub size: u64,
    /// By which function its digest was made.
    pub hash: String,
}

impl Event {
    /// Of a committed event; `role` is the submitter's, `nonce_header` the header of the block that a signing names.
    pub fn of(event: &proto::Event, role: Option<&str>, nonce_header: Option<&Header>) -> Self {
        let (draft, bytes) = (&event.transaction.draft, event.to_bytes());
        let body = &draft.body;
        Self {
            seq: event.seq.0,
            height: event.height.0,
            time_ms: event.time.0,
            matter_seq: event.matter_seq,
            kind: event.kind().as_str().to_owned(),
            organisation: draft.org.to_string(),
            role: role.map(str::to_owned),
            key: draft.key.to_string(),
            request: uuid(&draft.request.0),
            transaction: event.transaction.id().to_string(),
            hash: event.digest().to_string(),
            hash_sha256: Digest::sha256(&[&bytes]).to_string(),
            leaf_sm3: LogHash::Sm3.leaf(&bytes).to_string(),
            leaf_sha256: LogHash::Sha256.leaf(&bytes).to_string(),
            bytes: bytes.len() as u64,
            signer: body.signer().map(ToString::to_string),
            packets: body.packets().iter().map(ToString::to_string).collect(),
            nonce: nonce(body, nonce_header),
            statement: statement(body),
        }
    }
}

impl Document {
    /// What the body names, if it names one.
    pub fn of(body: &Body) -> Option<Self> {
        let of = |digest: &Digest| Self { digest: digest.to_string(), size: None, locator: None, presented: None };
        match body {
            Body::Sign { document, .. } => Some(of(document)),
            Body::Record { content, .. } => Some(of(content)),
            Body::Anchor { content, size, locator, .. } => {
                Some(Self { size: Some(*size), locator: Some(locator.clone()), ..of(content) })
            }
            _ => None,
        }
    }
}

fn nonce(body: &Body, header: Option<&Header>) -> Option<Nonce> {
    let Body::Sign { nonce, .. } = body else { return None };
    let header = header.filter(|h| h.digest() == nonce.block);
    Some(Nonce { height: nonce.height.0, block: nonce.block.to_string(), time_ms: header.map(|h| h.time.0) })
}

/// What a body says in words; also the last column of a matter's steps.
pub(super) fn statement(body: &Body) -> Option<String> {
    match body {
        Body::Record { kind, note, .. } if note.is_empty() => Some(kind.to_string()),
        Body::Record { kind, note, .. } => Some(format!("{kind}: {note}")),
        Body::Anchor { locator, .. } => Some(locator.clone()),
        Body::Attest { target, statement, .. } => Some(format!("#{target}: {statement}")),
        _ => None,
    }
}

fn uuid(bytes: &[u8; 16]) -> String {
    let hex = hex::encode(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

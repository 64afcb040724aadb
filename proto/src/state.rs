//! The state tree: what the ledger knows now, as a binary sparse Merkle tree under one SM3 root, and its proofs.
//!
//! A key's path is `SM3(tag ‖ kind ‖ name)`. A leaf stands at the shallowest depth where it is alone:
//! `leaf = SM3(0x00 ‖ path ‖ SM3(value))`, `inner = SM3(0x01 ‖ left ‖ right)`, an empty subtree is 32 zero bytes.
//! Updating and storing the tree is the business of `ledger`; this file holds the hashing rule, the leaf values and
//! the proof of presence or absence, which an expert can recompute with `openssl dgst -sm3`.

use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::govern::{MOTIONS_MAX, ORGANISATIONS_MAX};
use crate::ids::{Digest, Epoch, Height, KeyId, Name, RequestId, Seq, TxId, ValidatorIndex};
use crate::keys::PublicKey;
use crate::transaction::{REFERENCES_MAX, name};

/// Deepest level of the tree.
pub const DEPTH_MAX: usize = 256;

/// Names one leaf.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StateKey {
    /// The parameters in force.
    Params,
    /// The validators in force.
    Validators,
    /// An organisation with its role and keys.
    Organisation(Name),
    /// A signer's references.
    Signer(Name),
    /// A matter's event count and sum.
    Matter(Name),
    /// A request of an organisation that was committed.
    Request(Name, RequestId),
    /// A packet that was committed.
    Fingerprint(Digest),
    /// How many packets of a signer were committed.
    History(Name),
    /// The names of all members.
    Members,
    /// The validators of an epoch, kept for ever.
    ValidatorsOf(Epoch),
    /// How to reach a validator that was not in genesis.
    Contact(KeyId),
    /// A motion.
    Motion(TxId),
    /// The motions that are undecided.
    OpenMotions,
    /// A key that signed for an organisation and does no more.
    RetiredKey(KeyId),
    /// The lowest number of a program that may vote.
    MinSoftware,
    /// Who may appoint validators when the quorum is lost.
    RescueKeys,
    /// The proof that a validator of an epoch contradicted itself.
    Fault(Epoch, ValidatorIndex),
    /// A key that voted and does no more, with a leaf like that of [`StateKey::RetiredKey`].
    FormerVoter(KeyId),
}

impl StateKey {
    /// Canonical bytes of the key.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut e = tagged("chirograph/state-key");
        match self {
            Self::Params => e.u8(1),
            Self::Validators => e.u8(2),
            Self::Organisation(name) => e.u8(3).text(name.as_str()),
            Self::Signer(name) => e.u8(4).text(name.as_str()),
            Self::Matter(name) => e.u8(5).text(name.as_str()),
            Self::Request(org, id) => e.u8(6).text(org.as_str()).raw(&id.0),
            Self::Fingerprint(digest) => e.u8(7).digest(digest),
            Self::History(name) => e.u8(8).text(name.as_str()),
            Self::Members => e.u8(20),
            Self::ValidatorsOf(epoch) => e.u8(21).u64(epoch.0),
            Self::Contact(key) => e.u8(22).digest(key),
            Self::Motion(tx) => e.u8(23).digest(tx),
            Self::OpenMotions => e.u8(24),
            Self::RetiredKey(key) => e.u8(25).digest(key),
            Self::MinSoftware => e.u8(26),
            Self::RescueKeys => e.u8(27),
            Self::Fault(epoch, validator) => e.u8(30).u64(epoch.0).u16(validator.0),
            Self::FormerVoter(key) => e.u8(31).digest(key),
        };
        e.finish()
    }
    /// Where it stands in the tree.
    pub fn path(&self) -> Digest {
        Digest::sm3(&self.to_bytes())
    }
}

/// Leaf of a matter: how many events it has, and their chain sum. From it follows completeness.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MatterLeaf {
    /// Events so far.
    pub count: u64,
    /// `Sum_count` of the matter's chain.
    pub sum: Digest,
}

impl Canonical for MatterLeaf {
    const TAG: &'static str = "chirograph/matter-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        e.u64(self.count).digest(&self.sum);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { count: d.u64("matter.count")?, sum: d.digest("matter.sum")? })
    }
}

/// Leaf of an enrolled signer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignerLeaf {
    /// `template_digest` of the references.
    pub template: Digest,
    /// Commitments of the references, in order.
    pub references: Vec<Digest>,
    /// The enrolment in force.
    pub enrolled: Seq,
}

impl Canonical for SignerLeaf {
    const TAG: &'static str = "chirograph/signer-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.template).u64(self.enrolled.0).list(&self.references, |e, r| {
            e.digest(r);
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            template: d.digest("signer.template")?,
            enrolled: Seq(d.u64("signer.enrolled")?),
            references: d.list(REFERENCES_MAX, "signer.references", |d| d.digest("signer.references"))?,
        })
    }
}

/// Leaf of a signer's packets, enrolled or not: references and signings in ledger order. It stands apart from the
/// enrolment because whoever signs without one has a history too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HistoryLeaf {
    /// Packets so far.
    pub packets: u64,
}

impl Canonical for HistoryLeaf {
    const TAG: &'static str = "chirograph/history-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        e.u64(self.packets);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { packets: d.u64("history.packets")? })
    }
}

/// Leaf of a request: the same request id gives the same event for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestLeaf {
    /// Digest of the body that was committed under it.
    pub body: Digest,
    /// The transaction.
    pub tx: TxId,
    /// The event.
    pub seq: Seq,
}

impl Canonical for RequestLeaf {
    const TAG: &'static str = "chirograph/request-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.body).digest(&self.tx).u64(self.seq.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { body: d.digest("request.body")?, tx: d.digest("request.tx")?, seq: Seq(d.u64("request.seq")?) })
    }
}

/// Leaf of the members: all organisations, in the order of their joining.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MembersLeaf(pub Vec<Name>);

impl Canonical for MembersLeaf {
    const TAG: &'static str = "chirograph/members-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        e.list(&self.0, |e, n| {
            e.text(n.as_str());
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        d.list(ORGANISATIONS_MAX, "members", |d| name(d, "members")).map(Self)
    }
}

/// Leaf of the undecided motions, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OpenMotionsLeaf(pub Vec<TxId>);

impl Canonical for OpenMotionsLeaf {
    const TAG: &'static str = "chirograph/open-motions-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        e.list(&self.0, |e, t| {
            e.digest(t);
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        d.list(MOTIONS_MAX, "motions", |d| d.digest("motions")).map(Self)
    }
}

/// Leaf of a key that signs no more: whose it was, and the height at which it was revoked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetiredKeyLeaf {
    /// Whose.
    pub org: Name,
    /// The key, so that what it signed can still be verified.
    pub key: PublicKey,
    /// The block that revoked it.
    pub height: Height,
}

impl Canonical for RetiredKeyLeaf {
    const TAG: &'static str = "chirograph/retired-key-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        self.key.encode(e.text(self.org.as_str()));
        e.u64(self.height.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let org = name(d, "retired.organisation")?;
        Ok(Self { org, key: PublicKey::decode(d, "retired.key")?, height: Height(d.u64("retired.height")?) })
    }
}

/// Leaf of the version gate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MinSoftwareLeaf(pub u32);

impl Canonical for MinSoftwareLeaf {
    const TAG: &'static str = "chirograph/min-software-leaf";
    fn encode_body(&self, e: &mut Encoder) {
        e.u32(self.0);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        d.u32("min_software").map(Self)
    }
}

/// Hash of a leaf.
pub fn leaf_hash(path: &Digest, value_hash: &Digest) -> Digest {
    let mut bytes = [0; 65];
    bytes[1..33].copy_from_slice(&path.0);
    bytes[33..].copy_from_slice(&value_hash.0);
    Digest::sm3(&bytes)
}

/// Hash of an inner node.
pub fn inner_hash(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Digest::sm3(&bytes)
}

/// Bit `depth` of a path, from the most significant: false goes left.
pub fn bit(path: &Digest, depth: usize) -> bool {
    path.0[depth / 8] >> (7 - depth % 8) & 1 == 1
}

/// What stands where a key's path ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateProof {
    /// Hashes beside the path, from the root downwards.
    pub siblings: Vec<Digest>,
    /// The leaf at the end: path and value hash. `None`: an empty subtree.
    pub terminal: Option<(Digest, Digest)>,
}

/// What a state proof shows about a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The key has a value with this SM3 hash.
    Present(Digest),
    /// The key has no value.
    Absent,
}

impl StateProof {
    /// What the proof shows about the key at `path` under `root`; `None` when it proves nothing.
    pub fn verify(&self, root: &Digest, path: &Digest) -> Option<Standing> {
        let depth = self.siblings.len();
        if depth > DEPTH_MAX {
            return None;
        }
        let standing = match &self.terminal {
            None => Standing::Absent,
            Some((at, value)) if at == path => Standing::Present(*value),
            // Another leaf proves absence only if it stands alone in the subtree where the key would be.
            Some((at, _)) if (0..depth).all(|i| bit(at, i) == bit(path, i)) => Standing::Absent,
            Some(_) => return None,
        };
        let start = self.terminal.as_ref().map_or(Digest::ZERO, |(p, v)| leaf_hash(p, v));
        (self.fold(start, path) == *root).then_some(standing)
    }
    fn fold(&self, start: Digest, path: &Digest) -> Digest {
        self.siblings.iter().enumerate().rev().fold(start, |node, (depth, sibling)| {
            if bit(path, depth) { inner_hash(sibling, &node) } else { inner_hash(&node, sibling) }
        })
    }
}

impl Canonical for StateProof {
    const TAG: &'static str = "chirograph/state-proof";
    fn encode_body(&self, e: &mut Encoder) {
        e.list(&self.siblings, |e, s| {
            e.digest(s);
        });
        e.option(self.terminal.as_ref(), |e, (p, v)| {
            e.digest(p).digest(v);
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            siblings: d.list(DEPTH_MAX, "state_proof.siblings", |d| d.digest("state_proof.siblings"))?,
            terminal: d.option("state_proof.terminal", |d| {
                Ok((d.digest("state_proof.terminal.path")?, d.digest("state_proof.terminal.value")?))
            })?,
        })
    }
}

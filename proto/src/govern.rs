//! Governance: how the consortium changes its validators, organisations and keys. The nouns only; what is allowed, who
//! votes and when a change takes effect is decided in `ledger`.
//!
//! A *motion* is a list of changes that take effect together. (What a leader proposes to its peers is a *proposal*.)

use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{Digest, Height, KeyId, Name, TxId};
use crate::keys::PublicKey;
use crate::organisation::Organisation;
use crate::rescue::Resolution;
use crate::transaction::{NOTE_MAX, name};
use crate::validators::VALIDATORS_MAX;

/// Most changes in one motion.
pub const CHANGES_MAX: usize = 32;
/// Most motions that are undecided at a time.
pub const MOTIONS_MAX: usize = 32;
/// And most of one mover: nobody alone can fill all places, and so keep the others from deciding anything.
pub const MOVER_MOTIONS_MAX: usize = 2;
/// Most organisations of a consortium, and so most approvals of a motion.
pub const ORGANISATIONS_MAX: usize = 1024;
/// Longest contact address, in bytes.
pub const ADDRESS_MAX: usize = 256;

/// How to reach a validator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// Its Ed25519 transport key, from which its peer id follows.
    pub peer: [u8; 32],
    /// Where to dial it first, a multiaddr.
    pub address: String,
}

impl Canonical for Contact {
    const TAG: &'static str = "chirograph/contact";

    fn encode_body(&self, e: &mut Encoder) {
        e.raw(&self.peer).text(&self.address);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { peer: d.raw("contact.peer")?, address: d.text(ADDRESS_MAX, "contact.address")? })
    }
}

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// A new validator of a member, last in the order.
    AddValidator {
        /// Who runs it.
        org: Name,
        /// Its voting key.
        key: PublicKey,
        /// Where it is.
        contact: Contact,
    },
    /// A validator votes no more.
    RemoveValidator {
        /// Its voting key.
        key: KeyId,
    },
    /// A validator keeps its place under another key.
    ReplaceValidatorKey {
        /// The key until now.
        old: KeyId,
        /// The key from then on.
        new: PublicKey,
        /// Where it is.
        contact: Contact,
    },
    /// A new member.
    AddOrganisation(Organisation),
    /// A member leaves; its keys sign nothing more, what they signed stands.
    RemoveOrganisation {
        /// Who.
        org: Name,
    },
    /// Another key of a member.
    AddKey {
        /// Who.
        org: Name,
        /// The key.
        key: PublicKey,
    },
    /// A key signs nothing more.
    RevokeKey {
        /// Whose.
        org: Name,
        /// The key.
        key: KeyId,
    },
    /// Nodes whose program has a lower number than this stop voting.
    MinSoftware {
        /// The number.
        number: u32,
    },
}

impl Change {
    /// Whether another set of validators signs after it.
    pub fn concerns_validators(&self) -> bool {
        matches!(self, Self::AddValidator { .. } | Self::RemoveValidator { .. } | Self::ReplaceValidatorKey { .. })
    }
    /// Whether it may take effect only when a quorum has shown that it lives and can go on.
    pub fn needs_quorum(&self) -> bool {
        self.concerns_validators() || matches!(self, Self::MinSoftware { .. })
    }
    fn encode(&self, e: &mut Encoder) {
        match self {
            Self::AddValidator { org, key, contact } => {
                e.u8(1).text(org.as_str());
                key.encode(e);
                contact.encode_body(e);
            }
            Self::RemoveValidator { key } => {
                e.u8(2).digest(key);
            }
            Self::ReplaceValidatorKey { old, new, contact } => {
                new.encode(e.u8(3).digest(old));
                contact.encode_body(e);
            }
            Self::AddOrganisation(org) => org.encode_body(e.u8(4)),
            Self::RemoveOrganisation { org } => {
                e.u8(5).text(org.as_str());
            }
            Self::AddKey { org, key } => key.encode(e.u8(6).text(org.as_str())),
            Self::RevokeKey { org, key } => {
                e.u8(7).text(org.as_str()).digest(key);
            }
            Self::MinSoftware { number } => {
                e.u8(8).u32(*number);
            }
        }
    }
    fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let org = |d: &mut Decoder<'_>| name(d, "change.organisation");
        let key = |d: &mut Decoder<'_>| PublicKey::decode(d, "change.key");
        Ok(match d.u8("change.kind")? {
            1 => Self::AddValidator { org: org(d)?, key: key(d)?, contact: Contact::decode_body(d)? },
            2 => Self::RemoveValidator { key: d.digest("change.key")? },
            3 => {
                let old = d.digest("change.old")?;
                Self::ReplaceValidatorKey { old, new: key(d)?, contact: Contact::decode_body(d)? }
            }
            4 => Self::AddOrganisation(Organisation::decode_body(d)?),
            5 => Self::RemoveOrganisation { org: org(d)? },
            6 => Self::AddKey { org: org(d)?, key: key(d)? },
            7 => Self::RevokeKey { org: org(d)?, key: d.digest("change.key")? },
            8 => Self::MinSoftware { number: d.u32("change.number")? },
            value => return Err(Malformed::Unknown { field: "change.kind", value: value.into() }),
        })
    }
}

fn decode_changes(d: &mut Decoder<'_>) -> Result<Vec<Change>, Malformed> {
    let changes = d.list(CHANGES_MAX, "changes", Change::decode)?;
    if changes.is_empty() {
        return Err(Malformed::Rule { field: "changes", rule: "a motion changes something" });
    }
    Ok(changes)
}

/// A node of the set to be says that it lives and has the ledger up to a height. Signed, as a transaction, with its
/// voting key, be that in force already or only in the motion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ready {
    /// The motion.
    pub motion: TxId,
    /// Its newest block.
    pub height: Height,
    /// Digest of that block's header.
    pub block: Digest,
    /// The number of its program.
    pub software: u32,
}

/// What an act of governance says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Govern {
    /// A motion; whoever makes it approves of it.
    Move {
        /// What is to change, all of it together.
        changes: Vec<Change>,
        /// Why, for people.
        note: String,
    },
    /// The organisation approves of a motion.
    Approve {
        /// The transaction that made it.
        motion: TxId,
    },
    /// See [`Ready`].
    Ready(Ready),
    /// The quorum was lost, and the holders of the rescue keys appoint another set: the first event of its epoch.
    Rescue(Box<Resolution>),
}

impl Canonical for Govern {
    const TAG: &'static str = "chirograph/govern";

    fn encode_body(&self, e: &mut Encoder) {
        match self {
            Self::Move { changes, note } => {
                e.u8(1).list(changes, |e, c| c.encode(e)).text(note);
            }
            Self::Approve { motion } => {
                e.u8(2).digest(motion);
            }
            Self::Ready(r) => {
                e.u8(3).digest(&r.motion).u64(r.height.0).digest(&r.block).u32(r.software);
            }
            Self::Rescue(resolution) => resolution.encode_body(e.u8(4)),
        }
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(match d.u8("govern.kind")? {
            1 => Self::Move { changes: decode_changes(d)?, note: d.text(NOTE_MAX, "note")? },
            2 => Self::Approve { motion: d.digest("motion")? },
            3 => Self::Ready(Ready {
                motion: d.digest("motion")?,
                height: Height(d.u64("ready.height")?),
                block: d.digest("ready.block")?,
                software: d.u32("ready.software")?,
            }),
            4 => Self::Rescue(Box::new(Resolution::decode_body(d)?)),
            value => return Err(Malformed::Unknown { field: "govern.kind", value: value.into() }),
        })
    }
}

/// How far a motion has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Progress {
    /// Approvals are missing.
    Open = 1,
    /// Approved; it waits until a quorum of those who will vote has said that it is ready.
    Approved = 2,
    /// In force.
    Carried = 3,
}

/// One node's readiness, as the ledger keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Readiness {
    /// Its voting key.
    pub key: KeyId,
    /// The block it had.
    pub height: Height,
    /// The number of its program.
    pub software: u32,
}

/// Leaf of a motion in the state tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Motion {
    /// Who made it.
    pub mover: Name,
    /// What is to change.
    pub changes: Vec<Change>,
    /// Why.
    pub note: String,
    /// When it was made.
    pub moved: Height,
    /// Last height at which it may be carried.
    pub expiry: Height,
    /// Who approved, the mover first.
    pub approvals: Vec<Name>,
    /// Who is ready.
    pub ready: Vec<Readiness>,
    /// How far it has come.
    pub progress: Progress,
}

impl Canonical for Motion {
    const TAG: &'static str = "chirograph/motion";

    fn encode_body(&self, e: &mut Encoder) {
        e.text(self.mover.as_str()).list(&self.changes, |e, c| c.encode(e)).text(&self.note);
        e.u64(self.moved.0).u64(self.expiry.0);
        e.list(&self.approvals, |e, n| {
            e.text(n.as_str());
        });
        e.list(&self.ready, |e, r| {
            e.digest(&r.key).u64(r.height.0).u32(r.software);
        });
        e.u8(self.progress as u8);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let readiness = |d: &mut Decoder<'_>| {
            let key = d.digest("motion.ready.key")?;
            Ok(Readiness {
                key,
                height: Height(d.u64("motion.ready.height")?),
                software: d.u32("motion.ready.software")?,
            })
        };
        Ok(Self {
            mover: name(d, "motion.mover")?,
            changes: decode_changes(d)?,
            note: d.text(NOTE_MAX, "motion.note")?,
            moved: Height(d.u64("motion.moved")?),
            expiry: Height(d.u64("motion.expiry")?),
            approvals: d.list(ORGANISATIONS_MAX, "motion.approvals", |d| name(d, "motion.approvals"))?,
            ready: d.list(2 * VALIDATORS_MAX, "motion.ready", readiness)?,
            progress: match d.u8("motion.progress")? {
                1 => Progress::Open,
                2 => Progress::Approved,
                3 => Progress::Carried,
                value => return Err(Malformed::Unknown { field: "motion.progress", value: value.into() }),
            },
        })
    }
}

//! Governance: motions, approvals, readiness, and when a change takes effect. Decided alike by every validator, from the
//! ledger alone.
//!
//! # Who decides
//!
//! One organisation, one vote. Every member but the signing platforms has one: operators are who the others watch. A
//! motion is approved when **more than two thirds** of the organisations that have a vote approve of it, the mover
//! included: the bar that a block has among validators, set among those who own them, so that neither a third of the
//! members nor whoever runs most nodes can change the consortium alone.
//!
//! # When it takes effect
//!
//! A change of organisations or keys: with the approval that completes the two thirds. A change of *who votes on blocks*
//! needs more, because a set without a living quorum ends the ledger: after the approval, nodes of the set to be send
//! [`proto::Ready`], signed with their voting keys and naming a recent block. The one that completes
//!
//! * a quorum of the **new** set, of which every signature is at most [`READY_BLOCKS`] old, and
//! * **every** validator that is new in it (it was a synced observer then, or it could not name the block),
//!
//! carries the motion, and its block closes the epoch. Whether a node lives cannot be computed from a ledger, and what
//! one validator sees of another is no ground for a vote that all must cast alike; what nodes signed lately is on the
//! ledger for everybody. A motion whose new set has no living quorum is never carried; when it expires, the reason is
//! that ([`Rejected::NoLiveQuorum`]). Removal is the same case: the rest must show that it suffices. The version gate too:
//! a quorum must run the program that it asks for before those that do not stop voting.
//!
//! At most one change of the set in a block, or a block would close two epochs.

use crate::consortium::{Consortium, Leaves, former_voter, set_leaves};
use crate::query::{header, members, min_software, motion, open_motions, organisation, rescue_keys, validators};
use crate::rejected::Rejected;
use crate::rules::{Place, Stop};
use crate::store::{Read, ReadFault};
use proto::govern::{MOTIONS_MAX, MOVER_MOTIONS_MAX, Readiness};
use proto::state::{OpenMotionsLeaf, StateKey};
use proto::{
    Canonical, Change, Govern, Height, KeyId, Motion, Name, Organisation, Progress, PublicKey, Ready, Resolution, Role,
    Transaction, TxId, ValidatorSet,
};

/// A readiness that names an older block than this many ago tells nothing about now.
pub const READY_BLOCKS: u64 = 1_000;
/// A motion lives so many times as long as a transaction may (`params.expiry_max_blocks`).
pub const MOTION_LIVES: u64 = 10;

/// The key that must have signed an act which is not an organisation's but a validator's own.
pub(crate) fn voting_key(state: &dyn Read, tx: &Transaction, act: &Govern) -> Result<PublicKey, Stop> {
    let unknown = || Rejected::KeyUnknown { org: tx.draft.org.clone(), key: tx.draft.key };
    let set = match act {
        Govern::Ready(ready) => {
            let motion = load_motion(state, &ready.motion)?;
            Consortium::new(state, Height(0))?.after(&motion.changes)?.set()?
        }
        Govern::Rescue(resolution) => resolution.validators.clone(),
        Govern::Move { .. } | Govern::Approve { .. } => return Err(unknown().into()),
    };
    let found = set.iter().find(|v| v.key.id() == tx.draft.key && v.org == tx.draft.org);
    Ok(found.ok_or_else(unknown)?.key.clone())
}

/// What an act changes, or why it may not be.
pub(crate) fn effects(state: &dyn Read, place: &Place, act: (TxId, &Transaction)) -> Result<Leaves, Stop> {
    let (id, tx) = act;
    let proto::Body::Govern(act) = &tx.draft.body else { return Ok(Leaves::new()) };
    let scene = Scene { state, place };
    match act {
        Govern::Move { changes, note } => scene.on_move(id, &tx.draft.org, (changes, note)),
        Govern::Approve { motion } => scene.on_approve(*motion, &tx.draft.org),
        Govern::Ready(ready) => scene.on_ready(ready, tx.draft.key),
        Govern::Rescue(resolution) => scene.on_rescue(resolution),
    }
}

/// Whether `resolution` may open an epoch on the block after `parent`. Not always the very next epoch: rescues that made no
/// final block left no trace on the ledger but the numbers that they used up.
pub(crate) fn check_rescue(state: &dyn Read, parent: &crate::Tip, resolution: &Resolution) -> Result<(), Stop> {
    let refused = |rule| Err(Stop::from(Rejected::ChangeRefused { rule }));
    if resolution.height != parent.header.height || resolution.block != parent.digest {
        return refused("a rescue goes on from the last final block; make one for that block");
    }
    if !resolution.may_follow(validators(state)?.epoch()) {
        return refused("a rescue opens one of the next 1,000 epochs after the one that stands still");
    }
    if !resolution.verify(&parent.header.chain, &rescue_keys(state)?) {
        return refused("a rescue needs the signatures of as many rescue keys as genesis asks for");
    }
    Ok(())
}

/// Whether `resolution` may open an epoch on the block after `tip`: signed, for this very block, and not done already.
pub fn may_rescue(state: &dyn Read, tip: &crate::Tip, resolution: &Resolution) -> Result<bool, ReadFault> {
    Ok(Stop::split(check_rescue(state, tip, resolution))?.is_ok())
}

fn load_motion(state: &dyn Read, id: &TxId) -> Result<Motion, Stop> {
    Ok(motion(state, id)?.ok_or(Rejected::MotionUnknown { motion: *id })?)
}

struct Scene<'a> {
    state: &'a dyn Read,
    place: &'a Place,
}

impl Scene<'_> {
    fn on_move(&self, id: TxId, org: &Name, what: (&[Change], &str)) -> Result<Leaves, Stop> {
        let mut kept = self.undecided(org)?;
        Consortium::new(self.state, self.place.height)?.after(what.0)?.set()?;
        let life = self.place.params.expiry_max_blocks.saturating_mul(MOTION_LIVES);
        let motion = Motion {
            mover: org.clone(),
            changes: what.0.to_vec(),
            note: what.1.to_owned(),
            moved: self.place.height,
            expiry: Height(self.place.height.0.saturating_add(life)),
            approvals: vec![org.clone()],
            ready: Vec::new(),
            progress: Progress::Open,
        };
        kept.push(id);
        self.advance(id, motion, kept)
    }

    /// The motions that may still be carried, if `mover` may make another. A member that could fill all places could never
    /// be voted out.
    fn undecided(&self, mover: &Name) -> Result<Vec<TxId>, Stop> {
        let (mut kept, mut own) = (Vec::new(), 0);
        for tx in open_motions(self.state)? {
            if let Some(motion) = motion(self.state, &tx)?.filter(|m| m.expiry >= self.place.height) {
                own += usize::from(motion.mover == *mover);
                kept.push(tx);
            }
        }
        if own >= MOVER_MOTIONS_MAX {
            return Err(Rejected::TooManyOwnMotions { max: MOVER_MOTIONS_MAX }.into());
        }
        if kept.len() >= MOTIONS_MAX {
            return Err(Rejected::TooManyMotions { max: MOTIONS_MAX }.into());
        }
        Ok(kept)
    }

    fn on_approve(&self, id: TxId, org: &Name) -> Result<Leaves, Stop> {
        let mut motion = self.open_motion(&id)?;
        if motion.approvals.contains(org) {
            return Err(Rejected::AlreadyApproved { org: org.clone() }.into());
        }
        motion.approvals.push(org.clone());
        self.advance(id, motion, open_motions(self.state)?)
    }

    fn on_ready(&self, ready: &Ready, key: KeyId) -> Result<Leaves, Stop> {
        let mut motion = self.open_motion(&ready.motion)?;
        if motion.progress != Progress::Approved || !motion.changes.iter().any(Change::needs_quorum) {
            let why = "does not wait for anybody's readiness (yet)";
            return Err(Rejected::MotionClosed { motion: ready.motion, why }.into());
        }
        let named = header(self.state, ready.height)?.filter(|h| h.height < self.place.height);
        let known = named.is_some_and(|h| h.digest() == ready.block);
        if !known || ready.height.0.saturating_add(READY_BLOCKS) < self.place.height.0 {
            return Err(Rejected::ReadyStale { height: ready.height }.into());
        }
        motion.ready.retain(|r| r.key != key);
        motion.ready.push(Readiness { key, height: ready.height, software: ready.software });
        self.advance(ready.motion, motion, open_motions(self.state)?)
    }

    fn on_rescue(&self, resolution: &Resolution) -> Result<Leaves, Stop> {
        if self.place.epoch != resolution.validators.epoch() || !self.place.first {
            return Err(Rejected::ChangeRefused { rule: "a rescue is the first event of its epoch" }.into());
        }
        let appointed = &resolution.validators;
        let before = validators(self.state)?;
        // The block would be of this epoch had the holders' signatures not been found good for another.
        if appointed.epoch() == before.epoch() {
            return Err(Rejected::ChangeRefused { rule: "a rescue opens another epoch than the one in force" }.into());
        }
        let gone = before.iter().filter(|v| appointed.index_of(&v.key).is_none());
        let mut leaves: Leaves = gone.map(|v| former_voter(v.clone(), self.place.height)).collect();
        leaves.extend(set_leaves(appointed));
        for (key, contact) in &resolution.contacts {
            leaves.push((StateKey::Contact(*key), contact.to_bytes()));
        }
        Ok(leaves)
    }

    /// A motion that may still be carried.
    fn open_motion(&self, id: &TxId) -> Result<Motion, Stop> {
        let motion = load_motion(self.state, id)?;
        if motion.progress == Progress::Carried {
            return Err(Rejected::MotionClosed { motion: *id, why: "is in force already" }.into());
        }
        if motion.expiry < self.place.height {
            if motion.progress == Progress::Approved {
                let set = Consortium::new(self.state, self.place.height)?.after(&motion.changes)?.set()?;
                let ready = self.live(&motion, &set)?.len();
                return Err(Rejected::NoLiveQuorum { motion: *id, ready, quorum: set.quorum() }.into());
            }
            return Err(Rejected::MotionClosed { motion: *id, why: "was not approved in time" }.into());
        }
        Ok(motion)
    }

    /// Brings a motion as far as it has come, and writes it.
    fn advance(&self, id: TxId, mut motion: Motion, mut open: Vec<TxId>) -> Result<Leaves, Stop> {
        if motion.progress == Progress::Open && self.is_approved(&motion)? {
            motion.progress = Progress::Approved;
        }
        let mut leaves = Leaves::new();
        if motion.progress == Progress::Approved {
            let after = Consortium::new(self.state, self.place.height)?.after(&motion.changes)?;
            if !motion.changes.iter().any(Change::needs_quorum) || self.is_ready(&motion, &after.set()?)? {
                leaves = self.carry(after)?;
                motion.progress = Progress::Carried;
                open.retain(|tx| *tx != id);
            }
        }
        leaves.push((StateKey::OpenMotions, OpenMotionsLeaf(open).to_bytes()));
        leaves.push((StateKey::Motion(id), motion.to_bytes()));
        Ok(leaves)
    }

    fn carry(&self, after: Consortium<'_>) -> Result<Leaves, Stop> {
        if after.epoch_ends && validators(self.state)?.epoch() != self.place.epoch {
            return Err(Rejected::ChangeRefused { rule: "this block ends an epoch already; send it again" }.into());
        }
        after.leaves()
    }

    fn is_approved(&self, motion: &Motion) -> Result<bool, ReadFault> {
        let mut voters = 0;
        let mut approvals = 0;
        for name in members(self.state)? {
            if organisation(self.state, &name)?.is_some_and(|o| has_vote(&o)) {
                voters += 1;
                approvals += usize::from(motion.approvals.contains(&name));
            }
        }
        Ok(3 * approvals > 2 * voters)
    }

    fn is_ready(&self, motion: &Motion, set: &ValidatorSet) -> Result<bool, ReadFault> {
        let live = self.live(motion, set)?;
        let now = validators(self.state)?;
        let new_ones = set.iter().filter(|v| now.index_of(&v.key).is_none());
        Ok(live.len() >= set.quorum() && new_ones.into_iter().all(|v| live.contains(&v.key.id())))
    }

    /// Validators of the set to be that said lately that they can go on.
    fn live(&self, motion: &Motion, set: &ValidatorSet) -> Result<Vec<KeyId>, ReadFault> {
        let gate = motion
            .changes
            .iter()
            .filter_map(|c| if let Change::MinSoftware { number } = c { Some(*number) } else { None });
        let gate = gate.max().unwrap_or_default().max(min_software(self.state)?);
        let fresh =
            |r: &&Readiness| r.height.0.saturating_add(READY_BLOCKS) >= self.place.height.0 && r.software >= gate;
        let member = |r: &&Readiness| set.iter().any(|v| v.key.id() == r.key);
        Ok(motion.ready.iter().filter(fresh).filter(member).map(|r| r.key).collect())
    }
}

/// Whether an organisation has a vote on motions.
pub fn has_vote(org: &Organisation) -> bool {
    org.role != Role::Operator && !org.keys.is_empty()
}

/// The set that would sign after a motion.
pub fn set_after(state: &dyn Read, changes: &[Change]) -> Result<Result<ValidatorSet, Rejected>, ReadFault> {
    let set = |state| Consortium::new(state, Height(0))?.after(changes)?.set();
    Stop::split(set(state))
}

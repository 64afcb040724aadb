//! The block at height 0: what a ledger holds before its first event. Reading a genesis file is the crate `genesis`.

use crate::query::header_key;
use crate::store::{Batch, Meta, ReadFault, meta};
use crate::tip::Tip;
use crate::workspace::Workspace;
use proto::block::entries_digest;
use proto::event::ledger_sum_zero;
use proto::merkle::{Frontier, LogHash};
use proto::state::{MembersLeaf, StateKey};
use proto::{
    Canonical, ChainId, Digest, Header, Height, Organisation, Params, RescueKeys, TimeMs, ValidatorIndex, ValidatorSet,
    View,
};

/// What the genesis file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Birth {
    /// Digest of the file.
    pub chain: ChainId,
    /// When the ledger begins.
    pub time: TimeMs,
    /// Rules and timings.
    pub params: Params,
    /// Members of the consortium.
    pub organisations: Vec<Organisation>,
    /// Who votes.
    pub validators: ValidatorSet,
    /// Who may appoint validators when the quorum is lost.
    pub rescue: RescueKeys,
}

/// The first tip, and the rows that a new store begins with.
pub fn birth(birth: &Birth) -> (Tip, Batch) {
    let empty = Batch::default();
    let (state_root, mut batch) = leaves(birth, &empty).expect("an empty batch can always be read");
    let sm3 = Frontier::new(LogHash::Sm3);
    let sha256 = Frontier::new(LogHash::Sha256);
    let header = Header {
        chain: birth.chain,
        height: Height(0),
        epoch: birth.validators.epoch(),
        view: View(0),
        parent: Digest::ZERO,
        time: birth.time,
        proposer: ValidatorIndex(0),
        entries: entries_digest(&[]),
        event_count: 0,
        ledger_size: 0,
        ledger_sum: ledger_sum_zero(&birth.chain),
        sm3_root: sm3.root(),
        sha256_root: sha256.root(),
        state_root,
        validators: birth.validators.digest(),
        next_validators: birth.validators.digest(),
        model: birth.params.model,
    };
    batch.put(header_key(header.height), header.to_bytes());
    let tip = Tip { digest: header.digest(), header, sm3, sha256 };
    batch.put(meta(Meta::Tip), tip.to_bytes());
    (tip, batch)
}

fn leaves(birth: &Birth, empty: &Batch) -> Result<(Digest, Batch), ReadFault> {
    let mut work = Workspace::new(empty);
    work.set(&StateKey::Params, birth.params.to_bytes());
    work.set(&StateKey::Validators, birth.validators.to_bytes());
    work.set(&StateKey::ValidatorsOf(birth.validators.epoch()), birth.validators.to_bytes());
    work.set(&StateKey::RescueKeys, birth.rescue.to_bytes());
    let members = birth.organisations.iter().map(|o| o.name.clone()).collect();
    work.set(&StateKey::Members, MembersLeaf(members).to_bytes());
    for org in &birth.organisations {
        work.set(&StateKey::Organisation(org.name.clone()), org.to_bytes());
    }
    work.finish(Digest::ZERO)
}

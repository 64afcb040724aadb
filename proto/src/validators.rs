//! The validators that vote: order, keys, quorum. Who leads a view is decided in `simplex`.

use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{Epoch, Name, ValidatorIndex};
use crate::keys::PublicKey;
use crate::transaction::name;

/// Most validators in a set.
pub const VALIDATORS_MAX: usize = 256;

/// A node of an organisation that votes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Validator {
    /// The organisation that runs it.
    pub org: Name,
    /// Its voting key; no two validators share one.
    pub key: PublicKey,
}

/// All validators of an epoch; a validator's index is its position here. The epoch is part of it, so that the digest of
/// a set never recurs, even when the same validators come back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValidatorSet {
    epoch: Epoch,
    list: Vec<Validator>,
}

impl ValidatorSet {
    /// The set of epoch 0. Checks that there is at least one and that keys are distinct.
    pub fn new(validators: Vec<Validator>) -> Result<Self, Malformed> {
        let field = "validators";
        if validators.is_empty() {
            return Err(Malformed::Rule { field, rule: "at least one validator is needed" });
        }
        if validators.len() > VALIDATORS_MAX {
            return Err(Malformed::TooLong { field, len: validators.len(), max: VALIDATORS_MAX });
        }
        for (i, v) in validators.iter().enumerate() {
            if validators[..i].iter().any(|w| w.key == v.key) {
                return Err(Malformed::Rule { field, rule: "two validators share a key" });
            }
        }
        Ok(Self { epoch: Epoch(0), list: validators })
    }
    /// The same validators in another epoch.
    #[must_use]
    pub fn in_epoch(self, epoch: Epoch) -> Self {
        Self { epoch, ..self }
    }
    /// When it reigns.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }
    /// How many there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }
    /// Most that may be faulty: ⌊(n−1)/3⌋.
    pub fn faults_max(&self) -> usize {
        (self.count() - 1) / 3
    }
    /// Votes that decide: ⌈(n+f+1)/2⌉, so that two quorums always share an honest validator, also when n ≠ 3f+1.
    pub fn quorum(&self) -> usize {
        (self.count() + self.faults_max() + 1).div_ceil(2)
    }
    /// The validator at `index`.
    pub fn get(&self, index: ValidatorIndex) -> Option<&Validator> {
        self.list.get(usize::from(index.0))
    }
    /// The position of a key.
    pub fn index_of(&self, key: &PublicKey) -> Option<ValidatorIndex> {
        let at = self.list.iter().position(|v| v.key == *key)?;
        Some(ValidatorIndex(u16::try_from(at).expect("a set holds at most VALIDATORS_MAX")))
    }
    /// All indices in order.
    pub fn indices(&self) -> impl Iterator<Item = ValidatorIndex> + use<> {
        (0..u16::try_from(self.count()).expect("a set holds at most VALIDATORS_MAX")).map(ValidatorIndex)
    }
    /// All validators in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Validator> {
        self.list.iter()
    }
}

impl Canonical for ValidatorSet {
    const TAG: &'static str = "chirograph/validator-set";

    fn encode_body(&self, e: &mut Encoder) {
        e.u64(self.epoch.0).list(&self.list, |e, v| {
            e.text(v.org.as_str());
            v.key.encode(e);
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let epoch = Epoch(d.u64("validators.epoch")?);
        let list = d.list(VALIDATORS_MAX, "validators", |d| {
            Ok(Validator { org: name(d, "validator.org")?, key: PublicKey::decode(d, "validator.key")? })
        })?;
        Ok(Self::new(list)?.in_epoch(epoch))
    }
}

//! Rescue: when so many validators are lost for good that no quorum is left, the holders of the rescue keys that genesis
//! names appoint another set. Their resolution stands where otherwise a certificate stands, and nothing else does.
//!
//! Who holds which key and when they may use it is the consortium's business; how nodes take it up that of `replica`.

use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::govern::Contact;
use crate::ids::{ChainId, Digest, Epoch, Height, KeyId};
use crate::keys::{PublicKey, SecretKey, Signature};
use crate::validators::{VALIDATORS_MAX, ValidatorSet};

/// Most rescue keys.
pub const RESCUE_KEYS_MAX: usize = 32;
/// A rescue opens an epoch at most so far above the one that stands still: one more for each rescue before it that made no
/// final block. Bounds what whoever looks for the epoch before has to pass over.
pub const RESCUE_EPOCHS_MAX: u64 = 1_000;

/// Who may appoint validators when the quorum is lost: any `threshold` of the keys together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RescueKeys {
    /// How many must sign; 0 with no keys: nobody can.
    pub threshold: u16,
    /// The keys, in order.
    pub keys: Vec<PublicKey>,
}

impl Canonical for RescueKeys {
    const TAG: &'static str = "chirograph/rescue-keys";

    fn encode_body(&self, e: &mut Encoder) {
        e.u16(self.threshold).list(&self.keys, |e, k| k.encode(e));
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let threshold = d.u16("rescue.threshold")?;
        let keys = d.list(RESCUE_KEYS_MAX, "rescue.keys", |d| PublicKey::decode(d, "rescue.keys"))?;
        Self { threshold, keys }.check()
    }
}

impl RescueKeys {
    /// Checks that the threshold can be reached, that more than half of the keys are needed, and that keys are distinct.
    pub fn check(self) -> Result<Self, Malformed> {
        let field = "rescue";
        let (k, m) = (usize::from(self.threshold), self.keys.len());
        if m > RESCUE_KEYS_MAX {
            return Err(Malformed::TooLong { field, len: m, max: RESCUE_KEYS_MAX });
        }
        if k > m || (m > 0 && 2 * k <= m) {
            return Err(Malformed::Rule { field, rule: "the threshold is more than half of the keys and at most all" });
        }
        if (0..m).any(|i| self.keys[..i].contains(&self.keys[i])) {
            return Err(Malformed::Rule { field, rule: "two rescue keys are the same" });
        }
        Ok(self)
    }
}

/// A new set of validators for a chain that stands still, from its last final block on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolution {
    /// The ledger.
    pub chain: ChainId,
    /// Height of the last final block.
    pub height: Height,
    /// Digest of its header.
    pub block: Digest,
    /// Who signs from the next block on. Its epoch is above that of the block, and above that of every resolution that was
    /// signed for this block before: the highest one counts, until a block of one of them is final.
    pub validators: ValidatorSet,
    /// How to reach those of them that the ledger does not know yet, or that moved.
    pub contacts: Vec<(KeyId, Contact)>,
    /// Positions of rescue keys, ascending, with their signatures over [`Resolution::signing_bytes`].
    pub signatures: Vec<(u16, Signature)>,
}

impl Resolution {
    /// Whether it may open an epoch after `last`, which has final blocks: those between were opened by rescues that made
    /// none.
    pub fn may_follow(&self, last: Epoch) -> bool {
        let above = self.validators.epoch().0.checked_sub(last.0);
        above.is_some_and(|above| (1..=RESCUE_EPOCHS_MAX).contains(&above))
    }
    /// What the holders sign.
    pub fn signing_bytes(&self) -> Vec<u8> {
        let mut e = tagged("chirograph/rescue");
        self.encode_subject(&mut e);
        e.finish()
    }
    /// Adds a signature; `false` when `key` is not a rescue key.
    pub fn sign(&mut self, keys: &RescueKeys, key: &SecretKey) -> bool {
        let Some(at) = keys.keys.iter().position(|k| k == key.public()) else { return false };
        let at = u16::try_from(at).expect("there are at most RESCUE_KEYS_MAX keys");
        self.signatures.retain(|(i, _)| *i != at);
        self.signatures.push((at, key.sign(&self.signing_bytes())));
        self.signatures.sort_by_key(|(i, _)| *i);
        true
    }
    /// Whether enough holders signed it, for this chain.
    pub fn verify(&self, chain: &ChainId, keys: &RescueKeys) -> bool {
        let bytes = self.signing_bytes();
        let signed = |(i, s): &(u16, Signature)| keys.keys.get(usize::from(*i)).is_some_and(|k| k.verify(&bytes, s));
        let distinct = self.signatures.windows(2).all(|w| w[0].0 < w[1].0);
        let enough = keys.threshold > 0 && self.signatures.len() >= usize::from(keys.threshold);
        self.chain == *chain && enough && distinct && self.signatures.iter().all(signed)
    }
    fn encode_subject(&self, e: &mut Encoder) {
        e.digest(&self.chain).u64(self.height.0).digest(&self.block);
        self.validators.encode_body(e);
        e.list(&self.contacts, |e, (key, contact)| contact.encode_body(e.digest(key)));
    }
}

impl Canonical for Resolution {
    const TAG: &'static str = "chirograph/resolution";

    fn encode_body(&self, e: &mut Encoder) {
        self.encode_subject(e);
        e.list(&self.signatures, |e, (i, s)| {
            e.u16(*i).raw(&s.0);
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            chain: d.digest("resolution.chain")?,
            height: Height(d.u64("resolution.height")?),
            block: d.digest("resolution.block")?,
            validators: ValidatorSet::decode_body(d)?,
            contacts: d.list(VALIDATORS_MAX, "resolution.contacts", |d| {
                Ok((d.digest("resolution.contact.key")?, Contact::decode_body(d)?))
            })?,
            signatures: d.list(RESCUE_KEYS_MAX, "resolution.signatures", |d| {
                Ok((d.u16("resolution.key")?, Signature(d.raw("resolution.signature")?)))
            })?,
        })
    }
}

//! What makes rows of two networks, or of two signers, incomparable: a mask that follows from chain and signer.
//!
//! **What it protects, and what not.** A row without its key is noise: it cannot be drawn as a signature, and it does not
//! match the row that the same writing has in another network or under another name. But the key follows from public
//! names, because every validator must compute the same; who knows chain and signer can take the mask off, and two rows
//! under one mask show how they differ. So this is against linking across networks and accidental disclosure, not against
//! an insider: rows are encrypted at rest as packets are, with fresh keys, by the node.

use super::profile::Profile;
use proto::encode::tagged;
use proto::{ChainId, Digest, Name};

/// The key of one signer's profiles on one chain.
#[derive(Clone)]
pub struct ProfileKey {
    pub(super) tag: [u8; 4],
    mask: Vec<u8>,
}

impl ProfileKey {
    /// The key of `signer`'s profiles on `chain`: the same on all validators.
    pub fn new(chain: &ChainId, signer: &Name) -> Self {
        let block = |counter: u64| {
            let mut e = tagged("chirograph/profile-key");
            e.raw(&chain.0).text(signer.as_str()).u64(counter);
            Digest::sm3(&e.finish()).0
        };
        let [a, b, c, d, ..] = block(0);
        let blocks = Profile::BYTES.div_ceil(32) as u64;
        Self { tag: [a, b, c, d], mask: (1..=blocks).flat_map(block).collect() }
    }
    /// Puts the mask on, or takes it off.
    pub(super) fn mask(&self, row: &mut [u8]) {
        row.iter_mut().zip(&self.mask).for_each(|(byte, mask)| *byte ^= mask);
    }
}

impl std::fmt::Debug for ProfileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProfileKey").field("tag", &self.tag).finish_non_exhaustive()
    }
}

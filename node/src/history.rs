//! A signer's earlier packets in memory, as profiles: what a new packet is compared with to find a replay.
//!
//! Which packets they are, and in which order, is written on the ledger; the profiles lie in the vault, made when their
//! packets were admitted. One that is not there is made again from its packet. While neither is on this node (it was away
//! and still fetches), there is no opinion on that signer, and so no vote. How two profiles are compared is the business
//! of `models::attacks`.

use crate::lru::Lru;
use crate::submission::SealedPacket;
use crate::vault::{Vault, VaultError};
use ledger::{Read, ReadFault};
use models::StrokePacket;
use models::attacks::{Profile, ProfileKey};
use proto::appraisal::HISTORY_COMPARED;
use proto::{Canonical, ChainId, Digest, Name};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Why a packet cannot be compared with earlier ones. It is this node's trouble, never a verdict on the packet.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// An earlier packet is not here (yet).
    #[error("packet {0} of the signer is not on this node yet; it is being fetched from the other validators")]
    Missing(Digest),
    /// It cannot be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Store(#[from] ReadFault),
}

/// Which packets of whom.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The signer.
    pub signer: &'a Name,
    /// How many packets there were.
    pub seen: u64,
    /// Commitments of the references in force; empty without an enrolment.
    pub references: &'a [Digest],
}

/// The profiles that a packet is compared with.
#[derive(Default)]
pub struct Window {
    references: Vec<(Digest, Arc<Profile>)>,
    first: u64,
    packets: Vec<Arc<Profile>>,
}

impl Window {
    /// Whether a profile is too like one of the references, or of the packets from number `from` on.
    pub fn replayed_by(&self, profile: &Profile, from: u64) -> bool {
        let skipped = usize::try_from(from.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let references = self.references.iter().map(|(_, p)| p);
        profile.replays_any(self.packets.iter().skip(skipped).chain(references).map(Arc::as_ref))
    }
    fn end(&self) -> u64 {
        self.first + self.packets.len() as u64
    }
    fn fits(&self, asked: &Asked<'_>) -> bool {
        let same = self.references.iter().map(|(c, _)| c).eq(asked.references);
        same && self.first == numbers(asked.seen).start && self.end() == asked.seen
    }
}

/// The cache, and where it reads from.
pub struct History {
    chain: ChainId,
    vault: Arc<Vault>,
    windows: Mutex<Lru<Name, Arc<Window>>>,
}

impl History {
    /// An empty cache of at most `bytes`.
    pub fn new(chain: ChainId, vault: Arc<Vault>, bytes: usize) -> Self {
        Self { chain, vault, windows: Mutex::new(Lru::new(bytes)) }
    }
    /// Under which a signer's packets are profiled: the same on every validator.
    pub fn key(&self, signer: &Name) -> ProfileKey {
        ProfileKey::new(&self.chain, signer)
    }
    /// What a packet of that signer is compared with.
    pub fn window(&self, disk: &dyn Read, asked: &Asked<'_>) -> Result<Arc<Window>, HistoryError> {
        let known = self.windows.lock().unwrap_or_else(PoisonError::into_inner).get(asked.signer).unwrap_or_default();
        if known.fits(asked) {
            return Ok(known);
        }
        let window = Arc::new(self.load(disk, asked, &known)?);
        let bytes = (window.packets.len() + window.references.len() + 1) * (Profile::BYTES + 64);
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).put(asked.signer.clone(), window.clone(), bytes);
        Ok(window)
    }

    fn load(&self, disk: &dyn Read, asked: &Asked<'_>, known: &Window) -> Result<Window, HistoryError> {
        let key = self.key(asked.signer);
        let numbers = numbers(asked.seen);
        let mut packets = Vec::new();
        for number in numbers.clone() {
            let at = number.checked_sub(known.first).and_then(|at| usize::try_from(at).ok());
            packets.push(match at.and_then(|at| known.packets.get(at)) {
                Some(profile) => profile.clone(),
                None => self.profile(disk, &packet(disk, asked.signer, number)?, &key)?,
            });
        }
        let mut references = Vec::new();
        for commitment in asked.references {
            let loaded = known.references.iter().find(|(c, _)| c == commitment).map(|(_, p)| p.clone());
            let profile = loaded.map_or_else(|| self.profile(disk, commitment, &key), Ok)?;
            references.push((*commitment, profile));
        }
        Ok(Window { references, first: numbers.start, packets })
    }

    fn profile(&self, disk: &dyn Read, commitment: &Digest, key: &ProfileKey) -> Result<Arc<Profile>, HistoryError> {
        let stored = self.vault.open_profile(disk, commitment)?;
        if let Some(profile) = stored.and_then(|bytes| Profile::from_bytes(&bytes, key)) {
            return Ok(Arc::new(profile));
        }
        let sealed = self.vault.open(disk, commitment)?.ok_or(HistoryError::Missing(*commitment))?;
        let profile = profile_of(&sealed, key).ok_or(VaultError::Damaged(*commitment))?;
        Ok(Arc::new(profile))
    }
}

/// The profile of a packet that was admitted; `None` if the bytes are not one.
pub fn profile_of(sealed: &SealedPacket, key: &ProfileKey) -> Option<Profile> {
    Profile::of(&StrokePacket::from_bytes(&sealed.packet).ok()?, key).ok()
}

/// The newest packets before `seen`.
fn numbers(seen: u64) -> Range<u64> {
    seen.saturating_sub(HISTORY_COMPARED)..seen
}

fn packet(disk: &dyn Read, signer: &Name, number: u64) -> Result<Digest, ReadFault> {
    ledger::history_packet(disk, signer, number)?.ok_or_else(|| ReadFault::missing("a packet of a signer's history"))
}

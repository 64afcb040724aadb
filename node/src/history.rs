//! A signer's earlier packets in memory, as profiles: what a new packet is compared with to find a replay.
//!
//! Which packets they are, and in which order, is written on the ledger; the profiles lie in the vault, made when their
//! packets were admitted. One that is not there is made again from its packet. While neither is on this node (it was away
//! and still fetches), there is no opinion on that signer, and so no vote; such signers are remembered, so that their packets
//! are fetched first. How two profiles are compared is the business of `models::attacks`.

use crate::lru::Lru;
use crate::refusal::Refusal;
use crate::submission::SealedPacket;
use crate::vault::{Vault, VaultError};
use ledger::{Read, ReadFault};
use models::StrokePacket;
use models::attacks::{Profile, ProfileKey};
use proto::appraisal::HISTORY_COMPARED;
use proto::{Canonical, ChainId, Digest, Name};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

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

impl From<HistoryError> for Refusal {
    fn from(error: HistoryError) -> Self {
        // What is missing is told once for each signer, where it is noted.
        match &error {
            HistoryError::Missing(_) => tracing::debug!(%error, "no history to compare with"),
            HistoryError::Vault(_) | HistoryError::Store(_) => tracing::warn!(%error, "no history to compare with"),
        }
        let message = "an earlier packet of the signer is not on this node now; try again later or use another node";
        Self::new("HISTORY_UNAVAILABLE", "body.signer", message).retry_after(Duration::from_secs(2))
    }
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
    /// By number; with gaps while some are not here.
    packets: BTreeMap<u64, Arc<Profile>>,
}

impl Window {
    /// Whether a profile is too like one of the references or packets; of the packets from number `from` on alone, if it was
    /// compared with all else before.
    pub fn replayed_by(&self, profile: &Profile, from: Option<u64>) -> bool {
        let references = self.references.iter().map(|(_, p)| p).filter(|_| from.is_none());
        let packets = self.packets.range(from.unwrap_or_default()..).map(|(_, p)| p);
        profile.replays_any(packets.chain(references).map(Arc::as_ref))
    }
    fn fits(&self, asked: &Asked<'_>) -> bool {
        let same = self.references.iter().map(|(c, _)| c).eq(asked.references);
        same && self.packets.keys().copied().eq(numbers(asked.seen))
    }
}

/// Most signers that are remembered to lack something.
const GAPS_MAX: usize = 1024;

/// The cache, and where it reads from.
pub struct History {
    chain: ChainId,
    vault: Arc<Vault>,
    windows: Mutex<Lru<Name, Arc<Window>>>,
    /// Signers somebody waits for whose packets are not all here.
    gaps: Mutex<Lru<Name, ()>>,
    /// How many transactions' packets came in that had been missing.
    filled: watch::Sender<u64>,
}

impl History {
    /// An empty cache of at most `bytes`.
    pub fn new(chain: ChainId, vault: Arc<Vault>, bytes: usize) -> Self {
        let gaps = Mutex::new(Lru::new(GAPS_MAX));
        Self { chain, vault, windows: Mutex::new(Lru::new(bytes)), gaps, filled: watch::Sender::new(0) }
    }
    /// Something of this signer is not here, and somebody waits for it.
    pub fn note_gap(&self, signer: &Name) {
        let mut gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        if gaps.get(signer).is_none() {
            tracing::warn!(%signer, "earlier packets of a signer are not here yet: no opinion on it until they are fetched");
        }
        gaps.put(signer.clone(), (), 1);
    }
    /// Whether somebody waits for packets of a signer with this name.
    pub fn has_gap(&self, signer: &[u8]) -> bool {
        let name = std::str::from_utf8(signer).ok().and_then(|text| Name::new(text, "signer").ok());
        name.is_some_and(|name| self.gaps.lock().unwrap_or_else(PoisonError::into_inner).get(&name).is_some())
    }
    /// Packets that had been missing came in.
    pub fn gap_filled(&self) {
        self.filled.send_modify(|count| *count += 1);
    }
    /// How many came in so far, and the news of more.
    pub fn filled(&self) -> watch::Receiver<u64> {
        self.filled.subscribe()
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
        let (window, missing) = self.load(disk, asked, &known)?;
        let (window, name) = (Arc::new(window), asked.signer.clone());
        let bytes = (window.packets.len() + window.references.len() + 1) * (Profile::BYTES + 64);
        // What is here is kept even if something is not: the next one to ask need not read it again.
        self.windows.lock().unwrap_or_else(PoisonError::into_inner).put(name, window.clone(), bytes);
        if let Some(commitment) = missing {
            self.note_gap(asked.signer);
            return Err(HistoryError::Missing(commitment));
        }
        self.gaps.lock().unwrap_or_else(PoisonError::into_inner).remove(asked.signer);
        Ok(window)
    }

    /// All that is here, and the first that is not.
    fn load(
        &self,
        disk: &dyn Read,
        asked: &Asked<'_>,
        known: &Window,
    ) -> Result<(Window, Option<Digest>), HistoryError> {
        let key = self.key(asked.signer);
        let (mut window, mut missing) = (Window::default(), None);
        for number in numbers(asked.seen) {
            if let Some(profile) = known.packets.get(&number) {
                window.packets.insert(number, profile.clone());
                continue;
            }
            let commitment = packet(disk, asked.signer, number)?;
            match self.profile(disk, &commitment, &key)? {
                Some(profile) => drop(window.packets.insert(number, profile)),
                None => missing = missing.or(Some(commitment)),
            }
        }
        for commitment in asked.references {
            let loaded = known.references.iter().find(|(c, _)| c == commitment).map(|(_, p)| p.clone());
            match loaded.map_or_else(|| self.profile(disk, commitment, &key), |profile| Ok(Some(profile)))? {
                Some(profile) => window.references.push((*commitment, profile)),
                None => missing = missing.or(Some(*commitment)),
            }
        }
        Ok((window, missing))
    }

    /// `None`: it is not here.
    fn profile(
        &self,
        disk: &dyn Read,
        commitment: &Digest,
        key: &ProfileKey,
    ) -> Result<Option<Arc<Profile>>, HistoryError> {
        let stored = self.vault.open_profile(disk, commitment)?;
        if let Some(profile) = stored.and_then(|bytes| Profile::from_bytes(&bytes, key)) {
            return Ok(Some(Arc::new(profile)));
        }
        let Some(sealed) = self.vault.open(disk, commitment)? else { return Ok(None) };
        let profile = profile_of(&sealed, key).ok_or(VaultError::Damaged(*commitment))?;
        Ok(Some(Arc::new(profile)))
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

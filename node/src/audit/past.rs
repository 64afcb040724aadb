//! What was known of each signer when an event was committed: the references in force and the newest packets' profiles,
//! followed through the ledger from its first event on and made from the packets themselves, not from what the node
//! derived from them when it voted.

use super::job::References;
use models::StrokePacket;
use models::attacks::{Profile, ProfileKey};
use proto::appraisal::{HISTORY_COMPARED, HISTORY_LAG_MAX};
use proto::{Appraisal, ChainId, Digest, Name};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A packet, or why it is not here.
pub type Found = Result<StrokePacket, String>;

/// One signer.
struct Signer {
    key: ProfileKey,
    /// How many packets came before the first in `newest`.
    before: u64,
    newest: VecDeque<Option<Profile>>,
    references: Option<Enrolled>,
}

struct Enrolled {
    packets: Result<Arc<References>, String>,
    profiles: Vec<Option<Profile>>,
}

/// See the module.
pub struct Past {
    chain: ChainId,
    signers: BTreeMap<Name, Signer>,
}

impl Past {
    /// Before the first event.
    pub fn new(chain: ChainId) -> Self {
        Self { chain, signers: BTreeMap::new() }
    }
    /// An enrolment was committed under that name of its template.
    pub fn enrolled(&mut self, name: &Name, template: Digest, found: Vec<Found>) {
        let signer = self.signer(name);
        let profiles: Vec<Option<Profile>> = found.iter().map(|f| signer.profile(f.as_ref().ok())).collect();
        profiles.iter().for_each(|p| signer.push(p.clone()));
        let packets = found.into_iter().collect::<Result<Vec<_>, _>>();
        let packets = packets.map(|packets| Arc::new(References { template, packets }));
        signer.references = Some(Enrolled { packets, profiles });
    }
    /// The references that an appraisal was made with, and whether the packet repeats one that it had seen.
    pub fn of_signing(
        &mut self,
        name: &Name,
        packet: &StrokePacket,
        recorded: &Appraisal,
    ) -> Result<(Option<Arc<References>>, bool), String> {
        let signer = self.signer(name);
        let references = signer.references(&recorded.template)?;
        let Some(profile) = signer.profile(Some(packet)) else { return Err("it has no profile".to_owned()) };
        Ok((references, signer.replayed(&profile, recorded.seen)?))
    }
    /// A signing was committed.
    pub fn signed(&mut self, name: &Name, found: &Found) {
        let signer = self.signer(name);
        let profile = signer.profile(found.as_ref().ok());
        signer.push(profile);
    }

    fn signer(&mut self, name: &Name) -> &mut Signer {
        let chain = self.chain;
        let new =
            || Signer { key: ProfileKey::new(&chain, name), before: 0, newest: VecDeque::new(), references: None };
        self.signers.entry(name.clone()).or_insert_with(new)
    }
}

impl Signer {
    fn profile(&self, packet: Option<&StrokePacket>) -> Option<Profile> {
        Profile::of(packet?, &self.key).ok()
    }
    fn push(&mut self, profile: Option<Profile>) {
        self.newest.push_back(profile);
        if self.newest.len() as u64 > HISTORY_COMPARED + HISTORY_LAG_MAX {
            self.newest.pop_front();
            self.before += 1;
        }
    }
    fn references(&self, template: &Digest) -> Result<Option<Arc<References>>, String> {
        if *template == Digest::ZERO {
            return Ok(None);
        }
        let enrolled = self.references.as_ref().ok_or("its signer has no references")?;
        let references = enrolled.packets.clone()?;
        if references.template != *template {
            return Err("it names other references than those in force".to_owned());
        }
        Ok(Some(references))
    }
    fn replayed(&self, profile: &Profile, seen: u64) -> Result<bool, String> {
        let missing = || "an earlier packet of its signer is not on this node".to_owned();
        let packet = |number: u64| {
            let at = number.checked_sub(self.before).and_then(|at| usize::try_from(at).ok());
            at.and_then(|at| self.newest.get(at)).and_then(Option::as_ref)
        };
        let packets = (seen.saturating_sub(HISTORY_COMPARED)..seen).map(packet);
        let references = self.references.iter().flat_map(|e| &e.profiles).map(Option::as_ref);
        let earlier: Option<Vec<&Profile>> = packets.chain(references).collect();
        Ok(profile.replays_any(earlier.ok_or_else(missing)?))
    }
}

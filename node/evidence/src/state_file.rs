//! What the ledger's state says about organisations and keys at the checkpoint, each with its proof: so that a key which
//! came after genesis can be told from one that somebody made up.

use proto::state::{RetiredKeyLeaf, Standing, StateKey, StateProof};
use proto::{Canonical, Decoder, Digest, Encoder, Height, KeyId, Malformed, Name, Organisation, PublicKey};

/// Most entries.
const ENTRIES_MAX: usize = 4096;
const KEY_MAX: usize = 256;
const VALUE_MAX: usize = 65_536;

/// One leaf of the state tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateEntry {
    /// Canonical bytes of its [`StateKey`].
    pub key: Vec<u8>,
    /// Its canonical value.
    pub value: Vec<u8>,
    /// Proof that it stands there.
    pub proof: StateProof,
}

/// Entries in ascending order of key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StateFile {
    /// The entries.
    pub entries: Vec<StateEntry>,
}

/// What an entry says.
enum Meaning {
    Member(Organisation),
    Retired(RetiredKeyLeaf),
}

/// How a key of an organisation stands at the checkpoint. Keys that were retired never come back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyStanding {
    /// The organisation has it.
    InForce(PublicKey),
    /// It had it until the block of this height.
    Retired(PublicKey, Height),
}

impl KeyStanding {
    /// The key.
    pub fn key(&self) -> &PublicKey {
        match self {
            Self::InForce(key) | Self::Retired(key, _) => key,
        }
    }
}

impl StateEntry {
    fn holds(&self, root: &Digest) -> bool {
        let standing = self.proof.verify(root, &Digest::sm3(&self.key));
        standing == Some(Standing::Present(Digest::sm3(&self.value))) && self.meaning().is_some()
    }
    /// `None` when key and value do not fit together, or are of another kind.
    fn meaning(&self) -> Option<Meaning> {
        if let Ok(org) = Organisation::from_bytes(&self.value) {
            let key = StateKey::Organisation(org.name.clone()).to_bytes();
            return (key == self.key).then_some(Meaning::Member(org));
        }
        let leaf = RetiredKeyLeaf::from_bytes(&self.value).ok()?;
        (StateKey::RetiredKey(leaf.key.id()).to_bytes() == self.key).then_some(Meaning::Retired(leaf))
    }
}

impl StateFile {
    /// Sorts entries into the one order; of two with the same key the first stays.
    pub fn new(mut entries: Vec<StateEntry>) -> Self {
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        entries.dedup_by(|a, b| a.key == b.key);
        Self { entries }
    }
    /// Position of the first entry that is not shown under `root`.
    pub(crate) fn fault(&self, root: &Digest) -> Option<usize> {
        self.entries.iter().position(|e| !e.holds(root))
    }
    /// A key of an organisation, in use or retired.
    pub fn key(&self, org: &Name, id: &KeyId) -> Option<KeyStanding> {
        self.entries.iter().filter_map(StateEntry::meaning).find_map(|m| match m {
            Meaning::Member(o) if o.name == *org => o.key(id).cloned().map(KeyStanding::InForce),
            Meaning::Retired(l) if l.org == *org && l.key.id() == *id => Some(KeyStanding::Retired(l.key, l.height)),
            _ => None,
        })
    }
    /// The organisations in it.
    pub fn organisations(&self) -> Vec<Organisation> {
        let member = |m| if let Meaning::Member(org) = m { Some(org) } else { None };
        self.entries.iter().filter_map(StateEntry::meaning).filter_map(member).collect()
    }
}

impl Canonical for StateFile {
    const TAG: &'static str = "chirograph/state-file";

    fn encode_body(&self, e: &mut Encoder) {
        e.list(&self.entries, |e, entry| entry.proof.encode_body(e.bytes(&entry.key).bytes(&entry.value)));
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let entries = d.list(ENTRIES_MAX, "state.entries", |d| {
            Ok(StateEntry {
                key: d.bytes(KEY_MAX, "state.key")?,
                value: d.bytes(VALUE_MAX, "state.value")?,
                proof: StateProof::decode_body(d)?,
            })
        })?;
        if entries.windows(2).all(|w| w[0].key < w[1].key) {
            Ok(Self { entries })
        } else {
            Err(Malformed::Rule { field: "state.entries", rule: "entries stand in ascending order of key" })
        }
    }
}

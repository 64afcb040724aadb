//! Organisations of the consortium: their role and registered keys. What a role may do is decided in `ledger`.

use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{KeyId, Name};
use crate::keys::PublicKey;
use crate::transaction::name;

/// Most keys of one organisation.
pub const KEYS_MAX: usize = 64;

/// What an organisation is to the consortium.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Role {
    /// Queries evidence, attests.
    Court = 1,
    /// Anchors records and re-checks them.
    Archive = 2,
    /// Runs nodes and vouches.
    Notary = 3,
    /// A signing platform that submits.
    Operator = 4,
    /// Reads and attests.
    Auditor = 5,
}

impl Role {
    /// Every role, in order.
    pub const ALL: [Self; 5] = [Self::Court, Self::Archive, Self::Notary, Self::Operator, Self::Auditor];

    /// Lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Archive => "archive",
            Self::Notary => "notary",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
        }
    }
    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// A member of the consortium.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Organisation {
    /// Its identifier.
    pub name: Name,
    /// Its role.
    pub role: Role,
    /// Keys that may sign its transactions.
    pub keys: Vec<PublicKey>,
}

impl Organisation {
    /// The registered key of that id.
    pub fn key(&self, id: &KeyId) -> Option<&PublicKey> {
        self.keys.iter().find(|k| k.id() == *id)
    }
}

impl Canonical for Organisation {
    const TAG: &'static str = "chirograph/organisation";

    fn encode_body(&self, e: &mut Encoder) {
        e.text(self.name.as_str()).u8(self.role as u8).list(&self.keys, |e, k| k.encode(e));
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let name = name(d, "organisation.name")?;
        let code = d.u8("organisation.role")?;
        let role = Role::ALL
            .into_iter()
            .find(|r| *r as u8 == code)
            .ok_or(Malformed::Unknown { field: "organisation.role", value: code.into() })?;
        let keys = d.list(KEYS_MAX, "organisation.keys", |d| PublicKey::decode(d, "organisation.keys"))?;
        Ok(Self { name, role, keys })
    }
}

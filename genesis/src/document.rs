//! A checked genesis: every name, key and limit in it holds. Its digest is the chain id.

use crate::file::{File, OrganisationTable, ParamsTable, RescueTable, ValidatorTable};
use proto::block::BLOCK_EVENTS_MAX;
use proto::organisation::KEYS_MAX;
use proto::visible::check_name;
use proto::{
    Canonical, ChainId, Decoder, Digest, Encoder, Malformed, Name, Organisation, Params, PublicKey, RescueKeys, Role,
    Thresholds, TimeMs, Trust, Validator, ValidatorSet,
};
use std::collections::BTreeMap;

/// Most organisations in one network.
pub const ORGANISATIONS_MAX: usize = 1024;
/// Longest contact address, in bytes.
const ADDRESS_MAX: usize = 256;
/// Upper bound of `packet_bytes_max`: one packet always fits a peer frame and a request.
const PACKET_BYTES_CAP: u32 = 128 * 1024;

/// A validator as genesis introduces it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GenesisValidator {
    /// The organisation that runs it.
    pub org: Name,
    /// Its SM2 voting key.
    pub key: PublicKey,
    /// Its Ed25519 transport key (32 bytes), from which its peer id follows.
    pub peer: [u8; 32],
    /// Where to dial it first, a multiaddr. A hint: it is not part of the chain id, so a move changes nothing.
    pub address: String,
}

/// A checked genesis file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Genesis {
    /// What people call the network.
    pub name: Name,
    /// Time of the genesis block.
    pub time: TimeMs,
    /// Rules and timings.
    pub params: Params,
    /// Members with their keys.
    pub organisations: Vec<Organisation>,
    /// Validators in voting order.
    pub validators: Vec<GenesisValidator>,
    /// Who may appoint validators when the quorum is lost; nobody, if the file names nobody.
    pub rescue: RescueKeys,
}

/// Why a text is not a genesis file.
#[derive(Debug, thiserror::Error)]
pub enum GenesisError {
    /// Not TOML, an unknown key, or a missing one.
    #[error("genesis file: {0}")]
    Syntax(String),
    /// A field breaks a rule.
    #[error("genesis file, {place}: {problem}")]
    Field {
        /// Which table.
        place: String,
        /// What is wrong with it and what would be right.
        problem: String,
    },
}

fn field(place: impl Into<String>, problem: impl ToString) -> GenesisError {
    GenesisError::Field { place: place.into(), problem: problem.to_string() }
}

impl Genesis {
    /// Parses and checks a genesis file.
    pub fn parse(text: &str) -> Result<Self, GenesisError> {
        let file: File = toml::from_str(text).map_err(|e| GenesisError::Syntax(e.to_string()))?;
        let genesis = Self {
            name: Name::new(&file.name, "name").map_err(|e| field("top level", e))?,
            time: TimeMs(file.time_ms),
            params: params(&file.params).map_err(|e| field("[params]", e))?,
            organisations: numbered(&file.organisations, "organisation", organisation)?,
            validators: numbered(&file.validators, "validator", validator)?,
            rescue: rescue(file.rescue.as_ref()).map_err(|e| field("[rescue]", e))?,
        };
        genesis.check()?;
        Ok(genesis)
    }
    /// Names the chain: SM3 over the canonical bytes, which leave out contact addresses.
    pub fn chain_id(&self) -> ChainId {
        self.digest()
    }
    /// The validators that vote.
    pub fn validator_set(&self) -> ValidatorSet {
        let list = self.validators.iter().map(|v| Validator { org: v.org.clone(), key: v.key.clone() }).collect();
        ValidatorSet::new(list).expect("checked when the genesis was parsed")
    }
    /// What an offline verifier trusts when it trusts this file.
    pub fn trust(&self) -> Trust {
        Trust {
            chain: self.chain_id(),
            validators: self.validator_set(),
            organisations: self.organisations.clone(),
            params: self.params.clone(),
            rescue: self.rescue.clone(),
        }
    }
    /// Checks the rules that span tables. Call it on a genesis that was put together in code.
    pub fn check(&self) -> Result<(), GenesisError> {
        if self.organisations.len() > ORGANISATIONS_MAX {
            return Err(field("[[organisation]]", format!("at most {ORGANISATIONS_MAX} are allowed")));
        }
        for (i, o) in self.organisations.iter().enumerate() {
            let place = format!("organisation `{}`", o.name);
            if self.organisations[..i].iter().any(|p| p.name == o.name) {
                return Err(field(place, "its name is used twice"));
            }
            if o.keys.is_empty() || o.keys.len() > KEYS_MAX {
                return Err(field(
                    place,
                    format!("keys: {} are given; from one to {KEYS_MAX} are needed", o.keys.len()),
                ));
            }
            check_name(&o.name, "name").map_err(|e| field(place, e))?;
        }
        let list = self.validators.iter().map(|v| Validator { org: v.org.clone(), key: v.key.clone() }).collect();
        ValidatorSet::new(list).map_err(|e| field("[[validator]]", e))?;
        self.check_validators()?;
        self.check_keys()
    }
    /// A key has one use, for ever: a signature then says who made it and as what.
    fn check_keys(&self) -> Result<(), GenesisError> {
        let mut seen = BTreeMap::new();
        let organisations = self
            .organisations
            .iter()
            .flat_map(|o| o.keys.iter().map(move |k| (k, format!("organisation `{}`", o.name))));
        let validators = self.validators.iter().enumerate().map(|(i, v)| (&v.key, format!("validator {i}")));
        let rescue = self.rescue.keys.iter().map(|k| (k, "[rescue]".to_owned()));
        for (key, place) in organisations.chain(validators).chain(rescue) {
            if let Some(other) = seen.insert(key.id(), place.clone()) {
                return Err(field(
                    place,
                    format!("key {}: {other} has it too; a key has one use, make another", key.id()),
                ));
            }
        }
        Ok(())
    }
    fn check_validators(&self) -> Result<(), GenesisError> {
        for (i, v) in self.validators.iter().enumerate() {
            let place = format!("validator {i}");
            if !self.organisations.iter().any(|o| o.name == v.org) {
                return Err(field(place, format!("org: `{}` is not among the organisations", v.org)));
            }
            if self.validators[..i].iter().any(|w| w.peer == v.peer) {
                return Err(field(place, "peer: the transport key is used twice"));
            }
        }
        Ok(())
    }
    /// Whether every validator can be dialed where the file says that it is, each at a place of its own. Apart from
    /// [`Genesis::check`]: an address is a hint, and evidence is verified with files whose hints are of long ago.
    pub fn check_addresses(&self) -> Result<(), GenesisError> {
        let mut seen = BTreeMap::new();
        for (i, v) in self.validators.iter().enumerate() {
            let bad = |problem: String| field(format!("validator {i}"), format!("address: {problem}"));
            let address = crate::address::dialed(&v.address).map_err(bad)?;
            if let Some(other) = seen.insert(address, i) {
                return Err(bad(format!("`{}`: validator {other} has it too; each listens at its own", v.address)));
            }
        }
        Ok(())
    }
    /// The file that parses to this genesis.
    pub fn to_toml(&self) -> String {
        let file = File {
            name: self.name.to_string(),
            time_ms: self.time.0,
            params: params_table(&self.params),
            organisations: self.organisations.iter().map(organisation_table).collect(),
            validators: self.validators.iter().map(validator_table).collect(),
            rescue: (!self.rescue.keys.is_empty()).then(|| rescue_table(&self.rescue)),
        };
        toml::to_string(&file).expect("the tables hold only texts and numbers")
    }
}

impl Canonical for Genesis {
    const TAG: &'static str = "chirograph/genesis";

    fn encode_body(&self, e: &mut Encoder) {
        e.text(self.name.as_str()).u64(self.time.0);
        self.params.encode_body(e);
        e.list(&self.organisations, |e, o| o.encode_body(e));
        e.list(&self.validators, |e, v| {
            e.text(v.org.as_str());
            v.key.encode(e);
            e.raw(&v.peer);
        });
        self.rescue.encode_body(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            name: proto::transaction::name(d, "genesis.name")?,
            time: TimeMs(d.u64("genesis.time")?),
            params: Params::decode_body(d)?,
            organisations: d.list(ORGANISATIONS_MAX, "genesis.organisations", Organisation::decode_body)?,
            validators: d.list(proto::validators::VALIDATORS_MAX, "genesis.validators", |d| {
                Ok(GenesisValidator {
                    org: proto::transaction::name(d, "validator.org")?,
                    key: PublicKey::decode(d, "validator.key")?,
                    peer: d.raw("validator.peer")?,
                    address: String::new(),
                })
            })?,
            rescue: RescueKeys::decode_body(d)?,
        })
    }
}

fn numbered<T, U>(tables: &[T], what: &str, parse: impl Fn(&T) -> Result<U, String>) -> Result<Vec<U>, GenesisError> {
    let one = |(i, t)| parse(t).map_err(|e| field(format!("{what} {i}"), e));
    tables.iter().enumerate().map(one).collect()
}

fn organisation(t: &OrganisationTable) -> Result<Organisation, String> {
    let keys = t.keys.iter().map(|k| PublicKey::from_hex(k, "keys").map_err(|e| e.to_string()));
    Ok(Organisation {
        name: Name::new(&t.name, "name").map_err(|e| e.to_string())?,
        role: Role::parse(&t.role)
            .ok_or_else(|| format!("role: `{}` is not one of court, archive, notary, operator, auditor", t.role))?,
        keys: keys.collect::<Result<_, _>>()?,
    })
}

fn organisation_table(o: &Organisation) -> OrganisationTable {
    let keys = o.keys.iter().map(|k| hex::encode(k.bytes())).collect();
    OrganisationTable { name: o.name.to_string(), role: o.role.as_str().into(), keys }
}

fn validator(t: &ValidatorTable) -> Result<GenesisValidator, String> {
    let mut peer = [0; 32];
    hex::decode_to_slice(&t.peer, &mut peer).map_err(|_| "peer: must be 64 hex digits (Ed25519 public key)")?;
    if t.address.len() > ADDRESS_MAX {
        return Err(format!("address: at most {ADDRESS_MAX} bytes"));
    }
    Ok(GenesisValidator {
        org: Name::new(&t.org, "org").map_err(|e| e.to_string())?,
        key: PublicKey::from_hex(&t.key, "key").map_err(|e| e.to_string())?,
        peer,
        address: t.address.clone(),
    })
}

fn validator_table(v: &GenesisValidator) -> ValidatorTable {
    ValidatorTable {
        org: v.org.to_string(),
        key: hex::encode(v.key.bytes()),
        peer: hex::encode(v.peer),
        address: v.address.clone(),
    }
}

fn rescue(t: Option<&RescueTable>) -> Result<RescueKeys, String> {
    let Some(t) = t else { return Ok(RescueKeys::default()) };
    let keys = t.keys.iter().map(|k| PublicKey::from_hex(k, "keys").map_err(|e| e.to_string()));
    let keys = RescueKeys { threshold: t.threshold, keys: keys.collect::<Result<_, _>>()? };
    keys.check().map_err(|e| e.to_string())
}

fn rescue_table(r: &RescueKeys) -> RescueTable {
    RescueTable { threshold: r.threshold, keys: r.keys.iter().map(|k| hex::encode(k.bytes())).collect() }
}

fn params(t: &ParamsTable) -> Result<Params, String> {
    if t.reject_below > t.accept_at {
        return Err("reject_below: must not be above accept_at".into());
    }
    if t.block_events_max == 0 || t.block_events_max as usize > BLOCK_EVENTS_MAX {
        return Err(format!("block_events_max: must be between 1 and {BLOCK_EVENTS_MAX}"));
    }
    if t.packet_bytes_max == 0 || t.packet_bytes_max > PACKET_BYTES_CAP {
        return Err(format!("packet_bytes_max: must be between 1 and {PACKET_BYTES_CAP}"));
    }
    for (name, value) in [("leader_timeout_ms", t.leader_timeout_ms), ("view_timeout_ms", t.view_timeout_ms)] {
        if !(10..=600_000).contains(&value) {
            return Err(format!("{name}: must be between 10 and 600000"));
        }
    }
    // A signing names a recent block: an idle network must still make one often enough to be named.
    if t.heartbeat_ms < 100 || t.heartbeat_ms > t.nonce_age_max_ms / 2 {
        return Err("heartbeat_ms: must be at least 100 and at most half of nonce_age_max_ms".into());
    }
    if t.expiry_max_blocks == 0 {
        return Err("expiry_max_blocks: must be at least 1".into());
    }
    Ok(Params {
        model: Digest::from_hex(&t.model).ok_or("model: must be 64 hex digits")?,
        thresholds: Thresholds { accept_at: t.accept_at, reject_below: t.reject_below },
        epsilon_mb: t.epsilon_mb,
        allow_synthetic: t.allow_synthetic,
        nonce_age_max_ms: t.nonce_age_max_ms,
        expiry_max_blocks: t.expiry_max_blocks,
        block_events_max: t.block_events_max,
        packet_bytes_max: t.packet_bytes_max,
        leader_timeout_ms: t.leader_timeout_ms,
        view_timeout_ms: t.view_timeout_ms,
        heartbeat_ms: t.heartbeat_ms,
        clock_skew_max_ms: t.clock_skew_max_ms,
    })
}

/// The `[params]` table of a genesis file, for the author of one.
pub fn params_toml(params: &Params) -> String {
    let table = toml::to_string(&params_table(params)).expect("the table holds only texts and numbers");
    format!("[params]\n{table}")
}

fn params_table(p: &Params) -> ParamsTable {
    ParamsTable {
        model: p.model.to_string(),
        accept_at: p.thresholds.accept_at,
        reject_below: p.thresholds.reject_below,
        epsilon_mb: p.epsilon_mb,
        allow_synthetic: p.allow_synthetic,
        nonce_age_max_ms: p.nonce_age_max_ms,
        expiry_max_blocks: p.expiry_max_blocks,
        block_events_max: p.block_events_max,
        packet_bytes_max: p.packet_bytes_max,
        leader_timeout_ms: p.leader_timeout_ms,
        view_timeout_ms: p.view_timeout_ms,
        heartbeat_ms: p.heartbeat_ms,
        clock_skew_max_ms: p.clock_skew_max_ms,
    }
}

#[cfg(test)]
mod tests;

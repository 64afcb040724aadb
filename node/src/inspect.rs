//! What a stopped node's files say, without changing them and without a secret: where it stands, what it promised, how
//! large its tables are, who it is.

use crate::config::Config;
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::fsck::replay::table;
use crate::guard::{Doubt, Guard};
use crate::keys;
use crate::store::Store;
use crate::store::site::Hold;
use ledger::{ReadFault, Tip};
use proto::{Certificate, Height};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows and bytes of a table.
#[derive(Default)]
struct Size {
    rows: u64,
    bytes: u64,
}

/// Everything, as one JSON value.
pub fn inspect(home: &Path) -> Result<Value, Fault> {
    let config = Config::load(home)?;
    let genesis = read_genesis(&config.genesis)?;
    // Of a node that runs all this is shown as it was found, one thing after the other.
    let is_stopped = Hold::take(&config).is_ok();
    let store = Store::open_read_only(&config.data, &genesis.chain_id())?;
    let fault = |e: ReadFault| store.fault(e);
    let tip = ledger::tip(&store).map_err(fault)?.ok_or_else(|| store.fault("the tip is missing"))?;
    let validators = ledger::validators(&store).map_err(fault)?;
    let public = keys::read_secret(&config.keys.validator)?.public().clone();
    let peer = keys::peer_public(&keys::read_peer_key(&config.keys.peer)?);
    Ok(json!({
        "stopped": is_stopped,
        "network": genesis.name.to_string(),
        "chain_id": genesis.chain_id().to_string(),
        "identity": {
            "key": hex::encode(public.bytes()), "key_id": public.id().to_string(), "peer": hex::encode(peer),
            "validator": validators.index_of(&public).map(|i| i.0), "validators": validators.count(),
        },
        "tip": tip_json(&tip),
        "certificate": last_certificate(&store, &tip)?,
        "promised_view": replica::promised(&store).map_err(fault)?.0,
        "guard": guard(&config, store.written())?,
        "writes": store.written(),
        "tables": sizes(&store)?,
    }))
}

fn tip_json(tip: &Tip) -> Value {
    let h = &tip.header;
    json!({
        "height": h.height.0, "epoch": h.epoch.0, "view": h.view.0, "digest": tip.digest.to_string(),
        "time_ms": h.time.0, "ledger_size": h.ledger_size, "ledger_sum": h.ledger_sum.to_string(),
        "sm3_root": h.sm3_root.to_string(), "sha256_root": h.sha256_root.to_string(),
        "state_root": h.state_root.to_string(),
    })
}

/// The certificate of the tip; there is none of genesis.
fn last_certificate(store: &Store, tip: &Tip) -> Result<Value, Fault> {
    let found = ledger::certificate(store, tip.header.height).map_err(|e| store.fault(e))?;
    let json = |c: Certificate| {
        let signers: Vec<u16> = c.votes.iter().map(|(i, _)| i.0).collect();
        json!({ "height": c.height.0, "view": c.view.0, "block": c.block.to_string(), "signers": signers })
    };
    Ok(found.map_or(if tip.header.height == Height(0) { Value::Null } else { "missing".into() }, json))
}

fn guard(config: &Config, written: u64) -> Result<Value, Fault> {
    let Some((state, known)) = Guard::read(&config.keys.guard)? else { return Ok("missing or damaged".into()) };
    let memory = match state.doubt {
        Doubt::None if written < known => "the database is older than the guard: the node will ask the others",
        Doubt::None => "whole",
        Doubt::Bounded => "doubtful: the database was older than the guard",
        Doubt::Unbounded => "doubtful: the guard was new, or was put back",
    };
    Ok(json!({
        "home": hex::encode(state.home), "starts": state.starts, "no_vote_above_view": state.high.0,
        "no_vote_below_view": state.vote_from.0, "database_writes": known, "memory": memory,
    }))
}

fn sizes(store: &Store) -> Result<Value, Fault> {
    let mut tables: BTreeMap<&'static str, Size> = BTreeMap::new();
    for row in store.rows() {
        let (key, value) = row?;
        let size = tables.entry(table(key.first().copied())).or_default();
        size.rows += 1;
        size.bytes += (key.len() + value.len()) as u64;
    }
    let rows = tables.into_iter().map(|(name, s)| (name.to_owned(), json!({ "rows": s.rows, "bytes": s.bytes })));
    Ok(Value::Object(rows.collect::<Map<_, _>>()))
}

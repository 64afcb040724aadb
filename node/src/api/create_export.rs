//! CreateExport, GetOperation: a package of one event is made on a blocking thread, and asked after.

use super::get_event::{locate, no_event};
use super::malformed;
use crate::errors::code;
use crate::export::{Finished, Operations, State, Wanted, dress, gather};
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::from_proto::{self, EventName, event_name};
use crate::wire::v1::{self, operation};
use ledger::{Read, ReadFault};
use proto::{Digest, Height, KeyId, Name, Seq};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// Most keys that a request may name besides those that signed.
const KEYS_MAX: usize = 100;

/// `events/{seq}` or `transactions/{hex}`.
pub async fn create_export(
    handle: &Handle,
    operations: &Arc<Operations>,
    (request, from): (v1::CreateExportRequest, Option<IpAddr>),
) -> Result<v1::Operation, Refusal> {
    let wanted = event_name(&request.event, "event").map_err(malformed)?;
    let (keys, at) = (keys(request.keys)?, request.at_height.map(Height));
    let found = handle.read(move |store| there(&store.snapshot(), wanted)).await?;
    let seq = found.ok_or_else(|| no_event("event", &request.event))?;
    let id = operations.begin(from)?;
    let (handle, mine) = (handle.clone(), operations.clone());
    tokio::spawn(async move {
        // A panic ends the process; where it does not, as in tests, the place is given back.
        let made = tokio::task::spawn_blocking(move || make(&handle, Wanted { seq, keys, at })).await;
        mine.end(id, made.unwrap_or_else(|_| Err(Refusal::stopping())));
    });
    Ok(to_proto(id, State::Running))
}

/// The number of the event, if it is on the ledger: an operation that cannot succeed is not begun.
fn there(disk: &dyn Read, wanted: EventName) -> Result<Option<Seq>, ReadFault> {
    let Some(seq) = locate(disk, wanted)? else { return Ok(None) };
    Ok(ledger::event(disk, seq)?.map(|_| seq))
}

fn keys(named: Vec<v1::NamedKey>) -> Result<BTreeSet<(Name, KeyId)>, Refusal> {
    let invalid = || {
        let message =
            format!("keys: must be at most {KEYS_MAX} names of organisations, each with a key id of 32 bytes");
        Refusal::new("FIELD_INVALID", "keys", message)
    };
    if named.len() > KEYS_MAX {
        return Err(invalid());
    }
    let one = |k: v1::NamedKey| {
        let id = <[u8; 32]>::try_from(k.key_id).ok()?;
        Some((Name::new(&k.organisation, "keys.organisation").ok()?, Digest(id)))
    };
    named.into_iter().map(one).collect::<Option<_>>().ok_or_else(invalid)
}

fn make(handle: &Handle, wanted: Wanted) -> Result<Finished, Refusal> {
    let mut dossier = gather((&handle.store(), &handle.vault()), handle.genesis(), wanted)?;
    dress(&mut dossier);
    let height = dossier.receipt.checkpoint.header.height.0;
    let bytes = dossier.package();
    if bytes.len() > evidence::BYTES_MAX {
        return Err(too_large());
    }
    Ok(Finished { file_name: dossier.folder().file_name(), bytes: Arc::new(bytes), height })
}

pub(super) fn too_large() -> Refusal {
    let message = format!("the package would be longer than {} bytes", evidence::BYTES_MAX);
    Refusal::new("MATTER_TOO_LARGE", "event", message)
}

/// `operations/{number}`.
pub fn get_operation(operations: &Operations, name: &str) -> Result<v1::Operation, Refusal> {
    let id = number(name)?;
    let state = operations.state(id).ok_or_else(|| gone(name))?;
    Ok(to_proto(id, state))
}

/// The package of an operation that is done.
pub(super) fn finished(operations: &Operations, name: &str) -> Result<Arc<Finished>, Refusal> {
    match operations.state(number(name)?) {
        Some(State::Done(finished)) => Ok(finished),
        Some(State::Failed(refusal)) => Err(refusal),
        Some(State::Running) => {
            let message = format!("{name} is still being made; ask with GetOperation until it is done");
            Err(Refusal::new("OPERATION_RUNNING", "name", message))
        }
        None => Err(gone(name)),
    }
}

fn number(name: &str) -> Result<u64, Refusal> {
    let digits = name.strip_prefix("operations/").and_then(from_proto::number);
    digits.ok_or_else(|| {
        let message = "name: must be `operations/{number}` as CreateExport returns it";
        Refusal::new("FIELD_INVALID", "name", message)
    })
}

fn gone(name: &str) -> Refusal {
    let message = format!("{name}: no such operation, or it was pushed out by newer ones; begin it again");
    Refusal::new("OPERATION_NOT_FOUND", "name", message)
}

fn to_proto(id: u64, state: State) -> v1::Operation {
    let name = format!("operations/{id}");
    let result = match state {
        State::Running => None,
        State::Failed(r) => Some(operation::Result::Error(v1::Refusal {
            reason: r.code.to_owned(),
            field: r.field,
            message: r.message,
            code: code(r.kind).into(),
        })),
        State::Done(f) => Some(operation::Result::Response(v1::Export {
            file_name: f.file_name.clone(),
            size: f.bytes.len() as u64,
            sm3: Digest::sm3(&f.bytes).0.to_vec(),
            sha256: Digest::sha256(&[&f.bytes]).0.to_vec(),
            checkpoint_height: f.height,
        })),
    };
    v1::Operation { name, done: result.is_some(), result }
}

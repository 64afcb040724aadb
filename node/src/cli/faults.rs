//! `query faults` and `query fault`: which validators contradicted themselves, and the proof as a file for others.

use super::access::Access;
use super::outcome::{Failure, Outcome, save};
use crate::client::{Client, ClientError};
use crate::{fault, fault_json};
use proto::{Body, Contradiction, Event, FaultFile, LightClient, Trail};
use serde_json::{Value, json};
use std::path::PathBuf;

/// All faults on the ledger.
pub async fn list(access: &Access) -> Result<Outcome, Failure> {
    let client = access.client().await?;
    let (mut text, mut rows): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
    for seq in client.faults().await? {
        let event = client.event(&format!("events/{seq}")).await?;
        let Body::Fault(proof) = &event.transaction.draft.body else { continue };
        let what = Contradiction::between(&proof.first, &proof.second).map_or("nothing", Contradiction::as_str);
        let (epoch, validator, view) = (proof.epoch(), proof.culprit(), proof.first.subject.view);
        text.push(format!("event {seq} epoch {epoch} validator {validator} {what} in view {view}"));
        rows.push(json!({
            "seq": seq.0, "epoch": epoch.0, "validator": validator.0, "view": view.0, "contradiction": what,
        }));
    }
    if text.is_empty() {
        text.push("no fault of any validator is on the ledger".to_owned());
    }
    Ok(Outcome::ok(text.join("\n"), json!({ "faults": rows })))
}

/// One of them, verified, and written as `fault.json`.
pub async fn show(access: &Access, seq: u64, out: Option<PathBuf>) -> Result<Outcome, Failure> {
    let (client, trust) = (access.client().await?, access.genesis()?.trust());
    let event = client.event(&format!("events/{seq}")).await?;
    let file = fault_file(&client, &event).await?.ok_or_else(|| no_fault(seq))?;
    let mut light = LightClient::new(&trust);
    // What does not follow is among the checks.
    let _broken = light.follow(&file.trail);
    let set = light.validators(file.proof.epoch()).unwrap_or(&trust.validators);
    let value = fault_json::to_json(&file, &trust.chain, set);
    if let Some(path) = &out {
        save(path, format!("{value:#}\n").as_bytes())?;
    }
    Ok(Outcome::of_checks("fault", &file.verify(&trust)))
}

async fn fault_file(client: &Client, event: &Event) -> Result<Option<FaultFile>, ClientError> {
    let Body::Fault(proof) = event.transaction.draft.body.clone() else { return Ok(None) };
    let links = client.trail().await?.links;
    let links = links.into_iter().filter(|link| link.opens() <= proof.epoch()).collect();
    Ok(Some(FaultFile { trail: Trail { links }, proof }))
}

fn no_fault(seq: u64) -> Failure {
    let problem = format!("event {seq} proves no fault; `chirograph query faults` lists those that do");
    fault::Fault::system("query", problem).into()
}

//! `export`: the evidence package of an event, verified against the genesis at hand before it is kept.

use super::access::Access;
use super::outcome::{Failure, Outcome, save};
use super::proven::{self, Verifier};
use super::query::resource;
use crate::client::{Client, ClientError, is_event};
use crate::export::{disclose, unite};
use crate::fault::Fault;
use clap::Args;
use evidence::{Dossier, Policy, Report, Variant};
use proto::{Canonical, Check, Digest, Event, IntentResult, Kind, Outcome as Verdict};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to export.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    access: Access,
    /// Number of the event, or its transaction id.
    event: String,
    /// public: without stroke packets; party: with that of this signing; full: with the references too (a court). The last
    /// two put a reading on the ledger first, in the name of --org.
    #[arg(long, default_value = "public", value_parser = ["public", "party", "full"])]
    variant: String,
    /// For party and full: on what ground and for what purpose the packets are read, such as the number of an order.
    #[arg(long, value_name = "TEXT")]
    authority: Option<String>,
    /// The order itself; its SM3 digest goes to the ledger, the file stays here.
    #[arg(long, value_name = "FILE")]
    order: Option<PathBuf>,
    /// A provider's result that a step of the event's matter carries, as `intent sign` wrote it; repeat for more.
    #[arg(long, value_name = "FILE")]
    intent: Vec<PathBuf>,
    /// Ask every node and unite what they hold: all votes and time-stamps over one checkpoint. The same nodes give the same
    /// bytes to whoever asks.
    #[arg(long)]
    unite: bool,
    /// Write the package here; without it, in the current folder under its own name.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Export {
    /// Runs it. A package that does not verify is written all the same: it is evidence against the node.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let policy = Policy::of_genesis(self.access.genesis()?.chain_id());
        let client = self.access.client().await?;
        let (bytes, report) = match Variant::parse(&self.variant) {
            Some(variant) if variant != Variant::Public => self.disclosed(&client, variant, &policy).await?,
            _ => self.fetch(&client, &policy).await?,
        };
        let (bytes, report) = self.with_intents((bytes, report), &policy)?;
        // The name comes from what is in it: a node does not choose where a file is written here.
        let name = report.dossier.as_ref().map(|d| d.folder().file_name());
        let path = self.out.unwrap_or_else(|| PathBuf::from(name.unwrap_or_else(|| "refused.evidence.zip".to_owned())));
        save(&path, &bytes)?;
        Ok(shown(&report, &path, bytes.len()))
    }
    /// Declares the reading, reads, and puts what was read into the public package, which then names the reading too.
    async fn disclosed(
        &self,
        client: &Client,
        variant: Variant,
        policy: &Policy,
    ) -> Result<(Vec<u8>, Report), Failure> {
        let needed = || Failure::Usage("--variant party and full need --authority: why the packets are read".into());
        let authority = self.authority.as_deref().ok_or_else(needed)?;
        let order = self.order.as_deref().map_or(Ok(Digest::ZERO), digest_of)?;
        let author = self.access.author(Kind::Access)?;
        let signing = proven::event(&self.access, client, &resource(&self.event)).await?;
        let access = client.declare_access(&author, &signing, (authority, order)).await?;
        Verifier::new(&self.access, client).await?.demand(&access)?;
        let released = client.read_packets(&author, access.event.seq).await?;
        let (bytes, report) = self.fetch(client, policy).await?;
        let Some(dossier) = report.dossier else { return Ok((bytes, report)) };
        let packets = |e: proto::Malformed| ClientError::Answer { field: "packet", problem: e.to_string() };
        let dossier: Dossier = disclose(dossier, variant, &released).map_err(packets)?;
        let bytes = dossier.package();
        let mut report = evidence::inspect(&bytes, Some(policy));
        report.checks.extend(report.dossier.as_ref().and_then(|d| of_another(&resource(&self.event), &d.event)));
        Ok((bytes, report))
    }
    /// The public package: of the first node that answered, or united from all that do.
    async fn fetch(&self, client: &Client, policy: &Policy) -> Result<(Vec<u8>, Report), Failure> {
        let event = resource(&self.event);
        if !self.unite {
            return fetch(client, &event, policy).await;
        }
        let mut sound = Vec::new();
        for endpoint in self.access.endpoints()? {
            // A node that is away, or whose package does not hold, has nothing to add.
            let Ok(client) = Client::connect(&endpoint).await else { continue };
            let Ok((_, report)) = fetch(&client, &event, policy).await else { continue };
            let holds = report.checks.iter().all(|c| c.outcome == Verdict::Valid || c.code == TSA_CHAIN);
            sound.extend(report.dossier.filter(|_| holds));
        }
        let nothing = || Failure::Usage("--unite: no node gave a package that holds".into());
        let bytes = unite(sound).ok_or_else(nothing)?.package();
        let report = evidence::inspect(&bytes, Some(policy));
        Ok((bytes, report))
    }
    fn with_intents(&self, (bytes, report): (Vec<u8>, Report), policy: &Policy) -> Result<(Vec<u8>, Report), Failure> {
        if self.intent.is_empty() {
            return Ok((bytes, report));
        }
        let Some(mut dossier) = report.dossier else { return Ok((bytes, report)) };
        dossier.intents = self.intent.iter().map(|path| read_intent(path)).collect::<Result<_, _>>()?;
        crate::export::dress(&mut dossier);
        let bytes = dossier.package();
        let mut report = evidence::inspect(&bytes, Some(policy));
        report.checks.extend(report.dossier.as_ref().and_then(|d| of_another(&resource(&self.event), &d.event)));
        Ok((bytes, report))
    }
}

/// Without a policy's roots nobody knows the authority; that is for the reader of the package.
const TSA_CHAIN: &str = evidence::code::TSA_CHAIN_AT_GENTIME;

fn read_intent(path: &Path) -> Result<IntentResult, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(IntentResult::from_bytes(&bytes).map_err(|e| Fault::file(path, e))?)
}

async fn fetch(client: &Client, event: &str, policy: &Policy) -> Result<(Vec<u8>, Report), Failure> {
    let exported = client.export(event).await?;
    let mut report = evidence::inspect(&exported.bytes, Some(policy));
    report.checks.extend(report.dossier.as_ref().and_then(|d| of_another(event, &d.event)));
    Ok((exported.bytes, report))
}

/// A genuine package of another event proves nothing of the one that was asked for.
fn of_another(asked: &str, event: &Event) -> Option<Check> {
    let detail = is_event(asked, event).err()?.to_string();
    Some(Check { code: "EVENT_ASKED", outcome: proto::Outcome::Invalid, detail })
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(Digest::sm3(&bytes))
}

fn shown(report: &Report, path: &Path, size: usize) -> Outcome {
    let mut outcome = Outcome::of_checks("package", &report.checks);
    outcome.text.push_str(&format!("\nwritten to {}, {size} bytes", path.display()));
    outcome.json["file"] = json!(path.display().to_string());
    outcome.json["bytes"] = json!(size);
    outcome.json["event"] = json!(report.dossier.as_ref().map(|d| d.event.digest().to_string()));
    outcome
}

//! `export`: the evidence package of an event, verified against the genesis at hand before it is kept.

use super::access::Access;
use super::outcome::{Failure, Outcome, save};
use super::proven::{self, Verifier};
use super::query::resource;
use crate::client::{Client, ClientError, is_event};
use crate::export::{disclose, unite};
use crate::fault::Fault;
use clap::Args;
use evidence::{Dossier, Policy, Presented, Report, Variant};
use proto::{Canonical, Check, Digest, Event, Height, IntentResult, Kind, Outcome as Verdict};
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
    /// The document that the event names. The package says what it was called, how long it is and of which kind; the file itself
    /// stays here.
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Ask every node and unite what they hold: all votes and time-stamps over one checkpoint. The same nodes give the same
    /// bytes to whoever asks.
    #[arg(long)]
    unite: bool,
    /// The package as of this earlier block: what the node gave when that was its newest, byte for byte. Needs a height that was
    /// certified there, and no change of the consortium since.
    #[arg(long, value_name = "HEIGHT")]
    at: Option<u64>,
    /// Write the package here; without it, in the current folder under its own name.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Export {
    /// Runs it. A package that does not verify is written all the same: it is evidence against the node.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let policy = Policy::of_genesis(self.access.genesis()?.chain_id());
        let client = self.access.client().await?;
        let results = self.intent.iter().map(|path| read_intent(path)).collect::<Result<Vec<_>, _>>()?;
        let asked = Asked { event: resource(&self.event), results, policy, at: self.at.map(Height) };
        let (bytes, report) = match Variant::parse(&self.variant) {
            Some(variant) if variant != Variant::Public => self.disclosed(&client, variant, &asked).await?,
            _ => self.fetch(&client, &asked).await?,
        };
        let (bytes, report) = self.laid_in((bytes, report), &asked)?;
        // The name comes from what is in it: a node does not choose where a file is written here.
        let name = report.dossier.as_ref().map(|d| d.folder().file_name());
        let path = self.out.unwrap_or_else(|| PathBuf::from(name.unwrap_or_else(|| "refused.evidence.zip".to_owned())));
        save(&path, &bytes)?;
        Ok(shown(&report, &path, bytes.len()))
    }
    /// Declares the reading, reads, and puts what was read into the public package, which then names the reading too.
    async fn disclosed(&self, client: &Client, variant: Variant, asked: &Asked) -> Result<(Vec<u8>, Report), Failure> {
        let needed = || Failure::Usage("--variant party and full need --authority: why the packets are read".into());
        let authority = self.authority.as_deref().ok_or_else(needed)?;
        let order = self.order.as_deref().map_or(Ok(Digest::ZERO), digest_of)?;
        let author = self.access.author(Kind::Access)?;
        let signing = proven::event(&self.access, client, &asked.event).await?;
        // Nobody is given access for a package that will not be made.
        self.presented(&signing)?;
        let access = client.declare_access(&author, &signing, (authority, order)).await?;
        Verifier::new(&self.access, client).await?.demand(&access)?;
        let released = client.read_packets(&author, access.event.seq).await?;
        let (bytes, report) = self.fetch(client, asked).await?;
        let Some(dossier) = report.dossier else { return Ok((bytes, report)) };
        let packets = |e: proto::Malformed| ClientError::Answer { field: "packet", problem: e.to_string() };
        let dossier: Dossier = disclose(dossier, variant, &released).map_err(packets)?;
        Ok(asked.seen(dossier.package()))
    }
    /// The public package: of the first node that answered, or united from all that do.
    async fn fetch(&self, client: &Client, asked: &Asked) -> Result<(Vec<u8>, Report), Failure> {
        if !self.unite {
            return asked.fetch(client).await;
        }
        let mut sound = Vec::new();
        for endpoint in self.access.endpoints()? {
            // A node that is away, or whose package does not hold, has nothing to add.
            let Ok(client) = Client::connect(&endpoint).await else { continue };
            let Ok((_, report)) = asked.fetch(&client).await else { continue };
            let holds = report.checks.iter().all(|c| c.outcome == Verdict::Valid);
            sound.extend(report.dossier.filter(|_| holds));
        }
        let nothing = || Failure::Usage("--unite: no node gave a package that holds".into());
        let bytes = unite(sound).ok_or_else(nothing)?.package();
        Ok(asked.seen(bytes))
    }
    /// Lays results and the description of the document into it.
    fn laid_in(&self, (bytes, report): Package, asked: &Asked) -> Result<Package, Failure> {
        if asked.results.is_empty() && self.document.is_none() {
            return Ok((bytes, report));
        }
        let Some(mut dossier) = report.dossier else { return Ok((bytes, report)) };
        dossier.document = self.presented(&dossier.event)?;
        dossier.intents.clone_from(&asked.results);
        crate::export::dress(&mut dossier);
        Ok(asked.seen(dossier.package()))
    }
    /// Describes the document at hand, if there is one, which must be the event's.
    fn presented(&self, event: &Event) -> Result<Option<Presented>, Failure> {
        let Some(path) = &self.document else { return Ok(None) };
        let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let other = || Failure::OtherDocument { file: path.display().to_string(), event: event.seq };
        let body = &event.transaction.draft.body;
        let found = Presented::of(body, (&name, media_type(path)), &bytes).ok_or_else(other)?;
        // Whoever reads it decodes it strictly: too long a name is told now.
        Ok(Some(Presented::from_bytes(&found.to_bytes()).map_err(|e| Fault::file(path, e))?))
    }
}

/// A package, and what was found in it.
type Package = (Vec<u8>, Report);

/// What the caller asked for.
struct Asked {
    event: String,
    results: Vec<IntentResult>,
    policy: Policy,
    at: Option<Height>,
}

impl Asked {
    async fn fetch(&self, client: &Client) -> Result<Package, Failure> {
        Ok(self.seen(client.export_showing(&self.event, &self.results, self.at).await?.bytes))
    }
    /// The package with its checks. A genuine one of another event proves nothing of the one that was asked for.
    fn seen(&self, bytes: Vec<u8>) -> Package {
        let mut report = evidence::inspect(&bytes, Some(&self.policy));
        report.checks.extend(report.dossier.as_ref().and_then(|d| of_another(&self.event, &d.event)));
        report.checks.extend(report.dossier.as_ref().and_then(|d| at_another(self.at, d)));
        (bytes, report)
    }
}

/// What a file's name says of its kind; empty where it says nothing that is known here.
fn media_type(path: &Path) -> &'static str {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "pdf" => "application/pdf",
        "ofd" => "application/ofd",
        "xml" => "application/xml",
        "json" => "application/json",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "html" => "text/html",
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "",
    }
}

fn read_intent(path: &Path) -> Result<IntentResult, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(IntentResult::from_bytes(&bytes).map_err(|e| Fault::file(path, e))?)
}

fn of_another(asked: &str, event: &Event) -> Option<Check> {
    let detail = is_event(asked, event).err()?.to_string();
    Some(Check { code: "EVENT_ASKED", outcome: proto::Outcome::Invalid, detail })
}

/// A genuine package at another height is not the one that was asked for.
fn at_another(asked: Option<Height>, dossier: &Dossier) -> Option<Check> {
    let (asked, height) = (asked?, dossier.receipt.checkpoint.header.height);
    let detail = format!("the package stands under block {height}, and {asked} was asked for");
    (asked != height).then_some(Check { code: "HEIGHT_ASKED", outcome: Verdict::Invalid, detail })
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    Ok(Digest::sm3(&bytes))
}

fn shown(report: &Report, path: &Path, size: usize) -> Outcome {
    let checks: Vec<Check> = report.checks.iter().cloned().chain(without_references(report)).collect();
    let mut outcome = Outcome::of_checks("package", &checks);
    outcome.text.push_str(&format!("\nwritten to {}, {size} bytes", path.display()));
    outcome.json["file"] = json!(path.display().to_string());
    outcome.json["bytes"] = json!(size);
    outcome.json["event"] = json!(report.dossier.as_ref().map(|d| d.event.digest().to_string()));
    outcome
}

/// A full package is for an examiner: one without the references is told as such, though everything in it holds.
fn without_references(report: &Report) -> Option<Check> {
    let dossier = report.dossier.as_ref()?;
    let compared = dossier.event.appraisal.as_ref().is_some_and(|a| a.template != Digest::ZERO);
    let lacks = dossier.variant == Variant::Full && compared && dossier.references.is_empty();
    let detail = "the references that the signing was compared with are not in the package: they are released to courts only, and this node may hold them no more; ask another node";
    lacks.then(|| Check { code: "REFERENCES", outcome: Verdict::Indeterminate, detail: detail.to_owned() })
}

#[cfg(test)]
mod tests;

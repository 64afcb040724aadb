//! `export`: the evidence package of an event, verified against the genesis at hand before it is kept.

use super::access::Access;
use super::outcome::{Failure, Outcome, save};
use super::proven::{self, Verifier};
use super::query::resource;
use super::verify;
use crate::client::{Client, ClientError, is_event};
use crate::export::disclose;
use crate::fault::Fault;
use clap::Args;
use evidence::{Dossier, Policy, Presented, Report, Variant};
use nodes::United;
use proto::{Body, Canonical, Check, Digest, Event, Height, IntentResult, Kind, Outcome as Verdict};
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
    /// two put a reading on the ledger first, in the name of --org, and are there for signings only.
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
    /// Ask every node and unite what they hold: all votes and time-stamps over one checkpoint, the newest that most can show. It
    /// is told which nodes are not in it, and why. The same nodes give the same bytes under the same checkpoint, in any order.
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
        let package = match Variant::parse(&self.variant) {
            Some(variant) if variant != Variant::Public => self.disclosed(&client, variant, &asked).await?,
            _ => self.fetch(&client, &asked).await?,
        };
        let Package { bytes, report, united } = self.laid_in(package, &asked)?;
        // The name comes from what is in it: a node does not choose where a file is written here.
        let name = report.dossier.as_ref().map(|d| d.folder().file_name());
        let path = self.out.unwrap_or_else(|| PathBuf::from(name.unwrap_or_else(|| "refused.evidence.zip".to_owned())));
        save(&path, &bytes)?;
        let mut outcome = shown(&report, &path, bytes.len());
        united.iter().for_each(|united| united.tell(&mut outcome));
        Ok(outcome)
    }
    /// Declares the reading, reads, and puts what was read into the public package, which then names the reading too.
    async fn disclosed(&self, client: &Client, variant: Variant, asked: &Asked) -> Result<Package, Failure> {
        let needed = || Failure::Usage("--variant party and full need --authority: why the packets are read".into());
        let authority = self.authority.as_deref().ok_or_else(needed)?;
        let order = self.order.as_deref().map_or(Ok(Digest::ZERO), digest_of)?;
        let author = self.access.author(Kind::Access)?;
        let signing = proven::event(&self.access, client, &asked.event).await?;
        // Nobody is given access for a package that will not be made.
        releasable(&signing)?;
        self.presented(&signing)?;
        let access = client.declare_access(&author, &signing, (authority, order)).await?;
        Verifier::new(&self.access, client).await?.demand(&access)?;
        let released = client.read_packets(&author, access.event.seq).await?;
        let mut package = self.fetch(client, asked).await?;
        let Some(dossier) = package.report.dossier.take() else { return Ok(package) };
        let packets = |e: proto::Malformed| ClientError::Answer { field: "packet", problem: e.to_string() };
        let dossier: Dossier = disclose(dossier, variant, &released).map_err(packets)?;
        Ok(Package { united: package.united, ..asked.seen(dossier.package()) })
    }
    /// The public package: of the first node that answered, or united from all that do.
    async fn fetch(&self, client: &Client, asked: &Asked) -> Result<Package, Failure> {
        if self.unite {
            nodes::united(&self.access.endpoints()?, asked).await
        } else {
            asked.fetch(client, asked.at).await
        }
    }
    /// Lays results and the description of the document into it.
    fn laid_in(&self, mut package: Package, asked: &Asked) -> Result<Package, Failure> {
        if asked.results.is_empty() && self.document.is_none() {
            return Ok(package);
        }
        let Some(mut dossier) = package.report.dossier.take() else { return Ok(package) };
        dossier.document = self.presented(&dossier.event)?;
        dossier.intents.clone_from(&asked.results);
        crate::export::dress(&mut dossier);
        Ok(Package { united: package.united, ..asked.seen(dossier.package()) })
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
struct Package {
    bytes: Vec<u8>,
    report: Report,
    /// Whose it was put together of.
    united: Option<United>,
}

/// What the caller asked for.
struct Asked {
    event: String,
    results: Vec<IntentResult>,
    policy: Policy,
    at: Option<Height>,
}

impl Asked {
    /// What a node gives for this block, or for its newest.
    async fn fetch(&self, client: &Client, at: Option<Height>) -> Result<Package, Failure> {
        let bytes = client.export_showing(&self.event, &self.results, at).await?.bytes;
        let mut package = self.seen(bytes);
        let another = package.report.dossier.as_ref().and_then(|d| at_another(at, d));
        package.report.checks.extend(another.filter(|_| at != self.at));
        Ok(package)
    }
    /// The package with its checks. A genuine one of another event proves nothing of the one that was asked for.
    fn seen(&self, bytes: Vec<u8>) -> Package {
        let mut report = evidence::inspect(&bytes, Some(&self.policy));
        report.checks.extend(report.dossier.as_ref().and_then(|d| of_another(&self.event, &d.event)));
        report.checks.extend(report.dossier.as_ref().and_then(|d| at_another(self.at, d)));
        Package { bytes, report, united: None }
    }
}

/// Refuses, before anything is put on the ledger, what no access opens.
fn releasable(event: &Event) -> Result<(), Failure> {
    let why = match &event.transaction.draft.body {
        Body::Sign { .. } => return Ok(()),
        Body::Enroll { .. } => {
            "an enrolment belongs to no matter, so the ledger takes no access to it and no node releases its packets. Export a \
             signing that was compared with them with --variant full: its package holds these references. Of the enrolment itself \
             take --variant public"
        }
        _ => "it has no stroke packets; take --variant public",
    };
    let kind = event.kind().as_str();
    Err(Failure::Refused(format!("event {} ({kind}): {why}. Nothing was put on the ledger", event.seq)))
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
    let mut outcome = verify::of_package(&Report { checks, ..report.clone() });
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

mod nodes;

#[cfg(test)]
mod tests;

//! Appraises every signing event of a stopped node's ledger again.
//!
//! The ledger is followed from its first event; packets are decrypted one batch at a time and forgotten again.

use super::backend::Backend;
use super::job::Job;
use super::past::{Found, Past};
use super::report::Report;
use crate::config::{Config, FILE};
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::keys;
use crate::store::Store;
use crate::vault::Vault;
use models::{Appraiser, StrokePacket};
use proto::appraisal::template_digest;
use proto::{Body, Canonical, ChainId, Digest, Event, Seq, Thresholds};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Jobs that a backend gets at once.
const BATCH: usize = 256;

/// The files of a stopped node, read only.
pub struct Archive {
    chain: ChainId,
    store: Store,
    vault: Vault,
}

impl Archive {
    /// Opens the node whose home folder, or whose data folder in it, this is.
    pub fn open(dir: &Path) -> Result<Self, Fault> {
        let parent = dir.parent().filter(|p| !dir.join(FILE).exists() && p.join(FILE).exists());
        let config = Config::load(parent.unwrap_or(dir))?;
        let chain = read_genesis(&config.genesis)?.chain_id();
        let vault = Vault::new(&*keys::read_storage_key(&config.keys.storage)?);
        Ok(Self { chain, store: Store::open_read_only(&config.data, &chain)?, vault })
    }
    fn packet(&self, commitment: &Digest) -> Found {
        let sealed = self.vault.open(&self.store, commitment).map_err(|e| e.to_string())?;
        let sealed = sealed.ok_or_else(|| format!("packet {} is not on this node", commitment.short()))?;
        StrokePacket::from_bytes(&sealed.packet).map_err(|e| format!("packet {}: {e}", commitment.short()))
    }
}

/// Appraises all of it again and compares.
pub fn reappraise(archive: &Archive, backend: &dyn Backend) -> Result<Report, Fault> {
    let store = &archive.store;
    let fault = |e: ledger::ReadFault| store.fault(e);
    let tip = ledger::tip(store).map_err(fault)?.ok_or_else(|| store.fault("the tip is missing"))?;
    let thresholds = ledger::params(store).map_err(fault)?.thresholds;
    let mut audit = Audit {
        archive,
        backend,
        thresholds,
        past: Past::new(archive.chain),
        models: BTreeMap::new(),
        jobs: Vec::new(),
        report: Report { backend: backend.name(), ..Report::default() },
    };
    for seq in 0..tip.header.ledger_size {
        let event = ledger::event(store, Seq(seq)).map_err(fault)?.ok_or_else(|| store.fault("an event is missing"))?;
        audit.take(&event);
        if audit.jobs.len() == BATCH {
            audit.flush()?;
        }
    }
    audit.flush()?;
    Ok(audit.report)
}

struct Audit<'a> {
    archive: &'a Archive,
    backend: &'a dyn Backend,
    thresholds: Thresholds,
    past: Past,
    models: BTreeMap<Digest, Option<Arc<Appraiser>>>,
    jobs: Vec<Job>,
    report: Report,
}

impl Audit<'_> {
    fn take(&mut self, event: &Event) {
        match &event.transaction.draft.body {
            Body::Enroll { signer, references } => {
                let found = references.iter().map(|c| self.archive.packet(c)).collect();
                self.past.enrolled(signer, template_digest(&self.archive.chain, references), found);
            }
            Body::Sign { signer, packet, .. } => {
                let found = self.archive.packet(packet);
                match self.job(event, &found) {
                    Ok(job) => self.jobs.push(job),
                    Err(why) => self.report.not_checked.push((event.seq, why)),
                }
                self.past.signed(signer, &found);
            }
            Body::Record { .. } | Body::Anchor { .. } | Body::Attest { .. } => {}
            Body::Access { .. } | Body::Govern(_) | Body::Fault(_) => {}
        }
    }

    fn job(&mut self, event: &Event, found: &Found) -> Result<Job, String> {
        let recorded = event.appraisal.clone().ok_or("it has no appraisal")?;
        let signer = event.transaction.draft.body.signer().ok_or("it has no signer")?;
        let packet = found.clone()?;
        let model =
            self.model(&recorded.model).ok_or_else(|| format!("no model {} in this program", recorded.model))?;
        let (references, replayed) = self.past.of_signing(signer, &packet, &recorded)?;
        Ok(Job { seq: event.seq, recorded, model, packet, references, replayed })
    }

    fn model(&mut self, digest: &Digest) -> Option<Arc<Appraiser>> {
        self.models.entry(*digest).or_insert_with(|| Appraiser::by_digest(digest).map(Arc::new)).clone()
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let jobs = std::mem::take(&mut self.jobs);
        let since = Instant::now();
        let opinions = self.backend.appraise_all(&jobs)?;
        self.report.seconds += since.elapsed().as_secs_f64();
        for (job, opinion) in jobs.iter().zip(opinions) {
            match opinion {
                Ok(opinion) => {
                    *self.report.appraised.entry(job.model.name().to_owned()).or_default() += 1;
                    self.report.compare(job.seq, &job.recorded, (&opinion, job.replayed), self.thresholds);
                }
                Err(refusal) => self.report.not_checked.push((job.seq, refusal.to_string())),
            }
        }
        Ok(())
    }
}

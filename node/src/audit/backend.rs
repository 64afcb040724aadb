//! Who computes: the boundary behind which another implementation of a model may stand. What it says is compared with
//! the ledger and never written there.

use super::job::{Job, References};
use crate::fault::Fault;
use crate::lru::Lru;
use models::{Appraiser, Opinion, Refusal, Template};
use proto::Digest;
use std::sync::{Arc, Mutex, PoisonError};

/// Memory for templates, in bytes.
pub(super) const TEMPLATE_BYTES: usize = 256 << 20;

/// Computes opinions in bulk.
pub trait Backend {
    /// What it calls itself, with its device.
    fn name(&self) -> String;
    /// One answer for each job, in their order. A fault is the machine's and stops the audit.
    fn appraise_all(&self, jobs: &[Job]) -> Result<Vec<Result<Opinion, Refusal>>, Fault>;
}

/// The implementation that validators vote with.
pub struct Native {
    threads: usize,
    templates: Mutex<Lru<(Digest, Digest), Arc<Template>>>,
}

impl Native {
    /// On so many threads, at least one.
    pub fn new(threads: usize) -> Self {
        Self { threads: threads.max(1), templates: Mutex::new(Lru::new(TEMPLATE_BYTES)) }
    }

    fn appraise(&self, job: &Job) -> Result<Opinion, Refusal> {
        let template = job.references.as_ref().map(|r| self.template(&job.model, r)).transpose()?;
        job.model.appraise(&job.packet, template.as_deref())
    }

    /// Two threads may make the same template at once; they make the same one.
    fn template(&self, model: &Appraiser, references: &References) -> Result<Arc<Template>, Refusal> {
        let name = (model.digest(), references.template);
        if let Some(template) = self.templates.lock().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Ok(template);
        }
        let template = Arc::new(model.enrol(&references.packets)?);
        let bytes = template.memory_bytes();
        self.templates.lock().unwrap_or_else(PoisonError::into_inner).put(name, template.clone(), bytes);
        Ok(template)
    }
}

impl Backend for Native {
    fn name(&self) -> String {
        format!("native, {} threads", self.threads)
    }

    fn appraise_all(&self, jobs: &[Job]) -> Result<Vec<Result<Opinion, Refusal>>, Fault> {
        let share = jobs.len().div_ceil(self.threads).max(1);
        std::thread::scope(|scope| {
            let work = |part: &'_ [Job]| part.iter().map(|job| self.appraise(job)).collect::<Vec<_>>();
            let running: Vec<_> = jobs.chunks(share).map(|part| scope.spawn(move || work(part))).collect();
            let join = |t: std::thread::ScopedJoinHandle<'_, _>| t.join().expect("an appraisal does not panic");
            Ok(running.into_iter().flat_map(join).collect())
        })
    }
}

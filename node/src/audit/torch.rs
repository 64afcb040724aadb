//! LibTorch as a backend of an audit: the networks of the models that events name, on a processor or a GPU. A fault of
//! LibTorch stops the audit; it is never taken for an opinion.

use super::backend::{Backend, TEMPLATE_BYTES};
use super::job::{Job, References};
use crate::fault::Fault;
use crate::lru::Lru;
use models::torch::{Bulk, Device, Precision, TorchFault, set_threads};
use models::{Appraiser, Opinion, Refusal, Template};
use proto::Digest;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

type Opinions = Vec<Result<Opinion, Refusal>>;
type Enrolled = Result<Arc<Template>, Refusal>;

/// See the module.
pub struct Torch {
    place: (Device, Precision),
    threads: usize,
    bulks: RefCell<BTreeMap<Digest, Rc<Bulk>>>,
    /// By model and template.
    templates: RefCell<Lru<(Digest, Digest), Enrolled>>,
}

impl Torch {
    /// On a device, with so many threads of the processor for what is not the network's.
    pub fn new(place: (Device, Precision), threads: usize) -> Self {
        set_threads(threads);
        let templates = RefCell::new(Lru::new(TEMPLATE_BYTES));
        Self { place, threads, bulks: RefCell::default(), templates }
    }

    fn bulk(&self, model: &Appraiser) -> Result<Rc<Bulk>, TorchFault> {
        if let Some(bulk) = self.bulks.borrow().get(&model.digest()) {
            return Ok(bulk.clone());
        }
        let bulk = Rc::new(Bulk::new(model.clone(), self.place, self.threads)?);
        self.bulks.borrow_mut().insert(model.digest(), bulk.clone());
        Ok(bulk)
    }

    /// The templates of jobs of one model, those that are not kept made together.
    fn templates(&self, bulk: &Bulk, jobs: &[Job]) -> Result<BTreeMap<Digest, Enrolled>, TorchFault> {
        let model = jobs[0].model.digest();
        let mut templates = BTreeMap::new();
        let mut missing: BTreeMap<Digest, &References> = BTreeMap::new();
        for references in jobs.iter().filter_map(|j| j.references.as_deref()) {
            match self.templates.borrow_mut().get(&(model, references.template)) {
                Some(template) => {
                    templates.insert(references.template, template);
                }
                None => {
                    missing.insert(references.template, references);
                }
            }
        }
        let sets: Vec<&[_]> = missing.values().map(|r| &r.packets[..]).collect();
        for (digest, template) in missing.into_keys().zip(bulk.enrol_all(&sets)?) {
            let template = template.map(Arc::new);
            let bytes = template.as_ref().map_or(0, |t| t.memory_bytes());
            self.templates.borrow_mut().put((model, digest), template.clone(), bytes);
            templates.insert(digest, template);
        }
        Ok(templates)
    }

    /// Jobs of one model, at least one.
    fn appraise(&self, jobs: &[Job]) -> Result<Opinions, TorchFault> {
        let bulk = self.bulk(&jobs[0].model)?;
        let templates = self.templates(&bulk, jobs)?;
        let template = |job: &Job| job.references.as_ref().map(|r| templates[&r.template].clone()).transpose();
        let questions: Vec<_> = jobs.iter().map(|job| Ok((&job.packet, template(job)?))).collect();
        let asked = questions.iter().filter_map(|q: &Result<_, Refusal>| q.as_ref().ok().cloned()).collect();
        let mut opinions = bulk.appraise_all(asked)?.into_iter();
        let answer = |q: Result<_, Refusal>| q.and_then(|_| opinions.next().expect("an answer to each question"));
        Ok(questions.into_iter().map(answer).collect())
    }
}

impl Backend for Torch {
    fn name(&self) -> String {
        format!("tch on {}, {:?}, {} threads", self.place.0, self.place.1, self.threads)
    }

    fn appraise_all(&self, jobs: &[Job]) -> Result<Opinions, Fault> {
        let mut opinions = Vec::with_capacity(jobs.len());
        for of_one_model in jobs.chunk_by(|a, b| a.model.digest() == b.model.digest()) {
            opinions.extend(self.appraise(of_one_model).map_err(|e| Fault::system("audit", e))?);
        }
        Ok(opinions)
    }
}

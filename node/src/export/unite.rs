//! One package from several nodes: nodes that agree on a header may each hold another quorum's votes over it, and other
//! time-stamps. United, all of them are in it, in an order that does not depend on who was asked first: whoever asks the
//! same nodes about the same checkpoint gets the same bytes, with more votes than any single node gave.

use evidence::{Dossier, Stamp};
use proto::{Canonical, Certificate, Checkpoint, Digest, Header, Link, ValidatorIndex};
use std::collections::{BTreeMap, BTreeSet};

/// Most time-stamps of a package.
const STAMPS_MAX: usize = 100;

/// One package of all; `None` of none. They must be of one event under one checkpoint and hold by themselves: that is for the
/// caller to have checked (`meet`).
pub fn unite(mut all: Vec<Dossier>) -> Option<Dossier> {
    // Whatever is taken from one of them is taken from the same one, whoever was asked first.
    all.sort_by_cached_key(|d| Digest::sm3(&d.package()));
    let mut certificates = Certificates::default();
    all.iter().for_each(|d| certificates.learn(d));
    let stamps = stamps(&all, &certificates);
    let enrolment = all.iter().find_map(|d| d.enrolment.clone());
    let mut united = Dossier { enrolment, ..all.into_iter().next()? };
    certificates.put(&mut united.receipt.checkpoint);
    united.matter.iter_mut().for_each(|m| certificates.put(&mut m.proof.checkpoint));
    united.enrolment.iter_mut().for_each(|r| certificates.put(&mut r.checkpoint));
    united.faults.iter_mut().for_each(|f| certificates.put(&mut f.checkpoint));
    for link in &mut united.trail.links {
        if let Link::Closed { header, certificate, .. } = link {
            *certificate = certificates.of(header, certificate);
        }
    }
    united.stamps = stamps;
    super::dress(&mut united);
    Some(united)
}

/// All votes that any of them holds, by header and by the subject that they are about.
#[derive(Default)]
struct Certificates(BTreeMap<String, Vec<Certificate>>);

impl Certificates {
    fn learn(&mut self, dossier: &Dossier) {
        self.add(&dossier.receipt.checkpoint.header, &dossier.receipt.checkpoint.certificate);
        for link in &dossier.trail.links {
            if let Link::Closed { header, certificate, .. } = link {
                self.add(header, certificate);
            }
        }
        for stamp in &dossier.stamps {
            self.add(&stamp.receipt.checkpoint.header, &stamp.receipt.checkpoint.certificate);
        }
    }
    fn add(&mut self, header: &Header, certificate: &Certificate) {
        let list = self.0.entry(header.digest().to_string()).or_default();
        match list.iter_mut().find(|c| c.subject == certificate.subject) {
            None => list.push(certificate.clone()),
            Some(known) => {
                let votes = known.votes.iter().chain(&certificate.votes).copied();
                // SM2 signatures differ from one making to the next: of two by one validator the lesser one counts.
                let mut united: BTreeMap<ValidatorIndex, _> = BTreeMap::new();
                for (validator, signature) in votes {
                    let kept = united.entry(validator).or_insert(signature);
                    if signature.0 < kept.0 {
                        *kept = signature;
                    }
                }
                known.votes = united.into_iter().collect();
            }
        }
    }
    /// Of several subjects over one header (a block that closes its epoch may be final in a later view) the earliest.
    fn of(&self, header: &Header, own: &Certificate) -> Certificate {
        let known = self.0.get(&header.digest().to_string()).into_iter().flatten();
        known.min_by_key(|c| c.subject.view).unwrap_or(own).clone()
    }
    fn put(&self, checkpoint: &mut Checkpoint) {
        checkpoint.certificate = self.of(&checkpoint.header, &checkpoint.certificate);
    }
}

/// Every stamp once: by the height of its header, then by its bytes.
fn stamps(all: &[Dossier], certificates: &Certificates) -> Vec<Stamp> {
    let mut found: Vec<Stamp> = all.iter().flat_map(|d| d.stamps.iter().cloned()).collect();
    found.iter_mut().for_each(|s| certificates.put(&mut s.receipt.checkpoint));
    let key = |s: &Stamp| (s.receipt.checkpoint.header.height, s.token.clone(), s.chain.clone());
    found.sort_by_key(key);
    let mut seen = BTreeSet::new();
    found.retain(|s| seen.insert((s.receipt.to_bytes(), s.token.clone())));
    found.truncate(STAMPS_MAX);
    found
}

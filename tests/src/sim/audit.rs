//! A whole ledger read from the front at the end of a run, as an auditor would: every header, certificate, event, sum,
//! root and opinion recomputed, receipts checked offline.

use crate::sim::consortium::trust;
use crate::sim::copies::writing;
use crate::sim::disk::Disk;
use crate::sim::finding::{Finding, Rule};
use crate::sim::history::History;
use ledger::Birth;
use proto::event::{ledger_sum_zero, matter_sum_zero, next_sum};
use proto::light::LINKS_MAX;
use proto::merkle::{Frontier, LogHash};
use proto::state::SignerLeaf;
use proto::{
    Body, Canonical, Certificate, ChainId, Digest, Epoch, Event, Govern, Header, Height, KeyId, LightClient, Name,
    Outcome, Receipt, Seq, TxId, Validator, receipt::Check,
};
use std::collections::{BTreeMap, BTreeSet};

/// Reads ledgers and compares them with what was reported as final, and with what clients were told. Every disk is read
/// whole; what was found good on one, and stands on the next in the same words, is not computed a second time.
pub struct Auditor<'a> {
    history: &'a History,
    birth: &'a Birth,
    headers: BTreeMap<Height, Header>,
    certificates: BTreeMap<Height, Vec<Certificate>>,
    events: Vec<Event>,
    audit: Audit,
    receipts: Vec<Receipt>,
    /// Who voted in which epoch, followed from genesis by certificates alone.
    light: LightClient,
}

impl<'a> Auditor<'a> {
    /// Nothing read yet.
    pub fn new(history: &'a History, birth: &'a Birth) -> Self {
        Self {
            history,
            birth,
            headers: BTreeMap::new(),
            certificates: BTreeMap::new(),
            events: Vec::new(),
            audit: Audit::new(birth),
            receipts: Vec::new(),
            light: LightClient::new(&trust(birth)),
        }
    }
    /// Reads the ledger on `disk`.
    pub fn audit(&mut self, disk: &Disk, acknowledged: &BTreeMap<TxId, Seq>) -> Result<(), Finding> {
        let tip = ledger::tip(disk)?.ok_or_else(|| Rule::Store.broken("a ledger without a tip"))?;
        self.epochs(disk, tip.header.epoch)?;
        self.headers(disk, &tip.header)?;
        self.events(disk, tip.header.ledger_size)?;
        self.audit.compare(&tip.header, disk)?;
        self.changes()?;
        self.receipts(disk)?;
        honours(disk, acknowledged)
    }
    /// The trail on a disk leads from genesis to the set in force, and to the sets that the machines went by.
    fn epochs(&mut self, disk: &Disk, newest: Epoch) -> Result<(), Finding> {
        let trail = ledger::trail(disk, Epoch(0), LINKS_MAX)?;
        self.light.follow(&trail).map_err(|broken| Rule::Epochs.broken(broken.to_string()))?;
        for epoch in (0..=newest.0).map(Epoch) {
            let vain = self.light.validators(epoch).is_none() && self.history.is_abandoned(epoch);
            if !vain && self.light.validators(epoch) != self.history.roll.set(epoch) {
                return Err(Rule::Epochs.broken(format!("the trail names other validators in epoch {epoch}")));
            }
        }
        Ok(())
    }
    /// Before a set was installed, a quorum of it and all who were new in it had said that they are ready.
    fn changes(&self) -> Result<(), Finding> {
        for closing in self.headers.values().filter(|h| h.closes_epoch()) {
            let sets = (self.light.validators(closing.epoch), self.light.validators(closing.epoch.next()));
            let (Some(old), Some(new)) = sets else { continue };
            let known = |key: &KeyId| self.audit.ready.get(key).is_some_and(|height| *height <= closing.height);
            let ready: Vec<&Validator> = new.iter().filter(|v| known(&v.key.id())).collect();
            let newcomers = new.iter().filter(|v| old.index_of(&v.key).is_none());
            if ready.len() < new.quorum() || !newcomers.into_iter().all(|v| ready.contains(&v)) {
                let text =
                    format!("epoch {} began with only {} that had said they are ready", new.epoch(), ready.len());
                return Err(Rule::Epochs.broken(text));
            }
        }
        Ok(())
    }
    /// Blocks that closed an epoch and became final in a later view than their own, proposed again.
    pub fn closed_late(&self) -> usize {
        let closing = self.headers.iter().filter(|(_, header)| header.closes_epoch());
        let certificates = closing.flat_map(|(height, header)| self.certificates.get(height).map(|c| (header, c)));
        certificates.filter(|(header, list)| list.iter().any(|c| c.view > header.view)).count()
    }
    /// Headers are the ones that were reported, each on the one before; certificates are about them and verify.
    fn headers(&mut self, disk: &Disk, tip: &Header) -> Result<(), Finding> {
        let mut parent = None;
        for (height, digest) in self.history.blocks().range(..=tip.height) {
            let odd =
                |what: &str| Rule::Agreement.broken(format!("the {what} at height {height} is not the final one"));
            let header = ledger::header(disk, *height)?.ok_or_else(|| odd("header"))?;
            if self.headers.get(height) != Some(&header) {
                if header.digest() != *digest {
                    return Err(odd("header"));
                }
                let set = self.light.validators(header.epoch);
                if set.is_none_or(|set| set.digest() != header.validators) {
                    return Err(Rule::Epochs.broken(format!("the header at height {height} is of another set")));
                }
                self.headers.insert(*height, header.clone());
            }
            if parent.is_some_and(|p| p != header.parent) {
                return Err(odd("parent of the header"));
            }
            parent = Some(*digest);
            let Some(certificate) = ledger::certificate(disk, *height)? else { continue };
            if !certificate.finalizes(&header) {
                return Err(odd("block certified"));
            }
            self.certificate(*height, certificate)?;
        }
        Ok(())
    }
    fn certificate(&mut self, height: Height, certificate: Certificate) -> Result<(), Finding> {
        let known = self.certificates.entry(height).or_default();
        if known.contains(&certificate) {
            return Ok(());
        }
        let set = self.light.validators(certificate.epoch);
        if set.and_then(|set| certificate.clone().verify(&self.birth.chain, set)).is_none() {
            return Err(Rule::Truth.broken(format!("the certificate at height {height} does not verify")));
        }
        known.push(certificate);
        Ok(())
    }
    /// All events of a disk, and what follows from them.
    fn events(&mut self, disk: &Disk, size: u64) -> Result<(), Finding> {
        let missing = |seq| Rule::Permanence.broken(format!("event {seq} is missing"));
        let event = |seq| ledger::event(disk, Seq(seq))?.ok_or_else(|| missing(seq));
        let events: Vec<Event> = (0..size).map(event).collect::<Result<_, Finding>>()?;
        if events != self.events {
            self.audit = Audit::new(self.birth);
            events.iter().try_for_each(|event| self.audit.read(event))?;
            self.events = events;
        }
        Ok(())
    }
    /// A few receipts, as a court would check them.
    fn receipts(&mut self, disk: &Disk) -> Result<(), Finding> {
        let size = self.events.len() as u64;
        for seq in [0, size / 2, size.saturating_sub(1)] {
            let Some(receipt) = ledger::receipt(disk, Seq(seq))?.filter(|r| !self.receipts.contains(r)) else {
                continue;
            };
            let epoch = receipt.checkpoint.header.epoch;
            let trust = self.light.trust(&trust(self.birth), epoch).expect("headers of unknown epochs were refused");
            let checks = receipt.verify(&trust);
            let foreign = self.is_of_another_epoch(&receipt);
            let counts = |c: &&Check| !(foreign && c.code == "TRANSACTION_SIGNATURE");
            if checks.iter().filter(counts).any(|c| c.outcome != Outcome::Valid) {
                return Err(Rule::Truth.broken(format!("the receipt of event {seq} does not verify: {checks:?}")));
            }
            self.receipts.push(receipt);
        }
        Ok(())
    }
    /// Signed by a validator that votes in another epoch only: a lone receipt cannot show whose key that is.
    fn is_of_another_epoch(&self, receipt: &Receipt) -> bool {
        let draft = &receipt.event.transaction.draft;
        let spoken = matches!(draft.body, Body::Govern(Govern::Ready(_)) | Body::Fault(_));
        let set = self.light.validators(receipt.checkpoint.header.epoch);
        spoken && set.is_some_and(|set| set.iter().all(|v| v.key.id() != draft.key))
    }
}

/// Everything that a client was told must be where it was said to be.
fn honours(disk: &Disk, acknowledged: &BTreeMap<TxId, Seq>) -> Result<(), Finding> {
    for (tx, seq) in acknowledged {
        if ledger::seq_of(disk, tx)? != Some(*seq) {
            let text = format!("transaction {tx:?} was acknowledged as event {seq} and is not there");
            return Err(Rule::Permanence.broken(text));
        }
    }
    Ok(())
}

/// What every honest appraiser finds: whatever the first byte of the first packet says.
fn opinion(template: &Digest, packets: &[Digest]) -> Option<i32> {
    (*template != Digest::ZERO).then(|| i32::from(packets[0].0[0]) * 5)
}

/// A ledger read so far.
struct Audit {
    chain: ChainId,
    sum: Digest,
    matters: BTreeMap<Name, (u64, Digest)>,
    signers: BTreeMap<Name, Digest>,
    writings: BTreeSet<(Name, [u8; 16])>,
    log: Frontier,
    seen: BTreeSet<TxId>,
    /// Who said that it is ready, and when first.
    ready: BTreeMap<KeyId, Height>,
}

impl Audit {
    fn new(birth: &Birth) -> Self {
        Self {
            sum: ledger_sum_zero(&birth.chain),
            chain: birth.chain,
            matters: BTreeMap::new(),
            signers: BTreeMap::new(),
            writings: BTreeSet::new(),
            log: Frontier::new(LogHash::Sm3),
            seen: BTreeSet::new(),
            ready: BTreeMap::new(),
        }
    }
    fn read(&mut self, event: &Event) -> Result<(), Finding> {
        let (tx, hash) = (event.transaction.id(), event.digest());
        if !self.seen.insert(tx) {
            return Err(Rule::Agreement.broken(format!("transaction {tx:?} is committed twice")));
        }
        self.sum = next_sum(&self.sum, &hash);
        self.log.push(&event.to_bytes());
        let body = &event.transaction.draft.body;
        if let Some(matter) = body.matter() {
            let zero = (0, matter_sum_zero(&self.chain, matter));
            let (count, sum) = self.matters.entry(matter.clone()).or_insert(zero);
            (*count, *sum) = (*count + 1, next_sum(sum, &hash));
        }
        if let Body::Govern(Govern::Ready(_)) = body {
            self.ready.entry(event.transaction.draft.key).or_insert(event.height);
        }
        self.appraise(event)
    }
    /// The number on the ledger is the one that every honest validator finds.
    fn appraise(&mut self, event: &Event) -> Result<(), Finding> {
        let body = &event.transaction.draft.body;
        let Some(given) = &event.appraisal else { return Ok(()) };
        let known = body.signer().and_then(|s| self.signers.get(s)).copied().unwrap_or(Digest::ZERO);
        let template = if matches!(body, Body::Sign { .. }) { known } else { Digest::ZERO };
        if let Body::Sign { signer, packet, .. } = body
            && !self.writings.insert((signer.clone(), writing(packet)))
        {
            return Err(Rule::Truth.broken(format!("event {} repeats what {signer} wrote before", event.seq)));
        }
        if given.llr != opinion(&template, body.packets()) {
            let text = format!("event {} has the opinion {:?}, which nobody honest finds", event.seq, given.llr);
            return Err(Rule::Truth.broken(text));
        }
        if let Body::Enroll { signer, references } = body {
            let template = proto::appraisal::template_digest(&self.chain, references);
            self.signers.insert(signer.clone(), template);
        }
        Ok(())
    }
    fn compare(&self, header: &Header, disk: &Disk) -> Result<(), Finding> {
        let at = header.height;
        if header.ledger_sum != self.sum {
            return Err(Rule::Truth.broken(format!("the ledger sum at height {at} does not follow from the events")));
        }
        if header.sm3_root != self.log.root() {
            return Err(Rule::Truth.broken(format!("the log root at height {at} does not follow from the events")));
        }
        for (matter, (count, sum)) in &self.matters {
            let leaf = ledger::matter(disk, matter)?;
            if leaf.is_none_or(|leaf| (leaf.count, leaf.sum) != (*count, *sum)) {
                return Err(Rule::Truth.broken(format!("the sum of matter {matter} does not follow from its events")));
            }
        }
        for (signer, template) in &self.signers {
            let leaf: Option<SignerLeaf> = ledger::signer(disk, signer)?;
            if leaf.is_none_or(|leaf| leaf.template != *template) {
                return Err(Rule::Truth.broken(format!("the references of {signer} are not the ones enrolled last")));
            }
        }
        Ok(())
    }
}

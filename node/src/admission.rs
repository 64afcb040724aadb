//! Admission: what this node checks of a submission, once, before consensus hears of it.
//!
//! In order of cost: sizes, the ledger's rules, the transaction's signature, packets against their commitments and the
//! body, the capture platform's attestation, the handwriting, and the signer's earlier packets. The answer is this validator's own appraisal, which
//! consensus compares with others'. A score below the reject threshold is answered with its band only: a number would
//! tell a forger whether to go on. Nothing is stored or sent here.

use crate::fault::Fault;
use crate::history::{Asked, History, profile_of};
use crate::keyring::Keyring;
use crate::lru::Lru;
use crate::refusal::Refusal;
use crate::store::{self, Store};
use crate::submission::{SealedPacket, Submission};
use crate::submissions::Held;
use crate::telemetry::Metrics;
use crate::telemetry::cpu::CpuClock;
use crate::templates::{TemplateError, Templates};
use crate::vault::Vault;
use ledger::{Batch, Read, ReadFault};
use models::attacks::Profile;
use models::{Appraiser, Opinion, StrokePacket};
use proto::appraisal::{fingerprint, template_digest};
use proto::flags::FLAG_REPLAY;
use proto::{Appraisal, Body, ChainId, Digest, Organisation, Params, Seq, Transaction, TxId, Verified};
use std::sync::{Arc, Mutex, PoisonError};

mod packets;

pub use packets::are_others;

/// Opinions that are remembered, by transaction.
const OPINIONS_MAX: usize = 8192;
/// Memory for templates, in bytes.
const TEMPLATE_BYTES: usize = 96 << 20;

/// What admission finds.
pub enum Checked {
    /// May be committed, as far as this node can see.
    Fresh(Box<Admitted>),
    /// Was committed before: the same request, for ever the same event.
    Committed(Seq),
}

/// What a held submission is now.
pub enum Renewed {
    /// With this node's opinion as of now.
    Opinion(Option<Appraisal>),
    /// Committed.
    Committed(Seq),
}

/// A submission that passed.
pub struct Admitted {
    /// With its signature checked.
    pub transaction: Verified<Transaction>,
    /// This node's opinion of the packets.
    pub appraisal: Option<Appraisal>,
    /// Profiles of the packets.
    pub profiles: Arc<Vec<Profile>>,
}

/// What is needed to check.
pub struct Admission {
    /// The ledger.
    pub chain: ChainId,
    /// Rules from genesis.
    pub params: Params,
    /// State of the ledger.
    pub store: Arc<Store>,
    /// Packets at rest.
    pub vault: Arc<Vault>,
    /// The handwriting model.
    pub model: Appraiser,
    /// Earlier packets.
    pub history: History,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Caches.
    pub memory: Memory,
}

/// What admission remembers.
pub struct Memory {
    templates: Templates,
    keys: Keyring,
    opinions: Mutex<Lru<TxId, Judged>>,
}

/// An opinion of ours, with what it takes to bring it up to date when more packets of the signer were committed.
#[derive(Clone)]
struct Judged {
    appraisal: Appraisal,
    profiles: Arc<Vec<Profile>>,
    /// Whether `appraisal.seen` packets were compared with; none yet otherwise.
    compared: bool,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            templates: Templates::new(TEMPLATE_BYTES),
            keys: Keyring::default(),
            opinions: Mutex::new(Lru::new(OPINIONS_MAX)),
        }
    }
}

impl Admission {
    /// Checks a submission; takes about a millisecond of CPU time, so call it on a worker. `signed` is asked as soon as the
    /// transaction's signature held: before, nobody answers for what it names.
    pub fn check(
        &self,
        submission: &Submission,
        signed: impl FnOnce() -> Result<(), Refusal>,
    ) -> Result<Checked, Refusal> {
        let transaction = &submission.transaction;
        packets::check_sizes(submission, &self.params)?;
        let disk = self.store.snapshot();
        let tip = ledger::tip(&disk)?.ok_or_else(Refusal::broken_store)?;
        let key = match ledger::admit(&disk, &tip, crate::clock::now(), transaction)? {
            ledger::Admission::Fresh { key } => key,
            ledger::Admission::Committed(seq) => return Ok(Checked::Committed(seq)),
            ledger::Admission::Rejected(rejected) => return Err(rejected.into()),
        };
        // Asked here, of what is new: a block that holds such a text stands.
        transaction.draft.check_visible().map_err(|why| crate::errors::malformed(&why))?;
        let clock = CpuClock::start();
        let verified = transaction.clone().verify(&self.memory.keys.known(&key)).ok_or_else(signature_invalid)?;
        self.metrics.verify.observe(clock.elapsed());
        signed()?;
        let judged = match verified.draft.body.packets() {
            [] => None,
            _ => Some(self.appraise(&verified, &submission.packets, &disk)?),
        };
        let profiles = judged.as_ref().map_or_else(Arc::default, |j| j.profiles.clone());
        let appraisal = judged.map(|j| j.appraisal);
        Ok(Checked::Fresh(Box::new(Admitted { transaction: verified, appraisal, profiles })))
    }

    /// Brings our opinion of a held submission up to date: it is compared with the packets that were committed since. Only
    /// when the references are others is all of it checked again.
    pub fn renew(&self, held: &Held) -> Result<Renewed, Refusal> {
        let (tx, disk) = (&*held.transaction, self.store.snapshot());
        let tip = ledger::tip(&disk)?.ok_or_else(Refusal::broken_store)?;
        match ledger::admit(&disk, &tip, crate::clock::now(), tx)? {
            ledger::Admission::Fresh { .. } => {}
            ledger::Admission::Committed(seq) => return Ok(Renewed::Committed(seq)),
            ledger::Admission::Rejected(rejected) => return Err(rejected.into()),
        }
        let Some(appraisal) = held.appraisal.clone() else { return Ok(Renewed::Opinion(None)) };
        if appraisal.template == self.template_in_force(tx, &disk)? {
            let known = Judged { appraisal, profiles: held.profiles.clone(), compared: true };
            return Ok(Renewed::Opinion(Some(self.settle(tx, known, &disk)?.appraisal)));
        }
        match self.check(&held.submission, || Ok(()))? {
            Checked::Fresh(admitted) => Ok(Renewed::Opinion(admitted.appraisal)),
            Checked::Committed(seq) => Ok(Renewed::Committed(seq)),
        }
    }

    /// Whether a submission that the ledger refuses was signed by whom it names at least.
    pub fn is_signed(&self, transaction: &Transaction) -> Result<bool, Refusal> {
        let key = ledger::sender(&self.store.snapshot(), transaction)?;
        Ok(key.is_some_and(|key| transaction.clone().verify(&self.memory.keys.known(&key)).is_some()))
    }

    /// Whether the ledger may take this expiry when it is `blocks` further: more is a mistake, or made up.
    pub fn expires_within(&self, transaction: &Transaction, blocks: u64) -> Result<bool, Refusal> {
        let tip = ledger::tip(&*self.store)?.ok_or_else(Refusal::broken_store)?;
        let latest = tip.header.height.next().0.saturating_add(self.params.expiry_max_blocks).saturating_add(blocks);
        Ok(transaction.draft.expiry.0 <= latest)
    }

    /// Whether packets of its signer were committed that an opinion does not know.
    pub fn is_behind(&self, tx: &Transaction, appraisal: Option<&Appraisal>) -> Result<bool, Refusal> {
        let Some((signer, appraisal)) = tx.draft.body.signer().zip(appraisal) else { return Ok(false) };
        Ok(ledger::history(&*self.store, signer)? > appraisal.seen)
    }

    /// Stores packets of a committed event that this node lacks; false if it lacks none. The transaction is the one
    /// committed, so its commitments say whether these are the packets.
    pub fn fill_gap(&self, tx: &TxId, submission: &Submission) -> Result<bool, Refusal> {
        let row = store::key(store::Table::PacketMissing, &tx.0);
        if self.store.get(&row)?.is_none() {
            return Ok(false);
        }
        packets::check_sizes(submission, &self.params)?;
        packets::check_commitments(&submission.transaction, &submission.packets)?;
        let key = submission.transaction.draft.body.signer().map(|signer| self.history.key(signer));
        // What was committed was profiled by those who voted; a packet that cannot be is not one that they had.
        let profile = |p| key.as_ref().and_then(|key| profile_of(p, key));
        let profiles: Option<Vec<Profile>> = submission.packets.iter().map(profile).collect();
        let profiles = profiles.ok_or_else(Refusal::broken_store)?;
        let mut rows = self.seal(&submission.transaction, &submission.packets, profiles.iter())?;
        rows.delete(row);
        // Apart from the loop's batches: if we crash before it is durable, the packets are asked for again.
        self.store.write(rows)?;
        self.history.gap_filled();
        Ok(true)
    }

    fn appraise(&self, tx: &Transaction, packets: &[SealedPacket], disk: &dyn Read) -> Result<Judged, Refusal> {
        let org = ledger::organisation(disk, &tx.draft.org)?.ok_or_else(Refusal::broken_store)?;
        let judged = match self.remembered(tx, disk)? {
            Some(judged) => {
                // The opinion is of the packets that the transaction commits to; these must be the same.
                packets::check_commitments(tx, packets)?;
                judged
            }
            None => {
                let opened = self.open(tx, packets, &org)?;
                let clock = CpuClock::start();
                let judged = self.judge(tx, &opened, disk)?;
                self.metrics.appraise.observe(clock.elapsed());
                judged
            }
        };
        self.settle(tx, judged, disk)
    }

    /// What an opinion is with the signer's earlier packets, and whether the ledger takes it. It is remembered even if some
    /// of those are not here now: the handwriting need not be looked at again.
    fn settle(&self, tx: &Transaction, judged: Judged, disk: &dyn Read) -> Result<Judged, Refusal> {
        if !judged.compared {
            self.remember(tx, &judged);
        }
        let judged = self.compare_history(tx, judged, disk)?;
        self.remember(tx, &judged);
        match ledger::check_appraisal(disk, tx, Some(&judged.appraisal))? {
            Ok(()) => Ok(judged),
            Err(rejected) => Err(rejected.into()),
        }
    }

    /// Brings an opinion up to date with the packets of the signer that are committed now.
    fn compare_history(&self, tx: &Transaction, mut judged: Judged, disk: &dyn Read) -> Result<Judged, Refusal> {
        let Some(signer) = tx.draft.body.signer() else { return Ok(judged) };
        let seen = ledger::history(disk, signer)?;
        if judged.compared && judged.appraisal.seen == seen {
            return Ok(judged);
        }
        let references = ledger::signer(disk, signer)?.map_or(Vec::new(), |leaf| leaf.references);
        let window = self.history.window(disk, &Asked { signer, seen, references: &references })?;
        // The references are those of its template, so that they too were compared with then.
        let from = judged.compared.then_some(judged.appraisal.seen);
        if judged.profiles.iter().any(|profile| window.replayed_by(profile, from)) {
            judged.appraisal.flags |= FLAG_REPLAY;
        }
        (judged.appraisal.seen, judged.compared) = (seen, true);
        Ok(judged)
    }

    fn open(
        &self,
        tx: &Transaction,
        packets: &[SealedPacket],
        org: &Organisation,
    ) -> Result<Vec<StrokePacket>, Refusal> {
        let beside = packets::Beside { body: &tx.draft.body, org, keys: &self.memory.keys };
        packets.iter().enumerate().map(|(i, packet)| packets::open(&beside, i, packet)).collect()
    }

    fn judge(&self, tx: &Transaction, packets: &[StrokePacket], disk: &dyn Read) -> Result<Judged, Refusal> {
        let fingerprints = packets.iter().map(|p| fingerprint(&self.chain, &p.samples_digest())).collect();
        let (template, opinion) = match (&tx.draft.body, packets) {
            (Body::Enroll { references, .. }, _) => (Digest::ZERO, self.enrol(references, packets)?),
            (Body::Sign { signer, .. }, [packet]) => self.compare(signer, packet, disk)?,
            _ => {
                return Err(Refusal::new("PACKET_COUNT", "packets", "this body takes no packets"));
            }
        };
        let band = self.params.thresholds.band_of(opinion.llr, &template);
        let Opinion { llr, llr_random, grade, flags } = opinion;
        let (model, seen) = (self.model.digest(), 0);
        let appraisal = Appraisal { model, template, llr, llr_random, band, grade, flags, seen, fingerprints };
        let profiles = Arc::new(self.profiles(tx, packets)?);
        Ok(Judged { appraisal, profiles, compared: false })
    }

    fn profiles(&self, tx: &Transaction, packets: &[StrokePacket]) -> Result<Vec<Profile>, Refusal> {
        let Some(signer) = tx.draft.body.signer() else { return Ok(Vec::new()) };
        let key = self.history.key(signer);
        let one = |(i, p)| Profile::of(p, &key).map_err(|r| packets::refused(&r, &format!("packets[{i}]")));
        packets.iter().enumerate().map(one).collect()
    }

    fn enrol(&self, references: &[Digest], packets: &[StrokePacket]) -> Result<Opinion, Refusal> {
        let mut worst = Opinion { llr: None, llr_random: None, grade: proto::Grade::A, flags: 0 };
        for (i, packet) in packets.iter().enumerate() {
            let found = self.model.inspect(packet).map_err(|r| packets::refused(&r, &format!("packets[{i}]")))?;
            worst.grade = worst.grade.max(found.grade);
            worst.flags |= found.flags;
        }
        let template = self.model.enrol_new(packets).map_err(|r| packets::refused(&r, "packets"))?;
        self.memory.templates.keep(template_digest(&self.chain, references), template);
        Ok(worst)
    }

    fn compare(
        &self,
        signer: &proto::Name,
        packet: &StrokePacket,
        disk: &dyn Read,
    ) -> Result<(Digest, Opinion), Refusal> {
        let leaf = ledger::signer(disk, signer)?;
        let template = match &leaf {
            None => None,
            Some(leaf) => {
                let loaded = self.memory.templates.load(leaf, &self.model, &self.vault, disk);
                Some(loaded.inspect_err(|e| {
                    if matches!(e, TemplateError::Missing(_)) {
                        self.history.note_gap(signer);
                    }
                })?)
            }
        };
        let opinion =
            self.model.appraise(packet, template.as_deref()).map_err(|r| packets::refused(&r, "packets[0]"))?;
        Ok((leaf.map_or(Digest::ZERO, |l| l.template), opinion))
    }

    /// Rows of the packets, encrypted, and of their profiles.
    pub fn seal<'a>(
        &self,
        tx: &Transaction,
        packets: &[SealedPacket],
        profiles: impl Iterator<Item = &'a Profile>,
    ) -> Result<Batch, Fault> {
        let (mut rows, body) = (Batch::default(), &tx.draft.body);
        let Some(key) = body.signer().map(|signer| self.history.key(signer)) else { return Ok(rows) };
        for ((commitment, packet), profile) in body.packets().iter().zip(packets).zip(profiles) {
            self.vault.seal(commitment, packet, &mut rows)?;
            self.vault.seal_profile(commitment, &profile.to_bytes(&key), &mut rows)?;
        }
        Ok(rows)
    }

    /// An opinion of ours on the same transaction and the same template.
    fn remembered(&self, tx: &Transaction, disk: &dyn Read) -> Result<Option<Judged>, ReadFault> {
        let cached = self.memory.opinions.lock().unwrap_or_else(PoisonError::into_inner).get(&tx.id());
        let Some(judged) = cached else { return Ok(None) };
        Ok((judged.appraisal.template == self.template_in_force(tx, disk)?).then_some(judged))
    }
    fn remember(&self, tx: &Transaction, judged: &Judged) {
        self.memory.opinions.lock().unwrap_or_else(PoisonError::into_inner).put(tx.id(), judged.clone(), 1);
    }
    fn template_in_force(&self, tx: &Transaction, disk: &dyn Read) -> Result<Digest, ReadFault> {
        match &tx.draft.body {
            Body::Sign { signer, .. } => Ok(ledger::signer(disk, signer)?.map_or(Digest::ZERO, |leaf| leaf.template)),
            _ => Ok(Digest::ZERO),
        }
    }
}

fn signature_invalid() -> Refusal {
    let message = "signature: does not hold under the key named; sign the canonical bytes of the draft with SM2 \
                   (user id 1234567812345678, r‖s in 64 bytes)";
    Refusal::new("SIGNATURE_INVALID", "signature", message)
}

impl From<ReadFault> for Refusal {
    fn from(fault: ReadFault) -> Self {
        tracing::error!(%fault, "the store cannot be read");
        Self::broken_store()
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "admission failed");
        Self::broken_store()
    }
}

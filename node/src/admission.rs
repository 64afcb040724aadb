//! Admission: what this node checks of a submission, once, before consensus hears of it.
//!
//! In order of cost: sizes, the ledger's rules, the transaction's signature, packets against their commitments and the
//! body, the capture platform's attestation, and the handwriting. The answer is this validator's own appraisal, which
//! consensus compares with others'. A score below the reject threshold is answered with its band only: a number would
//! tell a forger whether to go on. Nothing is stored or sent here.

use crate::fault::Fault;
use crate::keyring::Keyring;
use crate::lru::Lru;
use crate::refusal::{Refusal, RefusalKind};
use crate::store::{self, Store};
use crate::submission::{SealedPacket, Submission};
use crate::telemetry::Metrics;
use crate::telemetry::cpu::CpuClock;
use crate::templates::{TemplateError, Templates};
use crate::vault::Vault;
use ledger::{Batch, Read, ReadFault};
use models::{Appraiser, Opinion, StrokePacket};
use proto::appraisal::{fingerprint, template_digest};
use proto::{Appraisal, Body, ChainId, Digest, Organisation, Params, Seq, Transaction, TxId, Verified};
use std::sync::{Arc, Mutex, PoisonError};

mod packets;

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

/// A submission that passed.
pub struct Admitted {
    /// With its signature checked.
    pub transaction: Verified<Transaction>,
    /// This node's opinion of the packets.
    pub appraisal: Option<Appraisal>,
    /// Encrypted rows of the packets.
    pub rows: Batch,
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
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Caches.
    pub memory: Memory,
}

/// What admission remembers.
pub struct Memory {
    templates: Templates,
    keys: Keyring,
    opinions: Mutex<Lru<TxId, (Digest, Appraisal)>>,
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
    /// Checks a submission; takes about a millisecond of CPU time, so call it on a worker.
    pub fn check(&self, submission: &Submission) -> Result<Checked, Refusal> {
        let transaction = &submission.transaction;
        packets::check_sizes(submission, &self.params)?;
        let disk = self.store.snapshot();
        let tip = ledger::tip(&disk)?.ok_or_else(Refusal::broken_store)?;
        let key = match ledger::admit(&disk, &tip, crate::clock::now(), transaction)? {
            ledger::Admission::Fresh { key } => key,
            ledger::Admission::Committed(seq) => return Ok(Checked::Committed(seq)),
            ledger::Admission::Rejected(rejected) => return Err(rejected.into()),
        };
        let clock = CpuClock::start();
        let verified = transaction.clone().verify(&self.memory.keys.known(&key)).ok_or_else(signature_invalid)?;
        self.metrics.verify.observe(clock.elapsed());
        let appraisal = match verified.draft.body.packets() {
            [] => None,
            _ => Some(self.appraise(&verified, &submission.packets, &disk)?),
        };
        let rows = self.seal(transaction, &submission.packets)?;
        Ok(Checked::Fresh(Box::new(Admitted { transaction: verified, appraisal, rows })))
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
        let mut rows = self.seal(&submission.transaction, &submission.packets)?;
        rows.delete(row);
        // Apart from the loop's batches: if we crash before it is durable, the packets are asked for again.
        self.store.write(rows)?;
        Ok(true)
    }

    fn appraise(&self, tx: &Transaction, packets: &[SealedPacket], disk: &dyn Read) -> Result<Appraisal, Refusal> {
        let org = ledger::organisation(disk, &tx.draft.org)?.ok_or_else(Refusal::broken_store)?;
        let appraisal = match self.remembered(tx, disk)? {
            Some(appraisal) => {
                // The opinion is of the packets that the transaction commits to; these must be the same.
                packets::check_commitments(tx, packets)?;
                appraisal
            }
            None => {
                let opened = self.open(tx, packets, &org)?;
                let clock = CpuClock::start();
                let appraisal = self.judge(tx, &opened, disk)?;
                self.metrics.appraise.observe(clock.elapsed());
                self.remember(tx, &appraisal);
                appraisal
            }
        };
        match ledger::check_appraisal(disk, tx, Some(&appraisal))? {
            Ok(()) => Ok(appraisal),
            Err(rejected) => Err(rejected.into()),
        }
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

    fn judge(&self, tx: &Transaction, packets: &[StrokePacket], disk: &dyn Read) -> Result<Appraisal, Refusal> {
        let fingerprints = packets.iter().map(|p| fingerprint(&self.chain, &p.samples_digest())).collect();
        let (template, opinion) = match (&tx.draft.body, packets) {
            (Body::Enroll { references, .. }, _) => (Digest::ZERO, self.enrol(references, packets)?),
            (Body::Sign { signer, .. }, [packet]) => self.compare(signer, packet, disk)?,
            _ => {
                return Err(Refusal::new(
                    RefusalKind::Invalid,
                    "PACKET_COUNT",
                    "packets",
                    "this body takes no packets",
                ));
            }
        };
        let band = self.params.thresholds.band(opinion.llr);
        let Opinion { llr, grade, flags, .. } = opinion;
        Ok(Appraisal { model: self.model.digest(), template, llr, band, grade, flags, fingerprints })
    }

    fn enrol(&self, references: &[Digest], packets: &[StrokePacket]) -> Result<Opinion, Refusal> {
        let mut worst = Opinion { llr: None, llr_random: None, grade: proto::Grade::A, flags: 0 };
        for (i, packet) in packets.iter().enumerate() {
            let found = self.model.inspect(packet).map_err(|r| packets::refused(&r, &format!("packets[{i}]")))?;
            worst.grade = worst.grade.max(found.grade);
            worst.flags |= found.flags;
        }
        let template = self.model.enrol(packets).map_err(|r| packets::refused(&r, "packets"))?;
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
            Some(leaf) => Some(self.memory.templates.load(leaf, &self.model, &self.vault, disk)?),
        };
        let opinion =
            self.model.appraise(packet, template.as_deref()).map_err(|r| packets::refused(&r, "packets[0]"))?;
        Ok((leaf.map_or(Digest::ZERO, |l| l.template), opinion))
    }

    fn seal(&self, tx: &Transaction, packets: &[SealedPacket]) -> Result<Batch, Fault> {
        let mut rows = Batch::default();
        for (commitment, packet) in tx.draft.body.packets().iter().zip(packets) {
            self.vault.seal(commitment, packet, &mut rows)?;
        }
        Ok(rows)
    }

    /// An opinion of ours on the same transaction and the same template.
    fn remembered(&self, tx: &Transaction, disk: &dyn Read) -> Result<Option<Appraisal>, ReadFault> {
        let cached = self.memory.opinions.lock().unwrap_or_else(PoisonError::into_inner).get(&tx.id());
        let Some((template, appraisal)) = cached else { return Ok(None) };
        Ok((template == self.template_in_force(tx, disk)?).then_some(appraisal))
    }
    fn remember(&self, tx: &Transaction, appraisal: &Appraisal) {
        let entry = (appraisal.template, appraisal.clone());
        self.memory.opinions.lock().unwrap_or_else(PoisonError::into_inner).put(tx.id(), entry, 1);
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
    Refusal::new(RefusalKind::Unauthenticated, "SIGNATURE_INVALID", "signature", message)
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

impl From<TemplateError> for Refusal {
    fn from(error: TemplateError) -> Self {
        tracing::warn!(%error, "no template to compare with");
        let message = "the signer's references cannot be read on this node now; try again later or use another node";
        Self::new(RefusalKind::Unavailable, "TEMPLATE_UNAVAILABLE", "body.signer", message)
            .retry_after(std::time::Duration::from_secs(2))
    }
}

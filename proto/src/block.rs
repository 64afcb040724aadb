//! Blocks: the header that validators sign, and the transactions with appraisals behind it.
//!
//! How a header follows from its parent is decided in `ledger`.

use crate::appraisal::Appraisal;
use crate::certificate::Certificate;
use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::ids::{ChainId, Digest, Epoch, Height, TimeMs, TxId, ValidatorIndex, View};
use crate::rescue::Resolution;
use crate::transaction::Transaction;
use crate::validators::ValidatorSet;
use crate::verified::Verified;

/// Hard cap on the events of a block, whatever genesis says.
pub const BLOCK_EVENTS_MAX: usize = 4096;

/// What a quorum signs. Its digest is the block's identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Digest of the genesis file.
    pub chain: ChainId,
    /// Height; genesis is 0.
    pub height: Height,
    /// Whose set signs it.
    pub epoch: Epoch,
    /// View of that epoch in which it was proposed first. It may be finalized in a later one, see `simplex`.
    pub view: View,
    /// Digest of the parent's header.
    pub parent: Digest,
    /// max(parent + 1 ms, proposer's clock).
    pub time: TimeMs,
    /// Who proposed it.
    pub proposer: ValidatorIndex,
    /// Digest of the entries, see [`entries_digest`].
    pub entries: Digest,
    /// Events in this block.
    pub event_count: u32,
    /// Events in the ledger after this block.
    pub ledger_size: u64,
    /// Ledger chain sum after this block.
    pub ledger_sum: Digest,
    /// RFC 9162 root over all events, in SM3.
    pub sm3_root: Digest,
    /// RFC 9162 root over all events, in SHA-256.
    pub sha256_root: Digest,
    /// Root of the state tree after this block.
    pub state_root: Digest,
    /// Digest of the validator set that signs this block.
    pub validators: Digest,
    /// Digest of the set that signs the next one.
    pub next_validators: Digest,
    /// Digest of the handwriting model in force.
    pub model: Digest,
}

impl Header {
    /// Whether it is the last of its epoch: another set signs what follows.
    pub fn closes_epoch(&self) -> bool {
        self.validators != self.next_validators
    }
}

impl Canonical for Header {
    const TAG: &'static str = "chirograph/header";

    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.chain)
            .u64(self.height.0)
            .u64(self.epoch.0)
            .u64(self.view.0)
            .digest(&self.parent)
            .u64(self.time.0);
        e.u16(self.proposer.0).digest(&self.entries).u32(self.event_count).u64(self.ledger_size);
        e.digest(&self.ledger_sum).digest(&self.sm3_root).digest(&self.sha256_root).digest(&self.state_root);
        e.digest(&self.validators).digest(&self.next_validators).digest(&self.model);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            chain: d.digest("header.chain")?,
            height: Height(d.u64("header.height")?),
            epoch: Epoch(d.u64("header.epoch")?),
            view: View(d.u64("header.view")?),
            parent: d.digest("header.parent")?,
            time: TimeMs(d.u64("header.time")?),
            proposer: ValidatorIndex(d.u16("header.proposer")?),
            entries: d.digest("header.entries")?,
            event_count: d.u32("header.event_count")?,
            ledger_size: d.u64("header.ledger_size")?,
            ledger_sum: d.digest("header.ledger_sum")?,
            sm3_root: d.digest("header.sm3_root")?,
            sha256_root: d.digest("header.sha256_root")?,
            state_root: d.digest("header.state_root")?,
            validators: d.digest("header.validators")?,
            next_validators: d.digest("header.next_validators")?,
            model: d.digest("header.model")?,
        })
    }
}

/// A line of a proposal: a transaction by its id, and the proposer's appraisal of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The transaction.
    pub tx: TxId,
    /// The proposer's opinion, where packets are involved.
    pub appraisal: Option<Appraisal>,
}

impl Entry {
    pub(crate) fn encode(&self, e: &mut Encoder) {
        e.digest(&self.tx).option(self.appraisal.as_ref(), |e, a| a.encode_body(e));
    }
    pub(crate) fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { tx: d.digest("entry.tx")?, appraisal: d.option("entry.appraisal", Appraisal::decode_body)? })
    }
}

/// SM3 over the list of entries.
pub fn entries_digest(entries: &[Entry]) -> Digest {
    let mut e = tagged("chirograph/entries");
    e.list(entries, |e, x| x.encode(e));
    Digest::sm3(&e.finish())
}

/// A transaction with the appraisal under which it is (to be) committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The transaction.
    pub transaction: Transaction,
    /// The opinion, where packets are involved.
    pub appraisal: Option<Appraisal>,
}

impl Item {
    /// The short form that a proposal carries.
    pub fn entry(&self) -> Entry {
        Entry { tx: self.transaction.id(), appraisal: self.appraisal.clone() }
    }
}

/// A header with everything behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// What was signed.
    pub header: Header,
    /// The transactions in order.
    pub items: Vec<Item>,
}

impl Block {
    /// Whether the items are the ones that the header names.
    pub fn items_match(&self) -> bool {
        let entries: Vec<Entry> = self.items.iter().map(Item::entry).collect();
        entries_digest(&entries) == self.header.entries
    }
}

impl Canonical for Block {
    const TAG: &'static str = "chirograph/block";

    fn encode_body(&self, e: &mut Encoder) {
        self.header.encode_body(e);
        e.list(&self.items, |e, i| {
            i.transaction.encode_body(e);
            e.option(i.appraisal.as_ref(), |e, a| a.encode_body(e));
        });
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let header = Header::decode_body(d)?;
        let items = d.list(BLOCK_EVENTS_MAX, "block.items", |d| {
            Ok(Item {
                transaction: Transaction::decode_body(d)?,
                appraisal: d.option("item.appraisal", Appraisal::decode_body)?,
            })
        })?;
        Ok(Self { header, items })
    }
}

/// A run of blocks, oldest first, the last of which carries a finalize certificate. It certifies its ancestors too,
/// because every header names its parent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertifiedChain {
    /// At least one block.
    pub blocks: Vec<Block>,
    /// Finalize certificate over the last.
    pub certificate: Certificate,
}

impl CertifiedChain {
    /// The resolution that it begins with: a rescue is the first event of its epoch.
    pub fn rescue(&self) -> Option<&Resolution> {
        self.blocks.first()?.items.first()?.transaction.rescue()
    }
    /// Checks the certificate, that each header names the one before, and that items match their headers.
    pub fn verify(self, chain: &ChainId, validators: &ValidatorSet) -> Option<Verified<Self>> {
        let last = self.blocks.last()?;
        let certificate = self.certificate.clone().verify(chain, validators)?;
        let certified = certificate.finalizes(&last.header);
        // Nothing of an epoch stands on the block that closes it.
        let open = self.blocks.iter().rev().skip(1).all(|b| !b.header.closes_epoch());
        let within = self.blocks.iter().all(|b| b.header.epoch == validators.epoch()) && open;
        let linked = self.blocks.windows(2).all(|w| w[1].header.parent == w[0].header.digest());
        (certified && within && linked && self.blocks.iter().all(Block::items_match)).then(|| Verified::new(self))
    }
}

impl Canonical for CertifiedChain {
    const TAG: &'static str = "chirograph/certified-chain";

    fn encode_body(&self, e: &mut Encoder) {
        e.list(&self.blocks, |e, b| b.encode_body(e));
        self.certificate.encode_body(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            blocks: d.list(BLOCK_EVENTS_MAX, "chain.blocks", Block::decode_body)?,
            certificate: Certificate::decode_body(d)?,
        })
    }
}

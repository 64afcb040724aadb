//! The appraiser's opinion as the ledger records it: integers only, so that every validator can compare bits.
//!
//! How the numbers come about is the business of `models`.

use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{ChainId, Digest};
use crate::transaction::REFERENCES_MAX;

/// A packet is compared with the references in force and with this many of the signer's newest packets, so that a
/// comparison takes bounded time however long somebody signs. The same samples are refused however old they are.
pub const HISTORY_COMPARED: u64 = 256;

/// How many packets of a signer may have been committed since an appraisal without making it out of date. Validators
/// compare what waits together before it is committed, so this lets no replay in.
pub const HISTORY_LAG_MAX: u64 = 64;

/// What the log-likelihood ratio means under the genesis thresholds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Band {
    /// The writing speaks for the enrolled signer.
    Accept = 1,
    /// Neither way strongly enough: committed, and marked for a person to look at.
    Review = 2,
    /// The writing speaks against the enrolled signer: not committed.
    Reject = 3,
    /// There was nothing to compare with (an enrolment, or a signer without references).
    Uncompared = 4,
}

impl Band {
    /// Lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Review => "review",
            Self::Reject => "reject",
            Self::Uncompared => "uncompared",
        }
    }
}

/// Where the bands lie, in milliban (thousandths of a log10 likelihood ratio). `reject_below <= accept_at`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thresholds {
    /// `llr >= accept_at` is [`Band::Accept`].
    pub accept_at: i32,
    /// `llr < reject_below` is [`Band::Reject`].
    pub reject_below: i32,
}

impl Thresholds {
    /// The band of an appraisal. References that could not be compared with, because the recording lies outside what the
    /// model was validated for, ask for a person: whoever could choose such a device could otherwise choose not to be
    /// compared.
    pub fn band_of(&self, llr: Option<i32>, template: &Digest) -> Band {
        if llr.is_none() && *template != Digest::ZERO { Band::Review } else { self.band(llr) }
    }
    /// The band of a number; the only place where it is decided. See [`Self::band_of`].
    pub fn band(&self, llr: Option<i32>) -> Band {
        match llr {
            None => Band::Uncompared,
            Some(v) if v >= self.accept_at => Band::Accept,
            Some(v) if v < self.reject_below => Band::Reject,
            Some(_) => Band::Review,
        }
    }
}

/// Forensic grade of a packet, decided at intake.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Grade {
    /// At least 200 Hz, 1024 pressure levels, hover samples, attested, under 1 % of reports lost.
    A = 1,
    /// At least 100 Hz with pressure.
    B = 2,
    /// At least 60 Hz; no pressure is needed (a finger).
    C = 3,
    /// Below that: not suitable for dynamic examination.
    D = 4,
}

impl Grade {
    /// One letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One validator's reproducible opinion of the packets of one transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appraisal {
    /// Digest of the model and its constants.
    pub model: Digest,
    /// Digest of the signer's template that was compared with, or zero.
    pub template: Digest,
    /// log10 likelihood ratio in milliban, the enrolled signer against a skilled imitator; `None` when nothing was compared.
    pub llr: Option<i32>,
    /// The same against a random person's own writing; only where `llr` is, and `None` too under a model that was not
    /// fitted for that question. It decides nothing: an imitator is the harder case.
    pub llr_random: Option<i32>,
    /// Follows from `llr` and the thresholds in force.
    pub band: Band,
    /// The worst grade among the packets.
    pub grade: Grade,
    /// Attack and quality flags of the model, one bit each: see [`crate::flags`].
    pub flags: u32,
    /// How many of the signer's committed packets there were, in ledger order, when this was compared with them. Which of
    /// them a comparison reads follows from this number: see [`HISTORY_COMPARED`].
    pub seen: u64,
    /// [`fingerprint`] of every packet, in the transaction's order: the ledger refuses to see one twice.
    pub fingerprints: Vec<Digest>,
}

impl Canonical for Appraisal {
    const TAG: &'static str = "chirograph/appraisal";

    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.model).digest(&self.template);
        for llr in [self.llr, self.llr_random] {
            e.option(llr.as_ref(), |e, v| {
                e.i32(*v);
            });
        }
        e.u8(self.band as u8).u8(self.grade as u8).u32(self.flags).u64(self.seen).list(&self.fingerprints, |e, f| {
            e.digest(f);
        });
    }

    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            model: d.digest("appraisal.model")?,
            template: d.digest("appraisal.template")?,
            llr: d.option("appraisal.llr", |d| d.i32("appraisal.llr"))?,
            llr_random: d.option("appraisal.llr_random", |d| d.i32("appraisal.llr_random"))?,
            band: decode_band(d)?,
            grade: decode_grade(d)?,
            flags: d.u32("appraisal.flags")?,
            seen: d.u64("appraisal.seen")?,
            fingerprints: d.list(REFERENCES_MAX, "appraisal.fingerprints", |d| d.digest("appraisal.fingerprints"))?,
        })
    }
}

fn decode_band(d: &mut Decoder<'_>) -> Result<Band, Malformed> {
    match d.u8("appraisal.band")? {
        1 => Ok(Band::Accept),
        2 => Ok(Band::Review),
        3 => Ok(Band::Reject),
        4 => Ok(Band::Uncompared),
        v => Err(Malformed::Unknown { field: "appraisal.band", value: v.into() }),
    }
}

fn decode_grade(d: &mut Decoder<'_>) -> Result<Grade, Malformed> {
    match d.u8("appraisal.grade")? {
        1 => Ok(Grade::A),
        2 => Ok(Grade::B),
        3 => Ok(Grade::C),
        4 => Ok(Grade::D),
        v => Err(Malformed::Unknown { field: "appraisal.grade", value: v.into() }),
    }
}

/// Names the samples of a packet on one ledger, whatever salt or context they come with: SM3(tag ‖ chain ‖ samples).
/// Who does not hold the samples learns nothing from it: they have far too much entropy to be guessed.
pub fn fingerprint(chain: &ChainId, samples: &Digest) -> Digest {
    let mut e = crate::encode::tagged("chirograph/fingerprint");
    e.digest(chain).digest(samples);
    Digest::sm3(&e.finish())
}

/// Names a set of references: SM3 over their commitments in order. The ledger keeps it in the signer's leaf.
pub fn template_digest(chain: &ChainId, commitments: &[Digest]) -> Digest {
    let mut e = crate::encode::tagged("chirograph/template");
    e.digest(chain).list(commitments, |e, c| {
        e.digest(c);
    });
    Digest::sm3(&e.finish())
}

//! Why a packet or a set of references is not appraised: each reason has a stable code, names the field and says what
//! to do. A refusal is about the recording, never an opinion on who wrote it.

use proto::Grade;

/// The reason. Codes are stable: they are stored in events and printed in documents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The pen touched in too few samples for any comparison.
    #[error("samples: {found} pen-down samples, at least {min} are needed; write the full name, not a mark")]
    TooFewSamples {
        /// Pen-down samples in the packet.
        found: usize,
        /// Fewest allowed.
        min: usize,
    },
    /// The writing lasted too short a time.
    #[error("samples.t_us: the writing lasts {found_ms} ms, at least {min_ms} ms are needed; write the full name")]
    TooShort {
        /// From first to last sample, ms.
        found_ms: u32,
        /// Shortest allowed, ms.
        min_ms: u32,
    },
    /// The writing lasted too long; the bound also bounds the cost of an appraisal.
    #[error(
        "samples.t_us: the writing lasts {found_ms} ms, at most {max_ms} ms are allowed; sign without a long pause"
    )]
    TooLong {
        /// From first to last sample, ms.
        found_ms: u32,
        /// Longest allowed, ms.
        max_ms: u32,
    },
    /// The clock of the samples runs backwards by more than a report's jitter.
    #[error(
        "samples.t_us: sample {index} is {back_us} us before an earlier one, at most {max_us} us of jitter are \
         tolerated; send samples in the order of capture with the device's own clock"
    )]
    TimeNotMonotone {
        /// Index of the sample.
        index: usize,
        /// How far it goes back, us.
        back_us: u32,
        /// Most tolerated, us.
        max_us: u32,
    },
    /// Too many samples have no time of their own.
    #[error(
        "samples.t_us: {found} of {total} samples repeat an earlier time; send each report with the time at which the \
         device made it"
    )]
    TimeRepeated {
        /// Samples whose time is not after the one before.
        found: usize,
        /// All samples.
        total: usize,
    },
    /// The pen was reported too rarely.
    #[error(
        "samples.t_us: {found_mhz} mHz measured while the pen is down, at least {min_mhz} mHz are needed; use another device"
    )]
    RateTooLow {
        /// Median report rate with the pen down, millihertz.
        found_mhz: u32,
        /// Lowest allowed, millihertz.
        min_mhz: u32,
    },
    /// The strokes have no extent: a dot, or a line without width and height.
    #[error("samples.x, samples.y: the writing is {width} by {height} hundredths of a millimetre; write the full name")]
    NoExtent {
        /// Width, 0.01 mm.
        width: i64,
        /// Height, 0.01 mm.
        height: i64,
    },
    /// No hand moves like this with the pen on the surface.
    #[error(
        "samples.x, samples.y: the pen moves {found} hundredths of a millimetre per ms while it touches, a hand stays \
         below {max}; check device.nm_per_unit and that no samples are lost"
    )]
    ImpossibleKinematics {
        /// Fastest pen-down movement, 0.01 mm/ms.
        found: u32,
        /// The limit, 0.01 mm/ms.
        max: u32,
    },
    /// The speed hardly varies: a machine or a tracing program drew it.
    #[error(
        "samples: the speed varies by {found_permille} permille only, handwriting by at least {min_permille}; write by hand"
    )]
    ConstantSpeed {
        /// Coefficient of variation of the speed, thousandths.
        found_permille: u32,
        /// Least allowed, thousandths.
        min_permille: u32,
    },
    /// The recording is too poor to be compared with references.
    #[error(
        "samples: the recording has grade {found}, comparison needs {min} or better; use a device that reports faster"
    )]
    GradeTooLow {
        /// The packet's grade.
        found: Grade,
        /// Worst grade that is compared.
        min: Grade,
    },
    /// Not between 1 and 10 references.
    #[error("references: {found} given, {min} to {max} are needed; five from two days are best")]
    ReferenceCount {
        /// Given.
        found: usize,
        /// Fewest.
        min: usize,
        /// Most.
        max: usize,
    },
    /// A reference is not acceptable by itself.
    #[error("references[{index}]: {reason}")]
    Reference {
        /// Which, from 0.
        index: usize,
        /// Why.
        reason: Box<Refusal>,
    },
    /// The same strokes were given twice.
    #[error("references[{second}]: the same writing as references[{first}]; write each reference anew")]
    ReferenceRepeated {
        /// Index of the earlier.
        first: usize,
        /// Index of the later.
        second: usize,
    },
    /// The references are not of one hand, or the hand is too unstable to be told from others.
    #[error(
        "references: they differ from one another by more than is allowed; enrol again and write the same name the same way \
         each time"
    )]
    ReferencesTooVariable,
    /// Held against one another, the references speak for more than one writer.
    #[error(
        "references: held against one another they speak for several hands; one person writes all of them, the usual way"
    )]
    ReferencesOfSeveralHands,
    /// One reference speaks for another writer than the rest.
    #[error("references[{index}]: speaks for another hand than the other references; write it again")]
    ReferenceOfAnotherHand {
        /// Which, from 0.
        index: usize,
    },
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFewSamples { .. } => "STROKE_TOO_FEW_SAMPLES",
            Self::TooShort { .. } => "STROKE_TOO_SHORT",
            Self::TooLong { .. } => "STROKE_TOO_LONG",
            Self::TimeNotMonotone { .. } => "STROKE_TIME_NOT_MONOTONE",
            Self::TimeRepeated { .. } => "STROKE_TIME_REPEATED",
            Self::RateTooLow { .. } => "STROKE_RATE_TOO_LOW",
            Self::NoExtent { .. } => "STROKE_NO_EXTENT",
            Self::ImpossibleKinematics { .. } => "STROKE_IMPOSSIBLE_KINEMATICS",
            Self::ConstantSpeed { .. } => "STROKE_CONSTANT_SPEED",
            Self::GradeTooLow { .. } => "STROKE_GRADE_TOO_LOW",
            Self::ReferenceCount { .. } => "ENROL_REFERENCE_COUNT",
            Self::Reference { reason, .. } => reason.code(),
            Self::ReferenceRepeated { .. } => "ENROL_REFERENCE_REPEATED",
            Self::ReferencesTooVariable => "ENROL_REFERENCES_TOO_VARIABLE",
            Self::ReferencesOfSeveralHands => "ENROL_REFERENCES_SEVERAL_HANDS",
            Self::ReferenceOfAnotherHand { .. } => "ENROL_REFERENCE_OTHER_HAND",
        }
    }
}

//! What the flags of an appraisal mean, one bit each. How they are found out is the business of `models`; what the
//! ledger does with them stands here too, so that a reader of a receipt needs no other list.
//!
//! Bits are never given another meaning: old events keep theirs.

/// The strokes were made by a program and say so.
pub const FLAG_SYNTHETIC: u32 = 1;
/// No pressure, or a constant one: it was not compared.
pub const FLAG_NO_PRESSURE: u32 = 1 << 1;
/// Pen-down reports are missing (1 % or more).
pub const FLAG_SAMPLES_LOST: u32 = 1 << 2;
/// Samples were dropped because their time was not after an earlier one (1 % or more).
pub const FLAG_TIME_REPEATED: u32 = 1 << 3;
/// Fewer than 100 reports a second.
pub const FLAG_SLOW_RATE: u32 = 1 << 4;
/// The speed varies less than in nearly all handwriting, though not so little that the packet is refused.
pub const FLAG_EVEN_SPEED: u32 = 1 << 5;
/// The device does not say how large its unit is: size and speed were taken as if it were 0.01 mm.
pub const FLAG_UNKNOWN_SCALE: u32 = 1 << 6;
/// The capture side marked reports as made by software.
pub const FLAG_UNTRUSTED_SAMPLES: u32 = 1 << 7;
/// The device kind or rate is not among those that the error rates were measured on.
pub const FLAG_OUTSIDE_VALIDATED: u32 = 1 << 8;
/// Fewer than three references.
pub const FLAG_FEW_REFERENCES: u32 = 1 << 9;
/// Closer to a reference than two genuine signatures come: a replay should be considered.
pub const FLAG_TOO_LIKE_A_REFERENCE: u32 = 1 << 10;
/// The movement is one that no hand makes: constant speed, minimum jerk, sums of lognormals.
pub const FLAG_MACHINE_MADE: u32 = 1 << 11;
/// Too like an earlier packet or reference of this signer: the same writing, disguised.
pub const FLAG_REPLAY: u32 = 1 << 12;
/// Much is missing of what the references show.
pub const FLAG_INCOMPLETE: u32 = 1 << 13;
/// More than one signature, or parts of one repeated.
pub const FLAG_MERGED: u32 = 1 << 14;
/// Time stamps that no digitiser makes.
pub const FLAG_CLOCK_TAMPERED: u32 = 1 << 15;
/// All references were written in one session: how the hand varies between days is not known.
pub const FLAG_TOO_FEW_SESSIONS: u32 = 1 << 16;
/// The references are older than the policy recommends.
pub const FLAG_TEMPLATE_OLD: u32 = 1 << 17;

/// A program made the strokes, whether they say so or not: committed only where genesis allows demonstration packets.
pub const FLAGS_SYNTHETIC: u32 = FLAG_SYNTHETIC | FLAG_MACHINE_MADE;
/// Never committed, whatever the likelihood ratio.
pub const FLAGS_ATTACK: u32 = FLAG_REPLAY | FLAG_INCOMPLETE | FLAG_MERGED | FLAG_CLOCK_TAMPERED;

/// Names of the flags, by bit.
pub const FLAG_NAMES: [&str; 18] = [
    "SYNTHETIC",
    "NO_PRESSURE",
    "SAMPLES_LOST",
    "TIME_REPEATED",
    "SLOW_RATE",
    "EVEN_SPEED",
    "UNKNOWN_SCALE",
    "UNTRUSTED_SAMPLES",
    "OUTSIDE_VALIDATED",
    "FEW_REFERENCES",
    "TOO_LIKE_A_REFERENCE",
    "MACHINE_MADE",
    "REPLAY",
    "INCOMPLETE",
    "MERGED",
    "CLOCK_TAMPERED",
    "TOO_FEW_SESSIONS",
    "TEMPLATE_OLD",
];

/// Names of the bits that are set, lowest first; bits without a name are left out.
pub fn names(flags: u32) -> Vec<&'static str> {
    let set = |(bit, _): &(usize, &&str)| flags >> bit & 1 == 1;
    FLAG_NAMES.iter().enumerate().filter(set).map(|(_, name)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_has_its_name() {
        assert_eq!(names(FLAGS_ATTACK), ["REPLAY", "INCOMPLETE", "MERGED", "CLOCK_TAMPERED"]);
        assert_eq!(names(FLAGS_SYNTHETIC), ["SYNTHETIC", "MACHINE_MADE"]);
        assert_eq!(names(FLAG_TEMPLATE_OLD | 1 << 31), ["TEMPLATE_OLD"]);
        assert_eq!(names(FLAG_TEMPLATE_OLD * 2 - 1).len(), FLAG_NAMES.len());
    }
}

//! Attacks on a signer, made from recordings, and how many of them the checks of `models::attacks` miss.
//!
//! Terms of ISO/IEC 30107-3: an attack presentation classified as bona fide counts in the APCER of its species, a bona fide
//! presentation classified as an attack in the BPCER. A species is one way of making attacks; each is reported by itself
//! because an average over species says nothing about any attacker.

pub mod alignment;
pub mod chance;
pub mod clocks;
pub mod disguises;
pub mod elsewhere;
pub mod enrolments;
pub mod likenesses;
pub mod machines;
pub mod movements;
pub mod parts;
pub mod patched;
pub mod patchworks;
pub mod people;
pub mod pieces;
pub mod rate;
pub mod replays;
pub mod report;
pub mod strokes;
mod tracing;

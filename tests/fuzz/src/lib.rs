//! What is fuzzed, as functions from any bytes to nothing: they may not panic. Coverage-guided fuzzing calls them from
//! `fuzz_targets`, and the ordinary tests call them with altered copies of the corpus. They do no I/O.

#![allow(clippy::expect_used, clippy::cast_possible_truncation)]

pub mod birth;
pub mod bytes;
pub mod documents;
pub mod network;
pub mod nouns;
pub mod order;
pub mod packages;
pub mod strokes;
pub mod tokens;

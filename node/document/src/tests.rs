//! Documents made by the tests' own hand, signed by OpenSSL. Skipped, saying so, where there is no `openssl` command.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

mod attaching;
mod certifying;
mod corpus;
mod covering;
mod forging;
mod maker;
mod packages;
mod sealer;
mod seals;
mod signer;
mod signing;

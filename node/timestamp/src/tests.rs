//! Time-stamps of a real authority: OpenSSL's `ts`, with certificates made for the test. Skipped, saying so, without it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

mod authority;
mod chinese;
mod hostile;
mod tokens;

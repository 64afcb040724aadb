//! Tests of the nouns from outside: standard vectors, golden bytes, OpenSSL cross-checks, receipts, hostile input.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)]

mod decoding;
mod fixture;
mod golden;
mod openssl;
mod receipts;
mod standards;
mod will;

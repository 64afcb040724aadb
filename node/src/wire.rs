//! Between protobuf and the nouns: the only place that sees the generated types' insides.
//!
//! Everything that comes in is bounded and typed here and nowhere later; nothing is checked that needs the ledger.

pub mod from_proto;
pub mod to_proto;

/// Generated from `proto/chirograph/v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod v1 {
    tonic::include_proto!("chirograph.v1");
}

/// Descriptors of the client API, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/client.bin"));

/// Longest message of the client API in either direction, in bytes. The longest request is an enrolment with ten
/// packets of 128 KiB.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

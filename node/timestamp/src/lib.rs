//! RFC 3161 time-stamps: asking for one, and verifying it as of the time that it names.
//!
//! Pure: bytes in, data out. Who is asked, and when, is the node's business. The parts below it (DER, X.509, CMS) read what
//! signatures in documents need too, and no more: no BER, no policies, no name constraints.
//!
//! | question | answer |
//! |---|---|
//! | What is stamped? | [`imprint()`]: SHA-256 over the canonical bytes of a header |
//! | How is a stamp asked for? | [`request()`] |
//! | Does it hold? | [`stamp::verify`]: `TSA_TOKEN`, `TSA_CHAIN_AT_GENTIME` |
//! | Who signed these bytes? | [`cms::SignedData`] |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod algorithm;
pub mod certificate;
pub mod chain;
pub mod cms;
pub mod crl;
pub mod der;
mod extension;
pub mod hash;
pub mod instant;
pub mod key;
pub mod oid;
pub mod pem;
pub mod request;
pub mod rsa;
pub mod stamp;
mod strict;
pub mod token;

pub use certificate::Certificate;
pub use cms::SignedData;
pub use hash::Hash;
pub use key::Verdict;
pub use request::{imprint, request};
pub use stamp::{Appraised, Stamp, TSA_CHAIN_AT_GENTIME, TSA_TOKEN};
pub use token::{NoToken, Token};

#[cfg(test)]
mod tests;

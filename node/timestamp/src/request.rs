//! TimeStampReq (RFC 3161, 2.4.1): what a time-stamp authority is asked.

use crate::der::{tag, write};
use crate::hash::Hash;
use proto::{Canonical, Digest, Header};

/// What a token of this network is about: SHA-256 over the canonical bytes of a header. Authorities know SHA-256
/// everywhere, and `openssl ts -verify -data` recomputes it from the bytes.
pub fn imprint(header: &Header) -> Digest {
    Digest::sha256(&[&header.to_bytes()])
}

/// DER of a request for a token over that digest. The nonce ties the answer to it; certificates are asked for.
pub fn request(imprint: &Digest, nonce: u64) -> Vec<u8> {
    let algorithm = write(tag::SEQUENCE, &[&write(tag::OID, &[Hash::Sha256.oid()]), &[5, 0]]);
    let message = write(tag::SEQUENCE, &[&algorithm, &write(tag::OCTETS, &[&imprint.0])]);
    let parts = [&write(tag::INTEGER, &[&[1]])[..], &message, &integer(nonce), &write(tag::BOOLEAN, &[&[0xff]])];
    write(tag::SEQUENCE, &parts)
}

/// Shortest two's complement of a number that is not negative.
fn integer(number: u64) -> Vec<u8> {
    let bytes = [&[0][..], &number.to_be_bytes()].concat();
    let skip = bytes.windows(2).take_while(|w| w[0] == 0 && w[1] & 0x80 == 0).count();
    write(tag::INTEGER, &[bytes.get(skip..).unwrap_or_default()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shortest() {
        for (number, bytes) in [(0, &[2, 1, 0][..]), (127, &[2, 1, 127]), (128, &[2, 2, 0, 128]), (256, &[2, 2, 1, 0])]
        {
            assert_eq!(integer(number), bytes);
        }
        assert_eq!(integer(u64::MAX).len(), 11);
    }
}

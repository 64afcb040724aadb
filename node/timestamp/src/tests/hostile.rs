//! Altered tokens and bytes that are none: an answer, never a panic, and never `VALID` for what was not signed.

use super::authority::{Authority, Plan, RSA, openssl};
use crate::stamp::{Stamp, verify};
use crate::{NoToken, Token};
use proto::{Digest, Outcome};

const DATA: &[u8] = b"the canonical bytes of a header";

#[test]
fn every_flipped_byte_is_noticed() {
    if !openssl() {
        return;
    }
    let authority = Authority::new(&Plan { key: RSA, ..Plan::default() });
    let response = authority.stamp(DATA, 7);
    let root = authority.text("root.pem");
    let imprint = Digest::sha256(&[DATA]);
    let (mut still, mut changed) = (Vec::new(), response.clone());
    for at in 0..response.len() {
        for bit in [1, 0x80] {
            changed[at] ^= bit;
            let appraised = verify(Stamp { token: &changed, chain_pem: "" }, &imprint, &[&root]);
            if appraised.checks.iter().all(|c| c.outcome == Outcome::Valid) {
                still.push(at);
            }
            changed[at] ^= bit;
        }
    }
    // What is not signed may change: the status before the token, version numbers, and the copy of the root inside.
    let token = Token::from_der(&response).unwrap();
    let signer = &token.signed.signers[0];
    let signed = [
        token.signed.content.unwrap(),
        token.signed.certificate(signer, &[]).unwrap().raw,
        signer.attribute(crate::oid::SIGNING_CERTIFICATE_V2).unwrap().unwrap().raw,
        signer.attribute(crate::oid::MESSAGE_DIGEST).unwrap().unwrap().raw,
        signer.signature(),
    ];
    for part in signed {
        let begin = part.as_ptr().addr() - response.as_ptr().addr();
        let found: Vec<_> = still.iter().filter(|at| (begin..begin + part.len()).contains(at)).collect();
        assert!(found.is_empty(), "bytes {found:?} of {begin}+{} can be changed", part.len());
    }
}

#[test]
fn every_cut_and_noise_is_refused() {
    if !openssl() {
        return;
    }
    let authority = Authority::new(&Plan::default());
    let response = authority.stamp(DATA, 7);
    for end in 0..response.len() {
        assert!(Token::from_der(&response[..end]).is_err(), "{end}");
    }
    let mut state: u32 = 9;
    for _ in 0..2000 {
        let mut noise = response.clone();
        for _ in 0..8 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % noise.len();
            noise[at] = (state >> 24) as u8;
        }
        let _read = verify(Stamp { token: &noise, chain_pem: "" }, &Digest::ZERO, &[]);
    }
    assert_eq!(Token::from_der(&vec![0x30; 300 << 10]), Err(NoToken::TooLong));
}

#[test]
fn a_refusal_says_why() {
    if !openssl() {
        return;
    }
    let authority = Authority::new(&Plan::default());
    authority.write("request.tsq", b"no request at all");
    authority.run(&["ts", "-reply", "-config", "ts.cnf", "-queryfile", "request.tsq", "-out", "response.tsr"]);
    let refused = authority.read("response.tsr");
    assert!(matches!(Token::from_der(&refused), Err(NoToken::Refused { status: 2, .. })));
}

//! Time-stamps, certificates, revocation lists and CMS messages of anybody: read or refused. What is read and claims to be
//! signed is verified too.

use proto::Digest;
use std::sync::LazyLock;
use timestamp::crl::RevocationList;
use timestamp::stamp::{Stamp, verify};
use timestamp::{Certificate, SignedData, pem};

/// The authority of the corpus.
const ROOT: &str = include_str!("../../../node/evidence/mutants/stamps/root.pem");
/// What it stamped.
const IMPRINT: &str = include_str!("../../../node/evidence/mutants/stamps/imprint");

static STAMPED: LazyLock<Digest> = LazyLock::new(|| Digest::from_hex(IMPRINT.trim()).expect("a digest in hex"));

/// DER, or PEM.
pub fn read(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for chain_pem in ["", &text] {
        std::hint::black_box(verify(Stamp { token: data, chain_pem }, &STAMPED, &[ROOT, chain_pem]));
    }
    der(data);
    for block in pem::blocks(&text).unwrap_or_default() {
        der(&block.der);
    }
}

fn der(bytes: &[u8]) {
    let certificate = Certificate::from_der(bytes).ok();
    if let Some(own) = &certificate {
        std::hint::black_box((own.verify(own), own.name(), own.validity(), own.may_sign_certificates()));
    }
    if let (Ok(crl), Some(issuer)) = (RevocationList::from_der(bytes), &certificate) {
        std::hint::black_box((crl.names(issuer), crl.verify(issuer)));
    }
    for message in [SignedData::from_der(bytes), SignedData::bare(bytes)].into_iter().flatten() {
        for signer in &message.signers {
            let found = message.certificate(signer, &[]);
            let verdict = found.map(|c| message.verify(signer, c, &[message.content.unwrap_or_default()]));
            std::hint::black_box((verdict, signer.scheme(), signer.claimed_time()));
        }
    }
}

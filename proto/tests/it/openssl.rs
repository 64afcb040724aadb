//! Cross-checks against the OpenSSL command line, in both directions: what an expert would try first.

use crate::fixture::*;
use proto::*;
use sm2::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use std::path::Path;
use std::process::{Command, Stdio};

fn openssl(dir: &Path, args: &[&str]) -> Vec<u8> {
    let out = Command::new("openssl").args(args).current_dir(dir).stdin(Stdio::null()).output().unwrap();
    assert!(out.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

fn shell(dir: &Path, script: &str) -> String {
    let out = Command::new("sh").args(["-ec", script]).current_dir(dir).output().unwrap();
    assert!(out.status.success(), "{script}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

const ID: [&str; 6] = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-in"];

#[test]
fn openssl_verifies_what_we_sign() {
    let dir = tempfile::tempdir().unwrap();
    let tx = transaction(1, bodies().swap_remove(1));
    let pem = sm2::PublicKey::from_sec1_bytes(key("op").public().bytes()).unwrap().to_public_key_pem(LineEnding::LF);
    let der = sm2::dsa::Signature::from_slice(&tx.signature.0).unwrap().to_der();
    std::fs::write(dir.path().join("pub.pem"), pem.unwrap()).unwrap();
    std::fs::write(dir.path().join("sig.der"), der.as_bytes()).unwrap();
    std::fs::write(dir.path().join("draft"), tx.draft.signing_bytes()).unwrap();
    let args = ["pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-sigfile", "sig.der"];
    let said = openssl(dir.path(), &[&args[..], &ID, &["draft"]].concat());
    assert!(String::from_utf8(said).unwrap().contains("Verified Successfully"));
}

#[test]
fn we_verify_what_openssl_signs() {
    let dir = tempfile::tempdir().unwrap();
    let secret = sm2::SecretKey::from_slice(&key("op").scalar()).unwrap();
    std::fs::write(dir.path().join("key.pem"), secret.to_pkcs8_pem(LineEnding::LF).unwrap()).unwrap();
    std::fs::write(dir.path().join("message"), b"from outside").unwrap();
    let args = ["pkeyutl", "-sign", "-inkey", "key.pem", "-out", "sig.der"];
    openssl(dir.path(), &[&args[..], &ID, &["message"]].concat());
    let der = std::fs::read(dir.path().join("sig.der")).unwrap();
    let raw: [u8; 64] = sm2::dsa::Signature::from_der(&der).unwrap().to_bytes().into();
    assert!(key("op").public().verify(b"from outside", &Signature(raw)));
    assert!(!key("op").public().verify(b"from inside", &Signature(raw)));
}

#[test]
fn a_chain_sum_is_recomputed_by_the_documented_one_liner() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger();
    let mut sum = event::ledger_sum_zero(&chain());
    for e in &ledger.events {
        std::fs::write(dir.path().join("event"), e.to_bytes()).unwrap();
        let hash = shell(dir.path(), "openssl dgst -sm3 -r event | cut -d' ' -f1");
        assert_eq!(hash, e.digest().to_string());
        let script = format!("printf '{sum}{hash}' | xxd -r -p | openssl dgst -sm3 -r | cut -d' ' -f1");
        sum = Digest::from_hex(&shell(dir.path(), &script)).unwrap();
    }
    assert_eq!(sum, ledger.header.ledger_sum);
}

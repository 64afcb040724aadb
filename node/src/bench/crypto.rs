//! Cryptography and proofs on one core: SM2, SM3, SM4 and the logs. Says nothing about the network.

use super::Lines;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit};
use proto::merkle::{Frontier, LogHash};
use proto::state::StateKey;
use proto::{Digest, Name, SecretKey};
use std::hint::black_box;
use std::time::Duration;

/// Measures every line for `time`.
pub fn measure(time: Duration) -> Lines {
    let mut lines = Lines::new("SM2 with the default user id; messages of 200 bytes");
    sm2(&mut lines, time);
    hashes(&mut lines, time);
    let name = Name::new("matter", "matter").expect("a plain word is a name");
    let key = StateKey::Matter(name);
    lines.add("state tree: path of a key", time, |_| key.path());
    lines
}

fn sm2(lines: &mut Lines, time: Duration) {
    let key = SecretKey::from_scalar(&[7; 32], "key").expect("a small scalar is a key");
    let message = [0x5a; 200];
    let signature = key.sign(&message);
    lines.add("SM2 sign", time, |_| key.sign(black_box(&message)));
    lines.add("SM2 verify", time, |_| assert!(key.public().verify(black_box(&message), &signature)));
}

fn hashes(lines: &mut Lines, time: Duration) {
    let block = vec![0x5a; 4096];
    lines.add("SM3 of 4 KiB", time, |_| Digest::sm3(black_box(&block)));
    lines.add("SHA-256 of 4 KiB", time, |_| Digest::sha256(&[black_box(&block)]));
    for (hash, name) in [
        (LogHash::Sm3, "SM3 log: append an event of 500 bytes"),
        (LogHash::Sha256, "SHA-256 log: append an event of 500 bytes"),
    ] {
        let mut log = Frontier::new(hash);
        lines.add(name, time, |_| log.push(&block[..500]));
    }
    let cipher = aes_gcm::AesGcm::<sm4::Sm4, U12>::new(&[7; 16].into());
    lines.add("SM4-GCM of 4 KiB", time, |i| {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&(i as u64).to_be_bytes());
        cipher.encrypt(&nonce.into(), block.as_slice())
    });
}

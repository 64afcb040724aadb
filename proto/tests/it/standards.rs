//! Known answers from GB/T 32905 (SM3) and GB/T 32918.5 (SM2).

use proto::{Digest, PublicKey, SecretKey, Signature};

/// GB/T 32918.5-2017, annex A.2: private key, public key and signature of `message digest`.
const D: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const P: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                 ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const R_S: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
                   b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

fn bytes<const N: usize>(hex_text: &str) -> [u8; N] {
    hex::decode(hex_text.replace(' ', "")).unwrap().try_into().unwrap()
}

#[test]
fn sm3_of_the_two_examples_of_gbt_32905() {
    let short = Digest::sm3(b"abc").to_string();
    assert_eq!(short, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    let long = Digest::sm3("abcd".repeat(16).as_bytes()).to_string();
    assert_eq!(long, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

#[test]
fn sm2_signature_of_gbt_32918_5_verifies() {
    let key = PublicKey::from_bytes(&bytes(P), "key").unwrap();
    assert!(key.verify(b"message digest", &Signature(bytes(R_S))));
    for bit in 0..512 {
        let mut other: [u8; 64] = bytes(R_S);
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!key.verify(b"message digest", &Signature(other)), "bit {bit}");
    }
    assert!(!key.verify(b"message digesT", &Signature(bytes(R_S))));
}

#[test]
fn sm2_public_key_of_gbt_32918_5_follows_from_the_private_one() {
    let key = SecretKey::from_scalar(&bytes(D), "key").unwrap();
    assert_eq!(key.public().bytes(), &bytes::<65>(P));
    assert!(key.public().verify(b"m", &key.sign(b"m")));
    assert_eq!(key.sign(b"m"), key.sign(b"m"), "signing is deterministic");
}

#[test]
fn bad_keys_and_signatures_are_refused() {
    let n = bytes("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
    assert!(SecretKey::from_scalar(&[0; 32], "key").is_err());
    assert!(SecretKey::from_scalar(&n, "key").is_err());
    assert!(PublicKey::from_bytes(&[4; 65], "key").is_err());
    let mut compressed: [u8; 65] = bytes(P);
    compressed[0] = 2;
    assert!(PublicKey::from_bytes(&compressed, "key").is_err());
    let key = PublicKey::from_bytes(&bytes(P), "key").unwrap();
    let mut r_is_n = [1; 64];
    r_is_n[..32].copy_from_slice(&n);
    let mut r_plus_s_is_n = [0; 64];
    r_plus_s_is_n[31] = 1;
    r_plus_s_is_n[32..].copy_from_slice(&n);
    r_plus_s_is_n[63] -= 1;
    for bad in [[0; 64], [0xff; 64], r_is_n, r_plus_s_is_n] {
        assert!(!key.verify(b"message digest", &Signature(bad)));
    }
}

//! Our verification against the `sm2` crate: random and crafted signatures, with and without a table.

use super::*;
use proptest::prelude::*;
use sm2::dsa::signature::Verifier;

fn reference(key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    let other = sm2::dsa::VerifyingKey::from_sec1_bytes(USER_ID, key.bytes()).unwrap();
    sm2::dsa::Signature::from_slice(&signature.0).is_ok_and(|s| other.verify(message, &s).is_ok())
}

fn secret(seed: u64) -> SecretKey {
    SecretKey::from_scalar(&Digest::sm3(&seed.to_be_bytes()).0, "seed").unwrap()
}

/// Asks both ways (without and with a table) and compares with the crate.
fn agree(key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    let fresh = PublicKey::from_bytes(key.bytes(), "key").unwrap();
    let expected = reference(key, message, signature);
    for _ in 0..=TABLE_AT_USE {
        assert_eq!(fresh.verify(message, signature), expected);
    }
    assert!(!expected || fresh.0.table.get().is_some(), "the last use went through the table");
    expected
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn signatures_and_their_mutations(seed in any::<u64>(), message in prop::collection::vec(any::<u8>(), 0..80),
                                      bit in 0usize..512) {
        let key = secret(seed);
        let signature = key.sign(&message);
        prop_assert!(agree(key.public(), &message, &signature));
        let mut flipped = signature;
        flipped.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!agree(key.public(), &message, &flipped));
    }

    #[test]
    fn arbitrary_signatures(seed in any::<u64>(), raw in prop::array::uniform32(any::<u8>()), s in any::<u64>()) {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&raw);
        bytes[56..].copy_from_slice(&s.to_be_bytes());
        agree(secret(seed).public(), b"m", &Signature(bytes));
    }
}

/// Keys with small and extreme scalars hit the exceptional additions: d = 1 makes P equal to G.
#[test]
fn exceptional_points_are_handled() {
    let mut near_order = [0xff; 32];
    near_order
        .copy_from_slice(&hex::decode("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54121").unwrap());
    let mut scalars: Vec<[u8; 32]> = vec![near_order];
    for n in 1..=40u8 {
        let mut small = [0; 32];
        small[31] = n;
        scalars.push(small);
        let mut power = [0; 32];
        power[usize::from(n % 31)] = 1;
        scalars.push(power);
    }
    for scalar in scalars {
        let Ok(key) = SecretKey::from_scalar(&scalar, "seed") else { continue };
        for message in [&b"a"[..], b"b", b""] {
            let signature = key.sign(message);
            assert!(agree(key.public(), message, &signature));
            for other in crafted(&signature) {
                agree(key.public(), message, &other);
            }
        }
    }
}

/// Signatures whose s or t = r + s is tiny, so that multiples of P and G meet in the additions.
fn crafted(signature: &Signature) -> Vec<Signature> {
    let mut out = Vec::new();
    for n in 0..=4u8 {
        let mut tiny_s = *signature;
        tiny_s.0[32..].fill(0);
        tiny_s.0[63] = n;
        let mut tiny_r = *signature;
        tiny_r.0[..32].fill(0);
        tiny_r.0[31] = n;
        let mut both = tiny_s;
        both.0[..32].copy_from_slice(&tiny_r.0[..32]);
        out.extend([tiny_s, tiny_r, both]);
    }
    out
}

#[test]
fn infinity_is_no_signature() {
    // With d = 1, P = G: s·G + t·P is infinity when s + t = 0, i.e. r = -2s mod n.
    let mut one = [0; 32];
    one[31] = 1;
    let key = SecretKey::from_scalar(&one, "seed").unwrap();
    let n = hex::decode("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123").unwrap();
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&n);
    bytes[31] -= 2;
    bytes[63] = 1;
    assert!(!agree(key.public(), b"m", &Signature(bytes)));
}

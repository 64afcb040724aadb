//! Every body makes the round trip, and every field refuses what it must not hold.

use super::*;
use crate::wire::to_proto;
use proto::SecretKey;

fn name(text: &str) -> Name {
    Name::new(text, "test").unwrap()
}

fn bodies() -> Vec<Body> {
    let d = |n| Digest([n; 32]);
    let nonce = Nonce { height: Height(9), block: d(4) };
    vec![
        Body::Enroll { signer: name("张三"), references: vec![d(1), d(2)] },
        Body::Sign { matter: name("m"), signer: name("s"), document: d(3), packet: d(5), nonce },
        Body::Record { matter: name("m"), kind: name("sent"), content: d(6), note: "by post".into() },
        Body::Anchor { matter: name("m"), content: d(7), size: 12, locator: "shelf 4".into() },
        Body::Attest { matter: name("m"), target: Seq(1), target_hash: d(8), statement: "seen".into() },
    ]
}

fn signed(body: Body) -> Transaction {
    let key = SecretKey::from_scalar(&[7; 32], "key").unwrap();
    let draft = Draft {
        chain: Digest([1; 32]),
        org: name("operator"),
        key: key.public().id(),
        request: RequestId([3; 16]),
        expiry: Height(100),
        body,
    };
    draft.sign(&key).into_inner()
}

#[test]
fn every_body_comes_back_unchanged() {
    for body in bodies() {
        let tx = signed(body);
        assert_eq!(transaction(to_proto::transaction(&tx)).unwrap(), tx);
    }
}

fn refused_field(change: impl FnOnce(&mut v1::Transaction)) -> String {
    let mut message = to_proto::transaction(&signed(bodies().remove(1)));
    change(&mut message);
    transaction(message).unwrap_err().to_string()
}

#[test]
fn a_bad_field_is_named() {
    assert!(refused_field(|m| m.chain_id.truncate(31)).contains("chain_id"));
    assert!(refused_field(|m| m.organisation.clear()).contains("organisation"));
    assert!(refused_field(|m| m.organisation = "a/b".into()).contains("organisation"));
    assert!(refused_field(|m| m.key_id.push(0)).contains("key_id"));
    assert!(refused_field(|m| m.request_id = "7".into()).contains("request_id"));
    assert!(refused_field(|m| m.body = None).contains("body"));
    assert!(refused_field(|m| m.signature.clear()).contains("signature"));
}

#[test]
fn a_der_signature_is_read_as_raw() {
    let mut raw = [0x11; 64];
    raw[0] = 0x80; // needs a leading zero in DER
    raw[32] = 0; // stands without its zero in DER
    let mut der = vec![0x30, 0, 0x02, 33, 0];
    der.extend(&raw[..32]);
    der.extend([0x02, 31]);
    der.extend(&raw[33..]);
    der[1] = u8::try_from(der.len() - 2).unwrap();
    assert_eq!(signature(&der, "signature").unwrap().0, raw);
    for end in 0..der.len() {
        assert!(end == 64 || signature(&der[..end], "signature").is_err(), "a cut DER signature was taken");
    }
}

#[test]
fn names_of_resources() {
    assert_eq!(event_name("events/17", "name").unwrap(), EventName::Seq(Seq(17)));
    let hex = "ab".repeat(32);
    assert_eq!(event_name(&format!("transactions/{hex}"), "name").unwrap(), EventName::Transaction(Digest([0xab; 32])));
    for bad in ["", "events", "events/", "events/-1", "transactions/00", "blocks/1"] {
        assert!(event_name(bad, "name").is_err(), "{bad:?} was taken");
    }
    assert_eq!(matter_name("matters/合同-1", "name").unwrap().as_str(), "合同-1");
    assert!(matter_name("matters/", "name").is_err() && matter_name("x", "name").is_err());
}

#[test]
fn too_many_or_too_long_packets_are_refused() {
    let sealed = |n| v1::SealedPacket { salt: vec![0; 32], packet: vec![0; n] };
    assert!(packets(vec![sealed(1); REFERENCES_MAX]).is_ok());
    assert!(packets(vec![sealed(1); REFERENCES_MAX + 1]).is_err());
    assert!(packets(vec![sealed(PACKET_BYTES_MAX + 1)]).is_err());
    assert!(packets(vec![v1::SealedPacket { salt: vec![0; 31], packet: vec![] }]).is_err());
}

#[test]
fn no_duration_panics() {
    for seconds in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX] {
        for nanos in [i32::MIN, -1, 0, 999_999_999, 1_000_000_000, i32::MAX] {
            let is_good = seconds >= 0 && (0..1_000_000_000).contains(&nanos);
            let parsed = duration(prost_types::Duration { seconds, nanos }, "wait");
            assert_eq!(parsed.is_ok(), is_good, "{seconds} s and {nanos} ns");
        }
    }
}

#[test]
fn a_number_has_one_form() {
    assert_eq!((number("0"), number("17"), number(&u64::MAX.to_string())), (Some(0), Some(17), Some(u64::MAX)));
    for bad in ["", "+1", "-1", "007", "1 ", "18446744073709551616", &"0".repeat(100_000)] {
        assert_eq!(number(bad), None);
    }
}

//! What holds and what does not, told by the right code.

use super::authority::{Authority, P256, P384, Plan, RSA, openssl};
use crate::stamp::{Appraised, Stamp, verify};
use crate::{Token, instant};
use proto::{Digest, Outcome, TimeMs};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DATA: &[u8] = b"the canonical bytes of a header";

fn check(token: &[u8], chain_pem: &str, roots: &[&str]) -> Appraised {
    verify(Stamp { token, chain_pem }, &Digest::sha256(&[DATA]), roots)
}

fn outcomes(appraised: &Appraised) -> [Outcome; 2] {
    [appraised.checks[0].outcome, appraised.checks[1].outcome]
}

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// In the form that `openssl ca` reads.
fn stamp_of(ms: u64) -> String {
    instant::text(TimeMs(ms)).replace(['-', ':', 'T'], "")
}

#[test]
fn stamps_of_every_kind_of_key_hold_here_and_for_openssl() {
    if !openssl() {
        return;
    }
    for (key, ess, digest) in
        [(RSA, "sha256", "sha256"), (RSA, "sha1", "sha512"), (P256, "sha256", "sha256"), (P384, "sha1", "sha384")]
    {
        let plan = Plan { key, ess, digest, ..Plan::default() };
        let authority = Authority::new(&plan);
        let response = authority.stamp(DATA, 0x8000_0000_0000_0001);
        let root = authority.text("root.pem");
        let appraised = check(&response, "", &[&root]);
        assert_eq!(outcomes(&appraised), [Outcome::Valid; 2], "{:?}", appraised.checks);
        assert_eq!(appraised.authority.as_deref(), Some("Test Authority"));
        assert!(appraised.gen_time.unwrap().0.abs_diff(now()) < 60_000);
        let token = Token::from_der(&response).unwrap();
        assert!(token.info.answers(0x8000_0000_0000_0001) && !token.info.answers(1));
        assert_eq!(token.info.accuracy_ms, Some(1501));
        assert_eq!((token.info.resolution_ms, token.info.latest().0), (1000, token.info.gen_time.0 + 1501));
        authority.write("data", DATA);
        let offline = ["ts", "-verify", "-in", "response.tsr", "-data", "data", "-CAfile", "root.pem"];
        assert!(authority.holds(&offline), "openssl reads our request's answer as we do");
    }
}

#[test]
fn a_certificate_that_has_expired_since_still_proves_its_time() {
    if !openssl() {
        return;
    }
    let until = now() / 1000 * 1000 + 4000;
    let authority = Authority::new(&Plan { to: stamp_of(until), ..Plan::default() });
    let response = authority.stamp(DATA, 7);
    while now() <= until + 1000 {
        std::thread::sleep(Duration::from_millis(200));
    }
    authority.write("data", DATA);
    let today = ["ts", "-verify", "-in", "response.tsr", "-data", "data", "-CAfile", "root.pem"];
    assert!(!authority.holds(&today), "it has expired by now");
    let appraised = check(&response, "", &[&authority.text("root.pem")]);
    assert_eq!(outcomes(&appraised), [Outcome::Valid; 2], "{:?}", appraised.checks);
}

#[test]
fn a_certificate_that_had_expired_by_then_proves_nothing() {
    if !openssl() {
        return;
    }
    for (from, to) in [("20200101000000Z", "20210101000000Z"), ("20380101000000Z", "20390101000000Z")] {
        let authority = Authority::new(&Plan { from: from.into(), to: to.into(), ..Plan::default() });
        let response = authority.stamp(DATA, 7);
        let appraised = check(&response, "", &[&authority.text("root.pem")]);
        assert_eq!(outcomes(&appraised), [Outcome::Valid, Outcome::Invalid], "{:?}", appraised.checks);
        assert!(appraised.checks[1].detail.contains("was not valid at"), "{:?}", appraised.checks);
    }
}

#[test]
fn roots_decide() {
    if !openssl() {
        return;
    }
    let (authority, stranger) = (Authority::new(&Plan::default()), Authority::new(&Plan::default()));
    let response = authority.stamp(DATA, 7);
    let outcomes_under = |roots: &[&str]| outcomes(&check(&response, "", roots));
    assert_eq!(outcomes_under(&[]), [Outcome::Valid, Outcome::Indeterminate]);
    // The stranger's root has the same name and another key.
    assert_eq!(outcomes_under(&[&stranger.text("root.pem")]), [Outcome::Valid, Outcome::Invalid]);
    assert_eq!(outcomes_under(&[&stranger.text("root.pem"), &authority.text("root.pem")]), [Outcome::Valid; 2]);
}

#[test]
fn revocation_counts_from_its_date_and_a_stolen_key_always() {
    if !openssl() {
        return;
    }
    let authority = Authority::new(&Plan::default());
    let root = authority.text("root.pem");
    let response = authority.stamp(DATA, 7);
    let clean = check(&response, &authority.list(None), &[&root]);
    assert_eq!(outcomes(&clean), [Outcome::Valid; 2]);
    assert!(clean.checks[1].detail.contains("not revoked by 1 list"), "{:?}", clean.checks);
    std::thread::sleep(Duration::from_millis(1100));
    let later = check(&response, &authority.list(Some("superseded")), &[&root]);
    assert_eq!(outcomes(&later), [Outcome::Valid; 2], "{:?}", later.checks);
    let other = Authority::new(&Plan::default());
    let response = other.stamp(DATA, 7);
    std::thread::sleep(Duration::from_millis(1100));
    let stolen = check(&response, &other.list(Some("keyCompromise")), &[&other.text("root.pem")]);
    assert_eq!(outcomes(&stolen), [Outcome::Valid, Outcome::Invalid], "{:?}", stolen.checks);
    // A list that somebody else signed says nothing.
    let foreign = check(&response, &authority.text("crl.pem"), &[&other.text("root.pem")]);
    assert_eq!(outcomes(&foreign), [Outcome::Valid; 2]);
}

#[test]
fn a_certificate_for_something_else_stamps_nothing() {
    if !openssl() {
        return;
    }
    let real = Authority::new(&Plan::default());
    let response = real.stamp(DATA, 7);
    let content = Token::from_der(&response).unwrap().signed.content.unwrap().to_vec();
    for usage in ["", "timeStamping", "critical,timeStamping,codeSigning", "critical,codeSigning"] {
        // `ts` itself refuses such certificates, so the same TSTInfo is signed with `cms`.
        let forger = Authority::new(&Plan { usage, ..Plan::default() });
        forger.write("tst", &content);
        let kind = "1.2.840.113549.1.9.16.1.4";
        forger.run(&[
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-cades",
            "-econtent_type",
            kind,
            "-in",
            "tst",
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-outform",
            "DER",
            "-out",
            "forged",
        ]);
        let appraised = check(&forger.read("forged"), "", &[&forger.text("root.pem")]);
        assert_eq!(outcomes(&appraised), [Outcome::Valid, Outcome::Invalid], "{usage}: {:?}", appraised.checks);
    }
}

#[test]
fn an_imprint_of_something_else_is_invalid() {
    if !openssl() {
        return;
    }
    let authority = Authority::new(&Plan::default());
    let response = authority.stamp(b"something else", 7);
    let appraised = check(&response, "", &[&authority.text("root.pem")]);
    assert_eq!(outcomes(&appraised), [Outcome::Invalid, Outcome::Valid]);
}

#[test]
fn a_stamp_signed_with_pss_holds() {
    if !openssl() {
        return;
    }
    let authority = Authority::new(&Plan { key: RSA, ..Plan::default() });
    let response = authority.stamp(DATA, 7);
    authority.write("tst", Token::from_der(&response).unwrap().signed.content.unwrap());
    for salt in ["digest", "max", "20"] {
        let (kind, length) = ("1.2.840.113549.1.9.16.1.4", format!("rsa_pss_saltlen:{salt}"));
        let how = ["-signer", "tsa.pem", "-keyopt", "rsa_padding_mode:pss", "-keyopt", &length, "-econtent_type", kind];
        let files = ["-in", "tst", "-inkey", "tsa.key", "-outform", "DER", "-out", "pss"];
        authority.run(&[&["cms", "-sign", "-binary", "-nodetach", "-cades"], &how[..], &files].concat());
        let mut token = authority.read("pss");
        let root = authority.text("root.pem");
        assert_eq!(outcomes(&check(&token, "", &[&root])), [Outcome::Valid; 2], "{salt}");
        let last = token.len() - 9;
        token[last] ^= 1;
        assert_eq!(outcomes(&check(&token, "", &[&root])), [Outcome::Invalid, Outcome::Valid], "{salt}");
    }
}

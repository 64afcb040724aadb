//! What a damaged or overlong file comes to: evidence that does not hold, not a command that could not be carried out.

use super::super::outcome;
use super::*;

const PACKAGE: &[u8] = include_bytes!("../../../evidence/golden/v1-sign-full.evidence.zip");
const POLICY: &str = include_str!("../../../evidence/golden/v1-policy.toml");

/// Exit code, and the first check.
fn verified(bytes: &[u8], length: u64, policy: bool) -> (u8, String) {
    let dir = tempfile::tempdir().unwrap();
    let [file, court] = ["evidence", "policy.toml"].map(|name| dir.path().join(name));
    std::fs::write(&file, bytes).unwrap();
    std::fs::write(&court, POLICY).unwrap();
    std::fs::File::options().write(true).open(&file).unwrap().set_len(length).unwrap();
    let verify = Verify { file, genesis: None, policy: policy.then_some(court), trail: None, rerun: false };
    match verify.run() {
        Ok(said) => (said.code, format!("{} {}", said.json["checks"][0]["code"], said.json["checks"][0]["detail"])),
        Err(failure) => (failure.code(), String::new()),
    }
}

#[test]
fn a_package_with_a_damaged_first_byte_is_an_invalid_package() {
    let length = PACKAGE.len() as u64;
    assert_eq!(verified(PACKAGE, length, true).0, outcome::OK);
    assert_eq!(verified(PACKAGE, length, false).0, outcome::INDETERMINATE);
    for first in [0, b'{', b'K', 0x17, 0xff] {
        let damaged = [&[first], &PACKAGE[1..]].concat();
        for policy in [true, false] {
            let (code, said) = verified(&damaged, length, policy);
            assert!(code == outcome::INVALID && said.starts_with("\"PACKAGE\""), "{first}: {code} {said}");
        }
    }
    assert_eq!(verified(b"", 0, false).0, outcome::INVALID);
}

#[test]
fn a_file_that_is_too_long_is_not_read_to_its_end() {
    let (code, said) = verified(PACKAGE, 1 << 40, true);
    assert!(code == outcome::INVALID && said.starts_with("\"PACKAGE\""), "{code} {said}");
    let tagged = [&[18][..], b"chirograph/receipt", &[1]].concat();
    let (code, said) = verified(&tagged, 1 << 40, true);
    assert!(code == outcome::INVALID && said.starts_with("\"PACKAGE\""), "{code} {said}");
}

/// Whoever hands in a bad package chooses its first bytes; they must not turn "invalid" into "could not be looked at".
#[test]
fn bytes_before_a_package_make_it_an_invalid_one() {
    for first in ["\u{10}chirograph/", "{\"", " {\"kind\":\"chirograph/fault\",", "\u{12}chirograph/receipt\u{1}"] {
        let bytes = [first.as_bytes(), PACKAGE].concat();
        for policy in [true, false] {
            let (code, said) = verified(&bytes, bytes.len() as u64, policy);
            assert!(code == outcome::INVALID && said.starts_with("\"PACKAGE\""), "{first:?}: {code} {said}");
        }
    }
    // What is a receipt, and what is a fault, is looked at only with a genesis.
    let receipt = evidence::inspect(PACKAGE, None).dossier.unwrap().receipt.to_bytes();
    for other in [receipt, b"{\"kind\":\"chirograph/fault\"}".to_vec()] {
        assert_eq!(verified(&other, other.len() as u64, true).0, outcome::ERROR);
    }
}

/// The table that the other verifier's tests read too, by way of the command, whose exit code is what a clerk's script sees.
#[test]
fn every_policy_comes_to_the_exit_code_of_the_table() {
    let table: toml::Table = toml::from_str(include_str!("../../../evidence/golden/policies.toml")).unwrap();
    let rows = table["policy"].as_array().unwrap();
    assert!(rows.len() >= 60);
    let dir = tempfile::tempdir().unwrap();
    let [file, court] = ["evidence", "policy.toml"].map(|name| dir.path().join(name));
    std::fs::write(&file, PACKAGE).unwrap();
    for row in rows {
        let text = row.get("text").map_or("", |t| t.as_str().unwrap()).as_bytes().to_vec();
        let mut bytes = row.get("hex").map_or(text, |h| hex::decode(h.as_str().unwrap()).unwrap());
        let fill = row.get("fill").map_or(0, |f| usize::try_from(f.as_integer().unwrap()).unwrap());
        bytes.resize(bytes.len().max(fill), b'#');
        std::fs::write(&court, bytes).unwrap();
        let verify =
            Verify { file: file.clone(), genesis: None, policy: Some(court.clone()), trail: None, rerun: false };
        let code = verify.run().map_or_else(|failure| failure.code(), |said| said.code);
        assert_eq!(i64::from(code), row["exit"].as_integer().unwrap(), "{}", row["name"]);
    }
}

/// A forged report changes no verdict, so the reader is told that nothing speaks for it; and whose the page is.
#[test]
fn what_nobody_signed_is_told_beside_the_verdict() {
    let told = |page: &[u8]| {
        let mut dossier = evidence::inspect(PACKAGE, None).dossier.unwrap();
        dossier.readable.put("data/report.zh.pdf", "%PDF- forged");
        dossier.readable.put("verify.html", page);
        beside::of_package(&evidence::inspect(&dossier.package(), Some(&Policy::parse(POLICY).unwrap())))
    };
    let (own, forged) = (told(crate::portal::VERIFIER), told(b"<h1>VALID</h1>"));
    for outcome in [&own, &forged] {
        assert_eq!(outcome.code, outcome::OK);
        assert_eq!(outcome.json["unchecked"], serde_json::json!(["data/report.zh.pdf", "verify.html"]));
        assert!(
            outcome.text.contains("NOT CHECKED: nobody signed") && outcome.text.contains("\n  data/report.zh.pdf\n")
        );
        assert!(outcome.text.ends_with("\nVALID         package"), "{}", outcome.text);
    }
    assert_eq!((&own.json["verify_html"]["own"], &forged.json["verify_html"]["own"]), (&true.into(), &false.into()));
    let sm3 = proto::Digest::sm3(b"<h1>VALID</h1>").to_string();
    assert!(forged.text.contains(&sm3) && forged.text.contains("not the page of this program"), "{}", forged.text);
    assert!(own.text.contains("the page of this program, byte for byte"), "{}", own.text);
    let bare = beside::of_package(&evidence::inspect(PACKAGE, None));
    assert_eq!((bare.json["unchecked"].as_array().unwrap().len(), bare.text.contains("NOT CHECKED")), (0, false));
}

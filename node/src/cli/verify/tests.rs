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
    assert_eq!(verified(&tagged, 1 << 40, true).0, outcome::ERROR);
}

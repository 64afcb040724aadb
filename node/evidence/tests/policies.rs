//! What a court can write into a policy, and what comes of it: the table that both verifiers' tests read. Two verifiers that read
//! one policy differently give two verdicts about one package.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)]

use evidence::{Policy, code, verify};
use proto::{Check, Outcome};
use serde::Deserialize;

const PACKAGE: &[u8] = include_bytes!("../golden/v1-sign-full.evidence.zip");
const TABLE: &str = include_str!("../golden/policies.toml");

#[derive(Deserialize)]
struct Table {
    policy: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    exit: u8,
    #[serde(default)]
    text: String,
    hex: Option<String>,
    #[serde(default)]
    fill: usize,
    unmatched: Option<Vec<String>>,
}

impl Row {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.hex.as_ref().map_or_else(|| self.text.clone().into_bytes(), |h| hex::decode(h).unwrap());
        bytes.resize(bytes.len().max(self.fill), b'#');
        bytes
    }
}

fn exit(checks: &[Check]) -> u8 {
    match Check::overall(checks) {
        Outcome::Valid => 0,
        Outcome::Invalid => 1,
        Outcome::Indeterminate => 2,
    }
}

#[test]
fn every_policy_comes_to_what_the_table_says() {
    let table: Table = toml::from_str(TABLE).unwrap();
    assert!(table.policy.len() >= 60);
    let mut wrong = Vec::new();
    for row in table.policy {
        let Ok(policy) = Policy::read(&row.bytes()) else {
            wrong.extend((row.exit != 3).then(|| format!("{}: refused", row.name)));
            continue;
        };
        let checks = verify(PACKAGE, Some(&policy));
        if exit(&checks) != row.exit {
            wrong.push(format!("{}: {}", row.name, exit(&checks)));
        }
        let Some(unmatched) = row.unmatched else { continue };
        let detail = &checks.iter().find(|c| c.code == code::QUORUM_INDEPENDENT).unwrap().detail;
        let told = detail.split_once("organisation here is called: ").map_or("", |(_, names)| names);
        if told != unmatched.join(", ") {
            wrong.push(format!("{}: {detail}", row.name));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

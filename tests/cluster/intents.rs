//! Evidence of will through the command line: a provider signs what it found, an organisation records it, and whoever checks
//! later is told what does not fit.

use crate::joiner::chirograph;
use crate::logins::outcome;
use crate::network::Network;
use proto::{Canonical, IntentResult};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The files of one case.
struct Case<'a> {
    net: &'a str,
    dir: tempfile::TempDir,
}

impl Case<'_> {
    fn intent(&self, verb: &str, rest: &[&str]) -> (Option<i32>, Value) {
        chirograph(&[&["intent", verb, "--localnet", self.net], rest].concat())
    }
    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
    /// A notary's finding about one signer; `more` are further options.
    fn finding(&self, name: &str, more: &[&str]) -> PathBuf {
        let (document, log) = (self.file("lease.txt", "a lease"), self.file("sms.log", "code 4711 given back"));
        let out = self.dir.path().join(name);
        let of = ["--signer", "synthetic-1", "--org", "demo-notary", "--document", document.to_str().unwrap()];
        let to = ["--log", log.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let (code, said) = self.intent("sign", &[&of[..], &to, more].concat());
        assert_eq!(code, Some(0), "{said}");
        out
    }
    /// Puts a result on the ledger; the number of the event.
    fn record(&self, result: &Path) -> String {
        let (code, said) = self.intent("record", &[result.to_str().unwrap(), "--matter", "lease"]);
        assert_eq!(code, Some(0), "{said}");
        said["event"].to_string()
    }
    fn check(&self, result: &Path, event: &str) -> (Option<i32>, Value) {
        self.intent("check", &[result.to_str().unwrap(), "--event", event])
    }
}

/// What a provider signed and an organisation recorded holds; anything else does not, and it is told which part.
pub fn hold_and_do_not(network: &Network) {
    let case = Case { net: network.net.dir.to_str().unwrap(), dir: tempfile::tempdir().unwrap() };
    let sms = case.finding("sms", &["--method", "sms", "--note", "case 7"]);
    let at = case.record(&sms);
    let (code, said) = case.check(&sms, &at);
    assert_eq!((code, &said["overall"]), (Some(0), &"VALID".into()), "{said}");
    assert!(said.to_string().contains("found sms for `synthetic-1`: passed"), "{said}");
    let out = case.dir.path().join("package.zip");
    let (result, to) = (["--intent", sms.to_str().unwrap()], ["--out", out.to_str().unwrap()]);
    let (code, said) = chirograph(&[&["export", &at, "--localnet", case.net], &result[..], &to[..]].concat());
    assert_eq!((code, outcome(&said, "INTENT_SIGNATURE")), (Some(0), "VALID"), "{said}");
    other_results(&case, &sms, &at);
    forged(&case, &sms, &at);
}

fn other_results(case: &Case<'_>, sms: &Path, at: &str) {
    // What was not passed is evidence of that.
    let failed = case.finding("failed", &["--method", "liveness", "--failed", "--duration-ms", "900"]);
    let failed_at = case.record(&failed);
    let (code, said) = case.check(&failed, &failed_at);
    assert_eq!((code, outcome(&said, "INTENT_STEP"), outcome(&said, "INTENT_RESULT")), (Some(1), "VALID", "INVALID"));
    // The digest on the ledger is another's: a result that was never recorded, or recorded elsewhere.
    for (result, event) in [(sms, failed_at.as_str()), (&failed, at), (sms, "0")] {
        let (code, said) = case.check(result, event);
        assert_eq!((code, outcome(&said, "INTENT_STEP")), (Some(1), "INVALID"), "{said}");
    }
    let (code, said) = case.intent("check", &[sms.to_str().unwrap()]);
    assert_eq!((code, outcome(&said, "INTENT_STEP")), (Some(2), "INDETERMINATE"), "{said}");
}

/// Changed, signed with a key that is not the provider's, or not a result at all.
fn forged(case: &Case<'_>, sms: &Path, at: &str) {
    let out = case.dir.path().join("forged");
    let genuine = IntentResult::from_bytes(&std::fs::read(sms).unwrap()).unwrap();
    let mut changed = genuine.clone();
    changed.finding.duration_ms += 1;
    std::fs::write(&out, changed.to_bytes()).unwrap();
    let (code, said) = case.check(&out, at);
    let found = (outcome(&said, "INTENT_SIGNATURE"), outcome(&said, "INTENT_STEP"));
    assert_eq!((code, found), (Some(1), ("INVALID", "INVALID")), "{said}");
    // The court's key under the notary's name: the genesis knows no such key of the notary's, and it is recorded all the same.
    let key = format!("{}/orgs/demo-court.pem", case.net);
    let wrong = case.finding("wrong", &["--method", "sms", "--key", &key]);
    let wrong_at = case.record(&wrong);
    let (code, said) = case.check(&wrong, &wrong_at);
    let found = (outcome(&said, "INTENT_SIGNATURE"), outcome(&said, "INTENT_STEP"));
    assert_eq!((code, found), (Some(2), ("INDETERMINATE", "VALID")), "{said}");
    // The same, but claiming to be the notary's key.
    let mut claimed = IntentResult::from_bytes(&std::fs::read(&wrong).unwrap()).unwrap();
    claimed.key = genuine.key;
    std::fs::write(&out, claimed.to_bytes()).unwrap();
    assert_eq!(outcome(&case.check(&out, at).1, "INTENT_SIGNATURE"), "INVALID");
    std::fs::write(&out, "no result").unwrap();
    assert_eq!(case.check(&out, at).0, Some(3));
}

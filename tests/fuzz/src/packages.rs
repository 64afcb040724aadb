//! Evidence packages and policies of anybody. A package that holds is read and written again as the same bytes.
//!
//! A zip with one bit changed is refused at its door, so that other inputs are stories: which golden package, which of its
//! files, and what is changed in it; the bag and the zip around it are made anew.

use crate::bytes::Bytes;
use evidence::{Files, Policy, inspect};
use proto::{Check, Outcome};
use std::sync::LazyLock;

const POLICY: &str = include_str!("../../../node/evidence/golden/v1-policy.toml");

static POLICIES: LazyLock<Policy> = LazyLock::new(|| Policy::parse(POLICY).expect("the golden policy is one"));
static GOLDEN: LazyLock<Vec<(String, Files)>> = LazyLock::new(|| {
    let all: [&[u8]; 5] = [
        include_bytes!("../../../node/evidence/golden/v1-everything-full.evidence.zip"),
        include_bytes!("../../../node/evidence/golden/v1-login-public.evidence.zip"),
        include_bytes!("../../../node/evidence/golden/v1-record-public.evidence.zip"),
        include_bytes!("../../../node/evidence/golden/v1-sign-full.evidence.zip"),
        include_bytes!("../../../node/evidence/golden/v1-will-full.evidence.zip"),
    ];
    all.into_iter().map(|bytes| Files::open(bytes).expect("the golden packages can be opened")).collect()
});

/// A zip, a policy, or a story about a golden package.
pub fn read(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        std::hint::black_box(Policy::parse(text).is_ok());
    }
    if data.starts_with(b"PK") {
        return judge(data);
    }
    let mut story = Bytes::new(data);
    let (folder, files) = &GOLDEN[story.below(GOLDEN.len())];
    let mut files = files.clone();
    while !story.is_empty() {
        let at = story.below(files.0.len());
        let Some((path, old)) = files.0.iter().nth(at).map(|(path, old)| (path.clone(), old.clone())) else { break };
        match changed(old, &mut story) {
            Some(new) => files.put(path, new),
            None => drop(files.0.remove(&path)),
        }
    }
    judge(&files.package(folder));
}

/// A file after one change; `None`: it is gone.
fn changed(mut file: Vec<u8>, story: &mut Bytes<'_>) -> Option<Vec<u8>> {
    let place = usize::from(story.byte()) << 8 | usize::from(story.byte());
    let at = place % file.len().max(1);
    match story.below(6) {
        0 => return None,
        1 => file.truncate(at),
        2 => return Some(story.take(300).to_vec()),
        3 if at < file.len() => drop(file.splice(at..at, story.take(16).iter().copied())),
        4 if at < file.len() => drop(file.remove(at)),
        _ => file.get_mut(at..).into_iter().flatten().zip(story.take(4)).for_each(|(old, new)| *old = *new),
    }
    Some(file)
}

fn judge(package: &[u8]) {
    let report = inspect(package, Some(&POLICIES));
    let again = inspect(package, Some(&POLICIES));
    assert!(report.checks == again.checks, "the same package was judged in two ways");
    if Check::overall(&report.checks) == Outcome::Valid
        && let Some(dossier) = report.dossier
    {
        assert!(report.unchecked.len() < 64, "more is unchecked than a package may hold");
        std::hint::black_box(dossier.package());
    }
}

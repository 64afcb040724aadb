//! Documents that name a file or folder of ours must name one that exists. What they say about it is for a reader.

use std::collections::BTreeSet;

use super::checkout::Checkout;
use super::finding::Finding;

/// One finding for every dead name in a Markdown file.
pub fn check(checkout: &Checkout) -> Vec<Finding> {
    let known = known(checkout.files.iter().map(|file| file.path.as_str()));
    let documents = checkout.files.iter().filter(|file| file.path.ends_with(".md"));
    documents.flat_map(|file| dead(&file.path, &file.text, &known)).collect()
}

/// All files and all folders above them.
fn known<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let folders = |path: &'a str| path.match_indices('/').map(move |(at, _)| &path[..at]);
    paths.flat_map(|path| folders(path).chain([path])).collect()
}

fn dead(path: &str, text: &str, known: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in text.lines().enumerate() {
        // Odd pieces stand between backticks.
        for name in line.split('`').skip(1).step_by(2).filter(|name| is_ours(name, known)) {
            if !known.contains(name.trim_end_matches('/')) {
                let message = format!("`{name}` does not exist");
                findings.push(Finding { place: path.to_owned(), line: at + 1, message });
            }
        }
    }
    findings
}

/// A name with a `/` that begins with one of our top-level folders and is no pattern or command line.
fn is_ours(name: &str, known: &BTreeSet<&str>) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    plain && name.split_once('/').is_some_and(|(top, _)| known.contains(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> usize {
        let known = known(["proto/src/lib.rs", "scripts/test"].into_iter());
        dead("README.md", text, &known).len()
    }

    #[test]
    fn a_dead_name_is_found() {
        assert_eq!(findings("see `proto/src/lib.rs`, `proto/` and `scripts/test`"), 0);
        assert_eq!(findings("see `proto/src/gone.rs`"), 1);
        assert_eq!(findings("see `scripts/quickstart`\n"), 1);
    }

    #[test]
    fn patterns_commands_and_strangers_are_left_alone() {
        assert_eq!(findings("`consensus/*`, `task1/`, `scripts/test -p x`, `~/.cache/x`"), 0);
    }
}

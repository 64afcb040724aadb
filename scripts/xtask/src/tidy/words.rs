//! Texts that must not be committed: notes of unfinished work, and paths of the machine that something was written on.
//! Comments that are merely wrong are beyond it.

use super::checkout::File;
use super::finding::Finding;

/// Written in two parts so that this file does not break its own rule.
const FORBIDDEN: [(&str, &str); 8] = [
    (concat!("TO", "DO"), UNFINISHED),
    (concat!("FIX", "ME"), UNFINISHED),
    (concat!("todo", "!("), UNFINISHED),
    (concat!("unimplemented", "!("), UNFINISHED),
    (concat!("/ro", "ot/"), MACHINE),
    (concat!("/ho", "me/"), MACHINE),
    (concat!("/Us", "ers/"), MACHINE),
    (concat!("/wo", "rk/"), MACHINE),
];
const UNFINISHED: &str = "finish it, or write what falls short into the README";
const MACHINE: &str = "no path of one machine: take it from an option, $HOME or a temporary folder";
/// The one place outside the checkout that is looked at, for data that may not be redistributed.
const OUTSIDE: (&str, &str) = (concat!("../", "shared"), concat!("../", "shared/data"));

/// One finding per line and word.
pub fn check(file: &File) -> Vec<Finding> {
    // A lock file is written by cargo, a licence by lawyers.
    if ["Cargo.lock", "LICENSE"].contains(&file.name()) {
        return Vec::new();
    }
    file.text.lines().enumerate().flat_map(|(at, line)| on_line(&file.path, at + 1, line)).collect()
}

fn on_line(path: &str, line: usize, text: &str) -> Vec<Finding> {
    let mut found: Vec<(&str, &str)> = FORBIDDEN.into_iter().filter(|(word, _)| text.contains(word)).collect();
    if text.matches(OUTSIDE.0).count() > text.matches(OUTSIDE.1).count() {
        found.push((OUTSIDE.0, "nothing outside the checkout but the folder for signature data"));
    }
    let finding =
        |(word, remedy): (&str, &str)| Finding { place: path.to_owned(), line, message: format!("`{word}`: {remedy}") };
    found.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<usize> {
        let file = File { path: "node/src/a.rs".to_owned(), text: text.to_owned() };
        check(&file).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unfinished_work_is_found_with_its_line() {
        assert_eq!(findings("fn a() {}\n"), [0; 0]);
        assert_eq!(findings(concat!("fn a() {\n    todo", "!()\n}\n")), [2]);
        assert_eq!(findings(concat!("// FIX", "ME later\n")), [1]);
        assert_eq!(findings(concat!("fn a() { unimplemented", "!() }\n")), [1]);
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        assert_eq!(findings(concat!("let path = \"/ho", "me/li/chain\";")), [1]);
        assert_eq!(findings(concat!("let data = \"../", "shared/data\";")), [0; 0]);
        assert_eq!(findings(concat!("let data = \"../", "shared/other\";")), [1]);
    }
}

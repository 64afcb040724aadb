//! Every source opens by saying what it is. Whether that is true and well said is for a reader to judge.

use super::checkout::File;
use super::finding::Finding;

/// Shorter than this, an opening is a name and not a sentence.
const CHARACTERS_MIN: usize = 40;

/// Rust opens with `//!`, protocol files with `//`, Python with a docstring, scripts with `#!` and then `#`.
pub fn check(file: &File) -> Vec<Finding> {
    let Some(mark) = mark(file) else { return Vec::new() };
    let mut lines = file.text.lines().skip_while(|line| mark != "//!" && line.starts_with("#!"));
    // A Python docstring is judged by its first line.
    let opening: String = match mark {
        "\"\"\"" => lines.next().and_then(|line| line.strip_prefix(mark)).unwrap_or_default().to_owned(),
        _ => lines.map_while(|line| line.strip_prefix(mark)).collect(),
    };
    if opening.trim().len() >= CHARACTERS_MIN {
        return Vec::new();
    }
    let message = format!("open with `{mark}`: what this is and what it deliberately does not do");
    vec![Finding { line: 1, ..Finding::whole(&file.path, message) }]
}

/// How the comment at the top of such a file begins; None where none is asked for.
fn mark(file: &File) -> Option<&'static str> {
    match file.name().rsplit_once('.').map(|(_, extension)| extension) {
        Some("rs") => Some("//!"),
        Some("proto") => Some("//"),
        Some("py") => Some("\"\"\""),
        Some("sh") => Some("#"),
        _ if file.text.starts_with("#!") => Some("#"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&File { path: path.to_owned(), text: text.to_owned() }).len()
    }

    const SENTENCE: &str = " The state of a matter. It does no I/O and has no clock.\n";

    #[test]
    fn an_opening_is_asked_for_and_a_mere_name_is_not_one() {
        assert_eq!(findings("a/src/b.rs", &format!("//!{SENTENCE}")), 0);
        assert_eq!(findings("a/src/b.rs", "use std::fmt;\n"), 1);
        assert_eq!(findings("a/src/b.rs", "//! chirograph-tests\n"), 1);
        assert_eq!(findings("a/src/b.rs", &format!("use std::fmt;\n//!{SENTENCE}")), 1);
    }

    #[test]
    fn scripts_and_protocols_too_but_not_data() {
        assert_eq!(findings("scripts/test", &format!("#!/usr/bin/env bash\n#{SENTENCE}")), 0);
        assert_eq!(findings("scripts/test", "#!/usr/bin/env bash\nset -e\n"), 1);
        assert_eq!(findings("models/derive.py", &format!("#!/usr/bin/env python3\n\"\"\"{SENTENCE}\"\"\"\n")), 0);
        assert_eq!(findings("models/derive.py", "import sys\n"), 1);
        assert_eq!(findings("proto/a.proto", "syntax = \"proto3\";\n"), 1);
        assert_eq!(findings("proto/golden/a.hex", "00ff\n"), 0);
    }
}

//! Real signatures are biometric data that nobody allowed us to pass on: none may be committed. Known names are refused
//! here, and rows of pen samples are counted by the ratchet; a picture of a signature is beyond it.

use super::checkout::File;
use super::finding::Finding;

/// Refuses file names of the signature collections that we read.
pub fn check(file: &File) -> Vec<Finding> {
    let name = file.name().to_ascii_lowercase();
    if !is_sample_file(&name) && !is_collection(&name) {
        return Vec::new();
    }
    vec![Finding::whole(
        &file.path,
        "real signature data must not be committed: read it from CHIROGRAPH_DATA".to_owned(),
    )]
}

/// `u<digits>s<digits>.txt`, as in SVC2004.
fn is_sample_file(name: &str) -> bool {
    let Some((user, sample)) =
        name.strip_prefix('u').and_then(|rest| rest.strip_suffix(".txt")).and_then(|rest| rest.split_once('s'))
    else {
        return false;
    };
    [user, sample].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_collection(name: &str) -> bool {
    name.contains("svc2004") && [".xz", ".gz", ".zip", ".tar", ".tgz", ".zst"].iter().any(|end| name.ends_with(end))
}

/// The longest run of lines that look like pen samples: four or seven integers and nothing else.
pub fn sample_rows(text: &str) -> usize {
    let (mut run, mut longest) = (0, 0);
    for line in text.lines() {
        run = if is_sample_row(line) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn is_sample_row(line: &str) -> bool {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    [4, 7].contains(&fields.len()) && fields.iter().all(|field| field.parse::<i64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str) -> bool {
        !check(&File { path: path.to_owned(), text: String::new() }).is_empty()
    }

    #[test]
    fn sample_files_and_collections_are_refused_by_name() {
        assert!(refused("models/golden/U7S21.TXT"));
        assert!(refused("tests/data/u7s21.txt"));
        assert!(refused("data/svc2004-dev.tar.xz"));
        assert!(!refused("models/src/formats/svc2004.rs"));
        assert!(!refused("docs/users.txt"));
    }

    #[test]
    fn rows_of_samples_are_counted_wherever_they_stand() {
        let rows = "5321 7104 1234560 1 1210 540 388\n".repeat(30);
        assert_eq!(sample_rows(&format!("30\n{rows}the end")), 30);
        assert_eq!(sample_rows("1 2 3\n4 5 6\n"), 0);
        assert_eq!(sample_rows("1 2 3 4\nno\n1 2 3 4\n"), 1);
    }
}

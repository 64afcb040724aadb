//! Which documents `check --batch` looks at: those of a folder, by name and all the way down, or the lines of a CSV. It reads
//! no document.

use crate::cli::bind::RECEIPT;
use crate::cli::outcome::Failure;
use crate::fault::Fault;
use proto::Digest;
use std::path::{Path, PathBuf};

/// Most documents of one run.
const DOCUMENTS_MAX: usize = 1_000_000;
/// What the first column of a list may be called, in a first line that is no document.
const HEADS: [&str; 4] = ["path", "file", "document", "name"];

/// A line of the list.
#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    /// A document at hand.
    File(PathBuf),
    /// One that lies elsewhere: what it is called, and its digest.
    Named(String, Digest),
}

/// All of them.
pub fn items(what: &Path) -> Result<Vec<Item>, Failure> {
    if what.is_dir() { files(what) } else { lines(what) }
}

/// A receipt that lies beside a document is looked at with it, and is no document.
fn files(what: &Path) -> Result<Vec<Item>, Failure> {
    let (mut folders, mut files) = (vec![what.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        let fault = |e: std::io::Error| Fault::file(&folder, format!("cannot be read: {e}"));
        for entry in std::fs::read_dir(&folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let kind = entry.file_type().map_err(fault)?;
            let receipt = entry.path().extension().is_some_and(|e| e == RECEIPT);
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && !receipt {
                files.push(entry.path());
            }
            few_enough(what, files.len())?;
        }
    }
    files.sort_unstable();
    Ok(files.into_iter().map(Item::File).collect())
}

fn lines(path: &Path) -> Result<Vec<Item>, Failure> {
    let text = crate::cli::stamps::read(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    // Spreadsheets put a mark of the byte order in front.
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|l| !l.is_empty());
    let all = lines.enumerate().filter(|(n, line)| *n > 0 || !is_head(line, folder));
    let items: Vec<Item> = all.take(DOCUMENTS_MAX + 1).map(|(_, line)| item(line, folder)).collect();
    few_enough(path, items.len())?;
    Ok(items)
}

fn few_enough(what: &Path, documents: usize) -> Result<(), Fault> {
    let problem = || format!("holds more than {DOCUMENTS_MAX} documents; look them up in parts");
    if documents > DOCUMENTS_MAX { Err(Fault::file(what, problem())) } else { Ok(()) }
}

fn item(line: &str, folder: &Path) -> Item {
    match line.rsplit_once(',').and_then(|(name, hex)| Some((name, Digest::from_hex(hex.trim())?))) {
        Some((name, digest)) => Item::Named(name.trim_matches('"').to_owned(), digest),
        None => Item::File(folder.join(line.trim_matches('"'))),
    }
}

/// Whether a first line says what the columns are. A file that is there by that name is a document.
fn is_head(line: &str, folder: &Path) -> bool {
    let first = line.split(',').next().unwrap_or_default().trim().trim_matches('"').to_lowercase();
    let is_document = matches!(item(line, folder), Item::Named(..)) || folder.join(line.trim_matches('"')).exists();
    HEADS.contains(&first.as_str()) && !is_document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_columns_are_no_document() {
        let dir = tempfile::tempdir().unwrap();
        let (list, hex) = (dir.path().join("list.csv"), "ab".repeat(32));
        let of = |text: String| {
            std::fs::write(&list, text).unwrap();
            items(&list).unwrap()
        };
        let file = |name: &str| Item::File(dir.path().join(name));
        for head in ["path", "\u{feff}Path\r", "\"path\"", "document,outcome,events", "name,digest"] {
            assert_eq!(of(format!("{head}\na.pdf\n")), [file("a.pdf")], "{head}");
        }
        assert_eq!(
            of(format!("name,{hex}\nb.pdf\npath\n")),
            [Item::Named("name".to_owned(), Digest([0xab; 32])), file("b.pdf"), file("path"),]
        );
        std::fs::write(dir.path().join("path"), "a document of that name").unwrap();
        assert_eq!(of("path\n".to_owned()), [file("path")]);
    }

    #[test]
    fn a_list_that_is_too_long_is_told_and_not_cut() {
        let dir = tempfile::tempdir().unwrap();
        let list = dir.path().join("list.csv");
        std::fs::write(&list, "a\n".repeat(DOCUMENTS_MAX)).unwrap();
        assert_eq!(items(&list).unwrap().len(), DOCUMENTS_MAX);
        std::fs::write(&list, "a\n".repeat(DOCUMENTS_MAX + 1)).unwrap();
        assert!(items(&list).unwrap_err().to_string().contains("look them up in parts"));
    }
}

//! The files of the checkout as texts: tracked ones and new ones, but nothing that git ignores. Files that are not text
//! are listed by name only.

use std::path::PathBuf;
use std::process::Command;

use super::finding::Fault;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// Contents; empty when they are not UTF-8.
    pub text: String,
}

impl File {
    /// The last component of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
    /// True for a Rust source.
    pub fn is_rust(&self) -> bool {
        self.name().ends_with(".rs")
    }
    /// True where all of the file is tests or benchmarks. The crate `tests` itself is a simulator: its `src` is not.
    pub fn is_test(&self) -> bool {
        let mut folders = self.path.split('/').skip(1);
        self.name() == "tests.rs" || folders.any(|folder| ["tests", "benches"].contains(&folder))
    }
}

/// All files, ordered by path.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
    /// The files.
    pub files: Vec<File>,
}

impl Checkout {
    /// Reads the checkout that this program was built from.
    pub fn read() -> Result<Self, Fault> {
        // Asked when it runs, not when it was built: two checkouts may share a cache of builds.
        let own =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = own.join("../..");
        let mut checkout = Self { root, files: Vec::new() };
        // A checkout owned by another user (a container's mount) is still only read.
        let list = "-c safe.directory=* ls-files --cached --others --exclude-standard -z";
        let paths = checkout.ask("git", list)?;
        let mut paths: Vec<&str> = paths.split('\0').filter(|p| !p.is_empty()).collect();
        paths.sort_unstable();
        paths.dedup();
        checkout.files = paths.into_iter().filter_map(|path| checkout.file(path)).collect();
        Ok(checkout)
    }

    /// None for a file that is deleted but still in the index.
    fn file(&self, path: &str) -> Option<File> {
        let bytes = std::fs::read(self.root.join(path)).ok()?;
        Some(File { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() })
    }

    /// The text of one file, empty when there is none.
    pub fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    /// Replaces a file.
    pub fn write(&self, path: &str, text: &str) -> Result<(), Fault> {
        std::fs::write(self.root.join(path), text)
            .map_err(|error| Fault::File { path: path.to_owned(), reason: error.to_string() })
    }

    /// What a program prints when it is run in the root; `arguments` are separated by single spaces.
    pub fn ask(&self, program: &str, arguments: &str) -> Result<String, Fault> {
        let fault = |reason| Fault::Command { command: format!("{program} {arguments}"), reason };
        let output = Command::new(program)
            .args(arguments.split(' '))
            .current_dir(&self.root)
            .output()
            .map_err(|error| fault(error.to_string()))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(fault(String::from_utf8_lossy(&output.stderr).into_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::File;

    fn is_test(path: &str) -> bool {
        File { path: path.to_owned(), text: String::new() }.is_test()
    }

    #[test]
    fn the_simulator_is_not_a_test_but_its_scenarios_are() {
        assert!(!is_test("tests/src/network.rs"));
        assert!(is_test("tests/tests/partitions.rs"));
        assert!(is_test("consensus/ledger/src/state/tests.rs"));
        assert!(is_test("models/benches/appraise.rs"));
        assert!(!is_test("models/src/score.rs"));
    }
}

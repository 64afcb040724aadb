//! Altered copies of a target's corpus, and bytes without any form, for tests without a fuzzer: proptest makes them and
//! shrinks what fails. They follow no coverage.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::path::PathBuf;

/// A change to a file: where, and what.
#[derive(Clone, Debug)]
enum Edit {
    Flip(usize, u8),
    Set(usize, u8),
    Cut(usize),
    Drop(usize, usize),
    Repeat(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = any::<usize>();
    prop_oneof![
        4 => (place, 0..8_u8).prop_map(|(at, bit)| Edit::Flip(at, 1 << bit)),
        4 => (place, any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        1 => place.prop_map(Edit::Cut),
        1 => (place, 1..9_usize).prop_map(|(at, len)| Edit::Drop(at, len)),
        1 => (place, 1..65_usize).prop_map(|(at, len)| Edit::Repeat(at, len)),
    ]
}

fn alter(mut data: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        if data.is_empty() {
            break;
        }
        let place = |at: &usize| at % data.len();
        let span = |at: &usize, len: &usize| place(at)..(place(at) + len).min(data.len());
        match edit {
            Edit::Flip(at, bits) => {
                let at = place(at);
                data[at] ^= bits;
            }
            Edit::Set(at, byte) => {
                let at = place(at);
                data[at] = *byte;
            }
            Edit::Cut(at) => data.truncate(place(at)),
            Edit::Drop(at, len) => drop(data.drain(span(at, len))),
            Edit::Repeat(at, len) => {
                let copy = data[span(at, len)].to_vec();
                let at = place(at);
                data.splice(at..at, copy);
            }
        }
    }
    data
}

/// The corpus of a target, in the checkout. Tests run in the folder of their package, one below the root.
pub fn folder(target: &str) -> PathBuf {
    PathBuf::from("../tests/fuzz/corpus").join(target)
}

/// The corpus of one target.
pub struct Altered(Vec<Vec<u8>>);

impl Altered {
    /// Reads it.
    pub fn of(target: &str) -> Self {
        let mut paths: Vec<_> = std::fs::read_dir(folder(target)).unwrap().map(|e| e.unwrap().path()).collect();
        paths.sort();
        let files: Vec<_> = paths.iter().map(|p| std::fs::read(p).unwrap()).collect();
        assert!(!files.is_empty(), "the corpus of {target} is empty");
        Self(files)
    }
    /// Runs a target on the corpus as it is, and on `cases` altered files.
    pub fn run(&self, cases: u32, target: impl Fn(&[u8])) {
        self.0.iter().for_each(|file| target(file));
        let input = (0..self.0.len(), prop::collection::vec(edit(), 1..6));
        let outcome = runner(cases).run(&input, |(which, edits)| {
            target(&alter(self.0[which].clone(), &edits));
            Ok(())
        });
        outcome.unwrap();
    }
    /// Runs a target on the corpus, and on `cases` stories of at most `length` bytes without any form.
    #[allow(dead_code, reason = "not every test tells stories")]
    pub fn told(&self, cases: u32, length: usize, target: impl Fn(&[u8])) {
        self.0.iter().for_each(|file| target(file));
        let outcome = runner(cases).run(&prop::collection::vec(any::<u8>(), 1..length), |bytes| {
            target(&bytes);
            Ok(())
        });
        outcome.unwrap();
    }
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() })
}

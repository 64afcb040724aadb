//! What the guard says after crashes, copies and damage.

use super::*;
use crate::keys;

struct Home {
    dir: tempfile::TempDir,
    key: PublicKey,
}

impl Home {
    fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap(), key: keys::new_secret().unwrap().public().clone() };
        Guard::create(&home.path(), &home.key).unwrap();
        home
    }
    fn path(&self) -> PathBuf {
        self.dir.path().join("sign.guard")
    }
    fn open(&self) -> Guard {
        Guard::open(&self.path(), &self.key).unwrap()
    }
    /// Starts with a database of so many writes, makes more of them, each with a vote, and dies.
    fn live(&self, written: u64, last: u64) -> Memory {
        let mut guard = self.open();
        let memory = guard.start(written).unwrap();
        for n in written..=last {
            guard.cover(View(n / 2)).unwrap();
            guard.note(n).unwrap();
        }
        memory
    }
}

#[test]
fn a_database_that_is_as_new_as_the_guard_is_not_doubted() {
    let home = Home::new();
    assert_eq!(home.live(0, 500), Memory::Unconfirmed);
    assert_eq!(home.live(500, 700), Memory::Unconfirmed);
    // Died between the database's sync and the note.
    assert_eq!(home.live(701, 702), Memory::Unconfirmed);
    assert_eq!(home.open().state().starts, 3);
}

#[test]
fn a_database_that_lost_one_write_is_doubted_until_that_is_settled() {
    let home = Home::new();
    home.live(0, 500);
    let bound = home.open().state().high;
    assert!(bound.0 >= 250 && bound.0 <= 250 + STRIDE);
    assert_eq!(home.live(499, 499), Memory::Doubtful { bound: Some(bound) });
    assert_eq!(home.live(600, 600), Memory::Doubtful { bound: Some(bound) });
    let mut guard = home.open();
    guard.settle(View(700), 450).unwrap();
    drop(guard);
    assert_eq!(home.live(450, 450), Memory::Unconfirmed);
    assert_eq!(home.open().state().vote_from, View(700));
}

#[test]
fn a_missing_or_damaged_guard_doubts_everything() {
    let home = Home::new();
    home.live(0, 10);
    std::fs::remove_file(home.path()).unwrap();
    assert_eq!(home.live(10, 10), Memory::Doubtful { bound: None });
    std::fs::write(home.path(), [7; 3 * SLOT]).unwrap();
    assert_eq!(home.live(10, 10), Memory::Doubtful { bound: None });
}

#[test]
fn no_single_damaged_slot_hides_a_promise() {
    let home = Home::new();
    home.live(0, 500);
    let whole = std::fs::read(home.path()).unwrap();
    for at in 0..whole.len() {
        for bit in [0, 5] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            std::fs::write(home.path(), bytes).unwrap();
            let (state, running) = Guard::read(&home.path()).unwrap().unwrap();
            // A lost slot takes back one stride at most; `low` stands for a running slot that is lost.
            assert!(state.high.0 >= 250 - STRIDE && running >= 500 - 6 * STRIDE, "byte {at}: {state:?} {running}");
        }
    }
}

#[test]
fn what_is_there_is_never_replaced_by_a_new_one() {
    let home = Home::new();
    assert!(Guard::create(&home.path(), &home.key).unwrap_err().to_string().contains("never replaced"));
}

#[test]
fn what_is_no_guard_of_this_key_stays_as_it_is() {
    let home = Home::new();
    let other = keys::new_secret().unwrap();
    let told = |key: &PublicKey| Guard::open(&home.path(), key).err().unwrap().to_string();
    let before = std::fs::read(home.path()).unwrap();
    assert!(told(other.public()).contains("of another key"));
    assert_eq!(std::fs::read(home.path()).unwrap(), before);
    std::fs::write(home.path(), "-----BEGIN PRIVATE KEY-----").unwrap();
    assert!(told(&home.key).contains("is no sign-guard"));
    assert_eq!(std::fs::read(home.path()).unwrap(), b"-----BEGIN PRIVATE KEY-----");
    // What a disk makes of a guard is one still: everything is doubted then.
    for damaged in [vec![], vec![7; before.len()]] {
        std::fs::write(home.path(), damaged).unwrap();
        assert_eq!(home.open().start(0).unwrap(), Memory::Doubtful { bound: None });
    }
}

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
    /// Votes in every view up to `last`, as the event loop does, and dies.
    fn live(&self, promised: u64, last: u64) -> Memory {
        let mut guard = self.open();
        let memory = guard.start(View(promised)).unwrap();
        for view in promised..=last {
            guard.cover(View(view)).unwrap();
            guard.note(View(view)).unwrap();
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
fn a_database_that_is_one_view_older_is_doubted_until_it_is_settled() {
    let home = Home::new();
    home.live(0, 500);
    let bound = home.open().state().high;
    assert!(bound.0 >= 500 && bound.0 <= 500 + STRIDE);
    assert_eq!(home.live(499, 499), Memory::Doubtful { bound: Some(bound) });
    assert_eq!(home.live(600, 600), Memory::Doubtful { bound: Some(bound.max(home.open().state().high)) });
    let mut guard = home.open();
    guard.settle(View(700), View(605)).unwrap();
    drop(guard);
    assert_eq!(home.live(605, 605), Memory::Unconfirmed);
    assert_eq!(home.open().state().vote_from, View(700));
}

#[test]
fn a_missing_or_foreign_or_damaged_guard_doubts_everything() {
    let home = Home::new();
    home.live(0, 10);
    let other = keys::new_secret().unwrap().public().clone();
    assert_eq!(Guard::open(&home.path(), &other).unwrap().start(View(10)).unwrap(), Memory::Doubtful { bound: None });
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
            // A slot that was lost in a crash takes back one stride at most; then `low` stands for the running view.
            assert!(state.high.0 >= 500 - STRIDE && running.0 >= 500 - 3 * STRIDE, "byte {at}: {state:?} {running:?}");
        }
    }
}

#[test]
fn what_is_there_is_never_replaced_by_a_new_one() {
    let home = Home::new();
    assert!(Guard::create(&home.path(), &home.key).unwrap_err().to_string().contains("never replaced"));
}

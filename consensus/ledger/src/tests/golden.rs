//! A fixed small ledger whose headers are pinned byte for byte, and the sameness of two executions.
//!
//! A difference in `golden/ledger.txt` is a change of format or rules, to be made on purpose: set `GOLDEN=write`.
#![allow(clippy::disallowed_methods)] // golden files are read and, on purpose, written

use super::world::lived_in;
use crate::{Batch, header, query, validate};
use proto::{Canonical, Digest, Height};
use std::fmt::Write as _;

fn describe() -> String {
    let world = lived_in();
    let mut text = String::from("# height: digest, ledger size and sum, roots\n");
    for height in 0..=world.tip.header.height.0 {
        let h = header(&world.store, Height(height)).unwrap().unwrap();
        writeln!(text, "{height} header {}", h.digest()).unwrap();
        writeln!(text, "{height} ledger {} {}", h.ledger_size, h.ledger_sum).unwrap();
        writeln!(text, "{height} sm3_root {}", h.sm3_root).unwrap();
        writeln!(text, "{height} sha256_root {}", h.sha256_root).unwrap();
        writeln!(text, "{height} state_root {}", h.state_root).unwrap();
    }
    writeln!(text, "rows {}", digest_of(&world.store)).unwrap();
    text
}

/// Over every row, certificates included: signing is deterministic.
fn digest_of(store: &Batch) -> Digest {
    let mut all = Vec::new();
    for (key, value) in &store.writes {
        all.extend_from_slice(key);
        all.extend_from_slice(value.as_deref().unwrap_or_default());
    }
    Digest::sm3(&all)
}

#[test]
fn the_golden_ledger_has_not_changed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/ledger.txt");
    let now = describe();
    if std::env::var("GOLDEN").is_ok_and(|v| v == "write") {
        std::fs::write(path, &now).unwrap();
    }
    assert_eq!(now, std::fs::read_to_string(path).unwrap());
}

#[test]
fn replaying_the_blocks_gives_the_same_rows() {
    let world = lived_in();
    let (mut tip, mut store) = crate::birth(&world.birth);
    for height in 1..=world.tip.header.height.0 {
        let block = query::block(&world.store, Height(height)).unwrap().unwrap();
        let once = validate(&store, &tip, &block).unwrap().unwrap();
        let twice = validate(&store, &tip, &block).unwrap().unwrap();
        assert_eq!(once, twice);
        store.merge(once.changes);
        tip = once.tip;
    }
    assert_eq!(tip, world.tip);
    for (key, value) in &store.writes {
        if *key != crate::meta(crate::Meta::Tip) {
            assert_eq!(world.store.writes.get(key), Some(value));
        }
    }
}

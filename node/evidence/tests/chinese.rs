//! Whatever a check says in a report, of a right package or of any of the wrong ones, is said in Chinese too.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)]

#[allow(dead_code)]
#[path = "../mutants/recipes.rs"]
mod recipes;
#[allow(dead_code)]
#[path = "../mutants/world.rs"]
mod world;

use evidence::{Dossier, Variant, examine, inspect};
use recipes::Recipes;
use report::Language;
use report::detail::detail;
use std::collections::BTreeSet;

fn dossiers(recipes: &mut Recipes) -> Vec<Dossier> {
    let right = recipes.rightly_stamped();
    let packages = recipes.list.iter().chain(&right).filter_map(|m| inspect(&m.bytes, None).dossier);
    let each = (0..recipes.world.events.len() as u64).flat_map(|seq| Variant::ALL.map(|variant| (seq, variant)));
    let right = each.map(|(seq, variant)| recipes.world.dossier(seq, variant));
    packages.chain(right).collect()
}

#[test]
fn every_sentence_of_a_report_is_said_in_chinese() {
    let (mut codes, mut untold) = (BTreeSet::new(), BTreeSet::new());
    for check in dossiers(&mut Recipes::all()).iter().flat_map(examine) {
        codes.insert(check.code);
        if detail(&check.detail, Language::Zh) == check.detail {
            untold.insert(format!("{}: {}", check.code, check.detail));
        }
    }
    assert_eq!(untold, BTreeSet::new());
    assert!(codes.len() >= 20, "only the sentences of {codes:?} were tried");
}

//! Writes every mutant and every right package of the test ledger into a folder, with what this verifier says of each:
//! `mutants DIR`. Another verifier is run over the same files and must say the same.
//!
//! `DIR/policy.toml` is the policy of all but those that have a `NAME.toml`; `DIR/mutants.txt` has a line
//! `NAME OVERALL CODE=OUTCOME …` for each `NAME.evidence.zip`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

#[allow(dead_code)]
#[path = "../mutants/recipes.rs"]
mod recipes;
#[allow(dead_code)]
#[path = "../mutants/world.rs"]
mod world;

use evidence::{Policy, Variant, verify};
use proto::{Check, Outcome};
use recipes::{Mutant, Recipes};
use std::fmt::Write as _;
use std::path::Path;

fn main() {
    let dir = std::env::args().nth(1).expect("usage: mutants DIR");
    let dir = Path::new(&dir);
    std::fs::create_dir_all(dir).unwrap();
    let mut recipes = Recipes::all();
    let usual = recipes::policy(&recipes.world.chain);
    std::fs::write(dir.join("policy.toml"), &usual).unwrap();
    let right = right(&recipes);
    recipes.list.extend(right);
    let mut lines = String::new();
    for m in &recipes.list {
        std::fs::write(dir.join(format!("{}.evidence.zip", m.name)), &m.bytes).unwrap();
        if let Some(policy) = &m.policy {
            std::fs::write(dir.join(format!("{}.toml", m.name)), policy).unwrap();
        }
        let policy = Policy::parse(m.policy.as_ref().unwrap_or(&usual)).unwrap();
        let checks = verify(&m.bytes, Some(&policy));
        write!(lines, "{} {}", m.name, Check::overall(&checks).as_str()).unwrap();
        for c in &checks {
            write!(lines, " {}={}", c.code, c.outcome.as_str()).unwrap();
        }
        lines.push('\n');
    }
    std::fs::write(dir.join("mutants.txt"), lines).unwrap();
    println!("{} packages in {}", recipes.list.len(), dir.display());
}

fn right(recipes: &Recipes) -> Vec<Mutant> {
    let each = |seq: u64| Variant::ALL.map(|variant| (seq, variant));
    let all = (0..recipes.world.events.len() as u64).flat_map(each);
    let make = |(seq, variant)| Mutant {
        name: format!("right-{seq}-{variant}"),
        bytes: recipes.world.dossier(seq, variant).package(),
        policy: None,
        first: None,
        outcome: Outcome::Valid,
    };
    all.map(make).collect()
}

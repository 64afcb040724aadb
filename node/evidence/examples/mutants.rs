//! Writes every mutant and every right package of the test ledger into a folder, with what this verifier says of each:
//! `mutants DIR`. Another verifier is run over the same files and must say the same.
//!
//! `DIR/policy.toml` is the policy of all but those that have a `NAME.toml`; `DIR/mutants.txt` has a line
//! `NAME OVERALL CODE=OUTCOME …` for each `NAME.evidence.zip`, and `DIR/unchecked.txt` a line `NAME PATH …` of what no check
//! speaks for.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

#[allow(dead_code)]
#[path = "../mutants/recipes.rs"]
mod recipes;
#[allow(dead_code)]
#[path = "../mutants/world.rs"]
mod world;

use evidence::{Policy, Variant, inspect};
use proto::{Canonical, Check, Outcome};
use recipes::{Mutant, Recipes};
use std::fmt::Write as _;
use std::path::Path;

fn main() {
    let dir = std::env::args().nth(1).expect("usage: mutants DIR");
    let dir = Path::new(&dir);
    std::fs::create_dir_all(dir).unwrap();
    // Before anything else: what stamps are over must be there for `stamps/make` when they are of another header.
    let newest = world::World::new(&world::Twist::default()).checkpoint.header;
    std::fs::write(dir.join("header.bin"), newest.to_bytes()).unwrap();
    let mut recipes = Recipes::all();
    let usual = recipes::policy(&recipes.world.chain);
    std::fs::write(dir.join("policy.toml"), &usual).unwrap();
    let right = right(&recipes);
    recipes.list.extend(right);
    let stamped = recipes.rightly_stamped();
    recipes.list.extend(stamped.into_iter().map(|m| Mutant { name: format!("right-{}", m.name), ..m }));
    let presented = recipes.rightly_presented();
    recipes.list.extend(presented.into_iter().map(|m| Mutant { name: format!("right-{}", m.name), ..m }));
    let unsigned = recipes.rightly_unsigned();
    recipes.list.extend(unsigned.into_iter().map(|m| Mutant { name: format!("right-{}", m.name), ..m }));
    flips(&recipes, dir);
    let (mut lines, mut unchecked) = (String::new(), String::new());
    for m in &recipes.list {
        std::fs::write(dir.join(format!("{}.evidence.zip", m.name)), &m.bytes).unwrap();
        if let Some(policy) = &m.policy {
            std::fs::write(dir.join(format!("{}.toml", m.name)), policy).unwrap();
        }
        let policy = Policy::parse(m.policy.as_ref().unwrap_or(&usual)).unwrap();
        let report = inspect(&m.bytes, Some(&policy));
        let checks = report.checks;
        writeln!(unchecked, "{}", [std::slice::from_ref(&m.name), &report.unchecked].concat().join(" ")).unwrap();
        write!(lines, "{} {}", m.name, Check::overall(&checks).as_str()).unwrap();
        for c in &checks {
            write!(lines, " {}={}", c.code, c.outcome.as_str()).unwrap();
        }
        lines.push('\n');
    }
    std::fs::write(dir.join("mutants.txt"), lines).unwrap();
    std::fs::write(dir.join("unchecked.txt"), unchecked).unwrap();
    println!("{} packages in {}", recipes.list.len(), dir.display());
}

/// Every bit of some time-stamps, changed: `stamps.txt` has a line `NAME OUTCOMES` for each `NAME.tsr`, two letters a bit
/// (TSA_TOKEN, TSA_CHAIN_AT_GENTIME; V, I or N for INDETERMINATE), under the roots in `roots.pem` over the `imprint`.
fn flips(recipes: &Recipes, dir: &Path) {
    let (roots, imprint) = (recipes::stamped::roots(), recipes.imprint());
    std::fs::write(dir.join("roots.pem"), roots.concat()).unwrap();
    std::fs::write(dir.join("imprint"), imprint.to_string()).unwrap();
    let roots: Vec<&str> = roots.iter().map(String::as_str).collect();
    let mut lines = String::new();
    for (name, token) in recipes.flipped() {
        std::fs::write(dir.join(format!("{name}.tsr")), &token).unwrap();
        let mut token = token;
        let mut outcomes = String::new();
        for bit in 0..token.len() * 8 {
            token[bit / 8] ^= 1 << (bit % 8);
            let stamp = timestamp::Stamp { token: &token, chain_pem: "" };
            let checks = timestamp::stamp::verify(stamp, &imprint, &roots).checks;
            outcomes.extend(checks.map(|c| letter(c.outcome)));
            token[bit / 8] ^= 1 << (bit % 8);
        }
        writeln!(lines, "{name} {outcomes}").unwrap();
    }
    std::fs::write(dir.join("stamps.txt"), lines).unwrap();
}

fn letter(outcome: Outcome) -> char {
    match outcome {
        Outcome::Valid => 'V',
        Outcome::Invalid => 'I',
        Outcome::Indeterminate => 'N',
    }
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

//! Every mutant is rejected, by the check that must reject it; the committed table says which. A change of the table is a
//! change of what a verifier promises: `TABLE_WRITE=1` writes it anew, to be read before it is committed.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)]

#[allow(dead_code)]
#[path = "../mutants/recipes.rs"]
mod recipes;
#[allow(dead_code)]
#[path = "../mutants/world.rs"]
mod world;

use evidence::{Policy, verify};
use proto::{Check, Outcome};
use recipes::Recipes;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mutants/expected.txt");

#[test]
fn every_mutant_is_rejected_with_the_right_code() {
    let recipes = Recipes::all();
    let usual = Policy::parse(&recipes::policy(&recipes.world.chain)).unwrap();
    let (mut table, mut wrong, mut names) = (String::new(), Vec::new(), BTreeSet::new());
    for mutant in &recipes.list {
        assert!(names.insert(&mutant.name), "{} twice", mutant.name);
        let policy = mutant.policy.as_ref().map_or_else(|| usual.clone(), |text| Policy::parse(text).unwrap());
        let checks = verify(&mutant.bytes, Some(&policy));
        let overall = Check::overall(&checks);
        let first = checks.iter().find(|c| c.outcome != Outcome::Valid);
        let (code, outcome) = first.map_or(("NONE", Outcome::Valid), |c| (c.code, c.outcome));
        writeln!(table, "{} {} {code}", mutant.name, overall.as_str()).unwrap();
        if mutant.first.is_some_and(|wanted| (wanted, mutant.outcome) != (code, outcome)) || overall == Outcome::Valid {
            wrong.push(format!("{}: {code} {} {:?}", mutant.name, outcome.as_str(), first.map(|c| &c.detail)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(recipes.list.len() >= 500, "{} mutants", recipes.list.len());
    if std::env::var_os("TABLE_WRITE").is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    let committed = std::fs::read_to_string(TABLE).unwrap();
    for (now, then) in table.lines().zip(committed.lines()) {
        assert_eq!(now, then);
    }
    assert_eq!(table.len(), committed.len());
}

#[test]
fn what_is_right_holds() {
    let mut recipes = Recipes::all();
    let usual = recipes::policy(&recipes.world.chain);
    let stamped = recipes.rightly_stamped().into_iter();
    let right = stamped.chain(recipes.rightly_presented()).chain(recipes.rightly_unsigned());
    for mutant in right.collect::<Vec<_>>() {
        let policy = Policy::parse(mutant.policy.as_ref().unwrap_or(&usual)).unwrap();
        let wrong: Vec<Check> =
            verify(&mutant.bytes, Some(&policy)).into_iter().filter(|c| c.outcome != Outcome::Valid).collect();
        assert_eq!(wrong, Vec::new(), "{}", mutant.name);
    }
}

/// Two clocks that contradict one another are told, and change no outcome: which of them is wrong is not for a verifier to say.
#[test]
fn a_token_that_claims_to_be_older_than_its_header_is_told() {
    let recipes = Recipes::all();
    let policy = Policy::parse(&recipes::policy(&recipes.world.chain)).unwrap();
    let said = |times: &[&str]| {
        let stamps = times.iter().map(|at| recipes.stamped_at(at)).collect();
        let dossier = evidence::Dossier { stamps, ..recipes.world.dossier(1, evidence::Variant::Public) };
        let checks = verify(&dossier.package(), Some(&policy));
        let check = checks.into_iter().find(|c| c.code == evidence::code::TSA_TOKEN).unwrap();
        assert_eq!(check.outcome, Outcome::Valid, "{times:?}");
        check.detail
    };
    let (early, late) = ("20200102030405Z", "20370102030405Z");
    assert!(!said(&[late]).contains("GENTIME_BEFORE_HEADER"));
    for times in [&[early][..], &[late, early]] {
        let detail = said(times);
        assert!(detail.contains("GENTIME_BEFORE_HEADER: a token claims 2020-01-02T03:04:05Z"), "{detail}");
    }
}

/// Whoever forges what nobody signed gets the same verdict, and the reader the list of what not to rely on.
#[test]
fn what_nobody_signed_is_listed() {
    let recipes = Recipes::all();
    let listed = |mutant: &recipes::Mutant| evidence::inspect(&mutant.bytes, None).unchecked;
    let lists: Vec<Vec<String>> = recipes.rightly_unsigned().iter().map(listed).collect();
    let (_, mut forged) = evidence::Files::open(&recipes.rightly_unsigned()[0].bytes).unwrap();
    forged.0.retain(|_, bytes| bytes.starts_with(b"VALID; forged"));
    let fields = ["media_type", "name", "size"].map(|field| format!("data/document.bin#{field}"));
    let expected: BTreeSet<String> = forged.0.into_keys().chain(fields).collect();
    assert_eq!(lists[0], expected.into_iter().collect::<Vec<_>>());
    assert_eq!(lists[0].len(), 30);
    assert_eq!(lists[1], ["data/document.bin#media_type", "data/document.bin#name", "data/report.en.pdf"]);
    let bare = recipes.world.dossier(3, evidence::Variant::Full).package();
    assert_eq!(evidence::inspect(&bare, None).unchecked, Vec::<String>::new());
    // Where the content could not be read, nothing is said of it.
    assert_eq!(evidence::inspect(&bare[1..], None).unchecked, Vec::<String>::new());
}

/// Under every kind of policy, a time-stamp that is not forged takes nothing from a package, whichever others are there.
#[test]
fn more_evidence_never_gives_a_worse_verdict() {
    let recipes = Recipes::all();
    let (stamps, usual) = (recipes.honest_stamps(), recipes::policy(&recipes.world.chain));
    let timed = |roots: &[String]| {
        let texts: Vec<String> = roots.iter().map(|r| format!("\"\"\"{r}\"\"\"")).collect();
        Some(Policy::parse(&format!("{usual}[time]\nroots = [{}]\n", texts.join(", "))).unwrap())
    };
    let roots = recipes::stamped::roots();
    let policies = [None, Some(Policy::parse(&usual).unwrap()), timed(&[]), timed(&roots), timed(&roots[..1])];
    let mut changed = 0;
    for policy in &policies {
        let overall = |set: usize| {
            let chosen = stamps.iter().enumerate().filter(|(i, _)| set & 1 << i != 0).map(|(_, s)| s.clone());
            let dossier = recipes.world.dossier(1, evidence::Variant::Public);
            let dossier = evidence::Dossier { stamps: chosen.collect(), ..dossier };
            Check::overall(&verify(&dossier.package(), policy.as_ref()))
        };
        let verdicts: Vec<Outcome> = (0..1 << stamps.len()).map(overall).collect();
        for set in 0..verdicts.len() {
            for more in (0..stamps.len()).map(|i| set | 1 << i) {
                assert!(verdicts[more] <= verdicts[set], "{policy:?}: {set:b} is {:?}, {more:b} not", verdicts[set]);
                changed += usize::from(verdicts[more] < verdicts[set]);
            }
        }
    }
    assert!(changed > 0, "no stamp ever made a verdict better");
}

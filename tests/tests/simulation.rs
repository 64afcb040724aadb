//! Hundreds of seeds of the simulator, and the proof that it sees: every broken variant is caught.
#![allow(clippy::unwrap_used)]

use std::ops::Range;
use tests::sim::sweep::{Sweep, sweep};
use tests::sim::{Mutant, Plan, Report, simulate};

/// Runs the seeds and stops at the first that breaks a rule.
fn hold(seeds: Range<u64>, validators: u16, twin: bool) -> Vec<Report> {
    let outcomes = sweep(&Sweep { seeds: seeds.clone(), validators, mutant: None, twin, stop: true }, |_| ());
    let failed = outcomes.iter().find_map(|o| o.result.as_ref().err().map(|v| (o, v)));
    if let Some((outcome, violation)) = failed {
        panic!("{} (after {} ms)\nrepeat: {}", violation.finding, violation.at_ms, outcome.plan.command());
    }
    let reports: Vec<_> = outcomes.into_iter().map(|o| o.result.unwrap()).collect();
    assert_eq!(reports.len() as u64, seeds.end - seeds.start);
    // a sweep in which nothing went wrong would prove nothing
    assert!(reports.iter().map(|r| r.crashes).sum::<usize>() > reports.len(), "hardly any crashes were injected");
    assert!(reports.iter().all(|r| r.events >= 20), "a run without its transactions");
    reports
}

fn all_hold(seeds: Range<u64>, validators: u16) {
    let reports = hold(seeds, validators, false);
    assert!(reports.iter().all(|r| r.faults == 0));
}

#[test]
fn four_validators_keep_every_promise() {
    all_hold(0..300, 4);
}

#[test]
fn seven_validators_keep_every_promise() {
    all_hold(1000..1040, 7);
}

#[test]
fn five_validators_whose_quorum_is_not_two_thirds_plus_one_keep_every_promise() {
    all_hold(2000..2040, 5);
}

#[test]
fn a_key_that_runs_twice_breaks_nothing_and_is_named() {
    let reports = hold(3000..3060, 4, true);
    let named = reports.iter().filter(|r| r.faults > 0).count();
    assert!(named > 5, "a contradiction was proven in {named} runs only");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..5 {
        let plan = Plan::new(seed, 4);
        assert_eq!(simulate(&plan).unwrap(), simulate(&plan).unwrap());
    }
    assert_ne!(simulate(&Plan::new(0, 4)).unwrap().trace, simulate(&Plan::new(1, 4)).unwrap().trace);
}

/// Caught by what it breaks, not by a mere lack of progress.
fn is_caught(mutant: Mutant, seeds: u64) {
    let outcomes =
        sweep(&Sweep { seeds: 0..seeds, validators: 4, mutant: Some(mutant), twin: false, stop: false }, |_| ());
    let caught = outcomes.iter().filter(|o| o.result.as_ref().is_err_and(|v| !v.stalled)).count();
    assert!(caught > 0, "{} passes {seeds} seeds: the checkers are blind", mutant.as_str());
}

#[test]
fn sending_before_the_write_is_caught() {
    is_caught(Mutant::SendBeforePersist, 60);
}

#[test]
fn a_quorum_one_too_small_is_caught() {
    is_caught(Mutant::SmallQuorum, 20);
}

#[test]
fn two_writes_instead_of_one_are_caught() {
    is_caught(Mutant::TwoWrites, 100);
}

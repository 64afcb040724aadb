//! Runs seeds of the simulator and says what broke.
//!
//! ```text
//! sim --seeds A..B [--validators N] [--byzantine COUNT[:KIND]] [--lost-disks] [--changes] [--copies] [--mutant NAME] [--json FILE] [--quiet] [--first] [--log]
//! sim --twins DEPTH[:GROUPS] [--validators N] [--seeds A..B] ...
//! ```
//!
//! Exit code 0: nothing broke (with a mutant: it was caught); 1: something did, with the command line that repeats it; 3:
//! bad arguments.

use std::ops::Range;
use std::process::ExitCode;
use tests::sim::sweep::{Outcome, Sweep, sweep};
use tests::sim::twins::Twins;
use tests::sim::{Kind, Mutant, simulate, summary};

const USAGE: &str = "usage: sim --seeds A..B [--validators N] [--byzantine COUNT[:KIND]] [--lost-disks] [--changes] [--copies] [--twins DEPTH[:GROUPS]] [--mutant NAME] [--json FILE] \
                     [--quiet] [--first] [--log] [--threads N]";

/// What the command line asks for.
struct Order {
    sweep: Sweep,
    quiet: bool,
    json: Option<String>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match parse(&arguments) {
        Ok(order) => run(&order),
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            ExitCode::from(3)
        }
    }
}

fn run(order: &Order) -> ExitCode {
    let began = std::time::Instant::now();
    let progress = summary::Progress::new(order.sweep.seeds.end - order.sweep.seeds.start);
    let outcomes = sweep(&order.sweep, |outcome| match &outcome.result {
        Err(_) => println!("{}", summary::line(outcome)),
        Ok(_) if !order.quiet => println!("{}", summary::line(outcome)),
        Ok(_) => progress.one_more(),
    });
    let total = summary::Summary::of(&order.sweep, &outcomes, began.elapsed().as_secs_f64());
    println!("{total}");
    if let Some(path) = &order.json
        && let Err(why) = std::fs::write(path, total.to_json())
    {
        eprintln!("{path}: {why}");
        return ExitCode::from(3);
    }
    if order.sweep.mutant.is_some() {
        return if total.caught() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    // one seed alone is run again: the same seed must give the same run
    if let [Outcome { plan, result: Ok(report) }] = outcomes.as_slice()
        && simulate(plan).ok().as_ref() != Some(report)
    {
        println!("seed {} gave two different runs", plan.seed);
        return ExitCode::FAILURE;
    }
    if total.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn parse(arguments: &[String]) -> Result<Order, String> {
    let mut order = Order { sweep: Sweep::new(0..1, 4), quiet: false, json: None };
    let sweep = &mut order.sweep;
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let mut value = || rest.next().ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--seeds" => sweep.seeds = range(value()?)?,
            "--validators" => sweep.validators = positive(value()?)?,
            "--threads" => sweep.threads = Some(usize::from(number(value()?)?.max(1))),
            "--mutant" => {
                let all = Mutant::ALL.map(Mutant::as_str).join(", ");
                sweep.mutant = Some(Mutant::parse(value()?).ok_or(format!("--mutant is one of {all}"))?);
            }
            "--twins" => {
                let twins = twins(value()?)?;
                sweep.seeds =
                    if sweep.seeds == (0..1) { 0..twins.count(sweep.validators) } else { sweep.seeds.clone() };
                sweep.twins = Some(twins);
            }
            "--byzantine" => sweep.byzantine = byzantine(value()?)?,
            "--json" => order.json = Some(value()?.clone()),
            "--changes" => sweep.changes = true,
            "--lost-disks" => sweep.lost_disks = true,
            "--copies" => sweep.copies = true,
            "--quiet" => order.quiet = true,
            "--log" => sweep.log = true,
            "--first" => sweep.stop = true,
            other => return Err(format!("unknown argument {other}")),
        }
    }
    let (liars, all) = (sweep.byzantine.0, sweep.validators);
    if liars > all {
        return Err(format!("--byzantine: {liars} of {all} validators; choose at most all of them"));
    }
    Ok(order)
}

fn positive(text: &str) -> Result<u16, String> {
    number(text)?.checked_sub(1).map(|n| n + 1).ok_or("--validators: at least 1".to_owned())
}

fn number(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("{text} is no number of validators"))
}

fn byzantine(text: &str) -> Result<(u16, Option<Kind>), String> {
    let (count, kind) = text.split_once(':').map_or((text, None), |(count, kind)| (count, Some(kind)));
    let all = Kind::ALL.map(Kind::as_str).join(", ");
    let kind = kind.map(|k| Kind::parse(k).ok_or(format!("a kind of faulty validator is one of {all}")));
    Ok((number(count)?, kind.transpose()?))
}

fn twins(text: &str) -> Result<Twins, String> {
    let (depth, groups) = text.split_once(':').unwrap_or((text, "2"));
    Ok(Twins { depth: u32::from(number(depth)?), groups: usize::from(number(groups)?.max(1)) })
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let (first, end) = text.split_once("..").ok_or("--seeds needs A..B")?;
    let number = |t: &str| t.parse().map_err(|_| "--seeds needs two numbers".to_owned());
    let seeds: Range<u64> = number(first)?..number(end)?;
    if seeds.is_empty() {
        return Err(format!("--seeds: {text} is no seed at all; A must be less than B"));
    }
    Ok(seeds)
}

#[cfg(test)]
mod refusals {
    use super::parse;

    fn refused(arguments: &str) -> String {
        let arguments: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
        parse(&arguments).err().unwrap_or_default()
    }

    #[test]
    fn what_would_run_nothing_is_refused() {
        for seeds in ["10..0", "5..5"] {
            assert!(refused(&format!("--seeds {seeds}")).contains("no seed at all"));
        }
        assert!(refused("--validators 0").contains("at least 1"));
        assert!(refused("--byzantine 9").contains("9 of 4"));
        assert_eq!(refused("--seeds 0..2 --byzantine 4"), "");
    }
}

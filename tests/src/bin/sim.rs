//! `sim --seeds A..B [--validators N] [--mutant NAME] [--twin] [--quiet]`: runs seeds of the simulator and says what broke.
//!
//! Exit code 0: nothing broke; 1: something did, with the command line that repeats it; 3: bad arguments.

use std::ops::Range;
use std::process::ExitCode;
use tests::sim::sweep::{Outcome, Sweep, sweep};
use tests::sim::{Mutant, simulate};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match parse(&arguments) {
        Ok((plan, quiet)) => run(&plan, quiet),
        Err(message) => {
            eprintln!("{message}\nusage: sim --seeds A..B [--validators N] [--mutant NAME] [--twin] [--quiet]");
            ExitCode::from(3)
        }
    }
}

fn run(plan: &Sweep, quiet: bool) -> ExitCode {
    let began = std::time::Instant::now();
    let outcomes = sweep(plan, |outcome| {
        if !quiet || outcome.result.is_err() {
            println!("{}", line(outcome));
        }
    });
    let failed: Vec<_> = outcomes.iter().filter(|o| o.result.is_err()).collect();
    let good = outcomes.iter().filter_map(|o| o.result.as_ref().ok());
    let (blocks, crashes) = good.fold((0, 0), |(b, c), r| (b + r.height.0, c + r.crashes));
    let (seeds, seconds) = (outcomes.len(), began.elapsed().as_secs_f64());
    println!("{seeds} seeds in {seconds:.1} s, {} failed; {blocks} blocks, {crashes} crashes", failed.len());
    failed.iter().for_each(|o| println!("repeat: {}", o.plan.command()));
    // one seed alone is run again: the same seed must give the same run
    if let [Outcome { plan, result: Ok(report) }] = outcomes.as_slice()
        && simulate(plan).ok().as_ref() != Some(report)
    {
        println!("seed {} gave two different runs", plan.seed);
        return ExitCode::FAILURE;
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(outcome: &Outcome) -> String {
    let seed = outcome.plan.seed;
    match &outcome.result {
        Ok(r) => format!(
            "seed {seed}: ok, height {}, {} events, {} crashes, {} messages, {} faults proven, healed in {} ms, trace {:?}",
            r.height, r.events, r.crashes, r.messages, r.faults, r.healed_ms, r.trace
        ),
        Err(v) => format!("seed {seed}: FAILED after {} ms: {}", v.at_ms, v.finding),
    }
}

fn parse(arguments: &[String]) -> Result<(Sweep, bool), String> {
    let mut plan = Sweep { seeds: 0..1, validators: 4, mutant: None, twin: false, stop: false };
    let mut quiet = false;
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let mut value = || rest.next().ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--seeds" => plan.seeds = range(value()?)?,
            "--validators" => plan.validators = value()?.parse().map_err(|_| "--validators needs a number")?,
            "--mutant" => plan.mutant = Some(Mutant::parse(value()?).ok_or("--mutant: no such mutant")?),
            "--twin" => plan.twin = true,
            "--quiet" => quiet = true,
            other => return Err(format!("unknown argument {other}")),
        }
    }
    Ok((plan, quiet))
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let (first, end) = text.split_once("..").ok_or("--seeds needs A..B")?;
    let number = |t: &str| t.parse().map_err(|_| "--seeds needs two numbers".to_owned());
    Ok(number(first)?..number(end)?)
}

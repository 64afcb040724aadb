//! Writes what honest validators said in simulated runs as the module `Traces`, for `scripts/spec --traces`, which asks the
//! model checker whether the model explains it. It judges nothing.
//!
//! ```text
//! traces --out FILE --seeds A..B [--validators N] [--liar] [--mutant NAME] [--tamper]
//! ```
//!
//! `--liar` makes validator 0 faulty, in another way for each seed; `--mutant` breaks all of them; `--tamper` changes each
//! tape after the run, so that no run of honest engines could have been so. Exit code 3: bad arguments.

use proto::ValidatorIndex;
use std::collections::BTreeSet;
use std::process::ExitCode;
use tests::sim::consortium::birth;
use tests::sim::trace::{Tape, module};
use tests::sim::{Kind, Mutant, Plan, simulate_taped};

const USAGE: &str = "usage: traces --out FILE --seeds A..B [--validators N] [--liar] [--mutant NAME] [--tamper]";

/// What the command line asks for.
struct Order {
    out: String,
    seeds: std::ops::Range<u64>,
    validators: u16,
    liar: bool,
    mutant: Option<Mutant>,
    tamper: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let written = parse(&arguments).and_then(|order| write(&order).map_err(|why| format!("{}: {why}", order.out)));
    match written {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            ExitCode::from(3)
        }
    }
}

fn parse(arguments: &[String]) -> Result<Order, String> {
    let none = Order { out: String::new(), seeds: 0..0, validators: 4, liar: false, mutant: None, tamper: false };
    let (mut order, mut rest) = (none, arguments.iter());
    while let Some(flag) = rest.next() {
        let mut value = || rest.next().ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--out" => order.out = value()?.clone(),
            "--seeds" => order.seeds = range(value()?).ok_or("--seeds is like 0..20")?,
            "--validators" => order.validators = value()?.parse().map_err(|_| "--validators is a number")?,
            "--mutant" => order.mutant = Some(Mutant::parse(value()?).ok_or("no such mutant")?),
            "--liar" => order.liar = true,
            "--tamper" => order.tamper = true,
            other => return Err(format!("unknown option {other}")),
        }
    }
    if order.out.is_empty() || order.seeds.is_empty() {
        return Err("--out and --seeds are needed".to_owned());
    }
    Ok(order)
}

fn range(text: &str) -> Option<std::ops::Range<u64>> {
    let (from, to) = text.split_once("..")?;
    Some(from.parse().ok()?..to.parse().ok()?)
}

fn write(order: &Order) -> std::io::Result<String> {
    let mut tapes: Vec<Tape> = order.seeds.clone().map(|seed| simulate_taped(&plan(order, seed)).1).collect();
    if order.tamper {
        tapes = tapes.into_iter().zip(order.seeds.clone()).map(|(tape, seed)| tape.tampered(seed)).collect();
    }
    let liars: BTreeSet<_> = order.liar.then_some(ValidatorIndex(0)).into_iter().collect();
    std::fs::write(&order.out, module(&tapes, &birth(order.validators, false).validators, &liars))?;
    let steps: usize = tapes.iter().map(|t| t.steps.len()).sum();
    Ok(format!("{}: {} traces, {steps} steps", order.out, tapes.len()))
}

fn plan(order: &Order, seed: u64) -> Plan {
    let plan = Plan::new(seed, order.validators);
    let plan = order.mutant.map_or(plan.clone(), |mutant| plan.broken(mutant));
    if !order.liar {
        return plan;
    }
    let kinds = Kind::DRAWN;
    let kind = kinds[usize::try_from(seed).unwrap_or_default() % kinds.len()];
    // validator 0 may lie; if a disk were lost as well, two would be faulty
    Plan { byzantine: vec![(0, kind)], wipe: 0, ..plan }
}

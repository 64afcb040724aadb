//! Many seeds, on as many threads as there are cores. Which seeds fail does not depend on the threads.

use crate::sim::byzantine::Kind;
use crate::sim::finding::Rule;
use crate::sim::mutant::Mutant;
use crate::sim::plan::Plan;
use crate::sim::simulation::{Report, Violation, simulate};
use crate::sim::twins::Twins;
use std::ops::Range;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What became of a seed. A panic is a violation too.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The plan that was run.
    pub plan: Plan,
    /// How it ended.
    pub result: Result<Report, Violation>,
}

/// Which runs.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Seeds.
    pub seeds: Range<u64>,
    /// Size of the network.
    pub validators: u16,
    /// What is broken.
    pub mutant: Option<Mutant>,
    /// How many validators are faulty on purpose, and how; without a kind each seed draws them.
    pub byzantine: (u16, Option<Kind>),
    /// Stop at the first violation.
    pub stop: bool,
    /// How many at once; as many as there are cores by default.
    pub threads: Option<usize>,
    /// Whether everything that happens is told on the way.
    pub log: bool,
    /// Seeds are numbers of Twins scenarios.
    pub twins: Option<Twins>,
    /// Whether the set of validators changes on the way.
    pub changes: bool,
    /// Whether disks are lost beside the faulty validators.
    pub lost_disks: bool,
    /// Whether clients hand in copies of one writing.
    pub copies: bool,
}

impl Sweep {
    /// Seeds of a network in which nobody is faulty and nothing is broken.
    pub fn new(seeds: Range<u64>, validators: u16) -> Self {
        Self {
            seeds,
            validators,
            mutant: None,
            byzantine: (0, None),
            stop: false,
            threads: None,
            log: false,
            twins: None,
            changes: false,
            lost_disks: false,
            copies: false,
        }
    }
}

/// Runs the seeds; outcomes come back in the order of seeds. `seen` is called as each ends, in no order.
pub fn sweep(sweep: &Sweep, seen: impl Fn(&Outcome) + Sync) -> Vec<Outcome> {
    let next = AtomicU64::new(sweep.seeds.start);
    let halt = AtomicBool::new(false);
    let outcomes = Mutex::new(Vec::new());
    let work = || {
        while !halt.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= sweep.seeds.end {
                break;
            }
            let Some(outcome) = one(sweep, seed) else { continue };
            halt.fetch_or(sweep.stop && outcome.result.is_err(), Ordering::Relaxed);
            seen(&outcome);
            outcomes.lock().unwrap().push(outcome);
        }
    };
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = sweep.threads.unwrap_or_else(cores);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort_by_key(|o| o.plan.seed);
    outcomes
}

/// `None` for a scenario that is another's mirror image.
fn one(sweep: &Sweep, seed: u64) -> Option<Outcome> {
    let fresh = |twins: Twins| Some(twins.plan(seed, sweep.validators)).filter(|plan| twins.is_canonical(plan));
    let plan = sweep.twins.map_or_else(|| Some(Plan::new(seed, sweep.validators)), fresh)?;
    let plan = Plan { log: sweep.log, ..plan };
    let changes = sweep.changes || sweep.mutant.is_some_and(Mutant::needs_changes);
    let plan = if changes { plan.changing() } else { plan };
    let plan = if sweep.byzantine.0 > 0 { plan.with(sweep.byzantine.0, sweep.byzantine.1) } else { plan };
    let copies = sweep.copies || sweep.mutant.is_some_and(Mutant::needs_copies);
    let plan = if copies { plan.copying() } else { plan };
    let plan = if sweep.lost_disks { plan.with_lost_disks() } else { plan };
    let plan = sweep.mutant.map_or(plan.clone(), |mutant| plan.broken(mutant));
    let result = catch_unwind(|| simulate(&plan)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
        Err(Violation { at_ms: 0, finding: Rule::Panic.broken(text) })
    });
    Some(Outcome { plan, result })
}

//! Many seeds, on as many threads as there are cores. Which seeds fail does not depend on the threads.

use crate::sim::mutant::Mutant;
use crate::sim::plan::Plan;
use crate::sim::simulation::{Report, Violation, simulate};
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
    /// Whether validator 0 runs twice.
    pub twin: bool,
    /// Stop at the first violation.
    pub stop: bool,
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
            let outcome = one(sweep, seed);
            halt.fetch_or(sweep.stop && outcome.result.is_err(), Ordering::Relaxed);
            seen(&outcome);
            outcomes.lock().unwrap().push(outcome);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort_by_key(|o| o.plan.seed);
    outcomes
}

fn one(sweep: &Sweep, seed: u64) -> Outcome {
    let plan = Plan::new(seed, sweep.validators);
    let plan = if sweep.twin { plan.twinned() } else { plan };
    let plan = sweep.mutant.map_or(plan.clone(), |mutant| plan.broken(mutant));
    let result = catch_unwind(|| simulate(&plan)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
        Err(Violation { at_ms: 0, finding: format!("panic: {text}"), stalled: false })
    });
    Outcome { plan, result }
}

//! What one seed has in store. Each seed draws its own mix, so that some runs have many crashes and no loss and others
//! the reverse: rare orders of events need unequal weather.

use crate::sim::dice::Dice;
use crate::sim::mutant::Mutant;

/// Rates and lengths of one run. Times in milliseconds.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything random comes from this.
    pub seed: u64,
    /// Number of validators.
    pub validators: u16,
    /// What is broken on purpose.
    pub mutant: Option<Mutant>,
    /// Whether validator 0 runs twice with one key: the same honest code on two disks, which together contradict
    /// themselves as a faulty validator would (the method of *Twins*, Bano et al. 2020).
    pub twin: bool,
    /// How long the safety phase lasts.
    pub faults_ms: u64,
    /// How long the liveness phase may take.
    pub bound_ms: u64,
    /// Transactions that clients submit.
    pub transactions: usize,
    /// Messages lost, in a thousand.
    pub loss: u64,
    /// Messages delivered twice, in a thousand.
    pub doubled: u64,
    /// Least and greatest delay.
    pub delay_ms: (u64, u64),
    /// Steps that end in a crash, in a thousand.
    pub crash: u64,
    /// Changes of weather that bring a partition, in a thousand.
    pub partition: u64,
    /// Longest outage after a crash.
    pub outage_ms: u64,
}

impl Plan {
    /// The plan of a seed for a network of so many validators.
    pub fn new(seed: u64, validators: u16) -> Self {
        let mut dice = Dice::new(seed ^ 0x5eed);
        let mut pick = |from: &[u64]| from[dice.index(from.len())];
        Self {
            seed,
            validators,
            mutant: None,
            twin: false,
            faults_ms: 4_000 + pick(&[0, 1_000, 2_000, 4_000]),
            bound_ms: 60_000,
            transactions: 20 + usize::try_from(pick(&[0, 10, 20])).unwrap(),
            loss: pick(&[0, 10, 50, 150, 300]),
            doubled: pick(&[0, 0, 20, 100]),
            delay_ms: (1 + pick(&[0, 5, 20]), 25 + pick(&[0, 20, 60, 200])),
            crash: pick(&[0, 2, 5, 10, 20]),
            partition: pick(&[0, 200, 500, 800]),
            outage_ms: pick(&[50, 500, 2_500]),
        }
    }
    /// The same with something broken, and with weather in which that shows sooner.
    #[must_use]
    pub fn broken(self, mutant: Mutant) -> Self {
        Self { mutant: Some(mutant), crash: self.crash.max(10), outage_ms: self.outage_ms.min(500), ..self }
    }
    /// The same with a twin.
    #[must_use]
    pub fn twinned(self) -> Self {
        Self { twin: true, ..self }
    }
    /// The command line that repeats this run.
    pub fn command(&self) -> String {
        let mutant = self.mutant.map_or(String::new(), |m| format!(" --mutant {}", m.as_str()));
        let twin = if self.twin { " --twin" } else { "" };
        let (first, end, size) = (self.seed, self.seed + 1, self.validators);
        format!(
            "cargo run --release -p chirograph-tests --bin sim -- --seeds {first}..{end} --validators {size}{mutant}{twin}"
        )
    }
}

//! What one seed has in store. Each seed draws its own mix, so that some runs have many crashes and no loss and others
//! the reverse: rare orders of events need unequal weather.

use crate::sim::byzantine::Kind;
use crate::sim::dice::Dice;
use crate::sim::mutant::Mutant;
use crate::sim::twins::{Groups, Twins};
use std::collections::BTreeSet;

/// Rates and lengths of one run. Times in milliseconds.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything random comes from this.
    pub seed: u64,
    /// Number of validators.
    pub validators: u16,
    /// What is broken on purpose.
    pub mutant: Option<Mutant>,
    /// Who is faulty on purpose, and how.
    pub byzantine: Vec<(u16, Kind)>,
    /// Whether the kinds were drawn from the seed.
    pub drawn: bool,
    /// Groups that do not hear one another, in the first views: see `twins`. Usually none.
    pub scenario: Vec<Groups>,
    /// Which family the scenario is of.
    pub twins: Option<Twins>,
    /// Whether everything that happens is told on the way.
    pub log: bool,
    /// How long the safety phase lasts.
    pub faults_ms: u64,
    /// How long the liveness phase may take.
    pub bound_ms: u64,
    /// Transactions that clients submit.
    pub transactions: usize,
    /// Least and greatest time between two of them; changes with the weather.
    pub pace_ms: (u64, u64),
    /// Messages lost, in a thousand.
    pub loss: u64,
    /// Messages delivered twice, in a thousand.
    pub doubled: u64,
    /// Least and greatest delay.
    pub delay_ms: (u64, u64),
    /// Steps that end in a crash, in a thousand.
    pub crash: u64,
    /// Crashes that are a loss of power, in a thousand.
    pub power: u64,
    /// Changes of weather in which every machine loses power at once, in a thousand.
    pub blackout: u64,
    /// Changes of weather that bring a partition, in a thousand.
    pub partition: u64,
    /// Restarts after which one validator's disk is empty, or an old copy of itself, in a thousand.
    pub wipe: u64,
    /// Longest outage after a crash.
    pub outage_ms: u64,
    /// How long inputs may be gathered before the disk is waited for and messages leave.
    pub turn_ms: u64,
    /// How far clocks are off at first.
    pub skew_ms: u64,
    /// How much too fast or slow they run, in millionths.
    pub drift_ppm: u64,
    /// How far off a clock is set when somebody sets it.
    pub jump_ms: u64,
    /// Changes of weather in which somebody sets a clock, in a thousand.
    pub jumps: u64,
    /// How many times the set of validators is to change.
    pub changes: u16,
    /// Signings that repeat what the signer has just written, in a thousand.
    pub copies: u64,
    /// Whether a quorum is lost for good in the end.
    pub disaster: bool,
    /// Whether the machines come back with empty disks and their old keys then, and are appointed: the first rescue decides
    /// nothing, and another must follow.
    pub relapse: bool,
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
            byzantine: Vec::new(),
            drawn: false,
            scenario: Vec::new(),
            twins: None,
            log: false,
            faults_ms: 4_000 + pick(&[0, 1_000, 2_000, 4_000]),
            bound_ms: 60_000,
            transactions: 20 + usize::try_from(pick(&[0, 10, 20])).unwrap(),
            loss: pick(&[0, 10, 50, 150, 300]),
            doubled: pick(&[0, 0, 20, 100]),
            delay_ms: (1 + pick(&[0, 5, 20]), 25 + pick(&[0, 20, 60, 200])),
            crash: pick(&[0, 2, 5, 10, 20]),
            partition: pick(&[0, 200, 500, 800]),
            outage_ms: pick(&[50, 500, 2_500]),
            pace_ms: (5, 50 + pick(&[0, 100, 400])),
            power: pick(&[0, 300, 1_000]),
            blackout: pick(&[0, 0, 0, 100]),
            turn_ms: pick(&[0, 0, 1, 5]),
            skew_ms: pick(&[0, 0, 50, 2_000]),
            drift_ppm: pick(&[0, 100, 50_000]),
            jump_ms: pick(&[300, 5_000, 30_000, 3_600_000]),
            jumps: pick(&[0, 0, 100, 500]),
            wipe: pick(&[0, 0, 100, 500]),
            changes: 0,
            copies: 0,
            disaster: false,
            relapse: false,
        }
    }
    /// The same with motions that change who votes, and more time for them.
    #[must_use]
    pub fn changing(mut self) -> Self {
        let mut dice = Dice::new(self.seed ^ 0xe90c);
        self.changes = 1 + u16::try_from(dice.below(4)).unwrap();
        self.faults_ms += 2_000 * u64::from(self.changes);
        self.disaster = dice.below(3) == 0 && !self.is_hopeless();
        self.relapse = self.disaster && Dice::new(self.seed ^ 0x2e1a).chance(500) && self.byzantine.is_empty();
        self
    }
    /// The same with clients that hand in copies of one writing, and much at a time.
    #[must_use]
    pub fn copying(mut self) -> Self {
        let mut dice = Dice::new(self.seed ^ 0xc091);
        self.copies = 300 + 100 * dice.below(5);
        self.pace_ms = (1, 5 + 10 * dice.below(8));
        self
    }
    /// The same with disks lost beside the faulty validators, and kinds of those that mislead who lost one.
    #[must_use]
    pub fn with_lost_disks(mut self) -> Self {
        self.wipe = 300;
        let mut dice = Dice::new(self.seed ^ 0xf0e5);
        for (_, kind) in &mut self.byzantine {
            if self.drawn && dice.chance(400) {
                *kind = Kind::RecallLiar;
            }
        }
        self
    }
    /// The same with something broken, and with weather in which that shows sooner.
    #[must_use]
    pub fn broken(mut self, mutant: Mutant) -> Self {
        (self.crash, self.outage_ms) = (self.crash.max(10), self.outage_ms.min(500));
        self.partition = self.partition.max(600);
        self.wipe = 0;
        self.disaster = mutant.needs_rescue();
        self.relapse = self.disaster;
        self.power = if mutant.needs_power_loss() { 1_000 } else { self.power };
        self.blackout = if mutant == Mutant::ForgetWaiting { 500 } else { self.blackout };
        self.byzantine.extend(mutant.needs().map(|kind| (0, kind)));
        Self { mutant: Some(mutant), ..self }
    }
    /// The same with so many faulty validators of a kind, or of kinds drawn from the seed.
    #[must_use]
    pub fn with(mut self, count: u16, kind: Option<Kind>) -> Self {
        self.drawn = kind.is_none();
        // whoever lost its disk counts as faulty until it has caught up
        self.wipe = if count == 0 { self.wipe } else { 0 };
        let mut dice = Dice::new(self.seed ^ 0xbad);
        let mut places: Vec<u16> = (0..self.validators).collect();
        for _ in 0..count.min(self.validators) {
            let place = places.remove(dice.index(places.len()));
            let kind = kind.unwrap_or_else(|| Kind::DRAWN[dice.index(Kind::DRAWN.len())]);
            self.byzantine.push((place, kind));
        }
        self.relapse = self.relapse && count == 0;
        if self.is_hopeless() {
            (self.disaster, self.partition) = (false, 900);
        }
        self
    }
    /// Which validator each process is: everybody once, and twins once more.
    pub fn places(&self) -> Vec<u16> {
        let twins = self.byzantine.iter().filter(|(_, kind)| *kind == Kind::Twin);
        (0..self.validators).chain(twins.map(|(place, _)| *place)).collect()
    }
    /// Whether a process's disk may be lost in this run. With those who lie there are no more of these than may be faulty.
    pub fn is_victim(&self, at: usize) -> bool {
        let (liars, faults) = (self.culprits(), usize::from((self.validators - 1) / 3));
        let Some(number) = u16::try_from(at).ok().filter(|n| *n < self.validators && !liars.contains(n)) else {
            return false;
        };
        let before = (0..number).filter(|n| !liars.contains(n)).count();
        self.wipe > 0 && before < faults.saturating_sub(liars.len())
    }
    /// The keys of those who are faulty on purpose.
    pub fn culprits(&self) -> BTreeSet<u16> {
        self.byzantine.iter().map(|(place, _)| *place).collect()
    }
    /// Whether more are faulty than any protocol can bear.
    pub fn is_hopeless(&self) -> bool {
        self.culprits().len() > usize::from((self.validators - 1) / 3)
    }
}

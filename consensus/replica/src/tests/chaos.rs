//! Disorder from a seed: messages lost, late and twice, processes ended between any two steps. Then calm, and everything
//! that was submitted is committed once. The simulator does this better and longer; this is what runs with the crate.

use super::network::Network;
use proto::TxId;
use std::collections::BTreeSet;

/// A linear congruential generator is random enough, and the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn disorder(seed: u64) {
    let mut dice = Dice(seed);
    let mut network = Network::new();
    let mut submitted = Vec::new();
    for _ in 0..60 {
        if dice.roll(3) == 0 {
            let record = network.record("m");
            let holder = dice.roll(4) as usize;
            network.admit(holder, record.clone(), None);
            submitted.push(record);
        }
        if dice.roll(12) == 0 {
            let victim = dice.roll(4) as usize;
            network.restart_rudely(victim);
        }
        let (loss, ms) = (dice.roll(30), 1 + dice.roll(300));
        network.stir(ms, |sides| dice.roll(sides), loss);
    }
    for record in &submitted {
        network.admit_everywhere(record, None);
    }
    network.run(20_000);
    network.agree();
    let wanted: BTreeSet<TxId> = submitted.iter().map(|r| r.id()).collect();
    let size = network.size(0);
    assert_eq!(size, wanted.len() as u64, "seed {seed}: {size} events of {} submissions", wanted.len());
    for tx in wanted {
        assert!(ledger::seq_of(&network.nodes[0].disk, &tx).unwrap().is_some(), "seed {seed}: {tx} is lost");
    }
}

#[test]
fn after_disorder_everything_is_committed_once() {
    for seed in 0..12 {
        disorder(seed);
    }
}

//! From signatures to a file of integers, on synthetic writers: no data of people is needed.

use super::agreement::Agreement;
use super::network::Network;
use super::person::{Person, writers};
use super::quantise::quantise;
use super::recipe::Recipe;
use super::training::{Teachers, train};
use std::sync::LazyLock;

/// Enough for every choice a round makes.
static WRITERS: LazyLock<Vec<Person>> = LazyLock::new(|| writers(6));

fn learnt(recipe: &Recipe, report: impl FnMut(usize, f64)) -> Network {
    tch::set_num_threads(1);
    let teachers = Teachers { writers: WRITERS.iter().collect(), people: WRITERS.iter().collect() };
    train(&teachers, recipe, (0, tch::Device::Cpu), report)
}

fn short() -> Recipe {
    Recipe { rounds_synthetic: 2, rounds: 2, ..Recipe::default() }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    let bytes = |seed| quantise(&learnt(&Recipe { seed, ..short() }, |_, _| {})).unwrap().to_bytes();
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn integers_agree_with_what_was_learnt() {
    let recipe = Recipe { dilations: vec![1, 3], hidden: 40, width: 16, out_pool: 4, ..short() };
    let network = learnt(&recipe, |_, _| {});
    let weights = quantise(&network).unwrap();
    assert_eq!((weights.layers.len(), weights.out_pool), (4, 4));
    let integers = models::graph::Network::parse(&weights.to_bytes()).unwrap();
    let agreement = Agreement::of(&WRITERS.iter().collect::<Vec<_>>(), &network, &integers);
    assert!(agreement.pairs > 30 && agreement.mean > 0.0, "{agreement}");
    assert!(agreement.mean < 0.02 && agreement.max < 0.1, "{agreement}");
}

#[test]
fn the_punishment_falls() {
    let mut reports = Vec::new();
    // small, for it takes hundreds of rounds
    let small = Recipe { first: 8, hidden: 16, width: 8, dilations: vec![1], learning_pool: 4, ..Recipe::default() };
    let recipe = Recipe { rounds_synthetic: 300, rounds: 0, nodes_max: 120, ..small };
    learnt(&recipe, |_, loss| reports.push(loss));
    assert!(reports.len() == 3 && reports[2] < 0.9 * reports[0], "{reports:?}");
}

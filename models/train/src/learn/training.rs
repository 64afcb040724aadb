//! The learning itself: rounds of AdamW (Loshchilov and Hutter, 2019), first on synthetic writers, then on people. What
//! is kept is the running mean of the weights. Nothing is written to disk, and nothing is rounded.

use super::batch::{Noise, Shown};
use super::draw::Draw;
use super::lesson::Lesson;
use super::loss::{Judge, loss};
use super::network::Network;
use super::person::Person;
use super::recipe::Recipe;
use crate::attack::chance::Chance;
use std::f64::consts::PI;
use tch::nn::{AdamW, Optimizer, OptimizerConfig, VarStore};
use tch::{Device, Tensor};

/// Rounds until the step has grown to its height.
const WARM_UP: f64 = 50.0;
/// Least step.
const RATE_MIN: f64 = 1e-5;
/// Rounds whose mean punishment is reported.
pub const REPORTED: usize = 100;

/// Whom a network learns from.
#[derive(Debug)]
pub struct Teachers<'a> {
    /// For the first rounds.
    pub writers: Vec<&'a Person>,
    /// For the others.
    pub people: Vec<&'a Person>,
}

/// Learns one network. `stream` names its randomness; `report` is told the round and the mean punishment.
pub fn train(
    teachers: &Teachers,
    recipe: &Recipe,
    (stream, device): (u64, Device),
    mut report: impl FnMut(usize, f64),
) -> Network {
    let mut pupil = Pupil::new(recipe, stream, device);
    let mut sum = 0.0;
    for round in 0..recipe.rounds_total() {
        let shown = if round < recipe.rounds_synthetic { &teachers.writers } else { &teachers.people };
        pupil.optimiser.set_lr(rate(recipe, round));
        sum += pupil.round(shown, recipe);
        if (round + 1) % REPORTED == 0 {
            report(round + 1, sum / REPORTED as f64);
            sum = 0.0;
        }
    }
    pupil.finished()
}

/// Grows at first, then falls as a cosine.
fn rate(recipe: &Recipe, round: usize) -> f64 {
    let done = round as f64 / recipe.rounds_total() as f64;
    let warm = ((round + 1) as f64 / WARM_UP).min(1.0);
    recipe.rate * warm * 0.5 * (1.0 + (PI * done).cos()) + RATE_MIN
}

struct Pupil {
    network: Network,
    judge: Judge,
    variables: Vec<Tensor>,
    means: Vec<Tensor>,
    optimiser: Optimizer,
    chance: Chance,
    device: Device,
}

impl Pupil {
    fn new(recipe: &Recipe, stream: u64, device: Device) -> Self {
        let mut chance = Chance::of(&[recipe.seed, stream]);
        let store = VarStore::new(device);
        let network = Network::new(&store.root(), recipe, &mut chance);
        let judge = Judge(store.root().var_copy("judge", &Tensor::from_slice(&[2.0_f32, 2.0])));
        let decay = AdamW { wd: recipe.decay, ..AdamW::default() };
        let optimiser = decay.build(&store, recipe.rate).expect("LibTorch has AdamW");
        let variables = store.trainable_variables();
        let means = variables.iter().map(|v| v.detach().copy()).collect();
        Self { network, judge, variables, means, optimiser, chance, device }
    }

    /// Shows some signatures and learns from them. Returns the punishment.
    fn round(&mut self, people: &[&Person], recipe: &Recipe) -> f64 {
        let draw = Draw::new(people, recipe, &mut self.chance);
        let lessons: Vec<&Lesson> = draw.lessons.iter().map(AsRef::as_ref).collect();
        let mut shown = Shown::new(&lessons, recipe.nodes_max);
        shown.hide_pressure(&draw.pressure_hidden);
        shown.disturb(Noise { gain: recipe.gain_noise, input: recipe.input_noise }, &mut self.chance);
        let batch = shown.into_batch(&lessons, self.device);
        let nodes = batch.masks[1].numel();
        let kept = self.kept([nodes, recipe.hidden], recipe.dropped);
        let embedded = self.network.forward(&batch, recipe.learning_pool, |h| Some(kept.reshape(h.size())));
        let loss = loss(&embedded, &self.judge, recipe);
        self.optimiser.zero_grad();
        loss.backward();
        self.optimiser.clip_grad_norm(recipe.gradient_max);
        self.optimiser.step();
        self.follow(recipe.inertia);
        loss.double_value(&[])
    }

    /// Zero where an activation is dropped; the others grow by as much as is lost.
    fn kept(&mut self, [nodes, channels]: [usize; 2], dropped: f64) -> Tensor {
        let grown = (1.0 / (1.0 - dropped)) as f32;
        let chance = &mut self.chance;
        let values: Vec<f32> =
            (0..nodes * channels).map(|_| if chance.unit() < dropped { 0.0 } else { grown }).collect();
        Tensor::from_slice(&values).to_device(self.device)
    }

    /// Moves the means towards the variables.
    fn follow(&mut self, inertia: f64) {
        tch::no_grad(|| {
            for (mean, variable) in self.means.iter_mut().zip(&self.variables) {
                let _ = mean.lerp_(variable, 1.0 - inertia);
            }
        });
    }

    fn finished(mut self) -> Network {
        tch::no_grad(|| self.variables.iter_mut().zip(&self.means).for_each(|(variable, mean)| variable.copy_(mean)));
        self.network
    }
}

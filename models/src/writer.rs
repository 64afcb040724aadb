//! A synthetic writer: somebody who does not exist, with a name, a hand and habits, who signs and forges.
//!
//! For a fresh machine without signature data, for load tests and for examples. Shapes are the stroke medians of Chinese
//! characters ([`hanzi`]), bent by a writer's own habits ([`shape`]); movement is the kinematic theory of rapid human
//! movements (Plamondon's Sigma-Lognormal model): the speed of each movement between two targets is a lognormal, and
//! movements overlap in time ([`movement`]). A writer varies from day to day and from signature to signature
//! ([`variation`]).
//!
//! Everything follows from the seed, bit for bit on every machine. Every packet says that it is synthetic: device kind,
//! maker and application. It is **not** evidence for how well the appraiser tells people apart: writers here vary in
//! the ways we thought of, and nobody's living does.

mod habit;
mod hanzi;
mod movement;
mod random;
mod shape;
mod tablet;
mod variation;

#[cfg(test)]
mod tests;

use crate::packet::{Binding, Nonce, Session, StrokePacket};
use habit::Habit;
use proto::{Digest, Height, Name};
use random::Random;
use shape::Shape;
use variation::Variation;

/// Application name in every synthetic packet.
pub const SYNTHETIC_APP: &str = "chirograph synthetic writer";

/// A person made of a seed. The same seed is the same person for ever.
#[derive(Debug, Clone, PartialEq)]
pub struct Writer {
    seed: u64,
    name: String,
    habit: Habit,
    shape: Shape,
}

impl Writer {
    /// Invents a writer.
    pub fn new(seed: u64) -> Self {
        let habit = Habit::new(&mut Random::of(&[seed, HABIT]));
        let characters = hanzi::name(&mut Random::of(&[seed, NAME]));
        let shape = Shape::new(&characters, &habit, &mut Random::of(&[seed, SHAPE]));
        Self { seed, name: characters.iter().map(|c| c.character).collect(), habit, shape }
    }
    /// The name, two or three Chinese characters.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The signer id in the packets that this writer's `sign` gives.
    pub fn signer(&self) -> Name {
        let id = format!("synthetic-{}", self.seed);
        Name::new(&id, "signer").expect("a short ASCII id without a slash is a name")
    }
    /// The `n`-th signature. Ten consecutive ones are of one day. The binding names the signer and nothing else: fill in
    /// the document, the intent and the nonce, then attest.
    pub fn sign(&self, n: u64) -> StrokePacket {
        let variation = Variation::new(&self.habit, [self.seed, n / 10, n]);
        self.write(&self.shape, &variation, self.signer())
    }
    /// This writer's `n`-th attempt at `target`'s signature after practice: the shape is near, the movement is this
    /// writer's own, slower and with hesitations. Claims to be signed by `target`.
    pub fn forge(&self, target: &Self, n: u64) -> StrokePacket {
        let mut practice = Random::of(&[self.seed, target.seed, FORGERY]);
        let copy = target.shape.copied(&mut practice);
        let variation = Variation::new(&self.habit, [self.seed ^ target.seed, FORGERY, n]).hesitant();
        self.write(&copy, &variation, target.signer())
    }
    fn write(&self, shape: &Shape, variation: &Variation, signer: Name) -> StrokePacket {
        let movements = variation.movements(shape, &self.habit);
        let nonce = Nonce { height: Height(0), block: Digest::ZERO };
        let binding = Binding { signer, document: Digest::ZERO, nonce, intent: String::new() };
        let samples = tablet::record(&movements, &self.habit, variation.noise());
        StrokePacket { binding, device: tablet::device(), session: Session::default(), samples, attestation: None }
    }
}

/// Domains of the random streams, so that no two draw the same numbers.
const HABIT: u64 = 1;
const NAME: u64 = 2;
const SHAPE: u64 = 3;
const FORGERY: u64 = 4;

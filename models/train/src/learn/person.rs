//! People and writers to learn from: what they wrote, and what others wrote in their name. Which part of it is shown
//! when is decided in `draw`.

use super::augment::augment;
use super::lesson::Lesson;
use super::recipe::Recipe;
use crate::attack::chance::Chance;
use crate::corpus::{Corpus, Signature, User};
use crate::workers;
use models::Writer;

/// Of each synthetic writer.
const SYNTHETIC_GENUINE: u64 = 12;
/// Of each synthetic writer.
const SYNTHETIC_FORGED: u64 = 6;
/// First of the writers; the tests and the examples know those before.
const SYNTHETIC_FIRST: u64 = 1000;

/// One person in one task.
#[derive(Debug, Clone)]
pub struct Person {
    /// People are compared within a task only.
    pub task: usize,
    /// The same in both tasks may be the same person.
    pub number: u32,
    /// Each as it is and, behind it, altered.
    pub genuine: Vec<Vec<Lesson>>,
    /// As `genuine`.
    pub forged: Vec<Vec<Lesson>>,
}

impl Person {
    /// What was written, unaltered, genuine signatures first.
    pub fn originals(&self) -> impl Iterator<Item = &Lesson> {
        self.genuine.iter().chain(&self.forged).filter_map(|variants| variants.first())
    }
}

/// Everybody in a corpus, with altered copies.
pub fn people(corpus: &Corpus, recipe: &Recipe) -> Vec<Person> {
    let users: Vec<(usize, &User)> =
        corpus.tasks.iter().zip(1..).flat_map(|(users, task)| users.iter().map(move |user| (task, user))).collect();
    let of = |i: usize| {
        let (task, user) = users[i];
        let name = [recipe.seed, task as u64, u64::from(user.number)];
        let all = |signatures: &[Signature]| signatures.iter().filter_map(|s| variants(s, &name, recipe)).collect();
        Person { task, number: user.number, genuine: all(&user.genuine), forged: all(&user.forged) }
    };
    workers::map(users.len(), of)
}

/// A copy that would be refused is left out.
fn variants(signature: &Signature, name: &[u64], recipe: &Recipe) -> Option<Vec<Lesson>> {
    let original = Lesson::of(&signature.packet)?;
    let mut chance = Chance::of(&[name, &[signature.index as u64]].concat());
    let altered = (0..recipe.variants).filter_map(|_| Lesson::of(&augment(&signature.packet, &mut chance)));
    Some([original].into_iter().chain(altered).collect())
}

/// Synthetic writers, each forged by another one who writes nothing else.
pub fn writers(count: usize) -> Vec<Person> {
    workers::map(count, |i| {
        let writer = Writer::new(SYNTHETIC_FIRST + i as u64);
        let forger = Writer::new(SYNTHETIC_FIRST + (1 + i + count) as u64);
        let one = |packet| Lesson::of(&packet).map(|lesson| vec![lesson]);
        Person {
            task: 3,
            number: i as u32,
            genuine: (0..SYNTHETIC_GENUINE).filter_map(|n| one(writer.sign(n + 4))).collect(),
            forged: (0..SYNTHETIC_FORGED).filter_map(|n| one(forger.forge(&writer, n))).collect(),
        }
    })
}

//! Which signatures a round of learning shows: of a few people some references, further genuine ones, skilled forgeries
//! and signatures of others. Knows nothing of what is made of them.

use super::lesson::{Lesson, Symmetry};
use super::person::Person;
use super::recipe::Recipe;
use crate::attack::chance::Chance;
use std::borrow::Cow;

/// The signatures of a round: for each person, in this order, references, genuine, forged, others'.
#[derive(Debug)]
pub struct Draw<'a> {
    /// One after the other.
    pub lessons: Vec<Cow<'a, Lesson>>,
    /// Which are shown without pressure.
    pub pressure_hidden: Vec<bool>,
}

impl<'a> Draw<'a> {
    /// A round from `people`.
    ///
    /// # Panics
    /// If there are fewer people, or fewer signatures of one, than the recipe asks for.
    pub fn new(people: &[&'a Person], recipe: &Recipe, chance: &mut Chance) -> Self {
        let mut draw = Self { lessons: Vec::new(), pressure_hidden: Vec::new() };
        for one in distinct(recipe.people, people.len(), chance) {
            let hidden = chance.unit() < recipe.pressure_hidden;
            draw.pressure_hidden.extend(vec![hidden; recipe.each()]);
            let first = draw.lessons.len();
            draw.add_own(people[one], recipe, chance);
            draw.add_others(people, one, recipe, chance);
            if chance.unit() < recipe.mirrored {
                let as_if = Symmetry::of_bits(chance.below(16));
                draw.lessons[first..].iter_mut().for_each(|lesson| *lesson = Cow::Owned(lesson.seen(as_if)));
            }
        }
        draw
    }
    fn add_own(&mut self, person: &'a Person, recipe: &Recipe, chance: &mut Chance) {
        let genuine = (recipe.anchors + recipe.genuine, &person.genuine);
        for (count, all) in [genuine, (recipe.skilled, &person.forged)] {
            let chosen = distinct(count, all.len(), chance);
            self.lessons.extend(chosen.into_iter().map(|i| Cow::Borrowed(variant(&all[i], recipe, chance))));
        }
    }
    fn add_others(&mut self, people: &[&'a Person], one: usize, recipe: &Recipe, chance: &mut Chance) {
        let is_other = |p: &&&Person| p.task == people[one].task && p.number != people[one].number;
        let others: Vec<&&Person> = people.iter().filter(is_other).collect();
        for i in distinct(recipe.random, others.len(), chance) {
            let all = &others[i].genuine;
            let chosen = variant(&all[chance.below(all.len())], recipe, chance);
            self.lessons.push(Cow::Borrowed(chosen));
        }
    }
}

fn variant<'a>(variants: &'a [Lesson], recipe: &Recipe, chance: &mut Chance) -> &'a Lesson {
    let is_altered = variants.len() > 1 && chance.unit() < recipe.altered;
    if is_altered { &variants[1 + chance.below(variants.len() - 1)] } else { &variants[0] }
}

/// `count` different numbers below `among`.
fn distinct(count: usize, among: usize, chance: &mut Chance) -> Vec<usize> {
    assert!(count <= among, "the recipe asks for {count} different ones of {among}");
    let mut all: Vec<usize> = (0..among).collect();
    (0..count).for_each(|i| all.swap(i, i + chance.below(among - i)));
    all.truncate(count);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_numbers_are_distinct_and_all_are_drawn() {
        let mut chance = Chance::of(&[1]);
        let mut seen = [0; 6];
        for _ in 0..100 {
            let mut drawn = distinct(4, 6, &mut chance);
            drawn.iter().for_each(|i| seen[*i] += 1);
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), 4);
        }
        assert!(seen.iter().all(|n| *n > 40), "{seen:?}");
    }
}

//! Enrolments that are not of one person: which are refused, and how often people's own are.
//!
//! The constants were fitted to these writers, and the limits were set by looking at the numbers of the shipped network, which has
//! seen them too. Networks that have not are measured beside it.

use crate::attack::chance::Chance;
use crate::attack::people::Person;
use crate::attack::rate::Rate;
use models::{Appraiser, StrokePacket};

/// How many references, as people give them.
pub const COUNTS: [usize; 4] = [2, 3, 5, 8];
/// Draws of each person for each number of references.
const DRAWS: u64 = 20;
/// References come from the first session.
const SESSION: usize = 10;

/// Who wrote the references that are enrolled as one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// One person.
    One,
    /// Another person each.
    AllOthers,
    /// One is another person's own writing.
    OneOther,
    /// Half of them are another person's own writing.
    Half,
    /// One is a skilled imitation.
    OneImitation,
}

impl Writers {
    /// All, people's own first.
    pub const ALL: [Self; 5] = [Self::One, Self::AllOthers, Self::OneOther, Self::Half, Self::OneImitation];
    /// For the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "one person",
            Self::AllOthers => "another person each",
            Self::OneOther => "one of another person",
            Self::Half => "half of another person",
            Self::OneImitation => "one skilled imitation",
        }
    }
}

/// Of the draws of one person, how many go wrong: an own one refused, another one taken.
pub fn wrong(appraiser: &Appraiser, people: &[Person], at: usize, (writers, count): (Writers, usize)) -> Rate {
    let (own, beside) = (&people[at], others(people, at));
    Rate::of((0..DRAWS).map(|draw| {
        let mut chance = Chance::of(&[at as u64, writers as u64, count as u64, draw]);
        let references = references(own, &beside, (writers, count), &mut chance);
        appraiser.enrol_new(&references).is_err() == (writers == Writers::One)
    }))
}

/// Everybody else of the same task.
fn others(people: &[Person], at: usize) -> Vec<&Person> {
    people.iter().filter(|p| p.task == people[at].task && p.number != people[at].number).collect()
}

fn references(
    own: &Person,
    others: &[&Person],
    (writers, count): (Writers, usize),
    chance: &mut Chance,
) -> Vec<StrokePacket> {
    let mut left: Vec<&StrokePacket> = own.genuine.iter().take(SESSION).collect();
    let mut drawn: Vec<&StrokePacket> = (0..count).map(|_| left.remove(chance.below(left.len()))).collect();
    let stranger = others[chance.below(others.len())];
    match writers {
        Writers::One => {}
        Writers::AllOthers => {
            let mut left = others.to_vec();
            drawn.iter_mut().for_each(|place| *place = &left.remove(chance.below(left.len())).genuine[0]);
        }
        Writers::OneOther => drawn[0] = &stranger.genuine[chance.below(SESSION)],
        Writers::Half => drawn.iter_mut().take(count / 2).zip(&stranger.genuine).for_each(|(place, p)| *place = p),
        Writers::OneImitation => drawn[0] = &own.forged[chance.below(own.forged.len())],
    }
    drawn.into_iter().cloned().collect()
}

//! Fits the replay check to pairs of people's genuine signatures against copies, and judges pairs of writers that it was not
//! fitted to. What a comparison measures is `models::attacks::likeness`'s business.

use crate::attack::chance::Chance;
use crate::attack::people::Person;
use crate::attack::pieces;
use crate::attack::replays;
use crate::attack::strokes::Strokes;
use crate::logistic::{self, Effort, Row};
use crate::{metrics, workers};
use models::StrokePacket;
use models::attacks::{Likeness, MEASURES, Nearness, Profile, ProfileKey, Replay, Unexplained};
use proto::{Digest, Name};
use std::collections::BTreeMap;

/// Parts that the writers are divided into: by number, so that a user is in the same part in both tasks.
const FOLDS: u32 = 5;
/// Genuine packets, percent, that a fitted limit may stop.
const BPCER_PERCENT: f64 = 0.25;
/// A number says nothing more beyond so many percent of genuine pairs.
const MOST_PERCENT: f64 = 10.0;
/// What is left unexplained of a copied stretch, of the least that is of genuine pairs.
const UNEXPLAINED_PART: f64 = 0.9;
/// Penalty on standardised weights.
const PENALTY: f64 = 1e-3;
/// The species that are fitted to: those that a limit on distances finds hardest. The others are new to the check.
const FITTED: [&str; 9] = [
    "resample 60 Hz",
    "resample 75 Hz",
    "warp 8 %",
    "warp 15 %",
    "resample 75+time scale+noise 5",
    "warp+affine",
    "warp+affine+noise 10",
    "noise 30",
    "warp+bend 2 %+noise 5",
];

/// One packet beside another of the same signer.
pub struct Pair {
    /// 1 or 2.
    pub task: u32,
    /// The signer.
    number: u32,
    /// The later packet among the signer's.
    packet: usize,
    /// For a copy of the other: the place of its species in [`replays::ALL`], those of [`pieces::all`] after them.
    pub species: Option<usize>,
    /// What the other leaves unexplained of the packet's stretches.
    unexplained: Unexplained,
    /// `None` where the check sees at once that neither is made from the other.
    likeness: Option<Likeness>,
}

/// Every two genuine packets of a signer, and every copy beside what it was made from.
pub fn pairs(people: &[Person]) -> Vec<Pair> {
    workers::map(people.len(), |index| of_person(index, &people[index])).into_iter().flatten().collect()
}

/// The key that profiles are made under; which, does not matter.
pub fn key() -> ProfileKey {
    ProfileKey::new(&Digest([7; 32]), &Name::new("svc2004", "signer").expect("a short word is a name"))
}

/// A copy of a packet; its randomness is named by person and packet.
pub fn copied(species: &replays::Species, (person, packet): (usize, usize), genuine: &Person) -> Option<Profile> {
    let mut chance = Chance::of(&[person as u64, packet as u64]);
    let copy = (species.make)(&Strokes::of(&genuine.genuine[packet]), &mut chance);
    Profile::of(&copy.packet(), &key()).ok()
}

/// Pieces of recordings of a person as a signature, and the places of the recordings; the randomness is named as in
/// [`copied`].
pub fn pieced(
    species: &pieces::Species,
    (person, packet): (usize, usize),
    recordings: &[StrokePacket],
) -> (StrokePacket, Vec<usize>) {
    let mut chance = Chance::of(&[person as u64, packet as u64]);
    let other = (packet + 7) % recordings.len();
    let [one, two] = [packet, other].map(|place| Strokes::of(&recordings[place]));
    let sources = if species.of_two() { vec![packet, other] } else { vec![packet] };
    (species.make(&one, &two, &mut chance).packet(), sources)
}

fn of_person(index: usize, person: &Person) -> Vec<Pair> {
    let profiles: Vec<Option<Profile>> = person.genuine.iter().map(|g| Profile::of(g, &key()).ok()).collect();
    let pair = |packet, species, later: Option<&Profile>, earlier: usize| {
        let both = later.zip(profiles[earlier].as_ref());
        Pair {
            task: person.task,
            number: person.number,
            packet,
            species,
            unexplained: both.map_or([f64::INFINITY; 2], |(later, earlier)| later.unexplained(&[earlier])[0]),
            likeness: both.and_then(|(later, earlier)| later.likeness(earlier)),
        }
    };
    let mut pairs = Vec::new();
    for (packet, profile) in profiles.iter().enumerate() {
        pairs.extend((0..packet).map(|earlier| pair(packet, None, profile.as_ref(), earlier)));
        for (s, species) in replays::ALL.iter().enumerate() {
            pairs.push(pair(packet, Some(s), copied(species, (index, packet), person).as_ref(), packet));
        }
        for (s, species) in pieces::all().iter().enumerate() {
            let (made, sources) = pieced(species, (index, packet), &person.genuine);
            let profile = Profile::of(&made, &key()).ok();
            let place = Some(replays::ALL.len() + s);
            pairs.extend(sources.into_iter().map(|source| pair(packet, place, profile.as_ref(), source)));
        }
    }
    pairs
}

/// Fits to the pairs of the writers that `used` names.
pub fn fit(pairs: &[Pair], used: impl Fn(u32) -> bool) -> Replay {
    let used: Vec<&Pair> = pairs.iter().filter(|p| used(p.number)).collect();
    let genuine: Vec<&Likeness> =
        used.iter().filter(|p| p.species.is_none()).filter_map(|p| p.likeness.as_ref()).collect();
    let fitted = |s: usize| replays::ALL.get(s).is_some_and(|s| FITTED.contains(&s.name));
    let copies: Vec<&Likeness> =
        used.iter().filter(|p| p.species.is_some_and(fitted)).filter_map(|p| p.likeness.as_ref()).collect();
    let most: [f64; MEASURES] =
        std::array::from_fn(|k| metrics::quantile(&genuine.iter().map(|l| l[k]).collect::<Vec<_>>(), MOST_PERCENT));
    let row = |likeness: &Likeness, positive: bool, of: usize| {
        let near: Likeness = std::array::from_fn(|k| likeness[k].min(most[k]));
        (near, positive, 0.5 / of as f64)
    };
    let genuine_rows = genuine.iter().map(|l| row(l, false, genuine.len()));
    let inputs: Vec<_> = genuine_rows.chain(copies.iter().map(|l| row(l, true, copies.len()))).collect();
    let rows: Vec<Row<'_>> =
        inputs.iter().map(|(inputs, positive, weight)| Row { inputs, positive: *positive, weight: *weight }).collect();
    let fusion = logistic::fit_decreasing(&rows, PENALTY, (0, Effort::SETTLED));
    let terms = std::array::from_fn(|k| Nearness { most: most[k], weight: fusion.weights[k] });
    let mut replay = Replay { limit: 0.0, bias: fusion.bias, terms, unexplained: least_unexplained(&used) };
    let odds: Vec<f64> = packets(&used, &|pair| odds(&replay, pair)).into_iter().map(|(_, odds)| odds).collect();
    replay.limit = metrics::threshold_at(&odds, BPCER_PERCENT);
    replay
}

/// Limits that no genuine pair is below.
fn least_unexplained(pairs: &[&Pair]) -> Unexplained {
    let genuine = || pairs.iter().filter(|p| p.species.is_none());
    [0, 1].map(|k| genuine().map(|p| p.unexplained[k]).fold(1.0, f64::min) * UNEXPLAINED_PART)
}

fn odds(replay: &Replay, pair: &Pair) -> f64 {
    pair.likeness.as_ref().map_or(f64::MIN, |likeness| replay.log_odds(likeness))
}

/// For each genuine packet its task and the greatest log odds beside the signer's earlier ones.
fn packets(pairs: &[&Pair], odds: &dyn Fn(&Pair) -> f64) -> Vec<(u32, f64)> {
    let mut greatest = BTreeMap::new();
    for pair in pairs.iter().filter(|p| p.species.is_none()) {
        let packet = greatest.entry((pair.task, pair.number, pair.packet)).or_insert(f64::MIN);
        *packet = f64::max(*packet, odds(pair));
    }
    greatest.into_iter().map(|((task, ..), odds)| (task, odds)).collect()
}

/// What a check says of writers that it was not fitted to.
pub struct HeldOut {
    /// For each genuine packet that has earlier ones: its task, and whether it is flagged.
    pub genuine: Vec<(u32, bool)>,
    /// For each copy the place of its species, and whether it is missed.
    pub copies: Vec<(usize, bool)>,
}

/// Five checks, each fitted to four fifths of the writers, limit included, and asked about the others.
pub fn held_out(pairs: &[Pair]) -> HeldOut {
    let fold = |p: &Pair| p.number % FOLDS;
    let fits = workers::map(FOLDS as usize, |out| fit(pairs, |number| number % FOLDS != out as u32));
    let of = |p: &Pair| &fits[fold(p) as usize];
    // Above 0 is above the limit of the check at hand, as is a copied stretch.
    let over = |p: &Pair| if of(p).is_copied(&p.unexplained) { f64::MAX } else { odds(of(p), p) - of(p).limit };
    let all: Vec<&Pair> = pairs.iter().collect();
    let mut copies = BTreeMap::new();
    for pair in pairs.iter().filter(|p| p.species.is_some()) {
        let missed = copies.entry((pair.species, pair.task, pair.number, pair.packet)).or_insert(true);
        *missed &= over(pair) <= 0.0;
    }
    HeldOut {
        genuine: packets(&all, &over).into_iter().map(|(task, over)| (task, over > 0.0)).collect(),
        copies: copies.into_iter().filter_map(|((species, ..), missed)| Some((species?, missed))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Copies are nearer in the first number alone; the second is larger for copies, which must not count for them.
    fn pair(number: u32, packet: usize, species: Option<usize>) -> Pair {
        let wobble = f64::from((number * 7 + packet as u32 * 5) % 11) / 22.0;
        let mut likeness = [5.0; MEASURES];
        (likeness[0], likeness[1]) = if species.is_some() { (3.0 + wobble, 7.0) } else { (5.0 + wobble, 5.0 + wobble) };
        Pair { task: 1, number, packet, species, unexplained: [1.0; 2], likeness: Some(likeness) }
    }

    #[test]
    fn copies_are_told_by_what_is_near_and_by_nothing_that_is_far() {
        let warped = replays::ALL.iter().position(|s| s.name == "warp 8 %");
        assert!(warped.is_some() && FITTED.iter().all(|f| replays::ALL.iter().any(|s| s.name == *f)));
        let pairs: Vec<Pair> =
            (0..20).flat_map(|n| (1..12).flat_map(move |p| [pair(n, p, None), pair(n, p, warped)])).collect();
        let fitted = fit(&pairs, |_| true);
        assert!(fitted.terms[0].weight < 0.0 && fitted.terms.iter().all(|t| t.weight <= 0.0), "{fitted:?}");
        let HeldOut { genuine, copies } = held_out(&pairs);
        assert_eq!((genuine.len(), copies.len()), (220, 220));
        assert!(copies.iter().all(|(_, missed)| !missed));
        assert!(genuine.iter().filter(|(_, flagged)| *flagged).count() <= 4);
    }
}

//! How many attacks of each species get past the checks, and how many genuine packets they stop.

use crate::attack::chance::Chance;
use crate::attack::movements::{Movement, Mover};
use crate::attack::patched::{self, Beside};
use crate::attack::people::Person;
use crate::attack::rate::Rate;
use crate::attack::strokes::Strokes;
use crate::attack::{
    clocks, disguises, elsewhere, enrolments, likenesses, machines, movements, parts, patchworks, pieces, replays,
};
use crate::networks::{FOLDS, Networks};
use crate::{metrics, workers};
use models::attacks::{
    self, FLAG_CLOCK_TAMPERED, FLAG_INCOMPLETE, FLAG_MACHINE_MADE, FLAG_MERGED, FLAG_REPLAY, Machine, Patchwork,
    Profile, Replay,
};
use models::graph::Kernel;
use models::template::Writing;
use models::trace::Trace;
use models::{Appraiser, StrokePacket};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Genuine packets, percent, that a fitted limit may stop.
const BPCER_PERCENT: f64 = 0.35;
/// The same of people on other devices.
const BPCER_ELSEWHERE_PERCENT: f64 = 0.3;
/// References of the templates that parts are judged beside.
const REFERENCES: usize = 5;

/// One line.
pub struct Line {
    /// The check.
    pub check: &'static str,
    /// `APCER` or `BPCER`, and of what.
    pub what: String,
    /// Errors of the check by itself.
    pub rate: Rate,
    /// Errors where the refusals of the model (inspection, ratio below the band) count too, if that was measured.
    pub with_appraisal: Option<Rate>,
}

impl Line {
    fn new(check: &'static str, what: impl Into<String>, rate: Rate) -> Self {
        Self { check, what: what.into(), rate, with_appraisal: None }
    }
    /// For machines.
    pub fn json(&self) -> Value {
        let (low, high) = self.rate.interval();
        json!({
            "check": self.check, "what": self.what, "n": self.rate.n, "errors": self.rate.errors,
            "percent": self.rate.percent(), "low": low, "high": high,
            "percent_with_appraisal": self.with_appraisal.map(|r| r.percent()),
        })
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (low, high) = self.rate.interval();
        let Self { check, what, rate, .. } = self;
        write!(f, "{check:<9} {what:<58} {:>6} {:>7.2} %  [{low:.2}, {high:.2}]", rate.n, rate.percent())?;
        self.with_appraisal.map_or(Ok(()), |r| write!(f, "  with appraisal {:.2} %", r.percent()))
    }
}

/// Replays: held out by writer, each copy beside what it was made from; and as shipped, each against all genuine packets
/// of the signer. Genuine packets against the signer's earlier ones. Also what is fitted to everybody.
pub fn replays(people: &[Person]) -> (Vec<Line>, Replay) {
    let pairs = likenesses::pairs(people);
    let mut lines = new_writers(&likenesses::held_out(&pairs));
    lines.extend(shipped_replays(people));
    (lines, likenesses::fit(&pairs, |_| true))
}

fn new_writers(found: &likenesses::HeldOut) -> Vec<Line> {
    let bpcer = |task| {
        let rate = Rate::of(found.genuine.iter().filter(|(t, _)| *t == task).map(|(_, flagged)| *flagged));
        Line::new("replay", format!("BPCER task {task}, new writer"), rate)
    };
    let whole = replays::ALL.iter().map(|species| format!("{} ({})", species.name, kind(species)));
    let apcer = |(s, name): (usize, String)| {
        let rate = Rate::of(found.copies.iter().filter(|(of, _)| *of == s).map(|(_, missed)| *missed));
        Line::new("replay", format!("APCER {name}, new writer"), rate)
    };
    let species = whole.chain(pieces::all().into_iter().map(|species| species.name));
    [1, 2].into_iter().map(bpcer).chain(species.enumerate().map(apcer)).collect()
}

fn kind(species: &replays::Species) -> &'static str {
    if species.simple { "simple" } else { "hard" }
}

fn shipped_replays(people: &[Person]) -> Vec<Line> {
    let key = likenesses::key();
    let profiles: Vec<Vec<Profile>> =
        people.iter().map(|p| p.genuine.iter().filter_map(|g| Profile::of(g, &key).ok()).collect()).collect();
    let mut lines: Vec<Line> = [1, 2].map(|task| replay_false_alarms(task, people, &profiles)).into();
    lines.extend(workers::map(replays::ALL.len(), |s| {
        let species = &replays::ALL[s];
        let mut rate = Rate::default();
        for (p, (person, profiles)) in people.iter().zip(&profiles).enumerate() {
            for packet in 0..person.genuine.len() {
                let copy = likenesses::copied(species, (p, packet), person);
                rate.add(copy.is_some_and(|a| !a.replays_any(profiles)));
            }
        }
        Line::new("replay", format!("APCER {} ({}), as shipped", species.name, kind(species)), rate)
    }));
    lines
}

fn replay_false_alarms(task: u32, people: &[Person], profiles: &[Vec<Profile>]) -> Line {
    let own = people.iter().zip(profiles).filter(|(p, _)| p.task == task);
    let alarms = own.flat_map(|(_, all)| (1..all.len()).map(|i| all[i].replays_any(&all[..i])));
    Line::new("replay", format!("BPCER task {task}, as shipped"), Rate::of(alarms))
}

/// Patchworks of references: held out by writer; and as shipped against everything that a node does. Also what is fitted to
/// everybody.
pub fn patchworks(people: &[Person]) -> (Vec<Line>, Patchwork) {
    let all = patched::all(people);
    let flagged = patched::held_out(&all);
    let rate =
        |of: &dyn Fn(&Beside) -> bool| Rate::of(all.iter().zip(&flagged).filter(|(b, _)| of(b)).map(|(_, f)| *f));
    let mut lines = Vec::new();
    for (task, count) in [(1, 3), (1, 5), (1, 10), (2, 3), (2, 5), (2, 10)] {
        let rate = rate(&|b| b.species.is_none() && b.task == task && b.references == count);
        lines.push(Line::new("patchwork", format!("BPCER task {task}, {count} references, new writer"), rate));
    }
    for (s, species) in patchworks::ALL.iter().enumerate() {
        for count in [3, REFERENCES] {
            let Rate { errors, n } = rate(&|b| b.species == Some(s) && b.references == count);
            let missed = Rate { errors: n - errors, n };
            lines.push(Line::new("patchwork", format!("APCER {}, of {count}, new writer", species.name), missed));
        }
    }
    let names: Vec<String> = patchworks::ALL.iter().map(|s| s.name.to_owned()).collect();
    lines.extend(against_all_checks(("patchwork", &names), people, |p, _| {
        patched::made(p, &people[p], (0, REFERENCES))
    }));
    (lines, patched::fit(&all, |_| true))
}

/// Pieces of references as signatures, against everything that a node does.
pub fn pieces(people: &[Person]) -> Vec<Line> {
    let all = pieces::all();
    let names: Vec<String> = all.iter().map(|s| s.name.clone()).collect();
    against_all_checks(("pieces", &names), people, |p, references| {
        let made = |s: usize| (0..references.len()).map(move |packet| (s, packet));
        let pairs = (0..all.len()).flat_map(made);
        pairs.map(|(s, packet)| (s, likenesses::pieced(&all[s], (p, packet), references).0)).collect()
    })
}

/// How many of what is made of five references gets past the replay check (among all genuine packets of the signer), past
/// everything that a node does (strokes alone, parts and stretches beside the references, the band), and is accepted.
fn against_all_checks(
    (check, names): (&'static str, &[String]),
    people: &[Person],
    make: impl Fn(usize, &[StrokePacket]) -> Vec<(usize, StrokePacket)> + Sync,
) -> Vec<Line> {
    let appraiser = Appraiser::current();
    let verdicts = workers::map(people.len(), |p| {
        let made = make(p, &people[p].genuine[..REFERENCES]);
        verdicts(&appraiser, &people[p], made)
    });
    let mut lines = Vec::new();
    for (s, name) in names.iter().enumerate() {
        let of = || verdicts.iter().flatten().filter(|(of, _)| *of == s);
        let whats = ["replay check as shipped", "all checks, not rejected", "all checks, accepted"];
        for (n, what) in whats.into_iter().enumerate() {
            lines.push(Line::new(check, format!("{name}: {what}"), Rate::of(of().map(|(_, passed)| passed[n]))));
        }
    }
    lines
}

/// Whether each gets past the replay check, past all, and is accepted.
fn verdicts(appraiser: &Appraiser, person: &Person, made: Vec<(usize, StrokePacket)>) -> Vec<(usize, [bool; 3])> {
    let Ok(template) = appraiser.enrol(&person.genuine[..REFERENCES]) else { return Vec::new() };
    let key = likenesses::key();
    let mut earlier: Vec<Profile> = person.genuine.iter().filter_map(|g| Profile::of(g, &key).ok()).collect();
    // As a node has them: the references come last.
    earlier.rotate_left(REFERENCES);
    let verdict = |made: &StrokePacket| {
        let new = Profile::of(made, &key).is_ok_and(|profile| !profile.replays_any(&earlier));
        let opinion = appraiser.appraise(made, Some(&template));
        let stopped = FLAG_MACHINE_MADE | FLAG_CLOCK_TAMPERED | FLAG_INCOMPLETE | FLAG_MERGED | FLAG_REPLAY;
        let ratio = opinion.ok().filter(|o| o.flags & stopped == 0).map(|o| o.llr);
        let bands = appraiser.thresholds();
        let above = |limit| ratio.is_some_and(|llr| llr.is_none_or(|llr| llr >= limit));
        [new, new && above(bands.reject_below), new && above(bands.accept_at)]
    };
    made.into_iter().map(|(s, made)| (s, verdict(&made))).collect()
}

/// The movement classifier: held out by writer, held out by family as well, and as shipped; and the one to ship.
pub fn machines(people: &[Person]) -> (Vec<Line>, Machine) {
    let movements = movements::all(people);
    let odds = movements::held_out(&movements, None);
    let limit = limit(&movements, &odds, |m| m.mover == Mover::Signer, BPCER_PERCENT);
    let is_elsewhere = |m: &Movement| matches!(m.mover, Mover::PersonElsewhere(_));
    let elsewhere = limit.max(self::limit(&movements, &odds, is_elsewhere, BPCER_ELSEWHERE_PERCENT));
    let mut lines = false_alarms("new writer", &movements, &odds, (limit, elsewhere));
    lines.extend(programs("new writer", &movements, &odds, limit));
    lines.extend(unseen(&movements));
    let shipped = Machine::shipped();
    let of_shipped = |m: &Movement| m.numbers.as_ref().map_or(f64::INFINITY, |n| shipped.log_odds(n));
    let odds: Vec<f64> = movements.iter().map(of_shipped).collect();
    lines.extend(false_alarms("as shipped", &movements, &odds, (shipped.limit, shipped.limit_elsewhere)));
    lines.extend(programs("as shipped", &movements, &odds, shipped.limit));
    let fitted = Machine { limit, limit_elsewhere: elsewhere, ..movements::fit(&movements, |_| true) };
    (lines, fitted)
}

/// The log odds that so many percent of some movements are above.
fn limit(movements: &[Movement], odds: &[f64], of: impl Fn(&Movement) -> bool, percent: f64) -> f64 {
    let picked: Vec<f64> = movements.iter().zip(odds).filter(|(m, _)| of(m)).map(|(_, o)| *o).collect();
    metrics::quantile(&picked, 100.0 - percent)
}

fn false_alarms(how: &str, movements: &[Movement], odds: &[f64], (limit, other_limit): (f64, f64)) -> Vec<Line> {
    let rate = |of: &dyn Fn(&Movement) -> bool, limit: f64| {
        Rate::of(movements.iter().zip(odds).filter(|(m, _)| of(m)).map(|(_, o)| *o > limit))
    };
    let signer = |task| rate(&move |m: &Movement| m.mover == Mover::Signer && m.task == task, limit);
    let line = |what: &str, rate| Line::new("machine", format!("BPCER {what}, {how}"), rate);
    let mut lines = vec![
        line("task 1", signer(1)),
        line("task 2", signer(2)),
        line("imitators (people too)", rate(&|m| m.mover == Mover::Imitator, limit)),
    ];
    for (n, hz) in elsewhere::RATES.iter().enumerate() {
        let (person, program) = (Mover::PersonElsewhere(n), Mover::ProgramElsewhere(n));
        lines.push(line(&format!("people made {hz} Hz"), rate(&|m| m.mover == person, other_limit)));
        let found = rate(&|m| m.mover == program, other_limit);
        let missed = Rate { errors: found.n - found.errors, ..found };
        lines.push(Line::new("machine", format!("APCER programs made {hz} Hz, {how}"), missed));
    }
    lines
}

fn programs(how: &str, movements: &[Movement], odds: &[f64], limit: f64) -> Vec<Line> {
    let missed =
        |mover| Rate::of(movements.iter().zip(odds).filter(|(m, _)| m.mover == mover).map(|(_, o)| *o <= limit));
    let mut lines = Vec::new();
    for (s, species) in machines::ALL.iter().enumerate() {
        for (n, disguise) in disguises::ALL.iter().enumerate() {
            let what = format!("APCER {} + {}, {how}", species.name, disguise.name);
            lines.push(Line::new("machine", what, missed(Mover::Program(s, n))));
        }
    }
    lines
}

/// Each family by classifiers that were fitted without it.
fn unseen(movements: &[Movement]) -> Vec<Line> {
    let mut families: Vec<&str> = machines::ALL.iter().map(|s| s.family).collect();
    families.sort_unstable();
    families.dedup();
    let mut lines = Vec::new();
    for family in families {
        let odds = movements::held_out(movements, Some(family));
        let limit = limit(movements, &odds, |m| m.mover == Mover::Signer, BPCER_PERCENT);
        let unseen = programs("new writer and species", movements, &odds, limit);
        let of_family = machines::ALL.iter().flat_map(|s| disguises::ALL.map(|_| s.family == family));
        lines.extend(unseen.into_iter().zip(of_family).filter(|(_, of)| *of).map(|(line, _)| line));
    }
    lines
}

/// Cropped and merged packets beside the signer's first genuine ones as references.
pub fn parts(people: &[Person]) -> Vec<Line> {
    let appraiser = Appraiser::current();
    let cases = workers::map(people.len(), |p| part_cases(&appraiser, p, &people[p]));
    let mut lines: Vec<Line> = Vec::new();
    for case in cases.into_iter().flatten() {
        let at = lines.iter().position(|l| l.what == case.what).unwrap_or_else(|| {
            let mut line = Line::new("whole", case.what.clone(), Rate::default());
            line.with_appraisal = Some(Rate::default());
            lines.push(line);
            lines.len() - 1
        });
        lines[at].rate.add(case.wrong);
        lines[at].with_appraisal.iter_mut().for_each(|r| r.add(case.wrong_together));
    }
    lines
}

/// Enrolments of one person and of several: as shipped, and each person's by a network that had not seen that person.
pub fn enrolments(people: &[Person], networks: &Networks) -> Vec<Line> {
    let (shipped, numbers) = (Appraiser::current(), people.iter().map(|p| p.number).collect::<BTreeSet<u32>>());
    let folds = networks.roll().folds(&numbers.into_iter().collect::<Vec<_>>());
    let blind: Vec<Appraiser> = (0..FOLDS)
        .map(|fold| shipped.clone().with_network(networks.without(fold, fold).members()[0].clone()))
        .collect();
    let mut lines = enrolled(people, "as shipped", |_| &shipped);
    lines.extend(enrolled(people, "new to the network", |person| &blind[folds[&person.number]]));
    lines
}

fn enrolled<'a>(people: &[Person], how: &str, by: impl Fn(&Person) -> &'a Appraiser + Sync) -> Vec<Line> {
    let kinds: Vec<_> =
        enrolments::Writers::ALL.into_iter().flat_map(|w| enrolments::COUNTS.map(|count| (w, count))).collect();
    let rates = workers::map(people.len(), |at| {
        kinds.iter().map(|kind| enrolments::wrong(by(&people[at]), people, at, *kind)).collect::<Vec<_>>()
    });
    let line = |(k, (writers, count)): (usize, &(enrolments::Writers, usize))| {
        let mut rate = Rate::default();
        rates.iter().for_each(|of| (rate.errors, rate.n) = (rate.errors + of[k].errors, rate.n + of[k].n));
        let kind = if *writers == enrolments::Writers::One { "BPCER" } else { "APCER" };
        Line::new("enrolment", format!("{kind} {count} references, {}, {how}", writers.name()), rate)
    };
    kinds.iter().enumerate().map(line).collect()
}

struct Case {
    what: String,
    wrong: bool,
    wrong_together: bool,
}

fn part_cases(appraiser: &Appraiser, index: usize, person: &Person) -> Vec<Case> {
    let mut cases = Vec::new();
    for references in [REFERENCES, 1] {
        let Ok(template) = appraiser.enrol(&person.genuine[..references]) else { continue };
        let flagged = |packet: &StrokePacket| {
            Trace::new(packet).map_or(true, |trace| {
                let whole = attacks::against(&Writing::of(&trace), &template, Kernel::best());
                whole & (FLAG_INCOMPLETE | FLAG_MERGED) != 0
            })
        };
        let rejected = |packet: &StrokePacket| {
            let opinion = appraiser.appraise(packet, Some(&template));
            opinion.map_or(true, |o| o.llr.is_some_and(|llr| llr < appraiser.thresholds().reject_below))
        };
        for (g, packet) in person.genuine.iter().enumerate().skip(REFERENCES) {
            let wrong = flagged(packet);
            let what = format!("BPCER {references} references, task {}", person.task);
            cases.push(Case { what, wrong, wrong_together: wrong || rejected(packet) });
            let other = &person.genuine[(g + 7) % person.genuine.len()];
            for (s, species) in parts::ALL.iter().enumerate() {
                let mut chance = Chance::of(&[index as u64, g as u64, s as u64]);
                let attack = (species.make)(&Strokes::of(packet), &Strokes::of(other), &mut chance).packet();
                let wrong = !flagged(&attack);
                let what = format!("APCER {}, {references} references", species.name);
                cases.push(Case { what, wrong, wrong_together: wrong && !rejected(&attack) });
            }
        }
    }
    cases
}

/// Changed time stamps, and false alarms of everything that is looked at without references.
pub fn clocks(people: &[Person]) -> Vec<Line> {
    let flags = |packet: &StrokePacket| Trace::new(packet).map(|trace| attacks::flags(packet, &trace));
    let mut lines = Vec::new();
    for task in [1, 2] {
        let genuine = || people.iter().filter(|p| p.task == task).flat_map(|p| &p.genuine);
        for (name, flag) in [("clock", FLAG_CLOCK_TAMPERED), ("machine", FLAG_MACHINE_MADE)] {
            let alarms = genuine().map(|g| flags(g).is_ok_and(|f| f & flag != 0));
            lines.push(Line::new(name, format!("BPCER task {task}, as a node does it"), Rate::of(alarms)));
        }
    }
    for (s, species) in clocks::ALL.iter().enumerate() {
        let missed = people.iter().enumerate().flat_map(|(p, person)| {
            person.genuine.iter().enumerate().map(move |(g, packet)| {
                let mut chance = Chance::of(&[p as u64, g as u64, s as u64]);
                let attack = (species.make)(&Strokes::of(packet), &mut chance);
                flags(&attack).is_ok_and(|f| f & FLAG_CLOCK_TAMPERED == 0)
            })
        });
        lines.push(Line::new("clock", format!("APCER {}", species.name), Rate::of(missed)));
    }
    lines
}

//! Comparisons of signatures with drawn references: all distances once, then the evidence of every trial from them.

use crate::corpus::{Corpus, EACH, Signature, User};
use crate::distances::Distances;
use crate::workers;
use models::dtw::{Comparison, Measures, compare};
use models::evidence::{Condition, Habit, References, Spread, evidence};
use models::features::CHANNELS;
use models::globals::GLOBALS;
use models::graph::elastic::Matched;
use models::graph::gallery;
use models::template::measured_channels;
use models::variability::variability;
use models::yardstick::{self, Yardstick};

/// References are drawn from the first ten genuine signatures: one session.
pub const POOL: usize = 10;
/// How often references are drawn.
pub const DRAWS: usize = 10;
/// The genuine signatures of other users that stand for random forgeries (S11, S13): from another session.
pub const RANDOM: [usize; 2] = [10, 12];

type Row = Vec<Comparison>;

/// Distances of one user's ten possible references.
pub struct Table {
    /// To each of the user's 40 signatures.
    own: Vec<Row>,
    /// To other users' genuine signatures.
    others: Vec<Row>,
}

/// Tables of every user by task, with and without pressure.
pub struct Tables {
    by_task: [[Vec<Table>; 2]; 2],
}

/// Who wrote the questioned signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Writer {
    /// The enrolled person.
    Genuine,
    /// Another, after practice.
    Skilled,
    /// Another, without knowing the signature.
    Random,
}

/// One comparison.
pub struct Trial {
    /// Task, 0 or 1 (for 1 and 2).
    pub task: usize,
    /// The user's number.
    pub user: u32,
    /// Which draw of references.
    pub draw: usize,
    /// Who wrote.
    pub writer: Writer,
    /// The questioned signature: the place of its file's user in the task, and its own among that user's 40.
    pub questioned: [usize; 2],
    /// The evidence.
    pub evidence: Vec<f64>,
}

impl Tables {
    /// Computes all distances, on all processors. Task 1 has no pressure to compare.
    pub fn compute(corpus: &Corpus) -> Self {
        let tables = |task: usize, pressure: bool| {
            let users = &corpus.tasks[task];
            workers::map(users.len(), |at| table(users, at, pressure))
        };
        Self { by_task: [[Vec::new(), tables(0, false)], [tables(1, true), tables(1, false)]] }
    }
    /// Every trial of a condition: task 2 with pressure, both tasks without.
    pub fn trials(&self, corpus: &Corpus, condition: Condition, within: &[f64; GLOBALS]) -> Vec<Trial> {
        self.trials_beside((corpus, None), condition, within)
    }
    /// As [`Self::trials`], with a network's evidence too.
    pub fn trials_beside(
        &self,
        (corpus, distances): (&Corpus, Option<&Distances>),
        condition: Condition,
        within: &[f64; GLOBALS],
    ) -> Vec<Trial> {
        let tasks = if condition.pressure { 1..2 } else { 0..2 };
        let mut out = Vec::new();
        for task in tasks {
            let users = &corpus.tasks[task];
            let tables = &self.by_task[task][usize::from(!condition.pressure)];
            for (at, table) in tables.iter().enumerate() {
                let graph = distances.map(|d| d.of(task, condition.pressure, at));
                let case = Case { task, users, at, table, graph, condition, within };
                draws(references(condition), POOL)
                    .iter()
                    .enumerate()
                    .for_each(|(draw, refs)| case.trials(draw, refs, &mut out));
            }
        }
        out
    }
}

fn table(users: &[User], at: usize, pressure: bool) -> Table {
    let user = &users[at];
    let row = |r: usize, s: &crate::corpus::Signature| {
        compare(user.genuine[r].writing.series(), &s.writing.series().reversed(), pressure)
    };
    let signatures: Vec<_> = user.genuine.iter().chain(&user.forged).collect();
    let strangers: Vec<_> = strangers(users.len(), at).map(|[i, s]| users[i].signature(s)).collect();
    Table {
        own: (0..POOL).map(|r| signatures.iter().map(|s| row(r, s)).collect()).collect(),
        others: (0..POOL).map(|r| strangers.iter().map(|s| row(r, s)).collect()).collect(),
    }
}

/// Places of the signatures that stand for random forgeries.
fn strangers(users: usize, at: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..users).filter(move |i| *i != at).flat_map(|i| RANDOM.map(|s| [i, s]))
}

struct Case<'a> {
    task: usize,
    users: &'a [User],
    at: usize,
    table: &'a Table,
    graph: Option<&'a crate::distances::OfUser>,
    condition: Condition,
    within: &'a [f64; GLOBALS],
}

impl Case<'_> {
    fn trials(&self, draw: usize, refs: &[usize], out: &mut Vec<Trial>) {
        let user = &self.users[self.at];
        let drawn = Drawn::new(self, refs);
        let mut push = |writer, questioned: [usize; 2], column: usize| {
            let signature = self.users[questioned[0]].signature(questioned[1]);
            let evidence = drawn.evidence(signature, (writer, column));
            out.push(Trial { task: self.task, user: user.number, draw, writer, questioned, evidence });
        };
        for s in (0..EACH).filter(|s| !refs.contains(s)) {
            push(Writer::Genuine, [self.at, s], s);
        }
        for s in EACH..2 * EACH {
            push(Writer::Skilled, [self.at, s], s);
        }
        for (column, questioned) in strangers(self.users.len(), self.at).enumerate() {
            push(Writer::Random, questioned, column);
        }
    }
}

/// References that were drawn, as `models::Template` knows them.
struct Drawn<'a> {
    case: &'a Case<'a>,
    refs: &'a [usize],
    habit: Habit,
    spread: Option<Spread>,
    yardsticks: Vec<Yardstick<{ CHANNELS + 1 }>>,
    graph_spread: Option<gallery::Spread>,
    graph_yardsticks: Vec<Yardstick<1>>,
}

impl<'a> Drawn<'a> {
    fn new(case: &'a Case<'a>, refs: &'a [usize]) -> Self {
        let (user, n) = (&case.users[case.at], refs.len());
        let globals: Vec<_> = refs.iter().map(|r| *user.genuine[*r].writing.globals()).collect();
        let warped = |i: usize, j: usize| &case.table.own[refs[i]][refs[j]];
        let (mut graph_spread, mut graph_yardsticks) = (None, Vec::new());
        if let Some(graph) = case.graph {
            let seen = |i: usize, j: usize| &graph.own[refs[i]][refs[j]];
            graph_spread = gallery::Spread::of(n, |i, j| seen(i, j).distance);
            graph_yardsticks = Yardstick::among(n, |i, j| gallery::in_units(seen(i, j)));
        }
        Self {
            case,
            refs,
            habit: Habit::of(&globals, case.within),
            spread: Spread::of(n, |i, j| warped(i, j).measures),
            yardsticks: Yardstick::among(n, |i, j| warped(i, j).differences),
            graph_spread,
            graph_yardsticks,
        }
    }
    /// Of a signature that stands in a column of the tables.
    fn evidence(&self, signature: &Signature, (writer, column): (Writer, usize)) -> Vec<f64> {
        let Case { table, condition, .. } = self.case;
        let rows = if writer == Writer::Random { &table.others } else { &table.own };
        let compared: Vec<&Comparison> = self.refs.iter().map(|r| &rows[*r][column]).collect();
        let measures: Vec<Measures> = compared.iter().map(|c| c.measures).collect();
        let unusual = self.habit.unusual(signature.writing.globals());
        let mut out = evidence(*condition, &measures, self.spread.as_ref(), &unusual);
        if let Some(graph) = self.case.graph {
            let rows = if writer == Writer::Random { &graph.others } else { &graph.own };
            let matched: Vec<&Matched> = self.refs.iter().map(|r| &rows[*r][column]).collect();
            let distances: Vec<u32> = matched.iter().map(|m| m.distance).collect();
            out.extend(gallery::evidence(&distances, self.graph_spread.as_ref()));
            let channels = || measured_channels(condition.pressure);
            let sticks = self.yardsticks.iter().zip(&compared);
            let measured: Vec<_> = sticks.map(|(stick, c)| stick.measure(&c.differences, channels())).collect();
            out.extend(yardstick::evidence(&measured));
            let sticks = self.graph_yardsticks.iter().zip(&matched);
            let measured: Vec<_> = sticks.map(|(stick, m)| stick.measure(&gallery::in_units(m), 0..1)).collect();
            out.extend(yardstick::evidence(&measured));
            out.extend(variability(self.spread.as_ref(), self.graph_spread.as_ref()));
        }
        out
    }
}

/// The number of references that stands for its class.
pub fn references(condition: Condition) -> usize {
    match condition.references {
        References::One => 1,
        References::Few => 3,
        References::Many => 5,
    }
}

/// Ten draws of `n` references from the first `pool` signatures: the first `n`, then pseudo-random ones, the same on every
/// run. Of one reference each stands once; all of the pool can be drawn only once; none, if there are too few.
pub fn draws(n: usize, pool: usize) -> Vec<Vec<usize>> {
    if n == 1 {
        return (0..pool).map(|r| vec![r]).collect();
    }
    if n >= pool {
        return (n == pool).then(|| (0..n).collect()).into_iter().collect();
    }
    let mut state: u64 = 20_04;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut draw = || {
        let mut pool: Vec<usize> = (0..pool).collect();
        (0..n).map(|_| pool.remove(next() % pool.len())).collect::<Vec<_>>()
    };
    std::iter::once((0..n).collect()).chain((1..DRAWS).map(|_| draw())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_ten_of_different_references() {
        for n in [1, 3, 5] {
            let draws = draws(n, POOL);
            assert_eq!(draws.len(), DRAWS);
            for draw in draws {
                let mut sorted = draw.clone();
                sorted.sort_unstable();
                sorted.dedup();
                assert!(sorted.len() == n && sorted[n - 1] < POOL);
            }
        }
        assert_eq!(draws(POOL, POOL), [(0..POOL).collect::<Vec<_>>()]);
        assert_eq!(draws(5, 4), Vec::<Vec<usize>>::new());
        assert_eq!(draws(3, 3), [vec![0, 1, 2]]);
    }
}

//! Distances between embeddings of one user's possible references and other signatures, by a network that may be another
//! one for each user: whoever is tested must not have taught it.

use crate::corpus::{Corpus, Signature};
use crate::team::Team;
use crate::trials::{POOL, RANDOM};
use crate::workers;
use models::graph::elastic::{Matched, Questioned};
use models::graph::{Embedding, Graph};
use models::trace::Trace;

/// Distances of one user's ten possible references.
#[derive(Debug, Clone)]
pub struct OfUser {
    /// To each of the user's 40 signatures.
    pub own: Vec<Vec<Matched>>,
    /// To other users' genuine signatures.
    pub others: Vec<Vec<Matched>>,
}

/// Of every user: by task, without and with pressure.
#[derive(Debug)]
pub struct Distances {
    by_task: [[Vec<OfUser>; 2]; 2],
}

/// What networks read of every signature, made once.
pub struct Graphs {
    by_task: [Vec<Vec<[Option<Graph>; 2]>>; 2],
}

impl Graphs {
    /// Of all signatures, genuine ones first.
    pub fn of(corpus: &Corpus) -> Self {
        let graphs = |task: usize| {
            let users = &corpus.tasks[task];
            workers::map(users.len(), |at| {
                let user = &users[at];
                user.genuine.iter().chain(&user.forged).map(|s| seen(s, task == 1)).collect()
            })
        };
        Self { by_task: [graphs(0), graphs(1)] }
    }
}

/// Without and with pressure.
fn seen(signature: &Signature, pressure: bool) -> [Option<Graph>; 2] {
    let trace = Trace::new(&signature.packet).expect("a signature of the corpus has a trace");
    let graph = |pressure| Graph::of(&trace, signature.writing.series(), pressure);
    [Some(graph(false)), pressure.then(|| graph(true))]
}

impl Distances {
    /// By the networks that `team` gives for a user's number. The error is of the backend that they run by.
    pub fn compute<'n>(
        corpus: &Corpus,
        graphs: &Graphs,
        team: impl Fn(u32) -> &'n Team + Sync,
    ) -> Result<Self, String> {
        let of_task = |task: usize, pressure: usize| {
            let (users, graphs) = (&corpus.tasks[task], &graphs.by_task[task]);
            let count = if pressure == 1 && task == 0 { 0 } else { users.len() };
            let all = workers::map(count, |at| of_user((users.len(), at), team(users[at].number), graphs, pressure));
            all.into_iter().collect::<Result<Vec<_>, String>>()
        };
        Ok(Self { by_task: [[of_task(0, 0)?, of_task(0, 1)?], [of_task(1, 0)?, of_task(1, 1)?]] })
    }
    /// Of the user at a place.
    pub fn of(&self, task: usize, pressure: bool, at: usize) -> &OfUser {
        &self.by_task[task][usize::from(pressure)][at]
    }
}

fn of_user(
    (users, at): (usize, usize),
    team: &Team,
    graphs: &[Vec<[Option<Graph>; 2]>],
    pressure: usize,
) -> Result<OfUser, String> {
    let seen = |graph: &[Option<Graph>; 2]| graph[pressure].clone().expect("pressure is asked for where there is some");
    let strangers = (0..users).filter(|i| *i != at).flat_map(|i| RANDOM.map(|s| seen(&graphs[i][s])));
    let own = team.embed_all(&graphs[at].iter().map(seen).collect::<Vec<_>>())?;
    let others = team.embed_all(&strangers.collect::<Vec<_>>())?;
    let asked = |all: &[Embedding]| all.iter().map(Questioned::new).collect::<Vec<_>>();
    let row = |r: usize, all: &[Questioned]| all.iter().map(|q| team.in_units_of_one(q.matched(&own[r]))).collect();
    let rows = |all: &[Questioned]| (0..POOL).map(|r| row(r, all)).collect();
    Ok(OfUser { own: rows(&asked(&own)), others: rows(&asked(&others)) })
}

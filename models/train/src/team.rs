//! One network, or several of another seed or shape, whose embeddings stand beside one another and are matched as one; run by the
//! normative integers, or by another backend. How much is gained by several is measured elsewhere; what is shipped has one network.

use models::graph::elastic::Matched;
use models::graph::{Embedding, Graph, Network};

/// Runs a network by another backend: embeddings of graphs, in their order, or why there are none.
pub type Embed = dyn Fn(&[Graph]) -> Result<Vec<Embedding>, String> + Send + Sync;
/// Brings a network to such a backend.
pub type Bring = dyn Fn(&Network) -> Result<Box<Embed>, String>;

/// Networks that are asked together.
pub struct Team {
    members: Vec<Network>,
    /// For each of them, if they are run by another backend; else none.
    elsewhere: Vec<Box<Embed>>,
}

impl Team {
    /// Of at least one; all must give a row for the same stretch of time, and together at most 64 numbers.
    pub fn new(members: Vec<Network>) -> Result<Self, String> {
        let pace = |n: &Network| (n.layers().iter().filter(|l| l.pool_before).count(), n.out_pool());
        let width: usize = members.iter().map(Network::width).sum();
        match members.as_slice() {
            [first, rest @ ..] if rest.iter().all(|n| pace(n) == pace(first)) && width <= WIDTH_MAX => {
                Ok(Self { members, elsewhere: Vec::new() })
            }
            _ => {
                Err(format!("--networks: 1 or more of one pace, together at most {WIDTH_MAX} channels; found {width}"))
            }
        }
    }
    /// The same, run by another backend.
    pub fn brought(self, bring: &Bring) -> Result<Self, String> {
        Ok(Self { elsewhere: self.members.iter().map(bring).collect::<Result<_, _>>()?, ..self })
    }
    /// What all make of a signature, moment by moment, by the normative integers.
    pub fn embed(&self, graph: &Graph) -> Embedding {
        self.beside(self.members.iter().map(|n| n.embed(graph)).collect())
    }
    /// What all make of signatures, by the backend that they are run by.
    pub fn embed_all(&self, graphs: &[Graph]) -> Result<Vec<Embedding>, String> {
        if self.elsewhere.is_empty() {
            return Ok(graphs.iter().map(|graph| self.embed(graph)).collect());
        }
        let all = self.elsewhere.iter().map(|embed| embed(graphs)).collect::<Result<Vec<_>, _>>()?;
        let mut all: Vec<_> = all.into_iter().map(Vec::into_iter).collect();
        Ok(graphs.iter().map(|_| self.beside(all.iter_mut().filter_map(Iterator::next).collect())).collect())
    }
    /// One embedding of those that the members gave.
    fn beside(&self, mut parts: Vec<Embedding>) -> Embedding {
        if parts.len() == 1 {
            return parts.remove(0);
        }
        let rows: Vec<_> = self.members.iter().zip(&parts).map(|(n, part)| (n.width(), part.to_rows())).collect();
        let width = rows.iter().map(|(width, _)| width).sum();
        let moments = rows[0].1.len() / rows[0].0;
        let of = |at: usize| rows.iter().flat_map(move |(width, rows)| &rows[at * width..(at + 1) * width]);
        Embedding::from_rows(width, &(0..moments).flat_map(of).copied().collect::<Vec<_>>())
    }
    /// Distances of such embeddings in the units of one network: squares are added up over the members.
    pub fn in_units_of_one(&self, together: Matched) -> Matched {
        let share = (self.members.len() as f64).sqrt();
        let sides = together.sides.map(|side| side.map(|d| d / share));
        Matched { distance: (f64::from(together.distance) / share) as u32, sides }
    }
    /// The networks.
    pub fn members(&self) -> &[Network] {
        &self.members
    }
    /// Weights of all.
    pub fn parameters(&self) -> usize {
        self.members.iter().map(Network::parameters).sum()
    }
}

/// Channels that an elastic matching takes at most.
const WIDTH_MAX: usize = models::graph::weights::WIDTH_MAX;

#[cfg(test)]
mod tests {
    use super::*;
    use models::{Appraiser, template::Writing, trace::Trace};

    fn network() -> Network {
        Appraiser::graph().network().unwrap().clone()
    }

    #[test]
    fn two_that_are_the_same_find_the_distance_of_one() {
        let graph = |n| {
            let trace = Trace::new(&models::Writer::new(3).sign(n)).unwrap();
            Graph::of(&trace, Writing::of(&trace).series(), true)
        };
        let (a, b) = (graph(0), graph(1));
        let distance = |team: &Team| {
            team.in_units_of_one(models::graph::elastic::Questioned::new(&team.embed(&b)).matched(&team.embed(&a)))
                .distance
        };
        let one = distance(&Team::new(vec![network()]).unwrap());
        let two = distance(&Team::new(vec![network(), network()]).unwrap());
        assert!(one > 0 && one.abs_diff(two) <= one / 100, "{one} {two}");
    }

    #[test]
    fn another_backend_is_asked_for_all_at_once_and_its_faults_are_told() {
        let graphs: Vec<Graph> = (0..3)
            .map(|n| {
                let trace = Trace::new(&models::Writer::new(3).sign(n)).unwrap();
                Graph::of(&trace, Writing::of(&trace).series(), true)
            })
            .collect();
        let bring: &Bring = &|network| {
            let network = network.clone();
            let embed = move |graphs: &[Graph]| match graphs {
                [] => Err("nothing to do".to_owned()),
                graphs => Ok(graphs.iter().map(|g| network.embed(g)).collect()),
            };
            Ok(Box::new(embed))
        };
        for members in [vec![network()], vec![network(), network()]] {
            let team = Team::new(members).unwrap().brought(bring).unwrap();
            let alone: Vec<_> = graphs.iter().map(|g| team.embed(g).to_rows()).collect();
            let all: Vec<_> = team.embed_all(&graphs).unwrap().iter().map(Embedding::to_rows).collect();
            assert_eq!(all, alone);
            assert_eq!(team.embed_all(&[]).err().unwrap(), "nothing to do");
        }
    }

    #[test]
    fn none_and_too_many_are_refused() {
        assert!(Team::new(vec![]).is_err());
        assert!(Team::new(vec![network(), network(), network()]).err().unwrap().ends_with("found 96"));
    }
}

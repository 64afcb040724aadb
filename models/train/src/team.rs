//! One network, or several of another seed or shape, whose embeddings stand beside one another and are matched as one. How
//! much is gained by it is measured elsewhere; what is shipped has one network.

use models::graph::elastic::Matched;
use models::graph::{Embedding, Graph, Network};

/// Networks that are asked together.
pub struct Team {
    members: Vec<Network>,
}

impl Team {
    /// Of at least one; all must give a row for the same stretch of time, and together at most 64 numbers.
    pub fn new(members: Vec<Network>) -> Result<Self, String> {
        let pace = |n: &Network| (n.layers().iter().filter(|l| l.pool_before).count(), n.out_pool());
        let width: usize = members.iter().map(Network::width).sum();
        match members.as_slice() {
            [first, rest @ ..] if rest.iter().all(|n| pace(n) == pace(first)) && width <= WIDTH_MAX => {
                Ok(Self { members })
            }
            _ => {
                Err(format!("--networks: 1 or more of one pace, together at most {WIDTH_MAX} channels; found {width}"))
            }
        }
    }
    /// What all make of a signature, moment by moment.
    pub fn embed(&self, graph: &Graph) -> Embedding {
        if let [one] = self.members.as_slice() {
            return one.embed(graph);
        }
        let parts: Vec<_> = self.members.iter().map(|n| (n.width(), n.embed(graph).to_rows())).collect();
        let width = parts.iter().map(|(width, _)| width).sum();
        let moments = parts[0].1.len() / parts[0].0;
        let of = |at: usize| parts.iter().flat_map(move |(width, rows)| &rows[at * width..(at + 1) * width]);
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
    fn none_and_too_many_are_refused() {
        assert!(Team::new(vec![]).is_err());
        assert!(Team::new(vec![network(), network(), network()]).err().unwrap().ends_with("found 96"));
    }
}

//! How far hosts are from one another, and the least time that consensus can take over such distances.

use serde_json::Value;

/// One-way delays between hosts.
#[derive(Clone, Debug, PartialEq)]
pub struct Topology {
    /// What it is called in reports.
    pub name: String,
    /// Milliseconds from host to host; 0 on the diagonal.
    pub delay_ms: Vec<Vec<f64>>,
    /// Each packet takes up to so many milliseconds more.
    pub jitter_ms: f64,
    /// Part of all packets that is lost, 0 to 1.
    pub loss: f64,
}

/// Hong Kong, Tokyo, Seoul, Singapore: half of typical round trips between data centres, in milliseconds.
const REGIONS: [[f64; 4]; 4] =
    [[0.0, 26.0, 20.0, 18.0], [26.0, 0.0, 17.0, 35.0], [20.0, 17.0, 0.0, 37.0], [18.0, 35.0, 37.0, 0.0]];

/// The least that a protocol of three hops can take, in milliseconds, mean over leaders.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// From a proposal until its leader knows that it is final.
    pub finality: f64,
    /// From a proposal until its leader knows that it is notarized: two hops.
    pub notarization: f64,
    /// From a proposal until the next leader may propose.
    pub interval: f64,
}

impl Topology {
    /// A built-in one by name, or a JSON file: `{"name", "delay_ms": [[..]], "jitter_ms", "loss"}`.
    pub fn new(name: &str, hosts: usize) -> Result<Self, String> {
        let even = |ms: f64| Self::of(name, hosts, |_, _| ms);
        match name {
            "lan5" => Ok(even(5.0)),
            "wan50" => Ok(even(50.0)),
            "wan150" => Ok(even(150.0)),
            // more hosts than regions: two hosts of one region are a millisecond apart
            "regions" => Ok(Self::of(name, hosts, |a, b| REGIONS[a % 4][b % 4].max(1.0))),
            file => Self::read(file, hosts),
        }
    }
    fn of(name: &str, hosts: usize, delay: impl Fn(usize, usize) -> f64) -> Self {
        let row = |a| (0..hosts).map(|b| if a == b { 0.0 } else { delay(a, b) }).collect();
        Self { name: name.to_owned(), delay_ms: (0..hosts).map(row).collect(), jitter_ms: 0.0, loss: 0.0 }
    }
    fn read(file: &str, hosts: usize) -> Result<Self, String> {
        let names = "lan5, wan50, wan150, regions or a JSON file";
        let text = std::fs::read_to_string(file).map_err(|e| format!("--topology {file}: {e}; choose {names}"))?;
        let v: Value = serde_json::from_str(&text).map_err(|e| format!("{file}: {e}"))?;
        let row = |r: &Value| r.as_array().map(|r| r.iter().filter_map(Value::as_f64).collect::<Vec<f64>>());
        let delay_ms: Option<Vec<Vec<f64>>> = v["delay_ms"].as_array().and_then(|rows| rows.iter().map(row).collect());
        let delay_ms = delay_ms.ok_or_else(|| format!("{file}: delay_ms must be rows of numbers"))?;
        if delay_ms.len() < hosts || delay_ms.iter().any(|r| r.len() < hosts) {
            return Err(format!("{file}: delay_ms needs {hosts} rows of {hosts} numbers"));
        }
        let number = |key: &str| v[key].as_f64().unwrap_or(0.0);
        let name = v["name"].as_str().unwrap_or(file).to_owned();
        Ok(Self { name, delay_ms, jitter_ms: number("jitter_ms"), loss: number("loss") })
    }
    /// With messages that take their time and nothing else. A node counts its own vote at once, and passes certificates
    /// on.
    pub fn floor(&self, hosts: usize) -> Floor {
        let quorum = hosts - (hosts - 1) / 3;
        let leaders = (0..hosts).map(|leader| {
            let proposal: Vec<f64> = (0..hosts).map(|i| self.delay_ms[leader][i]).collect();
            let notarized = self.round(&proposal, quorum);
            let finalized = self.round(&notarized, quorum);
            [finalized[leader], notarized[leader], notarized[(leader + 1) % hosts]]
        });
        let sums = leaders.fold([0.0; 3], |s, l| [s[0] + l[0], s[1] + l[1], s[2] + l[2]]);
        let [finality, notarization, interval] = sums.map(|s| s / hosts as f64);
        Floor { finality, notarization, interval }
    }
    /// When each host knows a quorum's votes, given when each host votes.
    fn round(&self, votes: &[f64], quorum: usize) -> Vec<f64> {
        let hosts = votes.len();
        let own = |to: usize| {
            let mut arrivals: Vec<f64> = (0..hosts).map(|from| votes[from] + self.delay_ms[from][to]).collect();
            arrivals.sort_by(f64::total_cmp);
            arrivals[quorum - 1]
        };
        let made: Vec<f64> = (0..hosts).map(own).collect();
        let told = |to: usize| (0..hosts).map(|from| made[from] + self.delay_ms[from][to]).fold(f64::MAX, f64::min);
        (0..hosts).map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_distances_give_three_and_two_hops() {
        for hosts in [4, 7, 10] {
            let floor = Topology::new("wan50", hosts).unwrap().floor(hosts);
            assert_eq!(floor, Floor { finality: 150.0, notarization: 100.0, interval: 100.0 });
        }
    }

    #[test]
    fn a_far_validator_does_not_slow_a_quorum_down() {
        let mut topology = Topology::new("lan5", 4).unwrap();
        for other in 0..3 {
            (topology.delay_ms[3][other], topology.delay_ms[other][3]) = (500.0, 500.0);
        }
        let floor = topology.floor(4);
        // three leaders of four are near one another; the fourth needs a hop there and one back
        assert_eq!((floor.notarization, floor.finality), ((3.0 * 10.0 + 1000.0) / 4.0, (3.0 * 15.0 + 1005.0) / 4.0));
    }

    #[test]
    fn a_file_is_checked() {
        assert!(Topology::new("no-such-file", 4).unwrap_err().contains("wan150"));
    }
}

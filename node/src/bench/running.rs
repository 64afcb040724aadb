//! The same open-loop load on a network that runs already: by an operator before it is opened, or in a network of
//! namespaces. What it submits stays in the ledger, as demonstration packets; a network for evidence refuses those.

use super::load::{Fate, send};
use super::prepare::Source;
use crate::client::{Author, Client, Endpoint};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// What to submit, and where.
pub struct RunningLoad {
    /// Nodes that take submissions in turn.
    pub endpoints: Vec<Endpoint>,
    /// In whose name.
    pub author: Author,
    /// Submissions per second.
    pub rate: f64,
    /// How long.
    pub time: Duration,
    /// `synthetic` or a folder.
    pub packets: String,
    /// Number of the first writing of every demonstration signer: higher than in any load before, or it is a replay.
    pub begin: u64,
}

impl RunningLoad {
    /// Enrols whom the network does not know, submits, waits for the last answer.
    pub async fn run(&self) -> Result<Value, String> {
        if !(self.rate > 0.0 && self.rate <= 100_000.0) {
            return Err("--rate: choose a number above 0 and up to 100000".to_owned());
        }
        let clients: Vec<Client> =
            self.endpoints.iter().map(Client::lazy).collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        let first = clients.first().ok_or("no endpoint was given")?;
        let source = Source::new(&self.packets)?.from(self.begin);
        let enrolled = source.enrol(first, &self.author).await?;
        let count = (self.rate * self.time.as_secs_f64()).ceil() as usize;
        let terms = first.terms().await.map_err(|e| e.to_string())?;
        let submissions = source.submissions(count, &self.author, &terms)?;
        eprintln!("{enrolled} signers enrolled; {} submissions at {} per second", submissions.len(), self.rate);
        let (fates, took) = send(submissions, &clients, self.rate).await;
        Ok(summary(&fates, took))
    }
}

fn summary(fates: &[Fate], took: Duration) -> Value {
    let (mut times, mut refused, mut lost) = (Vec::new(), BTreeMap::<&str, u64>::new(), BTreeMap::<&str, u64>::new());
    for fate in fates {
        match fate {
            Fate::Committed(time) => times.push(time.as_secs_f64() * 1000.0),
            Fate::Refused(reason) => *refused.entry(reason).or_default() += 1,
            Fate::Lost(problem) => *lost.entry(problem).or_default() += 1,
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |p| super::figures::percentile(&times, p);
    json!({
        "submitted": fates.len(), "committed": times.len(), "refused": refused, "lost": lost,
        "p50_ms": at(50.0), "p99_ms": at(99.0), "max_ms": at(100.0),
        "committed_per_s": times.len() as f64 / took.as_secs_f64(), "seconds": took.as_secs_f64(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fate_is_told() {
        let fates = [Fate::Committed(Duration::from_millis(10)), Fate::Lost("gone".into()), Fate::Refused("NO".into())];
        let s = summary(&fates, Duration::from_secs(2));
        assert_eq!((s["committed"].as_u64(), s["p50_ms"].as_f64()), (Some(1), Some(10.0)));
        assert_eq!((s["lost"]["gone"].as_u64(), s["refused"]["NO"].as_u64()), (Some(1), Some(1)));
        assert_eq!((s["submitted"].as_u64(), s["committed_per_s"].as_f64()), (Some(3), Some(0.5)));
    }
}

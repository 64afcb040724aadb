//! A node's `/metrics`, read over its console, and quantiles of its histograms between two readings.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// One reading: every sample by its whole name, labels included.
#[derive(Clone, Debug, Default)]
pub struct Reading(BTreeMap<String, f64>);

impl Reading {
    /// Reads the page at a loopback port; nothing if the node does not answer.
    pub fn take(port: u16) -> Option<Self> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n").ok()?;
        let mut page = String::new();
        stream.read_to_string(&mut page).ok()?;
        page.contains("# EOF").then(|| Self::parse(&page))
    }
    fn parse(page: &str) -> Self {
        let line = |l: &str| {
            let (name, value) = l.rsplit_once(' ').filter(|_| !l.starts_with('#'))?;
            Some((name.strip_prefix("chirograph_")?.to_owned(), value.parse().ok()?))
        };
        Self(page.lines().filter_map(line).collect())
    }
    /// A gauge or counter.
    pub fn value(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(0.0)
    }
    /// Upper bounds of a histogram's buckets with how many lie at or below.
    fn buckets(&self, name: &str) -> Vec<(f64, f64)> {
        let prefix = format!("{name}_bucket{{le=\"");
        let row = |(key, count): (&String, &f64)| {
            let bound = key.strip_prefix(&prefix)?.strip_suffix("\"}")?;
            Some((if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? }, *count))
        };
        let mut all: Vec<(f64, f64)> = self.0.iter().filter_map(row).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all
    }
}

/// What was observed between two readings of several nodes, put together: seconds below which the part `p` lies, and how
/// many there were. Exact to a bucket's width, about a sixth; within a bucket they are taken to lie evenly.
pub fn quantile(pairs: &[(Reading, Reading)], name: &str, p: f64) -> Option<(f64, f64)> {
    let mut sums: Vec<(f64, f64)> = Vec::new();
    for (before, after) in pairs {
        let (before, after) = (before.buckets(name), after.buckets(name));
        for (i, (bound, count)) in after.iter().enumerate() {
            let grown = count - before.get(i).map_or(0.0, |b| b.1);
            match sums.get_mut(i) {
                Some(sum) => sum.1 += grown,
                None => sums.push((*bound, grown)),
            }
        }
    }
    let total = sums.last().map_or(0.0, |s| s.1);
    let mut below = (0.0, 0.0);
    for (bound, count) in sums {
        if total > 0.0 && count >= p * total {
            let part = (p * total - below.1) / (count - below.1).max(1.0);
            let width = if bound.is_finite() { bound - below.0 } else { 0.0 };
            return Some((below.0 + part * width, total));
        }
        below = (bound, count);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(counts: [u64; 3]) -> Reading {
        let [a, b, c] = counts;
        Reading::parse(&format!(
            "# HELP chirograph_x_seconds What.\nchirograph_height 5\nchirograph_x_seconds_bucket{{le=\"0.1\"}} {a}\n\
             chirograph_x_seconds_bucket{{le=\"0.2\"}} {b}\nchirograph_x_seconds_bucket{{le=\"+Inf\"}} {c}\n# EOF\n"
        ))
    }

    #[test]
    fn only_what_came_between_counts() {
        let pairs = [(page([5, 5, 5]), page([5, 105, 105])), (page([0, 0, 0]), page([0, 100, 100]))];
        let (middle, count) = quantile(&pairs, "x_seconds", 0.5).unwrap();
        assert!((middle - 0.15).abs() < 1e-9 && count == 200.0, "{middle} {count}");
        assert_eq!(quantile(&pairs[..0], "x_seconds", 0.5), None);
        assert_eq!(page([0, 0, 0]).value("height"), 5.0);
    }
}

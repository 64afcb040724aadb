//! A table of operations with the time of one.

use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// One operation.
struct Line {
    name: &'static str,
    median_us: f64,
    p95_us: f64,
    count: usize,
}

/// The table.
#[derive(Default)]
pub struct Lines {
    lines: Vec<Line>,
    note: String,
}

impl Lines {
    /// A table with a sentence about its input.
    pub fn new(note: impl Into<String>) -> Self {
        Self { lines: Vec::new(), note: note.into() }
    }
    /// Repeats `work` for `time` on this thread. `work` is given a running number; what it
    /// returns is kept from being optimised away.
    pub fn add<T>(&mut self, name: &'static str, time: Duration, mut work: impl FnMut(usize) -> T) {
        let mut spent = Vec::new();
        let start = Instant::now();
        while start.elapsed() < time {
            let clock = Instant::now();
            std::hint::black_box(work(spent.len()));
            spent.push(clock.elapsed().as_secs_f64() * 1e6);
        }
        spent.sort_by(f64::total_cmp);
        let at = |p: usize| spent[(spent.len() - 1) * p / 100];
        self.lines.push(Line { name, median_us: at(50), p95_us: at(95), count: spent.len() });
    }
    /// For people.
    pub fn text(&self) -> String {
        let mut t = format!("{:<44}{:>12}{:>12}{:>10}\n", "one core, µs", "median", "p95", "runs");
        for l in &self.lines {
            writeln!(t, "{:<44}{:>12.1}{:>12.1}{:>10}", l.name, l.median_us, l.p95_us, l.count)
                .expect("a String takes every write");
        }
        t + &self.note
    }
    /// For programs.
    pub fn json(&self) -> Value {
        let rows: Map<String, Value> = self
            .lines
            .iter()
            .map(|l| (l.name.to_owned(), json!({ "median_us": l.median_us, "p95_us": l.p95_us, "runs": l.count })))
            .collect();
        json!({ "lines": rows, "note": self.note })
    }
}

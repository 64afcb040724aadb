//! Limits on lengths, with a committed list of exceptions that may only shrink. An exception holds exactly what is
//! measured: when the code gets shorter the list must follow (`tidy --lower` does it), so it can never grow back.

use std::collections::BTreeMap;

use super::EXCEPTIONS;
use super::checkout::Checkout;
use super::finding::{Fault, Finding};
use super::measures::{Measure, Measures};

const PREFACE: &str = "# What is longer than the house allows, each at exactly its present measure. This list may only shrink: shorten the
# code, then run `cargo run --release -p xtask -- tidy --lower`. A new entry needs a reason in its commit.
";

/// Every measure with its name in the list, the largest value allowed and the remedy.
const LIMITS: [(Measure, &str, usize, &str); 4] = [
    (Measure::FileLines, "file-lines", 399, "split it by nouns"),
    (Measure::FunctionLines, "function-lines", 69, "split it into named steps"),
    (Measure::Arguments, "arguments", 4, "gather them in a struct"),
    (Measure::SampleRows, "sample-rows", 19, "this looks like signature data, which must not be committed"),
];

/// The committed exceptions, by measure and place.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ratchet {
    exceptions: Measures,
}

impl Ratchet {
    /// Reads the committed list; a missing one is empty.
    pub fn read(checkout: &Checkout) -> Result<Self, Fault> {
        Self::parse(&checkout.text(EXCEPTIONS))
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let fault = |reason| Fault::File { path: EXCEPTIONS.to_owned(), reason };
        let tables: BTreeMap<String, BTreeMap<String, usize>> =
            toml::from_str(text).map_err(|error| fault(error.to_string()))?;
        let mut ratchet = Self::default();
        for (name, places) in tables {
            let limit = LIMITS.iter().find(|limit| limit.1 == name);
            let measure = limit.ok_or_else(|| fault(format!("[{name}] is not a measure")))?.0;
            ratchet.exceptions.extend(places.into_iter().map(|(place, value)| ((measure, place), value)));
        }
        Ok(ratchet)
    }

    /// What is over its limit or its exception, and exceptions that are no longer exact.
    pub fn check(&self, measures: &Measures) -> Vec<Finding> {
        let over = measures.iter().filter_map(|(at, value)| self.over(at, *value));
        let stale = self.exceptions.iter().filter_map(|(at, listed)| stale(at, *listed, measures.get(at).copied()));
        over.chain(stale).collect()
    }

    fn over(&self, at: &(Measure, String), value: usize) -> Option<Finding> {
        let (_, name, max, remedy) = limit(at.0);
        let allowed = self.exceptions.get(at).copied().unwrap_or(0).max(max);
        let message = format!("{name} {value}, allowed {allowed}: {remedy}");
        (value > allowed).then(|| Finding::whole(&at.1, message))
    }

    /// The exceptions that are still needed, none higher than what is measured. Nothing is ever added or raised.
    pub fn lowered(&self, measures: &Measures) -> Self {
        let needed = self.exceptions.iter().filter_map(|(at, listed)| {
            let value = measures.get(at)?;
            (*value > limit(at.0).2).then(|| (at.clone(), *value.min(listed)))
        });
        Self { exceptions: needed.collect() }
    }

    /// The list as it is committed.
    pub fn to_toml(&self) -> String {
        let mut out = PREFACE.to_owned();
        for (measure, name, _, _) in LIMITS {
            let places: Vec<_> = self.exceptions.iter().filter(|((of, _), _)| *of == measure).collect();
            if !places.is_empty() {
                out.push_str(&format!("\n[{name}]\n"));
            }
            for ((_, place), value) in places {
                out.push_str(&format!("\"{place}\" = {value}\n"));
            }
        }
        out
    }
}

fn limit(measure: Measure) -> (Measure, &'static str, usize, &'static str) {
    LIMITS.into_iter().find(|limit| limit.0 == measure).expect("LIMITS lists every measure")
}

/// An exception for something that has become shorter, short enough, or is gone.
fn stale(at: &(Measure, String), listed: usize, value: Option<usize>) -> Option<Finding> {
    let (_, name, max, _) = limit(at.0);
    let now = value.filter(|value| *value > max);
    if now.is_some_and(|value| value >= listed) {
        return None;
    }
    let now = now.map_or_else(|| "not needed any more".to_owned(), |value| format!("now {value}"));
    let message = format!("{EXCEPTIONS} lists {name} {listed}, {now}: run tidy --lower");
    Some(Finding::whole(&at.1, message))
}

#[cfg(test)]
mod tests;

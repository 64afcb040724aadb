//! The fitted constants of a model, read from the text file that the fitting program writes. The file is compiled in; its
//! bytes are part of the model's digest. Line-based so that a person can read it and a diff shows what changed.

use crate::evidence::{Condition, References};
use crate::globals::{GLOBAL_NAMES, GLOBALS};
use crate::graph::gallery;
use crate::llr::Thresholds;
use crate::variability;
use crate::yardstick;

/// First line of a file of the first model.
const HEADER: &str = "chirograph appraiser constants 1";
/// First line of a file of a model with a network: its evidence, a second hypothesis and limits by condition.
const HEADER_NETWORK: &str = "chirograph appraiser constants 2";

/// How evidence is weighed in one condition.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fusion {
    /// Natural log odds with all evidence 0.
    pub bias: f64,
    /// In the order of [`Constants::evidence_names`].
    pub weights: Vec<f64>,
}

/// What is said against the second hypothesis, a random person, and how far either LLR is stated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stated {
    /// Fusion against a random person.
    pub random: Fusion,
    /// Largest LLR against a skilled imitation, milliban, either sign.
    pub limit: i32,
    /// The same against a random person.
    pub limit_random: i32,
}

/// Everything that is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    /// Deviation of each global feature within one person.
    pub within: [f64; GLOBALS],
    /// Against a skilled imitation, in the order of [`Condition::ALL`].
    pub fusions: Vec<Fusion>,
    /// In the same order; empty for the first model, which states one LLR, limited to [`LLR_LIMIT`](crate::llr::LLR_LIMIT).
    pub stated: Vec<Stated>,
    /// Recommended bands.
    pub thresholds: Thresholds,
    /// References whose mean `twelve` distance is above this are refused.
    pub too_variable: f64,
    /// A `twelve` distance to a reference below this is flagged.
    pub too_like: f64,
}

/// Why a constants file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadConstants {
    /// The first line is not the header.
    #[error("line 1: expected `{HEADER}` or `{HEADER_NETWORK}`")]
    Header,
    /// A name that should follow did not.
    #[error("line {line}: expected `{expected} NUMBER`")]
    Line {
        /// Line number from 1.
        line: usize,
        /// Name expected there.
        expected: String,
    },
    /// Lines are left over.
    #[error("line {0}: nothing more is expected")]
    Trailing(usize),
}

impl Constants {
    /// Reads a file. Lines must be complete and in order: there is one text for one set of constants.
    pub fn parse(text: &str) -> Result<Self, BadConstants> {
        let mut lines = Lines { rest: text.lines().enumerate() };
        let network = lines.header()?;
        let thresholds =
            Thresholds { accept_at: lines.number("accept_at")?, reject_below: lines.number("reject_below")? };
        let (too_variable, too_like) = (lines.number("too_variable")?, lines.number("too_like")?);
        let mut within = [0.0; GLOBALS];
        for (value, name) in within.iter_mut().zip(GLOBAL_NAMES) {
            *value = lines.number(&format!("within {name}"))?;
        }
        let (mut fusions, mut stated) = (Vec::new(), Vec::new());
        for condition in Condition::ALL {
            fusions.push(lines.fusion("", condition, &names(condition, network))?);
            if network {
                stated.push(lines.stated(condition)?);
            }
        }
        lines.end()?;
        Ok(Self { within, fusions, stated, thresholds, too_variable, too_like })
    }
    /// Writes the file that [`Self::parse`] reads. Numbers are written in the fewest digits that give the same bits.
    pub fn to_text(&self) -> String {
        let mut out = format!("{}\n", if self.has_network() { HEADER_NETWORK } else { HEADER });
        let mut line = |name: &str, value: String| out.push_str(&format!("{name} {value}\n"));
        line("accept_at", self.thresholds.accept_at.to_string());
        line("reject_below", self.thresholds.reject_below.to_string());
        line("too_variable", self.too_variable.to_string());
        line("too_like", self.too_like.to_string());
        for (value, name) in self.within.iter().zip(GLOBAL_NAMES) {
            line(&format!("within {name}"), value.to_string());
        }
        for (condition, fusion) in Condition::ALL.iter().zip(&self.fusions) {
            let names = self.evidence_names(*condition);
            out += &fusion_lines("", *condition, (fusion, &names));
            if let Some(stated) = self.stated.get(condition.index()) {
                out += &format!("limit {} {}\n", condition.name(), stated.limit);
                out += &format!("limit_random {} {}\n", condition.name(), stated.limit_random);
                out += &fusion_lines("random_", *condition, (&stated.random, &names));
            }
        }
        out
    }
    /// Whether the evidence of a network is among the evidence.
    pub fn has_network(&self) -> bool {
        !self.stated.is_empty()
    }
    /// Names of the numbers that are weighed in a condition, in order.
    pub fn evidence_names(&self, condition: Condition) -> Vec<String> {
        names(condition, self.has_network())
    }
}

fn names(condition: Condition, network: bool) -> Vec<String> {
    let mut names = condition.evidence_names();
    if network {
        names.extend(gallery::evidence_names(condition.references).iter().map(|n| (*n).to_owned()));
        names.extend(yardstick::evidence_names(condition.references).iter().map(|n| (*n).to_owned()));
        if condition.references != References::One {
            names.extend(variability::NAMES.map(str::to_owned));
        }
    }
    names
}

fn fusion_lines(prefix: &str, condition: Condition, (fusion, names): (&Fusion, &[String])) -> String {
    let mut out = format!("{prefix}bias {} {}\n", condition.name(), fusion.bias);
    for (name, weight) in names.iter().zip(&fusion.weights) {
        out += &format!("{prefix}weight {} {name} {weight}\n", condition.name());
    }
    out
}

struct Lines<'a> {
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
}

impl Lines<'_> {
    /// Whether the file is of a model with a network.
    fn header(&mut self) -> Result<bool, BadConstants> {
        match self.rest.next() {
            Some((_, HEADER)) => Ok(false),
            Some((_, HEADER_NETWORK)) => Ok(true),
            _ => Err(BadConstants::Header),
        }
    }
    fn number<T: std::str::FromStr>(&mut self, name: &str) -> Result<T, BadConstants> {
        let (at, line) = self.rest.next().unwrap_or((0, ""));
        let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')?.parse().ok());
        value.ok_or_else(|| BadConstants::Line { line: at + 1, expected: name.to_owned() })
    }
    fn fusion(&mut self, prefix: &str, condition: Condition, names: &[String]) -> Result<Fusion, BadConstants> {
        let bias = self.number(&format!("{prefix}bias {}", condition.name()))?;
        let weight = |name: &String| self.number(&format!("{prefix}weight {} {name}", condition.name()));
        Ok(Fusion { bias, weights: names.iter().map(weight).collect::<Result<_, _>>()? })
    }
    fn stated(&mut self, condition: Condition) -> Result<Stated, BadConstants> {
        let limit = self.number(&format!("limit {}", condition.name()))?;
        let limit_random = self.number(&format!("limit_random {}", condition.name()))?;
        Ok(Stated { limit, limit_random, random: self.fusion("random_", condition, &names(condition, true))? })
    }
    fn end(mut self) -> Result<(), BadConstants> {
        self.rest.next().map_or(Ok(()), |(at, _)| Err(BadConstants::Trailing(at + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Constants {
        let fusion = |c: &Condition| Fusion { bias: 0.1, weights: vec![-1.0 / 3.0; c.evidence_names().len()] };
        Constants {
            within: [0.25; GLOBALS],
            fusions: Condition::ALL.iter().map(fusion).collect(),
            stated: Vec::new(),
            thresholds: Thresholds { accept_at: 500, reject_below: -300 },
            too_variable: 2.0,
            too_like: 0.1,
        }
    }

    #[test]
    fn text_and_back() {
        assert_eq!(Constants::parse(&sample().to_text()), Ok(sample()));
        let mut network = sample();
        network.stated = vec![Stated { limit: 1500, limit_random: 1900, random: Fusion::default() }; 6];
        for (at, condition) in Condition::ALL.into_iter().enumerate() {
            let weights = vec![-0.1; network.evidence_names(condition).len()];
            network.fusions[at].weights.clone_from(&weights);
            network.stated[at].random = Fusion { bias: 0.5, weights };
        }
        assert_eq!(Constants::parse(&network.to_text()), Ok(network));
    }

    #[test]
    fn a_missing_line_is_named() {
        let text = sample().to_text().replace("too_like 0.1\n", "");
        let expected = BadConstants::Line { line: 5, expected: "too_like".to_owned() };
        assert_eq!(Constants::parse(&text), Err(expected));
        assert_eq!(Constants::parse("x"), Err(BadConstants::Header));
        let lines = sample().to_text().lines().count();
        assert_eq!(Constants::parse(&(sample().to_text() + "more\n")), Err(BadConstants::Trailing(lines + 1)));
    }
}

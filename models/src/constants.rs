//! The fitted constants of a model, read from the text file that the fitting program writes. The file is compiled in; its
//! bytes are part of the model's digest. Line-based so that a person can read it and a diff shows what changed.

use crate::evidence::Condition;
use crate::globals::{GLOBAL_NAMES, GLOBALS};
use crate::llr::Thresholds;

/// Version of the file format, its first line.
const HEADER: &str = "chirograph appraiser constants 1";

/// How evidence is weighed in one condition.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fusion {
    /// Natural log odds with all evidence 0.
    pub bias: f64,
    /// In the order of [`Condition::evidence_names`].
    pub weights: Vec<f64>,
}

/// Everything that is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    /// Deviation of each global feature within one person.
    pub within: [f64; GLOBALS],
    /// In the order of [`Condition::ALL`].
    pub fusions: Vec<Fusion>,
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
    #[error("line 1: expected `{HEADER}`")]
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
        lines.header()?;
        let thresholds =
            Thresholds { accept_at: lines.number("accept_at")?, reject_below: lines.number("reject_below")? };
        let (too_variable, too_like) = (lines.number("too_variable")?, lines.number("too_like")?);
        let mut within = [0.0; GLOBALS];
        for (value, name) in within.iter_mut().zip(GLOBAL_NAMES) {
            *value = lines.number(&format!("within {name}"))?;
        }
        let fusions = Condition::ALL.iter().map(|c| lines.fusion(*c)).collect::<Result<_, _>>()?;
        lines.end()?;
        Ok(Self { within, fusions, thresholds, too_variable, too_like })
    }
    /// Writes the file that [`Self::parse`] reads. Numbers are written in the fewest digits that give the same bits.
    pub fn to_text(&self) -> String {
        let mut out = format!("{HEADER}\n");
        let mut line = |name: &str, value: String| out.push_str(&format!("{name} {value}\n"));
        line("accept_at", self.thresholds.accept_at.to_string());
        line("reject_below", self.thresholds.reject_below.to_string());
        line("too_variable", self.too_variable.to_string());
        line("too_like", self.too_like.to_string());
        for (value, name) in self.within.iter().zip(GLOBAL_NAMES) {
            line(&format!("within {name}"), value.to_string());
        }
        for (condition, fusion) in Condition::ALL.iter().zip(&self.fusions) {
            line(&format!("bias {}", condition.name()), fusion.bias.to_string());
            for (name, weight) in condition.evidence_names().iter().zip(&fusion.weights) {
                line(&format!("weight {} {name}", condition.name()), weight.to_string());
            }
        }
        out
    }
}

struct Lines<'a> {
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
}

impl Lines<'_> {
    fn header(&mut self) -> Result<(), BadConstants> {
        self.rest.next().filter(|(_, line)| *line == HEADER).map(drop).ok_or(BadConstants::Header)
    }
    fn number<T: std::str::FromStr>(&mut self, name: &str) -> Result<T, BadConstants> {
        let (at, line) = self.rest.next().unwrap_or((0, ""));
        let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')?.parse().ok());
        value.ok_or_else(|| BadConstants::Line { line: at + 1, expected: name.to_owned() })
    }
    fn fusion(&mut self, condition: Condition) -> Result<Fusion, BadConstants> {
        let bias = self.number(&format!("bias {}", condition.name()))?;
        let names = condition.evidence_names();
        let weight = |name: &String| self.number(&format!("weight {} {name}", condition.name()));
        Ok(Fusion { bias, weights: names.iter().map(weight).collect::<Result<_, _>>()? })
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
            thresholds: Thresholds { accept_at: 500, reject_below: -300 },
            too_variable: 2.0,
            too_like: 0.1,
        }
    }

    #[test]
    fn text_and_back() {
        assert_eq!(Constants::parse(&sample().to_text()), Ok(sample()));
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

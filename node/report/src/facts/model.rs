//! The model by name, how far it states a ratio, and the error rates of its model card. The card is the source: its table is
//! copied cell by cell, so that a report cannot claim what the card does not.

use models::Appraiser;
use models::evidence::Condition;
use proto::Digest;
use serde::{Deserialize, Serialize};

/// The model cards of every model in this build.
const CARDS: &str = include_str!("../../../../models/MODEL.md");
/// First cell of a table of error rates.
const FIRST_CELL: &str = "condition";

/// A model.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Names code, constants and weights.
    pub digest: String,
    /// How far a ratio is stated in each condition.
    pub limits: Vec<Limit>,
    /// What the card says that it was learnt and measured on; `null` if it does not say so in the usual words.
    pub data: Option<Learnt>,
    /// Heads of the card's table of error rates.
    pub columns: Vec<String>,
    /// Its rows.
    pub rates: Vec<Vec<String>>,
}

/// What a model was learnt and measured on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Learnt {
    /// Name of the data.
    pub source: String,
    /// Writers that were used.
    pub writers: u32,
    /// Of so many.
    pub of: u32,
    /// Reports a second of its one tablet.
    pub rate_hz: u32,
}

impl Learnt {
    /// From the card's line `SOURCE, N of its M public users, …, R Hz…`.
    fn read(line: &str) -> Option<Self> {
        let (source, rest) = line.split_once(", ")?;
        let (writers, rest) = rest.split_once(" of its ")?;
        let (of, rest) = rest.split_once(" public users, ")?;
        let rate = rest.split_once(" Hz")?.0.rsplit_once(' ')?.1;
        Some(Self {
            source: source.to_owned(),
            writers: writers.parse().ok()?,
            of: of.parse().ok()?,
            rate_hz: rate.parse().ok()?,
        })
    }
}

/// A condition that is calibrated by itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Limit {
    /// Least number of references.
    pub references_min: u32,
    /// Whether pressure is compared.
    pub pressure: bool,
    /// No LLR against a skilled imitation is stated beyond this, milliban, either sign.
    pub llr: i32,
    /// The same against a random person; `null` if the model does not state it.
    pub llr_random: Option<i32>,
}

impl Model {
    /// The model of that digest, if this build has it.
    pub fn by_digest(digest: &Digest) -> Option<Self> {
        let model = Appraiser::by_digest(digest)?;
        let mut table = table(model.name());
        let columns = if table.is_empty() { Vec::new() } else { table.remove(0) };
        Some(Self {
            name: model.name().to_owned(),
            digest: digest.to_string(),
            limits: Condition::ALL.map(|c| Limit::of(&model, c)).into(),
            data: section(model.name()).find_map(Learnt::read),
            columns,
            rates: table,
        })
    }
    /// The limits that hold with so many references.
    pub fn limit(&self, references: u32, pressure: bool) -> Option<&Limit> {
        let fits = |l: &&Limit| l.references_min <= references && l.pressure == pressure;
        self.limits.iter().filter(fits).max_by_key(|l| l.references_min)
    }
}

impl Limit {
    fn of(model: &Appraiser, condition: Condition) -> Self {
        let references_min = [1, 2, 5][condition.references as usize];
        let stated = model.constants().stated.get(condition.index());
        Self {
            references_min,
            pressure: condition.pressure,
            llr: stated.map_or(models::llr::LLR_LIMIT, |s| s.limit),
            llr_random: stated.map(|s| s.limit_random),
        }
    }
}

/// The first table of the model's section that begins with a condition: its head, then its rows.
fn table(model: &str) -> Vec<Vec<String>> {
    let is_head = |line: &str| cells(line).first().is_some_and(|cell| cell == FIRST_CELL);
    let rows = section(model).skip_while(|l| !is_head(l)).take_while(|l| l.starts_with('|'));
    rows.map(cells).filter(|cells| !cells.iter().all(|cell| cell.starts_with("--"))).collect()
}

/// The lines of a model's card.
fn section(model: &str) -> impl Iterator<Item = &'static str> {
    let head = format!("## `{model}`");
    let lines = CARDS.lines().skip_while(move |l| !l.starts_with(&head)).skip(1);
    lines.take_while(|l| !l.starts_with("## "))
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().strip_prefix('|').and_then(|l| l.strip_suffix('|'));
    inner.map_or_else(Vec::new, |inner| inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_has_its_error_rates_from_its_card() {
        for model in Appraiser::all() {
            let facts = Model::by_digest(&model.digest()).unwrap();
            let data = facts.data.as_ref().unwrap_or_else(|| panic!("{}: the card does not say on what", facts.name));
            assert!(data.writers > 0 && data.writers <= data.of && data.rate_hz > 0, "{data:?}");
            assert!(facts.rates.len() >= 6, "{}: {:?}", facts.name, facts.rates);
            assert!(facts.rates.iter().all(|row| row.len() == facts.columns.len()), "{:?}", facts.rates);
        }
        assert!(Model::by_digest(&Digest::ZERO).is_none());
    }

    #[test]
    fn limits_are_those_of_the_condition() {
        let facts = Model::by_digest(&Appraiser::graph().digest()).unwrap();
        assert_eq!(facts.limit(3, true).unwrap().references_min, 2);
        assert_eq!(facts.limit(9, false).unwrap().references_min, 5);
        assert!(facts.limits.iter().all(|l| l.llr > 0 && l.llr <= 2000 && l.llr_random == Some(2000)));
        assert!(facts.limit(0, true).is_none());
    }
}

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
/// First cell of the table of attack checks.
const FIRST_CELL_OF_ATTACKS: &str = "check";

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
    /// Rows of the card's table of attack checks: the check, how often it is wrong about the signer's own writing, how often an
    /// attack passes it. Empty if the card has none.
    #[serde(default)]
    pub attacks: Vec<Vec<String>>,
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
        let mut table = table(model.name(), FIRST_CELL);
        let columns = if table.is_empty() { Vec::new() } else { table.remove(0) };
        Some(Self {
            name: model.name().to_owned(),
            digest: digest.to_string(),
            limits: Condition::ALL.map(|c| Limit::of(&model, c)).into(),
            data: section(model.name()).find_map(Learnt::read),
            columns,
            rates: table,
            attacks: self::table(model.name(), FIRST_CELL_OF_ATTACKS).into_iter().skip(1).map(plain).collect(),
        })
    }
    /// Whether a row of the table, by its first cell, was measured with so many references (1, 2 to 4, 5 or more) and with or
    /// without pressure.
    pub fn is_of(condition: &str, references: u32, pressure: bool) -> bool {
        let parts: Vec<&str> = condition.split(", ").collect();
        let counted = match references {
            0 => return false,
            1 => "1 reference",
            2..=4 => "3 references",
            _ => "5 references",
        };
        let hidden = parts.contains(&"pressure hidden");
        let pressed = parts.contains(&"pressure") || (parts.contains(&"task 2") && !hidden);
        parts.contains(&counted) && pressed == pressure
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

/// The first table of the model's section whose head begins with that cell: its head, then its rows.
fn table(model: &str, first: &str) -> Vec<Vec<String>> {
    let is_head = |line: &str| cells(line).first().is_some_and(|cell| cell == first);
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

/// Without the marks of stress.
fn plain(row: Vec<String>) -> Vec<String> {
    row.into_iter().map(|cell| cell.replace("**", "")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attack_checks_of_the_model_in_force_have_their_rates() {
        let facts = Model::by_digest(&Appraiser::graph().digest()).unwrap();
        assert!(facts.attacks.len() >= 4 && facts.attacks.iter().all(|row| row.len() == 3), "{:?}", facts.attacks);
        assert!(facts.attacks[0][0].starts_with("replay") && !facts.attacks.concat().concat().contains('*'));
    }

    #[test]
    fn a_row_is_of_one_number_of_references_and_of_pressure_or_not() {
        let facts = Model::by_digest(&Appraiser::graph().digest()).unwrap();
        let of = |references, pressure| -> Vec<&str> {
            let rows = facts.rates.iter().filter(|row| Model::is_of(&row[0], references, pressure));
            rows.map(|row| row[0].as_str()).collect()
        };
        assert_eq!(of(7, true), ["task 2, 5 references"]);
        assert_eq!(of(4, true), ["task 2, 3 references"]);
        assert_eq!(of(1, false), ["task 2, pressure hidden, 1 reference", "task 1, 1 reference"]);
        assert!(Model::is_of("5 references, pressure", 5, true) && !Model::is_of("5 references", 5, true));
        assert!(!Model::is_of("another condition", 5, false));
    }

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

//! Grows the trees of `models::attacks::forest` one after another: gradient boosting of the weighted log loss (Friedman 2001), with
//! the second-order leaves of XGBoost (Chen and Guestrin 2016, equations 5 and 7) and thresholds at quantiles.
//!
//! Everything is summed in the order of the rows, so the same rows give the same trees. Nothing is drawn at random.

use crate::logistic::Row;
use models::arithmetic::{exp, ln};
use models::attacks::forest::{LEAVES, SPLITS, Split, Tree};

/// How many trees are grown.
const TREES: usize = 300;
/// How much of what a tree found is added.
const RATE: f64 = 0.15;
/// Parts that an input is cut into.
const PARTS: usize = 32;
/// Rows that a leaf must have.
const ROWS_MIN: usize = 20;
/// Added to second derivatives, so that a leaf of rows that are sure already does not say too much.
const RIDGE: f64 = 1e-3;

/// First and second derivative of the loss, and rows.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    first: f64,
    second: f64,
    rows: usize,
}

impl Sums {
    fn and(self, other: Self) -> Self {
        Self { first: self.first + other.first, second: self.second + other.second, rows: self.rows + other.rows }
    }
    fn less(self, other: Self) -> Self {
        Self { first: self.first - other.first, second: self.second - other.second, rows: self.rows - other.rows }
    }
    /// What the loss falls by with the best value for these rows, twice.
    fn worth(self) -> f64 {
        self.first * self.first / (self.second + RIDGE)
    }
}

/// The rows, with every input cut into parts.
struct Cut<'a> {
    rows: &'a [Row<'a>],
    /// Upper ends of the parts of each input, rising; the last part has none.
    ends: Vec<Vec<f64>>,
    /// The part of every row, input after input.
    parts: Vec<Vec<u8>>,
}

/// Bias and trees for log odds of the first class.
pub fn grow(rows: &[Row<'_>]) -> (f64, Vec<Tree>) {
    let cut = Cut::new(rows);
    let whole: f64 = rows.iter().map(|r| r.weight).sum();
    // Weights of about 1 a row, so that the ridge is small beside them.
    let scale = rows.len() as f64 / whole;
    let first: f64 = rows.iter().filter(|r| r.positive).map(|r| r.weight).sum();
    let bias = ln(first / (whole - first));
    let mut odds = vec![bias; rows.len()];
    let mut trees = Vec::with_capacity(TREES);
    for _ in 0..TREES {
        let slopes: Vec<Sums> = rows.iter().zip(&odds).map(|(row, odds)| slope(row, *odds, scale)).collect();
        let tree = cut.tree(&slopes);
        rows.iter().zip(&mut odds).for_each(|(row, odds)| *odds += tree.value(row.inputs));
        trees.push(tree);
    }
    (bias, trees)
}

fn slope(row: &Row<'_>, odds: f64, scale: f64) -> Sums {
    let (p, weight) = (1.0 / (1.0 + exp(-odds)), row.weight * scale);
    Sums { first: weight * (p - f64::from(u8::from(row.positive))), second: weight * p * (1.0 - p), rows: 1 }
}

impl<'a> Cut<'a> {
    fn new(rows: &'a [Row<'a>]) -> Self {
        let ends: Vec<Vec<f64>> = (0..rows[0].inputs.len()).map(|i| ends(rows, i)).collect();
        let part = |i: usize, ends: &Vec<f64>| {
            rows.iter().map(|r| ends.partition_point(|end| *end < r.inputs[i]) as u8).collect()
        };
        let parts = ends.iter().enumerate().map(|(i, ends)| part(i, ends)).collect();
        Self { rows, ends, parts }
    }
    fn tree(&self, slopes: &[Sums]) -> Tree {
        // Of an input that is above nothing; whoever is not split goes to the left.
        let mut splits = [Split { input: 0, above: f64::MAX }; SPLITS];
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); SPLITS + LEAVES];
        groups[0] = (0..self.rows.len()).collect();
        for at in 0..SPLITS {
            let group = std::mem::take(&mut groups[at]);
            if let Some(split) = self.split(&group, slopes) {
                splits[at] = split;
            }
            let is_right = |row: &usize| self.rows[*row].inputs[splits[at].input] > splits[at].above;
            let (right, left) = group.into_iter().partition(is_right);
            (groups[2 * at + 1], groups[2 * at + 2]) = (left, right);
        }
        let leaves = std::array::from_fn(|leaf| {
            let sums = groups[SPLITS + leaf].iter().fold(Sums::default(), |sums, row| sums.and(slopes[*row]));
            -RATE * sums.first / (sums.second + RIDGE)
        });
        Tree { splits, leaves }
    }
    /// The question that makes the most of some rows; of equal ones the first.
    fn split(&self, group: &[usize], slopes: &[Sums]) -> Option<Split> {
        let all = group.iter().fold(Sums::default(), |sums, row| sums.and(slopes[*row]));
        let mut best = (all.worth() + 1e-9, None);
        for (input, parts) in self.parts.iter().enumerate() {
            let mut of_part = [Sums::default(); PARTS];
            group.iter().for_each(|row| {
                of_part[usize::from(parts[*row])] = of_part[usize::from(parts[*row])].and(slopes[*row])
            });
            let mut left = Sums::default();
            for (part, end) in self.ends[input].iter().enumerate() {
                left = left.and(of_part[part]);
                let right = all.less(left);
                let worth = left.worth() + right.worth();
                if left.rows.min(right.rows) >= ROWS_MIN && worth > best.0 {
                    best = (worth, Some(Split { input, above: *end }));
                }
            }
        }
        best.1
    }
}

/// Where an input is cut: between neighbours at its quantiles.
fn ends(rows: &[Row<'_>], input: usize) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().map(|r| r.inputs[input]).collect();
    values.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| values[part * values.len() / PARTS];
    let mut ends: Vec<f64> = (1..PARTS).map(at).collect();
    ends.dedup();
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What no line can tell apart: one of two inputs is large, not both.
    #[test]
    fn trees_tell_what_lies_across() {
        let inputs: Vec<[f64; 2]> = (0..400).map(|i| [f64::from(i % 20), f64::from(i / 20)]).collect();
        let rows: Vec<Row<'_>> = inputs
            .iter()
            .map(|inputs| Row { inputs, positive: (inputs[0] > 9.5) != (inputs[1] > 7.5), weight: 1.0 })
            .collect();
        let (bias, trees) = grow(&rows);
        let odds = |row: &Row<'_>| trees.iter().fold(bias, |sum, tree| sum + tree.value(row.inputs));
        let wrong = rows.iter().filter(|row| (odds(row) > 0.0) != row.positive).count();
        assert!(wrong < 8, "{wrong} of 400");
        assert_eq!(grow(&rows), (bias, trees), "the same again");
    }
}

//! A sum of small decision trees over numbers: each asks three questions and adds what it learnt of those who answer so.
//!
//! The questions are comparisons and the answers are added in the file's order, so every machine gets the same bits. How trees
//! are grown is in `models/train`; nothing is decided here.

/// Questions from the root to a leaf.
const DEPTH: usize = 3;
/// Questions of one tree.
pub const SPLITS: usize = (1 << DEPTH) - 1;
/// Leaves of one tree.
pub const LEAVES: usize = 1 << DEPTH;

/// One question: is an input above a value? Then on to the right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Which input.
    pub input: usize,
    /// What it must be above.
    pub above: f64,
}

/// A complete tree: the root first, then level by level from the left.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The questions.
    pub splits: [Split; SPLITS],
    /// What is added, from the left.
    pub leaves: [f64; LEAVES],
}

impl Tree {
    /// What this tree adds for some inputs.
    pub fn value(&self, inputs: &[f64]) -> f64 {
        self.leaves[self.leaf(inputs)]
    }
    /// Place of the leaf that some inputs come to.
    pub fn leaf(&self, inputs: &[f64]) -> usize {
        let down = |at: usize, split: Split| 2 * at + 1 + usize::from(inputs[split.input] > split.above);
        let end = (0..DEPTH).fold(0, |at, _| down(at, self.splits[at]));
        end - SPLITS
    }
    /// Reads what [`Self::to_text`] writes; `None` if it is anything else, or asks for an input that there is none of.
    pub fn parse(line: &str, inputs: usize) -> Option<Self> {
        let words: Vec<&str> = line.strip_prefix("tree ")?.split(' ').collect();
        let (questions, leaves) = words.split_at_checked(2 * SPLITS)?;
        let split = |pair: &[&str]| {
            let (input, above) = (pair[0].parse().ok()?, pair[1].parse().ok()?);
            (input < inputs).then_some(Split { input, above })
        };
        let splits: Vec<Split> = questions.chunks(2).map(split).collect::<Option<_>>()?;
        let leaves: Vec<f64> = leaves.iter().map(|w| w.parse().ok()).collect::<Option<_>>()?;
        Some(Self { splits: splits.try_into().ok()?, leaves: leaves.try_into().ok()? })
    }
    /// A line of a constants file.
    pub fn to_text(&self) -> String {
        let questions: String = self.splits.iter().map(|s| format!(" {} {}", s.input, s.above)).collect();
        let leaves: String = self.leaves.iter().map(|v| format!(" {v}")).collect();
        format!("tree{questions}{leaves}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let splits = std::array::from_fn(|i| Split { input: [0, 1, 1, 2, 2, 2, 2][i], above: 0.5 });
        Tree { splits, leaves: std::array::from_fn(|i| i as f64) }
    }

    #[test]
    fn answers_lead_to_their_leaf() {
        for (inputs, leaf) in [([0.0; 3], 0.0), ([0.0, 0.0, 1.0], 1.0), ([0.0, 1.0, 0.0], 2.0), ([1.0; 3], 7.0)] {
            assert_eq!(tree().value(&inputs), leaf, "{inputs:?}");
        }
        assert_eq!(tree().value(&[0.5; 3]), 0.0, "at the value is not above it");
        assert_eq!(tree().value(&[f64::NAN; 3]), 0.0, "what is no number is above nothing");
    }

    #[test]
    fn a_line_is_read_as_it_was_written_or_refused() {
        let text = tree().to_text();
        assert_eq!(Tree::parse(text.trim_end(), 3), Some(tree()));
        assert_eq!(Tree::parse(text.trim_end(), 2), None, "there is no input 2");
        for bad in ["tree", "tree 1", &text.replace("tree", "bush"), &format!("{} 8", text.trim_end())] {
            assert_eq!(Tree::parse(bad, 3), None, "{bad}");
        }
    }
}

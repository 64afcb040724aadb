//! What can be wrong with a file of weights. Data, so that a caller can tell cases apart; reading is in `weights`.

use thiserror::Error;

/// Where in the file: of the header, or of a layer counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// `None` in the header of the file.
    pub layer: Option<usize>,
    /// As in the description of the format.
    pub name: &'static str,
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.layer {
            Some(layer) => write!(f, "layer {layer}, {}", self.name),
            None => write!(f, "header, {}", self.name),
        }
    }
}

/// Why weights cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadWeights {
    /// Something else, or a later format.
    #[error("not a file of weights that this version reads: it must begin with CGRAPH1 and a zero byte")]
    Magic,
    /// The file ends inside a field.
    #[error("{field}: the file ends here; it was cut short, copy it again")]
    Truncated {
        /// Where.
        field: Field,
    },
    /// More bytes than the header announces.
    #[error("{found} bytes after the last layer; write the file anew, the header must announce every layer")]
    Trailing {
        /// How many.
        found: usize,
    },
    /// A number outside its bounds.
    #[error("{field}: {found} is not allowed, only {allowed}")]
    OutOfRange {
        /// Where.
        field: Field,
        /// What is there.
        found: i64,
        /// What may be.
        allowed: &'static str,
    },
    /// A layer that does not take what comes before it, or adds an input of another width.
    #[error("{field}: {found} channels meet {expected}; both must be equal")]
    Channels {
        /// Where.
        field: Field,
        /// What is there.
        found: usize,
        /// What the layer before gives.
        expected: usize,
    },
    /// A sum could leave 32 bits.
    #[error("layer {layer}: output {output} could reach {bound}, beyond 2^31; train with smaller weights or inputs")]
    MayOverflow {
        /// Which layer.
        layer: usize,
        /// Which output.
        output: usize,
        /// Largest absolute sum.
        bound: i64,
    },
}

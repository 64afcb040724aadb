//! Why a file cannot be read or a recording cannot be written: where, which field, and what to do.

use std::fmt;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// A text's line and column, both from 1; the column counts bytes.
    Line {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// Offset in a binary file, from 0.
    Byte(usize),
    /// Index of the sample that cannot be written, from 0.
    Sample(usize),
    /// The file or recording as a whole.
    Whole,
}

/// A file that breaks its format or a packet's bounds, or a recording that the format cannot hold. It is data: the
/// sender's mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {field}: {problem}")]
pub struct FormatFault {
    /// Where.
    pub at: Position,
    /// The format's own name of the field.
    pub field: &'static str,
    /// What is wrong and what would be right, as a sentence.
    pub problem: String,
}

impl FormatFault {
    pub(super) fn new(at: Position, field: &'static str, problem: impl Into<String>) -> Self {
        Self { at, field, problem: problem.into() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line, column } => write!(f, "line {line}, column {column}"),
            Self::Byte(offset) => write!(f, "byte {offset}"),
            Self::Sample(index) => write!(f, "sample {index}"),
            Self::Whole => f.write_str("file"),
        }
    }
}

/// Refuses a file over [`super::FILE_BYTES_MAX`] before anything is parsed.
pub(super) fn bounded(bytes: &[u8]) -> Result<&[u8], FormatFault> {
    let max = super::FILE_BYTES_MAX;
    if bytes.len() <= max {
        return Ok(bytes);
    }
    Err(FormatFault::new(Position::Whole, "size", format!("{} bytes are over the maximum of {max}", bytes.len())))
}

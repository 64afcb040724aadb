//! A sheet of paper, A4 upright, and its margins.

use crate::mark::Mark;
use crate::part::Part;

/// Width of A4, points.
pub const WIDTH: f32 = 595.28;
/// Height of A4.
pub const HEIGHT: f32 = 841.89;
/// Left edge of text: wide enough to be bound.
pub const LEFT: f32 = 68.0;
/// Right edge of text.
pub const RIGHT: f32 = WIDTH - 62.0;
/// First line of text.
pub const TOP: f32 = 76.0;
/// End of text.
pub const BOTTOM: f32 = HEIGHT - 70.0;
/// Width of text.
pub const MEASURE: f32 = RIGHT - LEFT;
/// Base line of the running title.
pub const RUNNING: f32 = 46.0;
/// Base line of the page number.
pub const FOLIO: f32 = HEIGHT - 40.0;

/// One sheet.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Sheet {
    /// What is printed, back to front.
    pub marks: Vec<Mark>,
    /// What the marks are to who does not see them, in the order of the marks.
    pub parts: Vec<Part>,
    /// Headings that stand on it, with their height: for the outline of the file.
    pub headings: Vec<(String, bool, f32)>,
}

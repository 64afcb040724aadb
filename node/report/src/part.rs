//! What the marks of a sheet are to who does not see them: headings, paragraphs, cells, pictures with words in their place. Marks
//! that belong to no part are ornament: rules, grounds, running titles, the head of a table on its second sheet.

use std::ops::Range;

/// Marks that are read together.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// Which of the sheet's marks.
    pub marks: Range<usize>,
    /// Which block of the document they are of; blocks are read in this order.
    pub block: usize,
    /// What they are in it.
    pub role: Role,
}

/// What marks are in their block.
#[derive(Clone, PartialEq, Debug)]
pub enum Role {
    /// A heading: 1 for chapters, 2 for sections.
    Heading(u16),
    /// Running text, and what is set apart from it.
    Paragraph,
    /// A command and its output.
    Code,
    /// A cell of a table.
    Cell(Cell),
    /// A drawing, with what it shows.
    Figure(String),
    /// What stands below a drawing.
    Caption,
}

/// A cell's place; cells are read row by row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// From 0, the head's included.
    pub row: usize,
    /// From 0.
    pub column: usize,
    /// What it is the head of.
    pub heads: Heads,
}

/// Whether a cell says what others are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heads {
    /// It does not.
    Nothing,
    /// Those beside it.
    Row,
    /// Those below it.
    Column,
}

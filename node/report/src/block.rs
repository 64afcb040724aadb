//! What a chapter consists of: headings, paragraphs, tables, figures, commands. Where these stand on paper is the
//! typesetter's business.

use crate::scene::Scene;
use crate::text::Text;

/// A part of a chapter.
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// A numbered heading.
    Heading(Heading),
    /// Running text.
    Paragraph(Text),
    /// A statement that must not be overlooked, with a bar at its side.
    Notice(Text),
    /// A table.
    Table(Table),
    /// A drawing with its caption.
    Figure {
        /// The drawing.
        scene: Scene,
        /// What it shows.
        caption: String,
    },
    /// A command and what it must print.
    Command {
        /// As typed, one or more lines.
        typed: String,
        /// The expected output.
        expected: String,
    },
    /// Free space, points.
    Space(f32),
    /// What follows begins a sheet.
    NewSheet,
}

/// A numbered heading.
#[derive(Clone, PartialEq, Debug)]
pub struct Heading {
    /// Number, such as `3` or `3.1`.
    pub number: String,
    /// Title.
    pub title: String,
}

impl Heading {
    /// Whether it begins a chapter.
    pub fn is_chapter(&self) -> bool {
        !self.number.contains('.')
    }
}

/// A table; every row has as many cells as there are columns.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Table {
    /// Shares of the width.
    pub columns: Vec<f32>,
    /// Heads of the columns; empty for a table without.
    pub head: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Text>>,
}

impl Table {
    /// An empty table.
    pub fn new(columns: &[f32], head: &[&str]) -> Self {
        Self { columns: columns.to_vec(), head: head.iter().map(|h| (*h).to_owned()).collect(), rows: vec![] }
    }
    /// Two columns: what, and its value.
    pub fn pairs() -> Self {
        Self::new(&[0.30, 0.70], &[])
    }
    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Text>) {
        self.rows.push(cells.into_iter().collect());
    }
    /// Adds a row of [`Self::pairs`].
    pub fn pair(&mut self, what: impl Into<String>, value: impl Into<Text>) {
        self.row([Text::dim(what), value.into()]);
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

/// A chapter's heading and sections.
pub fn heading(number: &str, title: &str) -> Block {
    Block::Heading(Heading { number: number.to_owned(), title: title.to_owned() })
}

/// Running text.
pub fn paragraph(text: impl Into<Text>) -> Block {
    Block::Paragraph(text.into())
}

/// A statement that must not be overlooked.
pub fn notice(text: impl Into<Text>) -> Block {
    Block::Notice(text.into())
}

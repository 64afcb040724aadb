//! Tables: columns by shares of the width, the head again on every sheet, a row kept whole unless it is longer than a sheet.

use super::{SMALL_TABLE, Typesetter};
use crate::block::Table;
use crate::ink::Ink;
use crate::mark::Mark;
use crate::part::{Cell, Heads, Role};
use crate::sheet;
use crate::text::{Line, Text, lines};
use crate::typeface::Face;

/// Size and leading of a table's text.
const CELL: (f32, f32) = (8.4, 12.6);
/// Free space at the left and right of a cell.
const PADDING: f32 = 5.0;
/// Free space above and below a row.
const ABOVE: f32 = 3.2;

/// Left edge and width of each column.
type Columns = [(f32, f32)];
/// A row's number, and what its cells are the head of.
type Numbered = (usize, Heads);

/// A row as lines, cell by cell.
struct Row {
    cells: Vec<Vec<Line>>,
}

impl Row {
    fn height(&self) -> usize {
        self.cells.iter().map(Vec::len).max().unwrap_or(0)
    }
}

impl Typesetter<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let columns = columns(&table.columns);
        let head = (!table.head.is_empty()).then(|| {
            let cells = table.head.iter().map(|title| Text::default().and(Face::Bold, Ink::Accent, title.as_str()));
            self.row(&cells.collect::<Vec<_>>(), &columns)
        });
        let rows: Vec<Row> = table.rows.iter().map(|cells| self.row(cells, &columns)).collect();
        self.rule(if head.is_some() { 0.9 } else { 0.5 });
        if let Some(head) = &head {
            self.put_head(head, &columns, Some((0, Heads::Column)));
        }
        // Without a head, the first cell of each row says what the row is.
        let beside = if head.is_some() { Heads::Nothing } else { Heads::Row };
        for (number, row) in (usize::from(head.is_some())..).zip(&rows) {
            self.put_row(row, (&columns, head.as_ref()), (number, beside));
        }
        self.y += 9.0;
    }

    /// What of a table stands on one sheet: all of a small one, head and first row of another.
    pub(super) fn table_together(&self, table: &Table) -> f32 {
        let columns = columns(&table.columns);
        let head: Vec<Text> = table.head.iter().map(|h| Text::strong(h.as_str())).collect();
        let heights = |rows: &[Vec<Text>]| {
            rows.iter().map(|cells| needed(self.row(cells, &columns).height())).fold(0.0, |sum, height| sum + height)
        };
        let head = if head.is_empty() { 0.0 } else { heights(&[head]) };
        // More rows than these are no small table: it need not be measured.
        let rows = &table.rows[..table.rows.len().min(12)];
        let whole = head + heights(rows);
        if whole <= SMALL_TABLE && rows.len() == table.rows.len() {
            whole
        } else {
            head + heights(&rows[..rows.len().min(1)])
        }
    }

    fn row(&self, cells: &[Text], columns: &Columns) -> Row {
        let broken = cells
            .iter()
            .zip(columns)
            .map(|(text, (_, width))| lines(text, (CELL.0, width - 2.0 * PADDING), self.faces));
        Row { cells: broken.collect() }
    }

    /// Read on the first sheet only: `place` is nothing where it is set again.
    fn put_head(&mut self, head: &Row, columns: &Columns, place: Option<Numbered>) {
        let height = needed(head.height());
        self.put(Mark::rectangle((sheet::LEFT, self.y), (sheet::MEASURE, height), Ink::Ground));
        self.put_lines(head, (0, head.height()), (columns, place));
        self.rule(0.5);
    }

    fn put_row(&mut self, row: &Row, (columns, head): (&Columns, Option<&Row>), place: Numbered) {
        let mut from = 0;
        while from < row.height() {
            let left = row.height() - from;
            let room = |y: f32| ((sheet::BOTTOM - y - 2.0 * ABOVE) / CELL.1).max(0.0) as usize;
            let whole = needed(left) <= sheet::BOTTOM - sheet::TOP - head.map_or(0.0, |h| needed(h.height()));
            let fits = room(self.y) >= left;
            // A row that fits on a sheet of its own is not torn.
            if !fits && (whole || room(self.y) < 3) && self.y > sheet::TOP {
                self.new_sheet();
                self.rule(0.5);
                if let Some(head) = head.filter(|h| needed(h.height()) < sheet::BOTTOM - sheet::TOP - 60.0) {
                    self.put_head(head, columns, None);
                }
            }
            let count = left.min(room(self.y).max(1));
            self.put_lines(row, (from, count), (columns, Some(place)));
            from += count;
            self.rule(0.35);
        }
    }

    /// Some lines of every cell.
    fn put_lines(&mut self, row: &Row, (from, count): (usize, usize), (columns, place): (&Columns, Option<Numbered>)) {
        let top = self.y + ABOVE;
        for (column, (cell, (x, _))) in row.cells.iter().zip(columns).enumerate() {
            self.role = place.map(|(row, heads)| {
                let heads = if heads == Heads::Row && column > 0 { Heads::Nothing } else { heads };
                Role::Cell(Cell { row, column, heads })
            });
            for (index, line) in cell.iter().skip(from).take(count).enumerate() {
                let y = top + CELL.1 * (index as f32 + 1.0) - 3.5;
                self.put_line(line, (sheet::LEFT + x + PADDING, y), CELL.0);
            }
        }
        self.y = top + CELL.1 * count as f32 + ABOVE;
    }

    fn rule(&mut self, width: f32) {
        let ink = if width > 0.4 { Ink::Grey } else { Ink::Pale };
        self.put(Mark::rule((sheet::LEFT, self.y), (sheet::RIGHT, self.y), (width, ink)));
    }
}

fn needed(lines: usize) -> f32 {
    CELL.1 * lines as f32 + 2.0 * ABOVE
}

/// Left edge and width of each column.
fn columns(shares: &[f32]) -> Vec<(f32, f32)> {
    let sum: f32 = shares.iter().sum();
    let mut x = 0.0;
    let column = |share: &f32| {
        let width = share / sum * sheet::MEASURE;
        x += width;
        (x - width, width)
    };
    shares.iter().map(column).collect()
}

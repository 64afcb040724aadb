//! The reading order of a file, as a tagged PDF has it: a tree of headings, paragraphs, tables and pictures over the marks that
//! were drawn. It follows from the parts alone, so the same sheets give the same tree.

use crate::part::{Cell, Heads, Role};
use krilla::tagging::{Identifier, Node, TableHeaderScope, Tag, TagGroup, TagTree};
use std::collections::BTreeMap;
use std::num::NonZeroU16;

/// What has been drawn so far, by block; what stands below a picture comes after it.
#[derive(Default)]
pub struct Structure {
    elements: BTreeMap<(usize, bool), Element>,
}

/// An element whose marks may stand on several sheets.
enum Element {
    /// Everything but a table.
    Simple(Role, Vec<Identifier>),
    /// Cells by row and column.
    Table(BTreeMap<(usize, usize), (Heads, Vec<Identifier>)>),
}

impl Structure {
    /// Takes marks that were drawn under `id`.
    pub fn take(&mut self, block: usize, role: &Role, id: Identifier) {
        let key = (block, *role == Role::Caption);
        match (self.elements.entry(key).or_insert_with(|| Element::of(role)), role) {
            (Element::Table(cells), Role::Cell(Cell { row, column, heads })) => {
                cells.entry((*row, *column)).or_insert_with(|| (*heads, Vec::new())).1.push(id);
            }
            (Element::Simple(_, ids), _) => ids.push(id),
            // A block is of one kind, so this is a cell that heads the table by itself.
            (Element::Table(cells), _) => {
                cells.entry((0, 0)).or_insert_with(|| (Heads::Nothing, Vec::new())).1.push(id)
            }
        }
    }
    /// The tree of a document in that language.
    pub fn tree(self, language: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for element in self.elements.into_values() {
            tree.push(element.group());
        }
        tree
    }
}

impl Element {
    fn of(role: &Role) -> Self {
        if let Role::Cell(_) = role { Self::Table(BTreeMap::new()) } else { Self::Simple(role.clone(), Vec::new()) }
    }
    fn group(self) -> TagGroup {
        match self {
            Self::Simple(role, ids) => simple(role, ids.into_iter().map(Node::from).collect()),
            Self::Table(cells) => table(cells),
        }
    }
}

fn simple(role: Role, ids: Vec<Node>) -> TagGroup {
    match role {
        Role::Heading(level) => {
            let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
            TagGroup::with_children(Tag::Hn(level, None), ids)
        }
        Role::Figure(description) => TagGroup::with_children(Tag::Figure(Some(description)), ids),
        Role::Code => {
            let code = TagGroup::with_children(Tag::Code, ids);
            TagGroup::with_children(Tag::P, vec![code.into()])
        }
        Role::Caption => TagGroup::with_children(Tag::Caption, ids),
        Role::Paragraph | Role::Cell(_) => TagGroup::with_children(Tag::P, ids),
    }
}

fn table(cells: BTreeMap<(usize, usize), (Heads, Vec<Identifier>)>) -> TagGroup {
    let mut rows: BTreeMap<usize, TagGroup> = BTreeMap::new();
    for ((row, _), (heads, ids)) in cells {
        let ids: Vec<Node> = ids.into_iter().map(Node::from).collect();
        let cell = match heads {
            Heads::Nothing => TagGroup::with_children(Tag::TD, ids),
            Heads::Row => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), ids),
            Heads::Column => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), ids),
        };
        rows.entry(row).or_insert_with(|| TagGroup::new(Tag::TR)).push(cell);
    }
    let rows = rows.into_values().map(Node::from).collect();
    TagGroup::with_children(Tag::Table, rows)
}

//! From blocks to sheets: text is broken into lines, what does not fit goes on the next sheet, a heading is never the last
//! thing on one. It knows nothing of what is printed.

mod rows;

use crate::block::{Block, Heading};
use crate::ink::Ink;
use crate::mark::{Mark, Place, Words};
use crate::part::{Part, Role};
use crate::sheet::{self, Sheet};
use crate::text::{Line, Text, lines};
use crate::typeface::{Face, Typefaces};

/// Size and leading of running text.
const BODY: (f32, f32) = (9.6, 15.2);
/// Of small print: captions.
const SMALL: (f32, f32) = (8.2, 12.4);
/// Of commands.
const CODE: (f32, f32) = (7.6, 11.6);
/// Of headings of chapters.
const CHAPTER: (f32, f32) = (15.0, 21.0);
/// Of headings of sections.
const SECTION: (f32, f32) = (11.2, 16.0);
/// Paragraphs of so many lines stand on one sheet.
const SHORT: usize = 4;
/// Tables up to this height stand on one sheet.
const SMALL_TABLE: f32 = 170.0;

/// Sets blocks.
pub struct Typesetter<'a> {
    faces: &'a Typefaces,
    sheets: Vec<Sheet>,
    /// Where the next block begins.
    y: f32,
    /// Number of the block that is set, and what its next lines are; nothing while ornament is set.
    block: usize,
    role: Option<Role>,
}

impl<'a> Typesetter<'a> {
    /// On an empty sheet.
    pub fn new(faces: &'a Typefaces) -> Self {
        Self { faces, sheets: vec![Sheet::default()], y: sheet::TOP, block: 0, role: None }
    }
    /// Sets all blocks.
    pub fn set(mut self, blocks: &[Block]) -> Vec<Sheet> {
        for (index, block) in blocks.iter().enumerate() {
            self.need(self.together(&blocks[index..]).min(sheet::BOTTOM - sheet::TOP));
            self.block = index;
            self.set_one(block);
        }
        self.sheets
    }

    fn set_one(&mut self, block: &Block) {
        self.role = Some(match block {
            Block::Heading(heading) => Role::Heading(if heading.is_chapter() { 1 } else { 2 }),
            Block::Command { .. } => Role::Code,
            Block::Figure { .. } => Role::Caption,
            _ => Role::Paragraph,
        });
        match block {
            Block::Heading(heading) => self.heading(heading),
            Block::Paragraph(text) => self.paragraph(text),
            Block::Notice(text) => self.notice(text),
            Block::Table(table) => self.table(table),
            Block::Figure { scene, caption } => self.figure(scene, caption),
            Block::Command { typed, expected } => self.command(typed, expected),
            Block::Space(height) => self.y += height,
            Block::NewSheet => self.new_sheet(),
        }
    }

    /// How much must fit on this sheet for the next block to begin here: a heading stands with what it is about, a sentence
    /// with the command that it announces.
    fn together(&self, blocks: &[Block]) -> f32 {
        match blocks {
            [Block::Heading(heading), rest @ ..] => {
                let own = if heading.is_chapter() { 26.0 + 1.7 * CHAPTER.1 } else { 14.0 + 1.4 * SECTION.1 };
                own + self.together(rest)
            }
            [Block::Paragraph(text), Block::Command { .. }, ..] => {
                BODY.1 * lines(text, (BODY.0, sheet::MEASURE), self.faces).len() as f32 + 4.0 * CODE.1
            }
            [Block::Paragraph(_), ..] => 2.0 * BODY.1,
            [Block::Notice(_), ..] => 3.0 * BODY.1,
            [Block::Figure { scene, .. }, ..] => scene.height + 14.0 + 3.0 * SMALL.1,
            [Block::Table(table), ..] => self.table_together(table),
            _ => 0.0,
        }
    }

    fn heading(&mut self, heading: &Heading) {
        let chapter = heading.is_chapter();
        let ((size, leading), before) = if chapter { (CHAPTER, 26.0) } else { (SECTION, 14.0) };
        let title = Text::default().and(Face::Bold, Ink::Accent, format!("{}  {}", heading.number, heading.title));
        let set = lines(&title, (size, sheet::MEASURE), self.faces);
        self.need((before + leading * set.len() as f32 + 12.0).min(sheet::BOTTOM - sheet::TOP));
        if self.y > sheet::TOP {
            self.y += before;
        }
        let plain = format!("{} {}", heading.number, heading.title);
        let y = self.y;
        self.sheet().headings.push((plain, chapter, y));
        for line in &set {
            self.need(leading);
            self.y += leading;
            self.put_line(line, (sheet::LEFT, self.y - leading * 0.28), size);
        }
        if chapter {
            self.y += 5.0;
            let rule = Mark::rule((sheet::LEFT, self.y), (sheet::RIGHT, self.y), (0.8, Ink::Accent));
            self.put(rule);
            self.y += 4.0;
        }
        self.y += 5.0;
    }

    fn paragraph(&mut self, text: &Text) {
        let set = lines(text, (BODY.0, sheet::MEASURE), self.faces);
        // A short one is not torn: a single line on the next sheet is easily overlooked.
        if set.len() <= SHORT {
            self.need(BODY.1 * set.len() as f32);
        }
        for line in set {
            self.need(BODY.1);
            self.y += BODY.1;
            self.put_line(&line, (sheet::LEFT, self.y - 4.4), BODY.0);
        }
        self.y += 5.0;
    }

    fn notice(&mut self, text: &Text) {
        let set = lines(text, (BODY.0, sheet::MEASURE - 22.0), self.faces);
        let height = BODY.1 * set.len() as f32 + 12.0;
        self.need(height.min(sheet::BOTTOM - sheet::TOP));
        self.y += 2.0;
        for (index, line) in set.iter().enumerate() {
            self.need(BODY.1 + 6.0);
            let (first, last) = (index == 0, index + 1 == set.len());
            let (above, below) = (if first { 5.0 } else { 0.0 }, if last { 5.0 } else { 0.0 });
            let (top, height) = (self.y, above + BODY.1 + below);
            self.put(Mark::rectangle((sheet::LEFT, top), (sheet::MEASURE, height), Ink::Ground));
            self.put(Mark::rectangle((sheet::LEFT, top), (2.4, height), Ink::Accent));
            self.y += above + BODY.1;
            self.put_line(line, (sheet::LEFT + 13.0, self.y - 4.4), BODY.0);
            self.y += below;
        }
        self.y += 8.0;
    }

    fn figure(&mut self, scene: &crate::scene::Scene, caption: &str) {
        let caption = lines(&Text::dim(caption), (SMALL.0, sheet::MEASURE), self.faces);
        self.need(scene.height + SMALL.1 * caption.len() as f32 + 14.0);
        let at = (sheet::LEFT + (sheet::MEASURE - scene.width) / 2.0, self.y + 4.0);
        let marks: Vec<Mark> = scene.marks.iter().map(|mark| mark.clone().moved(at)).collect();
        self.put_part(marks, Some(Role::Figure(scene.description.clone())));
        self.y += scene.height + 8.0;
        self.small(&caption);
        self.y += 8.0;
    }

    fn command(&mut self, typed: &str, expected: &str) {
        let mut set = Vec::new();
        for typed in typed.lines() {
            let text = Text::default().and(Face::Mono, Ink::Accent, "$ ").then(Text::mono(typed));
            set.extend(lines(&text, (CODE.0, sheet::MEASURE - 20.0), self.faces));
        }
        for expected in expected.lines() {
            let text = Text::default().and(Face::Mono, Ink::Dim, expected);
            set.extend(lines(&text, (CODE.0, sheet::MEASURE - 20.0), self.faces));
        }
        let height = CODE.1 * set.len() as f32 + 10.0;
        self.need(height.min(sheet::BOTTOM - sheet::TOP));
        for (index, line) in set.iter().enumerate() {
            self.need(CODE.1 + 6.0);
            let (above, below) = (if index == 0 { 4.0 } else { 0.0 }, if index + 1 == set.len() { 5.0 } else { 0.0 });
            let ground = (sheet::MEASURE, above + CODE.1 + below);
            self.put(Mark::rectangle((sheet::LEFT, self.y), ground, Ink::Ground));
            self.y += above + CODE.1;
            self.put_line(line, (sheet::LEFT + 10.0, self.y - 3.2), CODE.0);
            self.y += below;
        }
        self.y += 7.0;
    }

    fn small(&mut self, set: &[Line]) {
        for line in set {
            self.need(SMALL.1);
            self.y += SMALL.1;
            self.put_line(line, (sheet::LEFT, self.y - 3.4), SMALL.0);
        }
    }

    /// Begins a sheet unless so much still fits.
    fn need(&mut self, height: f32) {
        if self.y + height > sheet::BOTTOM {
            self.new_sheet();
        }
    }
    /// An empty sheet is not left empty.
    fn new_sheet(&mut self) {
        if !self.sheet().marks.is_empty() {
            self.sheets.push(Sheet::default());
        }
        self.y = sheet::TOP;
    }
    fn put_line(&mut self, line: &Line, at: Place, size: f32) {
        self.put_part(words(line, at, size), self.role.clone());
    }
    /// Marks that are something in the block, or nothing to read.
    fn put_part(&mut self, marks: Vec<Mark>, role: Option<Role>) {
        let block = self.block;
        let sheet = self.sheet();
        let from = sheet.marks.len();
        sheet.marks.extend(marks);
        let marks = from..sheet.marks.len();
        if let Some(role) = role.filter(|_| !marks.is_empty()) {
            sheet.parts.push(Part { marks, block, role });
        }
    }
    fn put(&mut self, mark: Mark) {
        self.sheet().marks.push(mark);
    }
    fn sheet(&mut self) -> &mut Sheet {
        self.sheets.last_mut().expect("there is a sheet from the begin")
    }
}

/// The marks of a line whose left end is `at`.
pub fn words(line: &Line, at: Place, size: f32) -> Vec<Mark> {
    let mark = |piece: &crate::text::Piece| {
        let span = &piece.span;
        let at = (at.0 + piece.x, at.1);
        Mark::Text(Words { at, size, face: span.face, ink: span.ink, text: span.text.clone() })
    };
    line.iter().map(mark).collect()
}

#[cfg(test)]
mod tests;

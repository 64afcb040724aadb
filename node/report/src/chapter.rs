//! The chapters of a report. Both languages have the same chapters and sections under the same numbers; a chapter without
//! content says why it has none.

mod capture;
mod cover;
mod custody;
mod data;
mod document;
mod law;
mod likelihood;
mod limits;
mod matter;
mod recheck;
mod summary;
mod terms;
mod time;
mod validators;
mod will;
mod writing;

pub(crate) use will::itself;

use crate::block::Block;
use crate::drawings::Drawings;
use crate::facts::{Check, Facts};
use crate::language::Language;
use crate::text::Text;
use crate::words::{OUTCOMES, word};

/// What a chapter is written from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The packets to draw.
    pub drawings: Drawings<'a>,
    /// The language.
    pub l: Language,
}

/// The whole report.
pub fn all(source: Source<'_>) -> Vec<Block> {
    let chapters: [fn(Source<'_>) -> Vec<Block>; 13] = [
        cover::blocks,
        summary::blocks,
        document::blocks,
        data::blocks,
        capture::blocks,
        writing::blocks,
        likelihood::blocks,
        validators::blocks,
        custody::blocks,
        recheck::blocks,
        law::blocks,
        limits::blocks,
        terms::blocks,
    ];
    chapters.into_iter().flat_map(|chapter| chapter(source)).collect()
}

impl Source<'_> {
    /// The outcome of a check in words.
    pub(crate) fn outcome(&self, check: &Check) -> Text {
        let said = word(&check.outcome, OUTCOMES, self.l);
        if check.outcome == "VALID" { Text::plain(said) } else { Text::strong(said) }
    }
    /// The time in words, or that it is unknown.
    pub(crate) fn time(&self, ms: Option<u64>) -> String {
        ms.map_or_else(|| self.unknown(), crate::calendar::time)
    }
    pub(crate) fn unknown(&self) -> String {
        self.l.of("未知", "unknown").to_owned()
    }
    /// A text of the capture side; one that is empty was not declared.
    pub(crate) fn declared(&self, text: &str) -> String {
        if text.is_empty() { self.l.of("未声明", "not declared").to_owned() } else { text.to_owned() }
    }
    pub(crate) fn yes_no(&self, yes: bool) -> String {
        if yes { self.l.of("是", "yes").to_owned() } else { self.l.of("否", "no").to_owned() }
    }
}

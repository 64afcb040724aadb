//! THE PRINT: what is known about one event, as documents that a court files: a report in Chinese and English, a one-page
//! certificate, and drawings of the writing as SVG.
//!
//! Pure: facts and stroke packets go in, bytes come out, the same on every machine. Nothing is verified here: the outcomes of
//! checks are facts like others. A report never says who wrote, and what it says about data lends no weight to what it says
//! about the writing; tests read the printed text for that.
//!
//! | step | module |
//! |---|---|
//! | canonical bytes to facts | [`facts`] |
//! | facts to answers and statements | [`answer`], [`statement`], [`words`] |
//! | to chapters of blocks, with drawings | [`chapter`], [`figure`] |
//! | blocks to sheets of marks | [`typesetter`] |
//! | sheets to tagged PDF, drawings to SVG | [`print`], [`part`], [`scene`] |
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod answer;
pub mod block;
pub mod calendar;
pub mod certificate;
pub mod chapter;
pub mod code;
pub mod curve;
pub mod detail;
pub mod document;
pub mod drawings;
pub mod facts;
pub mod figure;
pub mod ink;
pub mod language;
pub mod mark;
pub mod part;
pub mod print;
pub mod scene;
pub mod sheet;
pub mod species;
pub mod stamping;
pub mod statement;
mod structure;
mod svg;
pub mod text;
pub mod typeface;
pub mod typesetter;
pub mod words;

pub use certificate::page;
pub use document::render;
pub use drawings::Drawings;
pub use facts::{Facts, Sources, Variant};
pub use figure::{Figure, figures};
pub use language::Language;

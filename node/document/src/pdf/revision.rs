//! The revisions of a PDF: every length at which the file, cut there, is a PDF by itself.

use super::Pdf;
use super::effort::Effort;
use super::object::Lexer;
use std::rc::Rc;

/// Most revisions of a file.
const REVISIONS_MAX: usize = 256;
/// Most places that look like the end of one.
const ENDS_MAX: usize = 4096;

/// Lengths of the file after each revision, the oldest first; `None`: more than are looked at.
///
/// A revision ends with `startxref`, the place of a section, and `%%EOF`. Whether later revisions lead back to it does not
/// count: who signed it saw the file up to there, and a later update that skips it is a change.
pub fn ends(file: &[u8], effort: &Rc<Effort>) -> Option<Vec<usize>> {
    let word = b"startxref";
    let (mut out, mut from, mut tried) = (Vec::new(), 0, 0);
    while let Some(rest) = file.get(from..) {
        let Some(at) = rest.windows(word.len()).position(|w| w == word).map(|at| from + at) else { break };
        from = at + word.len();
        let mut lexer = Lexer::new(file, from);
        let Some(end) = lexer.number().and_then(|_| end_of_line(file, lexer.at)) else { continue };
        tried += 1;
        if tried > ENDS_MAX || out.len() == REVISIONS_MAX {
            return None;
        }
        if file.get(..end).is_some_and(|prefix| Pdf::open_within(prefix, effort).is_ok()) {
            out.push(end);
        }
    }
    (!effort.is_spent()).then_some(out)
}

/// Behind the `%%EOF` that follows, with its line end.
fn end_of_line(file: &[u8], from: usize) -> Option<usize> {
    let rest = file.get(from..)?;
    let gap = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let end = from + gap + rest.get(gap..)?.starts_with(b"%%EOF").then_some(5)?;
    Some(match file.get(end..)? {
        [b'\r', b'\n', ..] => end + 2,
        [b'\r' | b'\n', ..] => end + 1,
        _ => end,
    })
}

/// The revision (from 0) that ends at `at`, give or take the line end.
pub fn ending_at(file: &[u8], ends: &[usize], at: usize) -> Option<usize> {
    ends.iter().position(|end| {
        at <= *end && *end - at <= 2 && is_blank(file, at, *end)
            || at > *end && at - *end <= 2 && is_blank(file, *end, at)
    })
}

/// Whether there is only white space between two places.
pub fn is_blank(file: &[u8], from: usize, to: usize) -> bool {
    file.get(from..to).is_some_and(|b| b.iter().all(u8::is_ascii_whitespace))
}

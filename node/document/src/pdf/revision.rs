//! The revisions of a PDF: where each incremental update ends.

use super::Pdf;
use super::object::Lexer;

/// Lengths of the file after each revision, the oldest first; the last is the whole file, if it ends as a PDF ends.
///
/// A revision ends with `startxref`, the place of a section that the newest one leads to, and `%%EOF`. What looks like an
/// end but is not led to (inside a stream, or put there to deceive) does not count.
pub fn ends(pdf: &Pdf<'_>) -> Vec<usize> {
    let word = b"startxref";
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(rest) = pdf.file.get(from..) {
        let Some(at) = rest.windows(word.len()).position(|w| w == word).map(|at| from + at) else { break };
        from = at + word.len();
        let mut lexer = Lexer::new(pdf.file, from);
        let Some(section) = lexer.number() else { continue };
        if pdf.sections.iter().any(|s| s.at == section && s.at < at) {
            out.extend(end_of_line(pdf.file, lexer.at));
        }
    }
    out
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
    let blank = |from: usize, to: usize| file.get(from..to).is_some_and(|b| b.iter().all(u8::is_ascii_whitespace));
    ends.iter().position(|end| {
        at <= *end && *end - at <= 2 && blank(at, *end) || at > *end && at - *end <= 2 && blank(*end, at)
    })
}

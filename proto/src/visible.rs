//! Texts that a reader can trust to be what they look like: no characters that show nothing or turn others round.
//!
//! Asked of new transactions where they come in, never of blocks: what was committed before the rule stands, and is shown
//! with such characters written out. Letters of two scripts that look alike are not told apart, and nothing is normalised:
//! forms that Unicode's NFC would change are refused in names instead, as are combining marks and what Unicode has not assigned.

use crate::encode::Malformed;
use crate::govern::{Change, Govern};
use crate::ids::Name;
use crate::transaction::{Body, Draft};
use std::borrow::Cow;
use std::fmt::Write;
use unicode_normalization::is_nfc;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Shows nothing, or turns the order of what stands beside it.
pub fn is_hidden(c: char) -> bool {
    is_turning(c)
        || matches!(u32::from(c),
            0xad | 0x34f | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x200b..=0x200d | 0x2060..=0x206f
            | 0x2800 | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffc | 0x1bca0..=0x1bca3
            | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// Turns the order of what is shown, or ends a line.
fn is_turning(c: char) -> bool {
    matches!(u32::from(c), 0x61c | 0x200e | 0x200f | 0x2028..=0x202e | 0x2066..=0x2069)
}

/// Looks like another, more usual way to write the same: combining marks, radicals, compatibility ideographs, odd spaces.
fn is_double(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0x2e80..=0x2fdf
        | 0xf900..=0xfaff | 0xfe20..=0xfe2f | 0x2f800..=0x2fa1f)
        || (c.is_whitespace() && c != ' ')
}

/// Not assigned in Unicode, or assigned by private agreement: nobody can say what it looks like.
fn is_nobodys(c: char) -> bool {
    matches!(c.general_category(), GeneralCategory::Unassigned | GeneralCategory::PrivateUse)
}

/// Whether a name may be given in a new transaction.
pub fn check_name(name: &Name, field: &'static str) -> Result<(), Malformed> {
    let text = name.as_str();
    if matches!(text, "." | "..") {
        return Err(Malformed::Rule { field, rule: "`.` and `..` are no names; give another" });
    }
    if text.chars().any(|c| is_hidden(c) || is_double(c) || is_nobodys(c)) || !is_nfc(text) {
        let rule =
            "holds a character that shows nothing, turns the text round, or looks like another; write it plainly";
        return Err(Malformed::Rule { field, rule });
    }
    Ok(())
}

/// Whether a text may be given in a new transaction.
pub fn check_text(text: &str, field: &'static str) -> Result<(), Malformed> {
    let rule = "holds a character that turns the order of the text or ends a line; leave it out";
    if text.chars().any(is_turning) { Err(Malformed::Rule { field, rule }) } else { Ok(()) }
}

/// Whether a text that somebody answers for says anything, and may be given.
fn check_said(text: &str, field: &'static str) -> Result<(), Malformed> {
    if is_blank(text) {
        return Err(Malformed::Rule { field, rule: "says nothing; write what it rests on" });
    }
    check_text(text, field)
}

/// Whether a reader would see nothing.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_hidden(c))
}

/// The same text with hidden characters written out, as `<U+202E>`.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for c in text.chars() {
        if is_hidden(c) {
            write!(out, "<U+{:04X}>", u32::from(c)).expect("a String takes every write");
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

impl Draft {
    /// Whether every name and text in it is what it looks like.
    pub fn check_visible(&self) -> Result<(), Malformed> {
        check_name(&self.org, "transaction.organisation")?;
        if let Some(matter) = self.body.matter() {
            check_name(matter, "body.matter")?;
        }
        if let Some(signer) = self.body.signer() {
            check_name(signer, "body.signer")?;
        }
        match &self.body {
            Body::Enroll { .. } | Body::Sign { .. } | Body::Fault(_) => Ok(()),
            Body::Record { kind, note, .. } => {
                check_name(kind, "record.kind")?;
                check_text(note, "record.note")
            }
            Body::Anchor { locator, .. } => check_text(locator, "anchor.locator"),
            Body::Attest { statement, .. } => check_said(statement, "attest.statement"),
            Body::Access { authority, .. } => check_said(authority, "access.authority"),
            Body::Govern(Govern::Move { changes, note }) => {
                changes.iter().try_for_each(check_change)?;
                check_text(note, "move.note")
            }
            Body::Govern(_) => Ok(()),
        }
    }
}

fn check_change(change: &Change) -> Result<(), Malformed> {
    match change {
        Change::AddOrganisation(org) => check_name(&org.name, "change.organisation"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Result<(), Malformed> {
        check_name(&Name::new(text, "signer").unwrap(), "signer")
    }

    #[test]
    fn two_names_that_look_alike_are_not_both_taken() {
        for plain in ["张三", "Zoë Ångström", "contract-7", "阿卜杜拉·买买提", "日本 太郎", "𠮷野"]
        {
            assert_eq!(name(plain), Ok(()), "{plain}");
        }
        for other in ["\u{2126}", "\u{212b}", "\u{1100}\u{1161}", "\u{10ffff}", "\u{e000}", "\u{378}"] {
            assert!(name(other).is_err(), "{other:?}");
        }
        let odd = [
            "张三\u{200b}",
            "张\u{2060}三",
            "A\u{202e}B",
            "e\u{301}",
            "\u{f900}",
            "⼀",
            "a\u{a0}b",
            "三\u{e0100}",
            "..",
            ".",
        ];
        for odd in odd {
            assert!(matches!(name(odd), Err(Malformed::Rule { field: "signer", .. })), "{odd:?}");
        }
    }

    #[test]
    fn a_text_may_hold_what_a_name_may_not_but_does_not_turn_round() {
        assert_eq!(check_text("❤\u{fe0f} e\u{301}\u{a0}x", "note"), Ok(()));
        assert!(check_text("paid \u{202e}001", "note").is_err());
    }

    #[test]
    fn what_is_hidden_is_written_out() {
        assert_eq!(shown("A\u{202e}B\u{200b}"), "A<U+202E>B<U+200B>");
        assert!(matches!(shown("张三\n"), Cow::Borrowed("张三\n")));
    }
}

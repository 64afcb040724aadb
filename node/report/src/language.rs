//! The two languages of a report. Both say the same from the same facts: every sentence is written as a pair, in one place.

/// A language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The one of the pair that is in this language.
    pub fn of<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
    /// As [`Self::of`], owned.
    pub fn text(self, zh: impl Into<String>, en: impl Into<String>) -> String {
        match self {
            Self::Zh => zh.into(),
            Self::En => en.into(),
        }
    }
    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        self.of("zh-CN", "en")
    }
    /// File name part: `zh` or `en`.
    pub fn short(self) -> &'static str {
        self.of("zh", "en")
    }
}

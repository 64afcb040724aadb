//! The texts that go into every package, for people.

/// For a judge's clerk, in English.
pub const README_EN: &str = include_str!("../text/README.en.txt");
/// The same in Chinese.
pub const README_ZH: &str = include_str!("../text/README.zh.txt");
/// The format, for an expert.
pub const SPEC: &str = include_str!("../SPEC.md");

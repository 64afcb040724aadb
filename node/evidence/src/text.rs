//! The texts that go into every package, for people.

/// For a judge's clerk, in English.
pub const README_EN: &str = include_str!("../text/README.en.txt");
/// The same in Chinese.
pub const README_ZH: &str = include_str!("../text/README.zh.txt");
/// The format, for an expert.
pub const SPEC: &str = include_str!("../SPEC.md");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;

    #[test]
    fn every_check_is_explained_in_both_languages() {
        let (english, chinese) = SPEC.split_once("## 11. ").unwrap();
        let row =
            |code: &&str| chinese.find(&format!("\n| `{code}` | ")).unwrap_or_else(|| panic!("{code} in Chinese"));
        let places: Vec<usize> = code::ALL.iter().map(row).collect();
        assert!(places.is_sorted(), "not in the order of the checks");
        for code in code::ALL {
            assert!(english.contains(code), "{code} in English");
        }
    }
}

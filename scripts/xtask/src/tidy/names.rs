//! What files may be called and what `lib.rs` may hold: one noun per file, and a door that only declares.

use syn::Item;

use super::checkout::File;
use super::finding::Finding;

/// Names that say nothing about what is inside, so that everything ends up there.
const EMPTY: [&str; 8] = ["utils", "util", "common", "helpers", "helper", "manager", "misc", "mod"];

/// Looks at the name and, in a `lib.rs`, at the items.
pub fn check(file: &File) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let stem = file.name().trim_end_matches(".rs");
    let mut findings = Vec::new();
    if EMPTY.contains(&stem) {
        findings.push(Finding::whole(&file.path, format!("`{stem}` is not a noun of the house: name what is inside")));
    }
    if stem == "lib" && !only_declares(&file.text) {
        let message = "lib.rs only declares, re-exports and documents: move the code to a file of its own".to_owned();
        findings.push(Finding::whole(&file.path, message));
    }
    findings
}

/// True for modules and re-exports. A module may be inline when it only includes generated code. What does not parse is
/// another rule's finding.
fn only_declares(text: &str) -> bool {
    syn::parse_file(text).map_or(true, |file| file.items.iter().all(declares))
}

fn declares(item: &Item) -> bool {
    match item {
        Item::Mod(module) => module.content.iter().all(|(_, items)| items.iter().all(declares)),
        Item::Use(_) => true,
        Item::Macro(call) => call.mac.path.segments.last().is_some_and(|s| s.ident.to_string().starts_with("include")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&File { path: path.to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn a_drawer_for_everything_is_refused() {
        assert_eq!(findings("node/src/votes.rs", ""), 0);
        assert_eq!(findings("node/src/utils.rs", ""), 1);
        assert_eq!(findings("node/src/api/mod.rs", ""), 1);
        assert_eq!(findings("node/src/api/common.rs", ""), 1);
    }

    #[test]
    fn a_door_with_code_in_it_is_refused() {
        assert_eq!(findings("a/src/lib.rs", "mod b; pub use b::C; pub mod pb { include_proto!(\"x\"); }"), 0);
        assert_eq!(findings("a/src/lib.rs", "mod b; fn c() {}"), 1);
        assert_eq!(findings("a/src/b.rs", "fn c() {}"), 0);
    }
}

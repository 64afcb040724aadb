//! The patterns: each is reached, leaves nothing out, and takes no name for a part of itself. What a verifier says is not known here.

use super::*;

const VALUES: [&str; 7] = ["7", "19", "abc", "§", "x-1", "pq", "r2"];

/// A sentence of the pattern, with a different value at each place.
fn example(pattern: &str) -> String {
    let mut values = VALUES.into_iter();
    let mut pieces = pattern.split("{}");
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |text, piece| text + values.next().unwrap() + piece)
}

#[test]
fn every_pattern_is_reached_and_leaves_nothing_out() {
    for (en, zh) in PATTERNS {
        let sentence = example(en);
        let found = PATTERNS.iter().find(|(en, _)| places(en, &sentence).is_some()).unwrap();
        assert_eq!(found.0, *en, "an earlier pattern takes it");
        let said = detail(&sentence, Language::Zh);
        assert!(!said.contains(['{', '}']) && said != sentence, "{said}");
        for value in VALUES.iter().take(en.matches("{}").count()) {
            // The link's rule names the expected epoch twice.
            assert!(said.contains(value) || zh.contains("{2}届起"), "{said} lacks {value}");
        }
    }
}

#[test]
fn numbers_names_and_bands_stand_where_they_belong() {
    let zh = |english| detail(english, Language::Zh);
    assert_eq!(zh("3 of 4 validators finalized height 12 (quorum 3)"), "4个验证节点中的3个确认了高度12（法定数3）");
    assert_eq!(
        zh("not compared, no references, band uncompared, grade B, model ab12"),
        "未比对，无参考签名，未比对段，B级，模型 ab12"
    );
    // Braces in a name are a name's; a quotation mark in it leaves the sentence as it was.
    assert_eq!(zh("signed by `{1}` with key 09ab"), "由“{1}”以密钥 09ab 签名");
    for odd in ["signed by `a` with key b` with key 09ab", "a new sentence", ""] {
        assert_eq!(zh(odd), odd);
    }
    assert_eq!(detail("no packet is at hand", Language::En), "no packet is at hand");
}

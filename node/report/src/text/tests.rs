//! Where lines are broken, and that nothing is lost or wider than its line.

use super::*;

fn set(text: &str, width: f32) -> Vec<String> {
    let faces = Typefaces::new();
    lines(&Text::plain(text), (10.0, width), &faces).iter().map(bare).collect()
}

fn bare(line: &Line) -> String {
    line.iter().map(|p| p.span.text.as_str()).collect()
}

#[test]
fn latin_breaks_at_spaces_and_chinese_between_characters() {
    assert_eq!(set("one two three", 40.0), ["one two", "three"]);
    assert_eq!(set("一二三四五", 30.0), ["一二三", "四五"]);
    assert_eq!(set("", 30.0), [""]);
}

#[test]
fn punctuation_does_not_begin_or_end_a_line() {
    assert_eq!(set("一二三，四五", 30.0), ["一二", "三，四", "五"]);
    assert_eq!(set("一二（三）四", 30.0), ["一二", "（三）", "四"]);
}

#[test]
fn what_is_too_wide_is_cut() {
    let lines = set(&"a0".repeat(40), 50.0);
    assert!(lines.len() > 5 && lines.concat() == "a0".repeat(40));
    assert!(set("签", 1.0).len() == 1);
}

#[test]
fn no_line_is_wider_than_it_may_be_and_nothing_is_lost() {
    let faces = Typefaces::new();
    let text =
        Text::plain("签署事件 event #12 的摘要为 ").then(Text::mono("9f".repeat(32))).then("（完），and so on. ok");
    for width in [30.0, 77.0, 200.0, 500.0] {
        let lines = lines(&text, (9.0, width), &faces);
        for line in &lines {
            let end = |p: &Piece| p.x + faces.width(p.span.face, &p.span.text) * 9.0;
            assert!(line.iter().all(|p| end(p) <= width + 0.01), "{line:?}");
        }
        let all: String = lines.iter().map(bare).collect();
        assert_eq!(all.replace(' ', ""), text.bare().replace(' ', ""));
    }
}

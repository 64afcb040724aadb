//! What counts as a line, as an argument and as a test. The limits are tested with the ratchet.

use super::*;

fn measured(text: &str) -> Measures {
    let file = File { path: "a/src/b.rs".to_owned(), text: text.to_owned() };
    let mut measures = Measures::new();
    measure_rust(&file, &mut measures);
    measures
}

fn value(measures: &Measures, measure: Measure, place: &str) -> usize {
    measures[&(measure, place.to_owned())]
}

const SOURCE: &str = "//! A file.
impl Votes {
    /// Documentation does not count.
    #[must_use]
    fn tally(&self, height: u64, view: u64) -> u64 {
        // a comment inside does
        height + view
    }
}
fn free(a: u8) -> u8 { a }
#[cfg(test)]
mod tests {
    fn helper() {}
    #[test]
    fn long() {
    }
}
";

#[test]
fn a_function_is_measured_from_its_name_to_its_closing_brace() {
    let measures = measured(SOURCE);
    assert_eq!(value(&measures, Measure::FunctionLines, "a/src/b.rs::Votes::tally"), 4);
    assert_eq!(value(&measures, Measure::FunctionLines, "a/src/b.rs::free"), 1);
}

#[test]
fn self_is_no_argument() {
    let measures = measured(SOURCE);
    assert_eq!(value(&measures, Measure::Arguments, "a/src/b.rs::Votes::tally"), 2);
    assert_eq!(value(&measures, Measure::Arguments, "a/src/b.rs::free"), 1);
}

#[test]
fn tests_are_left_out() {
    let measures = measured(SOURCE);
    assert_eq!(value(&measures, Measure::FileLines, "a/src/b.rs"), 10);
    assert!(!measures.keys().any(|(_, place)| place.ends_with("helper") || place.ends_with("long")));
}

#[test]
fn broken_rust_is_a_finding_with_its_line() {
    let file = File { path: "a/src/b.rs".to_owned(), text: "fn a() {}\nfn (\n".to_owned() };
    assert_eq!(unparsed(&file)[0].line, 2);
}

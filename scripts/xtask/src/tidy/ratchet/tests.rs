//! That each limit can fail, and that the list of exceptions can only shrink.

use super::*;

fn measures(measure: Measure, value: usize) -> Measures {
    Measures::from([((measure, "a/src/b.rs".to_owned()), value)])
}

fn listed(value: usize) -> Ratchet {
    Ratchet::parse(&format!("[file-lines]\n\"a/src/b.rs\" = {value}\n")).unwrap()
}

#[test]
fn every_limit_can_fail_and_is_met_by_its_own_value() {
    for (measure, name, max, _) in LIMITS {
        assert_eq!(Ratchet::default().check(&measures(measure, max)), [], "{name}");
        assert_eq!(Ratchet::default().check(&measures(measure, max + 1)).len(), 1, "{name}");
    }
}

#[test]
fn an_exception_allows_its_own_measure_and_no_more() {
    assert_eq!(listed(450).check(&measures(Measure::FileLines, 450)), []);
    assert_eq!(listed(450).check(&measures(Measure::FileLines, 451)).len(), 1);
}

#[test]
fn an_exception_that_is_too_generous_or_not_needed_must_go() {
    assert_eq!(listed(450).check(&measures(Measure::FileLines, 449)).len(), 1);
    assert_eq!(listed(450).check(&measures(Measure::FileLines, 120)).len(), 1);
    assert_eq!(listed(450).check(&Measures::new()).len(), 1);
}

#[test]
fn lowering_follows_the_code_down_and_never_up() {
    assert_eq!(listed(450).lowered(&measures(Measure::FileLines, 430)), listed(430));
    assert_eq!(listed(450).lowered(&measures(Measure::FileLines, 470)), listed(450));
    assert_eq!(listed(450).lowered(&measures(Measure::FileLines, 120)), Ratchet::default());
    assert_eq!(Ratchet::default().lowered(&measures(Measure::FileLines, 470)), Ratchet::default());
}

#[test]
fn the_list_is_written_as_it_is_read() {
    assert_eq!(Ratchet::parse(&listed(450).to_toml()).unwrap(), listed(450));
    assert!(Ratchet::parse("[file-lenght]\n").is_err());
}

//! That each arrow rule can fail, on packages made up here. The real ones are checked whenever tidy runs.

use super::*;

fn package(name: &str, names: &[&str], reaches: &[&str]) -> Package {
    let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    Package { name: name.to_owned(), names: owned(names), ships: owned(names), reaches: owned(reaches) }
}

fn findings(package: Package) -> usize {
    check(&[package]).len()
}

#[test]
fn arrows_of_ours_point_one_way() {
    assert_eq!(findings(package(LEDGER, &[PROTO], &[PROTO, "sm3"])), 0);
    assert_eq!(findings(package(PROTO, &[LEDGER], &[])), 1);
    assert_eq!(findings(package(SIMPLEX, &[PROTO, LEDGER], &[])), 1);
    assert_eq!(findings(package(MODELS, &[GENESIS], &[])), 1);
    assert_eq!(findings(package(NODE, &[TESTS], &[])), 1, "nothing depends on tests");
}

#[test]
fn pure_crates_do_not_reach_the_world_or_randomness() {
    assert_eq!(findings(package(SIMPLEX, &[], &["tokio"])), 1);
    assert_eq!(findings(package(LEDGER, &[], &["sm2", "getrandom"])), 1);
    assert_eq!(findings(package(GENESIS, &[], &["rand"])), 1);
    assert_eq!(findings(package(PROTO, &[], &["rand_core"])), 0, "traits without a source are no randomness");
    assert_eq!(findings(package(NODE, &[], &["tokio", "rand", "rocksdb"])), 0);
}

#[test]
fn only_the_node_ships_the_world_and_only_models_name_torch() {
    assert_eq!(findings(package(TESTS, &["tonic-web"], &[])), 1);
    assert_eq!(findings(Package { ships: Vec::new(), ..package(TESTS, &["tonic"], &[]) }), 0);
    assert_eq!(findings(package(NODE, &["tch"], &[])), 1);
    assert_eq!(findings(package(MODELS, &["tch"], &[])), 0);
}

#[test]
fn an_unknown_crate_needs_a_room() {
    assert_eq!(findings(package("chirograph-attic", &[], &[])), 1);
}

#[test]
fn cargo_is_read_as_it_prints() {
    let metadata = r#"{"packages":[{"name":"chirograph-tests","dependencies":[
        {"name":"chirograph-proto","kind":null},{"name":"tokio","kind":"dev"}]}]}"#;
    let read = parse(metadata);
    assert_eq!(read[0].names, [PROTO, "tokio"]);
    assert_eq!(read[0].ships, [PROTO]);
    assert_eq!(reached("chirograph v0.1.0 (x)\nsm3 v0.5.0\nhex v0.4.3\nsm3 v0.5.0 (*)\n"), ["hex", "sm3"]);
}

//! What is fuzzed for hours elsewhere, here for seconds: every target of `fuzz/src` on its corpus, and on altered copies of
//! it. Coverage-guided fuzzing of the same functions: `scripts/fuzz`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::cast_possible_truncation)]

#[path = "../fuzz/src/alter.rs"]
mod alter;
#[path = "../fuzz/src/birth.rs"]
mod birth;
#[path = "../fuzz/src/bytes.rs"]
mod bytes;
#[path = "../fuzz/src/documents.rs"]
mod documents;
#[path = "../fuzz/src/network.rs"]
mod network;
#[path = "../fuzz/src/nouns.rs"]
mod nouns;
#[path = "../fuzz/src/order.rs"]
mod order;
#[path = "../fuzz/src/packages.rs"]
mod packages;
#[path = "../fuzz/src/strokes.rs"]
mod strokes;
#[path = "../fuzz/src/tokens.rs"]
mod tokens;

use alter::{Altered, folder};

#[test]
fn any_bytes_are_a_noun_or_refused() {
    Altered::of("nouns").run(4_000, nouns::read);
}

#[test]
fn any_text_is_a_genesis_or_refused() {
    Altered::of("genesis_file").run(400, birth::parse);
}

#[test]
fn any_file_is_a_signature_or_refused() {
    Altered::of("stroke_file").run(400, strokes::file);
}

#[test]
fn any_packet_is_appraised_or_refused() {
    Altered::of("packet").run(60, strokes::packet);
}

#[test]
fn any_document_is_looked_at_or_told_as_unreadable() {
    Altered::of("documents").run(400, documents::read);
}

#[test]
fn any_token_or_certificate_is_verified_or_refused() {
    Altered::of("tokens").run(400, tokens::read);
}

#[test]
fn any_package_is_judged() {
    Altered::of("packages").told(60, 60, packages::read);
}

#[test]
fn any_story_leaves_an_engine_consistent() {
    Altered::of("order").told(150, 600, order::step);
}

#[test]
fn any_story_leaves_a_network_in_agreement() {
    let final_blocks = std::cell::Cell::new(0);
    Altered::of("network").told(40, 1_200, |bytes| final_blocks.set(final_blocks.get() + network::run(bytes)));
    assert!(final_blocks.get() > 10, "hardly anything happens in these stories: {} blocks", final_blocks.get());
}

/// A packet for the corpus, of the made-up writer. To be run by hand when the format of packets changes.
#[test]
#[ignore = "writes into the checkout"]
fn a_packet_is_written() {
    let packet = models::Writer::new(1).sign(1);
    let iso = models::formats::iso19794_7::write(&models::formats::Recording::of(&packet)).unwrap();
    std::fs::create_dir_all(folder("packet")).unwrap();
    std::fs::write(folder("packet").join("writer"), proto::Canonical::to_bytes(&packet)).unwrap();
    std::fs::write(folder("stroke_file").join("iso"), iso).unwrap();
}

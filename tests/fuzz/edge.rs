//! The node's own decoders on altered copies of the corpus: what `scripts/fuzz` does for hours, here for seconds.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "src/alter.rs"]
mod alter;
#[path = "src/edge.rs"]
mod edge;

use alter::Altered;

#[test]
fn any_frame_of_a_peer_is_read_or_refused() {
    Altered::of("frame").run(3_000, edge::frame);
}

#[test]
fn any_request_of_a_client_is_read_or_refused() {
    Altered::of("request").run(3_000, edge::request);
}

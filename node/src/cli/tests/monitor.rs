//! A monitor before honest nodes and before nodes that lie.

use super::liar::{Answers, lying, run};
use super::*;
use crate::api::tests::Node;
use crate::wire::v1;
use prost::Message;
use proto::{Body, Canonical, Event};

/// A node with three events, its genuine answers to a monitor, and a folder for the state.
async fn watched() -> (Node, Answers, tempfile::TempDir) {
    let node = Node::start().await;
    for note in ["one", "two", "three"] {
        node.commit(&node.record("m", note).await).await;
    }
    let mut query = node.client.query();
    let trail = query.get_trail(v1::GetTrailRequest { from_epoch: 0 }).await.unwrap().into_inner();
    let checkpoint = query.get_checkpoint(v1::GetCheckpointRequest::default()).await.unwrap().into_inner();
    let all = v1::WatchEventsRequest { end_seq: 3, ..v1::WatchEventsRequest::default() };
    let events = query.watch_events(all).await.unwrap().into_inner().message().await.unwrap().unwrap();
    let answers = Answers::from([
        ("GetTrail", vec![trail.encode_to_vec()]),
        ("GetCheckpoint", vec![checkpoint.encode_to_vec()]),
        ("WatchEvents", vec![events.encode_to_vec()]),
    ]);
    (node, answers, tempfile::tempdir().unwrap())
}

fn events_of(answers: &Answers) -> v1::WatchEventsResponse {
    v1::WatchEventsResponse::decode(&answers["WatchEvents"][0][..]).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_is_taken_in_once_and_compared_ever_after() {
    let (node, answers, dir) = watched().await;
    let state = dir.path().join("state");
    let of = ["monitor", "--once", "--state", state.to_str().unwrap()];
    let (code, said) = run(node.url(), &node, &of).await;
    assert!(code == outcome::OK && said.starts_with("3 events") && said.contains("1 of 1"), "{code} {said}");
    node.commit(&node.record("m", "four").await).await;
    // Another node, that is behind.
    let behind = lying(answers.clone()).await;
    let both = [&of[..], &["--endpoint", &behind]].concat();
    let (code, said) = run(node.url(), &node, &both).await;
    assert!(code == outcome::OK && said.starts_with("4 events") && said.contains("2 of 2"), "{code} {said}");
    // Only that one: it has fewer events than are known, so nothing is held against anything.
    let (code, said) = run(&behind, &node, &of).await;
    assert!(code == outcome::INDETERMINATE && said.ends_with("1 of 1 nodes answered: nothing was compared"), "{said}");
    // Nothing answers.
    let (code, said) = run("http://127.0.0.1:1", &node, &of).await;
    assert!(code == outcome::INDETERMINATE && said.contains("0 of 1"), "{code} {said}");
    // A node with more events that cannot show what the others have as its beginning.
    let fresh = dir.path().join("fresh");
    let of = ["monitor", "--once", "--state", fresh.to_str().unwrap(), "--endpoint", &behind];
    let mut lies = answers;
    let newest = node.client.query().get_checkpoint(v1::GetCheckpointRequest::default()).await.unwrap().into_inner();
    let last = v1::WatchEventsRequest { from_seq: 3, end_seq: 4, ..v1::WatchEventsRequest::default() };
    let events = node.client.query().watch_events(last).await.unwrap().into_inner().message().await.unwrap().unwrap();
    lies.insert("GetCheckpoint", vec![newest.encode_to_vec()]);
    lies.insert("WatchEvents", vec![events.encode_to_vec()]);
    let (code, said) = run(&lying(lies).await, &node, &of).await;
    assert!(code == outcome::INVALID && said.contains("ALARM"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_left_out_or_never_signed_is_told() {
    let (node, answers, dir) = watched().await;
    let state = dir.path().join("state");
    let of = ["monitor", "--once", "--state", state.to_str().unwrap()];
    let mut changed = events_of(&answers);
    let mut event = Event::from_bytes(&changed.events[1].canonical).unwrap();
    if let Body::Record { note, .. } = &mut event.transaction.draft.body {
        "what was never said".clone_into(note);
    }
    changed.events[1].canonical = event.to_bytes();
    let mut left_out = events_of(&answers);
    left_out.events.remove(1);
    let genuine = v1::GetCheckpointResponse::decode(&answers["GetCheckpoint"][0][..]).unwrap();
    let mut unsigned = proto::Checkpoint::from_bytes(&genuine.checkpoint.unwrap().canonical).unwrap();
    unsigned.header.ledger_size += 1;
    let canonical = unsigned.to_bytes();
    let checkpoint = Some(v1::Checkpoint { canonical, ..v1::Checkpoint::default() });
    let unsigned = v1::GetCheckpointResponse { checkpoint, ..v1::GetCheckpointResponse::default() };
    for (method, lie) in [
        ("WatchEvents", changed.encode_to_vec()),
        ("WatchEvents", left_out.encode_to_vec()),
        ("GetCheckpoint", unsigned.encode_to_vec()),
    ] {
        let mut lies = answers.clone();
        lies.insert(method, vec![lie]);
        let (code, said) = run(&lying(lies).await, &node, &of).await;
        assert!(code == outcome::INVALID && said.contains("ALARM") && !state.exists(), "{code} {said}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "what was shown is kept");
    }
    let (code, said) = run(node.url(), &node, &of).await;
    assert_eq!(code, outcome::OK, "nothing of the lies was remembered: {said}");
    // A state that was tampered with is no memory.
    let text = std::fs::read_to_string(&state).unwrap();
    std::fs::write(&state, text.replace("\"size\": 3", "\"size\": 5")).unwrap();
    let (code, said) = run(node.url(), &node, &of).await;
    assert!(code == outcome::ERROR && said.contains("begins at genesis"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_listed_and_verified_one_by_one() {
    let (node, answers, _dir) = watched().await;
    for (of, count) in [
        (&["query", "events"][..], "3 events, verified each; go on from 3"),
        (&["query", "events", "--from", "1", "--to", "2", "--jsonl"], "1 events, verified each; go on from 2"),
        (&["query", "events", "--kind", "sign"], "0 events, verified each; go on from 3"),
        (&["query", "events", "--to", "0"], "0 events, verified each; go on from 0"),
    ] {
        let (code, said) = run(node.url(), &node, of).await;
        assert_eq!((code, said.as_str()), (outcome::OK, count));
    }
    let (code, said) = run(&lying(answers).await, &node, &["query", "events"]).await;
    assert_ne!(code, outcome::OK, "a node without receipts: {said}");
    let (code, said) = run(node.url(), &node, &["query", "events", "--kind", "signing"]).await;
    assert!(code == outcome::ERROR && said.contains("--kind"), "{said}");
}

//! Events as they come, and signed states of earlier heights.

use super::*;
use crate::client::ClientError;
use crate::wanted::Wanted;
use crate::wire::v1;
use proto::{Event, Seq, merkle};

/// The next events, signs of life passed over; `None` at the end.
async fn next(watching: &mut crate::client::Watching) -> Result<Option<Vec<Event>>, ClientError> {
    loop {
        match tokio::time::timeout(PATIENCE, watching.next()).await.expect("something is said every 15 seconds")? {
            Some(events) if events.is_empty() => {}
            other => return Ok(other),
        }
    }
}

async fn seqs(node: &Node, wanted: &Wanted, end: u64) -> Vec<u64> {
    let mut watching = node.client.watch(wanted, Seq(0), Some(Seq(end))).await.unwrap();
    let mut all = Vec::new();
    while let Some(events) = next(&mut watching).await.unwrap() {
        all.extend(events.iter().map(|e| e.seq.0));
    }
    assert_eq!(watching.next_seq(), Seq(end), "all were looked at");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_as_they_are_committed() {
    let node = Node::start().await;
    node.commit(&node.record("m", "before").await).await;
    let mut watching = node.client.watch(&Wanted::default(), Seq(0), None).await.unwrap();
    let mut notes = Vec::new();
    for i in 0..3 {
        let events = next(&mut watching).await.unwrap().unwrap();
        notes.extend(events.iter().map(|e| match &e.transaction.draft.body {
            Body::Record { note, .. } => note.clone(),
            _ => String::new(),
        }));
        node.commit(&node.record("m", &format!("live {i}")).await).await;
    }
    assert_eq!(notes, ["before", "live 0", "live 1"]);
    // A node that stops does not wait for a stream that never ends.
    node.shutdown.stop();
    let ended = async {
        while next(&mut watching).await?.is_some() {}
        Ok::<(), ClientError>(())
    };
    assert_eq!(tokio::time::timeout(PATIENCE, ended).await.unwrap().unwrap_err().reason(), "NODE_STOPPING");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_asked_for_is_sent_and_all_of_it() {
    let node = Node::start().await;
    for i in 0..130 {
        let submission = node.record("m", &i.to_string()).await;
        node.client.submit(&submission.transaction, &[], Mode::Send).await.unwrap();
    }
    let last = node.commit(&node.record("m", "last").await).await.receipt.unwrap();
    // Some may still wait behind the last one.
    let size = loop {
        let size = node.client.checkpoint(0).await.unwrap().0.header.ledger_size;
        if size == 131 {
            break size;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(last.event.seq.0 < size);
    let of = |kind, org| Wanted::parse(kind, org, "").unwrap();
    let operator = node.author(Role::Operator).org;
    let all: Vec<u64> = (0..size).collect();
    assert_eq!(seqs(&node, &Wanted::default(), size).await, all, "in more than one answer");
    assert_eq!(seqs(&node, &of("record", operator.as_str()), size).await, all);
    assert_eq!(seqs(&node, &Wanted::default(), 7).await, all[..7]);
    for nothing in [of("sign", ""), of("", "demo-court"), Wanted::parse("", "", "nobody").unwrap()] {
        assert!(seqs(&node, &nothing, size).await.is_empty(), "{nothing:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_makes_no_sense_is_refused_and_places_are_bounded() {
    let node = Node::start().await;
    node.commit(&node.record("m", "x").await).await;
    let mut query = node.client.query();
    let mut ask = async |request| query.watch_events(request).await.map(|answer| answer.into_inner());
    let request = v1::WatchEventsRequest::default();
    let bad = [
        (v1::WatchEventsRequest { kind: "signing".into(), ..request.clone() }, "FIELD_INVALID"),
        (v1::WatchEventsRequest { signer: "x".repeat(500), ..request.clone() }, "FIELD_TOO_LONG"),
        (v1::WatchEventsRequest { from_seq: 5, end_seq: 3, ..request.clone() }, "FIELD_INVALID"),
        (v1::WatchEventsRequest { from_seq: 2, ..request.clone() }, "EVENT_RANGE"),
    ];
    for (request, reason) in bad {
        let refused = ClientError::from(ask(request.clone()).await.err().unwrap());
        assert_eq!(refused.reason(), reason, "{request:?}");
    }
    let mut readers = Vec::new();
    let refused = loop {
        match ask(request.clone()).await {
            Ok(stream) => readers.push(stream),
            Err(refused) => break ClientError::from(refused),
        }
        assert!(readers.len() < 100, "somebody must be refused");
    };
    assert_eq!((refused.reason(), readers.len()), ("TOO_MANY_WATCHERS", 56), "one part is left to others");
    drop(readers);
    // Whoever left makes room, without having been sent anything more.
    let again = async {
        while ask(request.clone()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn any_older_ledger_is_shown_to_be_a_prefix_of_any_newer_one() {
    let node = Node::start().await;
    for i in 0..6 {
        node.commit(&node.record("m", &i.to_string()).await).await;
    }
    let (newest, _) = node.client.checkpoint(0).await.unwrap();
    let middle = proto::Height(newest.header.height.0 / 2);
    let (older, _) = node.client.checkpoint_at(0, proto::Height(1)).await.unwrap();
    let (later, proofs) = node.client.checkpoint_at(older.header.ledger_size, middle).await.unwrap();
    assert!(older.header.height < later.header.height && later.header.height < newest.header.height);
    let trust = node.net.genesis().unwrap().trust();
    assert!(later.checks(&trust).iter().all(|c| c.outcome == proto::Outcome::Valid));
    let head = |h: &proto::Header| merkle::LogHead { size: h.ledger_size, root: h.sm3_root };
    let (a, b) = (head(&older.header), head(&later.header));
    assert!(merkle::verify_consistency(merkle::LogHash::Sm3, a, b, &proofs[0]));
    let beyond = node.client.checkpoint_at(0, proto::Height(newest.header.height.0 + 1000)).await.unwrap_err();
    assert_eq!(beyond.reason(), "HEADER_NOT_FOUND");
}

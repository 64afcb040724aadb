//! The words for each way in which a network can stand still.

use super::*;
use crate::status::Link;
use proto::{Digest, Height};
use replica::PeerOutlook;
use simplex::Unfinalized;
use std::time::Duration;

const NOW: TimeMs = TimeMs(1_000_000);

/// Validator 0 of four; the others are heard as `heard` says; the view is busy for three seconds.
fn status(heard: [bool; 3]) -> NodeStatus {
    let link = |(i, is_up): (u16, bool)| Link {
        validator: ValidatorIndex(i),
        is_up,
        silence: Some(Duration::from_millis(300)),
        queued: 0,
    };
    let peer = |i| PeerOutlook { validator: ValidatorIndex(i), voted: View(7), claims: None };
    let view = simplex::Outlook {
        view: View(9),
        leader: ValidatorIndex(1),
        busy_ms: Some(3_000),
        patience_ms: 3_000,
        ..simplex::Outlook::default()
    };
    let outlook = Outlook {
        view,
        quorum: 3,
        faults_max: 1,
        identity: Some(ValidatorIndex(0)),
        votes_from: Some(View(1)),
        peers: (0..4).map(peer).collect(),
    };
    NodeStatus {
        chain: Digest([0; 32]),
        validator: Some(ValidatorIndex(0)),
        height: Height(5),
        block: Digest([0; 32]),
        block_time: NOW,
        view: View(9),
        votes_from: Some(View(1)),
        leader: Some(ValidatorIndex(1)),
        ledger_size: 0,
        ledger_sum: Digest([0; 32]),
        sm3_root: Digest([0; 32]),
        sha256_root: Digest([0; 32]),
        state_root: Digest([0; 32]),
        pool_transactions: 0,
        peers: Vec::new(),
        started: TimeMs(0),
        finalized_at: NOW,
        outlook,
        best_known: Height(5),
        links: (1..4).zip(heard).map(link).collect(),
        outdated: None,
        disk_is_low: false,
        clock_ahead_ms: None,
        alarms: crate::status::Alarms::default(),
    }
}

fn said(status: &NodeStatus) -> Vec<(&'static str, bool, String)> {
    let names = ["court", "notary", "archive", "auditor"].map(str::to_owned);
    status.troubles(NOW, &names).into_iter().map(|t| (t.code, t.grave, t.text)).collect()
}

fn codes(status: &NodeStatus) -> Vec<&'static str> {
    said(status).into_iter().map(|(code, _, _)| code).collect()
}

#[test]
fn at_rest_there_is_nothing_to_say() {
    let mut resting = status([true; 3]);
    resting.outlook.view.busy_ms = None;
    assert_eq!(said(&resting), []);
    assert_eq!((resting.margin(), resting.missing()), (1, vec![]));
}

#[test]
fn a_leader_that_does_not_propose_is_named() {
    let said = said(&status([true; 3]));
    assert_eq!((said.len(), said[0].0, said[0].1), (1, "WAITING_FOR_PROPOSAL", false));
    assert!(said[0].2.contains("validator 1 (notary)") && said[0].2.contains("view 9"), "{}", said[0].2);
}

#[test]
fn votes_that_are_missing_are_named() {
    let mut stuck = status([true, true, false]);
    let view = &mut stuck.outlook.view;
    (view.proposal, view.notarize) = (Proposed::Valid, vec![ValidatorIndex(0), ValidatorIndex(1)]);
    view.unfinalized = Some(Unfinalized { view: View(8), finalize: vec![ValidatorIndex(1)], nullify: Vec::new() });
    view.nullify = vec![ValidatorIndex(0)];
    let said = said(&stuck);
    let codes: Vec<&str> = said.iter().map(|(code, _, _)| *code).collect();
    assert_eq!(codes, ["VALIDATORS_MISSING", "NOT_NOTARIZED", "NOT_FINALIZED"]);
    assert!(said[0].2.contains("validator 3 (auditor); 0 more may fail"), "{}", said[0].2);
    assert!(said[1].2.contains("validator 2 (archive), validator 3 (auditor)"), "{}", said[1].2);
    assert!(said[1].2.contains("validator 0 (court) gave the view up, 2 more"), "{}", said[1].2);
    assert!(said[2].2.contains("view 8") && said[2].2.contains("validator 0 (court)"), "{}", said[2].2);
}

#[test]
fn without_a_quorum_the_alarm_comes_first() {
    let mut lost = status([true, false, false]);
    lost.outlook.view.busy_ms = Some(60_000);
    lost.outlook.view.nullify = vec![ValidatorIndex(0), ValidatorIndex(1)];
    let said = said(&lost);
    assert_eq!((said[0].0, said[0].1, lost.margin()), ("NO_QUORUM", true, -1));
    assert!(said[0].2.contains("2 validators are heard") && said[0].2.contains("3 votes are needed"), "{}", said[0].2);
    // long silence is as bad as no link
    let mut silent = status([true; 3]);
    silent.links[0].silence = Some(Duration::from_secs(60));
    assert_eq!(silent.missing(), [ValidatorIndex(1)]);
    // just started: links are coming up
    lost.started = TimeMs(NOW.0 - 1_000);
    lost.outlook.view.busy_ms = None;
    assert_eq!(codes(&lost), Vec::<&str>::new());
}

#[test]
fn a_node_that_does_not_vote_says_why() {
    let mut doubtful = status([true; 3]);
    (doubtful.outlook.view.busy_ms, doubtful.outlook.votes_from) = (None, None);
    assert_eq!((codes(&doubtful), doubtful.margin()), (vec!["SILENT"], 0));
    doubtful.outdated = Some((1, 2));
    assert_eq!(codes(&doubtful), ["OUTDATED"]);
    doubtful.outdated = None;
    doubtful.outlook.votes_from = Some(View(20));
    assert_eq!(codes(&doubtful), ["VOTES_LATER"]);
    let mut full = status([true; 3]);
    (full.outlook.view.busy_ms, full.disk_is_low, full.best_known) = (None, true, Height(50));
    assert_eq!(codes(&full), ["DISK_NEARLY_FULL", "BEHIND"]);
}

#[test]
fn who_is_heard_and_does_not_vote_counts_for_nothing() {
    let mut lost = status([true; 3]);
    lost.outlook.view.busy_ms = Some(60_000);
    lost.outlook.view.nullify = vec![ValidatorIndex(0), ValidatorIndex(3)];
    assert_eq!((lost.missing(), lost.mute()), (vec![], vec![ValidatorIndex(1), ValidatorIndex(2)]));
    let told = said(&lost);
    assert_eq!((told[0].0, told[0].1, lost.margin()), ("NO_QUORUM", true, -1));
    assert!(told[0].2.contains("not voting validator 1 (notary), validator 2 (archive)"), "{}", told[0].2);
    // While views come and go: only who has not voted for turns.
    let mut going = status([true; 3]);
    going.outlook.view.busy_ms = None;
    going.outlook.peers.iter_mut().for_each(|p| p.voted = View(40));
    going.outlook.peers[2].voted = View(30);
    assert_eq!((going.mute(), going.margin()), (vec![], 1));
    going.outlook.peers[2].voted = View(20);
    assert_eq!((codes(&going), going.margin()), (vec!["VALIDATORS_MUTE"], 0));
}

#[test]
fn a_clock_that_the_others_do_not_share_is_told() {
    let mut node = status([true; 3]);
    node.outlook.view.busy_ms = None;
    node.clock_ahead_ms = Some(1_999);
    assert!(codes(&node).is_empty());
    node.clock_ahead_ms = Some(-12_300);
    let told = said(&node);
    assert_eq!((told[0].0, told[0].1), ("CLOCK_OFF", false));
    assert!(told[0].2.contains("12.3 s behind"), "{}", told[0].2);
}

#[test]
fn what_passes_by_itself_is_told_for_a_while_and_a_contradiction_for_good() {
    let mut node = status([true; 3]);
    node.outlook.view.busy_ms = None;
    node.alarms.rivals.note(1, NOW);
    node.alarms.disputes.note(2, TimeMs(NOW.0 - 700_000));
    node.alarms.culprits = vec![ValidatorIndex(2)];
    let told = said(&node);
    assert_eq!(told.iter().map(|t| (t.0, t.1)).collect::<Vec<_>>(), [("CONTRADICTION", true), ("TWO_PROCESSES", true)]);
    assert!(told[0].2.starts_with("validator 2 (archive)"), "{}", told[0].2);
    node.alarms.disputes.note(3, NOW);
    assert!(codes(&node).contains(&"APPRAISALS_DIFFER"));
    // The same count again is nothing new.
    node.alarms.disputes.note(3, TimeMs(NOW.0 + 600_000));
    assert!(!node.alarms.disputes.is_fresh(TimeMs(NOW.0 + 600_000)));
}

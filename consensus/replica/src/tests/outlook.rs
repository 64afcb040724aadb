//! What a replica says of itself while nothing goes on: it must name those who are really missing.

use super::network::Network;
use crate::{Input, Message, Standing};
use proto::{Height, ValidatorIndex, View};
use simplex::Proposed;

#[test]
fn a_network_at_rest_waits_for_nothing() {
    let mut network = Network::new();
    let record = network.record("m");
    network.admit_everywhere(&record, None);
    network.run(20_000);
    let outlook = network.nodes[0].replica.outlook();
    assert_eq!((outlook.quorum, outlook.faults_max, outlook.identity), (3, 1, Some(ValidatorIndex(0))));
    assert_eq!((outlook.view.busy_ms, outlook.view.unfinalized), (None, None));
    assert!(outlook.view.age_ms > 10_000, "{}", outlook.view.age_ms);
    assert!(outlook.peers.iter().skip(1).all(|p| p.voted > View(0) && p.claims.is_some()), "{:?}", outlook.peers);
}

#[test]
fn without_a_quorum_it_names_who_voted() {
    let mut network = Network::new();
    (network.nodes[2].up, network.nodes[3].up) = (false, false);
    let record = network.record("m");
    network.admit(0, record.clone(), None);
    network.admit(1, record, None);
    network.run(10_000);
    let view = network.nodes[0].replica.outlook().view;
    let two = vec![ValidatorIndex(0), ValidatorIndex(1)];
    // the leader of the first view is there, its block is good, and two votes are no quorum for it nor against it
    assert_eq!((view.view, view.leader, view.proposal), (View(1), ValidatorIndex(1), Proposed::Valid));
    assert_eq!((view.notarize, view.nullify), (two.clone(), two));
    assert!(view.busy_ms.is_some_and(|ms| ms > view.patience_ms), "{:?}", view.busy_ms);
}

#[test]
fn one_liar_cannot_say_how_far_we_are_behind() {
    let mut network = Network::new();
    let lie = |height: u64| Message::Status(Standing { finalized: Height(height), view: View(1) });
    let say = |network: &mut Network, from: u16, message: Message| {
        network.step(0, Input::Message { from: ValidatorIndex(from), message });
    };
    say(&mut network, 3, lie(u64::MAX));
    say(&mut network, 300, lie(u64::MAX));
    assert_eq!(network.nodes[0].replica.status().best_known, Height(0), "one validator and an observer");
    say(&mut network, 2, lie(7));
    assert_eq!(network.nodes[0].replica.status().best_known, Height(7), "two, of whom one is honest");
}

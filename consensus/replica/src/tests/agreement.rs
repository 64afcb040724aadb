//! Scenarios: what a client, an operator or a lagging validator would see.

use super::network::Network;
use crate::{DropReason, Input, Limits, Message, Notice, Outbound, Standing, To};
use ledger::{Meta, Rejected, Table, meta};
use proto::{Canonical, Check, Digest, Height, Outcome, Seq, TimeMs, Trust, TxId, ValidatorIndex, View};

fn committed(network: &Network, index: usize) -> Vec<(TxId, Seq)> {
    let events = |n: &Notice| if let Notice::Committed { events, .. } = n { events.clone() } else { Vec::new() };
    network.nodes[index].notices.iter().flat_map(events).collect()
}

#[test]
fn a_record_is_committed_on_all_four_and_has_a_receipt() {
    let mut network = Network::new();
    let record = network.record("m");
    network.admit_everywhere(&record, None);
    network.run(1_000);
    network.agree();
    let trust = Trust {
        chain: network.birth.chain,
        validators: network.birth.validators.clone(),
        organisations: network.birth.organisations.clone(),
        params: network.birth.params.clone(),
        rescue: proto::RescueKeys::default(),
    };
    for index in 0..4 {
        assert_eq!(committed(&network, index), [(record.id(), Seq(0))]);
        let receipt = ledger::receipt(&network.nodes[index].disk, Seq(0)).unwrap().unwrap();
        assert_eq!(Check::overall(&receipt.verify(&trust)), Outcome::Valid);
        assert_eq!(network.nodes[index].replica.status().pool_transactions, 0);
    }
}

#[test]
fn an_idle_network_makes_no_blocks_but_the_heartbeat() {
    let mut idle = Network::new();
    idle.run(60_000);
    assert_eq!(idle.height(0), 0);
    let mut beating = Network::with(|p| p.heartbeat_ms = 10_000);
    beating.run(65_000);
    beating.agree();
    assert!((5..=7).contains(&beating.height(0)), "{} blocks in 65 s", beating.height(0));
    assert_eq!(beating.size(0), 0);
}

#[test]
fn a_transaction_that_only_one_has_is_asked_for_and_committed() {
    for holder in 0..4 {
        let mut network = Network::new();
        let record = network.record("m");
        network.admit(holder, record, None);
        network.run(5_000);
        network.agree();
        assert_eq!(network.size(0), 1, "held by {holder}");
        assert!(network.asked_for_transactions >= 3);
    }
}

#[test]
fn gossip_in_time_makes_asking_unnecessary() {
    let mut network = Network::new();
    let record = network.record("m");
    network.admit_everywhere(&record, None);
    network.run(1_000);
    assert_eq!(network.asked_for_transactions, 0);
}

#[test]
fn many_transactions_are_committed_once_each_and_in_order() {
    let mut network = Network::new();
    let records: Vec<_> = (0..100).map(|_| network.record("m")).collect();
    for record in &records {
        network.admit_everywhere(record, None);
    }
    network.run(5_000);
    network.agree();
    assert_eq!(network.size(0), 100);
    let order: Vec<TxId> = committed(&network, 2).into_iter().map(|(tx, _)| tx).collect();
    assert_eq!(order, records.iter().map(|r| r.id()).collect::<Vec<_>>());
    // None comes in a second time.
    network.admit(1, records[0].clone(), None);
    let last = network.nodes[1].notices.last().cloned();
    let again = DropReason::Rejected(Rejected::AlreadyCommitted { seq: Seq(0) });
    assert_eq!(last, Some(Notice::Dropped { tx: records[0].id(), reason: again }));
}

#[test]
fn one_dead_validator_does_not_stop_the_rest_and_catches_up_after() {
    for dead in 0..4 {
        let mut network = Network::new();
        network.nodes[dead].up = false;
        for _ in 0..90 {
            let record = network.record("m");
            network.admit_everywhere(&record, None);
            network.run(100);
        }
        network.run(5_000);
        network.agree();
        assert_eq!(network.size((dead + 1) % 4), 90, "with {dead} dead");
        network.restart(dead);
        network.run(5_000);
        network.agree();
        assert_eq!(network.size(dead), 90);
        assert!(network.nodes[dead].notices.iter().any(|n| matches!(n, Notice::CaughtUp { .. })));
    }
}

#[test]
fn all_four_restart_and_go_on() {
    let mut network = Network::new();
    for round in 0..6 {
        let record = network.record("m");
        network.admit_everywhere(&record, None);
        // A restart in the middle of things loses what was not promised: the client submits again.
        network.run(if round % 2 == 0 { 0 } else { 1_000 });
        (0..4).for_each(|i| network.restart(i));
        network.admit_everywhere(&record, None);
        network.run(3_000);
    }
    network.agree();
    assert_eq!(network.size(0), 6);
}

#[test]
fn nothing_of_the_journal_is_left_behind() {
    let mut network = Network::new();
    for _ in 0..20 {
        let record = network.record("m");
        network.admit_everywhere(&record, None);
        network.run(200);
    }
    network.run(2_000);
    let tables = [Table::Promise, Table::ViewCertificate, Table::PendingBlock];
    for node in &network.nodes {
        let rows = node.disk.writes.iter().filter(|(k, v)| v.is_some() && tables.iter().any(|t| k[0] == *t as u8));
        let left = rows.count();
        assert!(left <= 12, "{left} rows of the journal are left");
    }
}

#[test]
fn a_signing_is_compared_with_the_references_in_force() {
    let mut network = Network::new();
    let (enrolment, appraisal) = network.enrolment("wang", "w1");
    network.admit_everywhere(&enrolment, Some(&appraisal));
    network.run(1_000);
    assert_eq!(network.size(0), 1);
    let (signing, appraisal) = network.signing("wang", "w2", Some(900));
    // New references become final while the signing waits at two of the validators.
    let (renewal, renewed) = network.enrolment("wang", "w3");
    network.admit(0, signing.clone(), Some(appraisal.clone()));
    network.admit(1, signing.clone(), Some(appraisal.clone()));
    network.admit_everywhere(&renewal, Some(&renewed));
    network.admit(2, signing.clone(), Some(appraisal.clone()));
    network.admit(3, signing, Some(appraisal));
    network.run(10_000);
    network.agree();
    assert_eq!(network.size(0), 3);
}

#[test]
fn a_proposer_with_another_opinion_gets_no_vote() {
    let mut network = Network::new();
    let (enrolment, appraisal) = network.enrolment("wang", "w1");
    network.admit_everywhere(&enrolment, Some(&appraisal));
    network.run(1_000);
    let (signing, appraisal) = network.signing("wang", "w2", Some(900));
    let mut flattered = appraisal.clone();
    flattered.llr = Some(901);
    network.admit(0, signing.clone(), Some(flattered));
    (1..4).for_each(|i| network.admit(i, signing.clone(), Some(appraisal.clone())));
    network.run(5_000);
    network.agree();
    let event = ledger::event(&network.nodes[0].disk, Seq(1)).unwrap().unwrap();
    assert_eq!(event.appraisal.unwrap().llr, Some(900));
}

#[test]
fn a_difference_within_epsilon_is_voted_for() {
    let mut network = Network::with(|p| p.epsilon_mb = 10);
    let (enrolment, appraisal) = network.enrolment("wang", "w1");
    network.admit_everywhere(&enrolment, Some(&appraisal));
    network.run(1_000);
    let (signing, appraisal) = network.signing("wang", "w2", Some(900));
    for index in 0..4 {
        let mut own = appraisal.clone();
        own.llr = Some(900 + 3 * i32::try_from(index).unwrap());
        network.admit(index, signing.clone(), Some(own));
    }
    network.run(5_000);
    network.agree();
    assert_eq!(network.size(0), 2);
}

#[test]
fn a_validator_that_cannot_appraise_withholds_its_vote_and_no_more() {
    let mut network = Network::new();
    network.nodes[3].appraises = false;
    let (signing, appraisal) = network.signing("li", "l1", None);
    (0..3).for_each(|i| network.admit(i, signing.clone(), Some(appraisal.clone())));
    network.run(10_000);
    network.agree();
    assert_eq!(network.size(3), 1);
}

#[test]
fn a_transaction_that_cannot_be_taken_any_more_leaves_every_pool() {
    let mut network = Network::new();
    let first = network.record("m");
    // The same request id with another body, as a careless client might send to another node.
    let mut draft = first.draft.clone();
    draft.body = network.record("other").draft.body.clone();
    let second = {
        let mut scalar = [0; 32];
        scalar[31] = 11;
        draft.sign(&proto::SecretKey::from_scalar(&scalar, "test").unwrap())
    };
    network.admit_everywhere(&first, None);
    network.admit_everywhere(&second, None);
    network.run(5_000);
    network.agree();
    assert_eq!(network.size(0), 1);
    for _ in 0..12 {
        let record = network.record("m");
        network.admit_everywhere(&record, None);
        network.run(500);
    }
    for node in &network.nodes {
        assert_eq!(node.replica.status().pool_transactions, 0);
    }
    // And with nothing left to do, nothing is done.
    let height = network.height(0);
    network.run(20_000);
    assert_eq!(network.height(0), height);
}

#[test]
fn full_pools_of_different_transactions_empty_all_the_same() {
    let mut network = Network::new();
    network.limits = Limits { pool_transactions: 2, pool_bytes: 1 << 20 };
    (0..4).for_each(|i| network.restart(i));
    let records: Vec<_> = (0..12).map(|_| network.record("m")).collect();
    for (n, record) in records.iter().enumerate() {
        network.admit(n % 4, record.clone(), None);
    }
    let full = |n: &Notice| matches!(n, Notice::Dropped { reason: DropReason::PoolFull, .. });
    assert!(network.nodes.iter().any(|n| n.notices.iter().any(full)));
    network.run(20_000);
    network.agree();
    assert_eq!(network.size(0), 8);
}

#[test]
fn a_proposal_from_the_future_waits_and_the_network_does_not() {
    let mut network = Network::new();
    // One clock runs a minute ahead: its proposals are not voted for until then, the others go on.
    network.now.0 += 60_000;
    let record = network.record("m");
    network.admit(0, record, None);
    network.now.0 -= 60_000;
    network.run(10_000);
    let record = network.record("m");
    network.admit_everywhere(&record, None);
    network.run(10_000);
    network.agree();
    assert!(network.size(0) >= 1);
}

#[test]
fn a_contradiction_is_kept_as_a_proof() {
    let mut network = Network::new();
    let chain = network.birth.chain;
    let mut scalar = [0; 32];
    scalar[31] = 3;
    let key = proto::SecretKey::from_scalar(&scalar, "test").unwrap();
    let vote = |block: u8| {
        let subject = proto::Subject {
            kind: proto::VoteKind::Notarize,
            epoch: proto::Epoch(0),
            view: proto::View(1),
            height: proto::Height(1),
            block: proto::Digest([block; 32]),
        };
        proto::Vote::sign(subject, ValidatorIndex(2), &chain, &key)
    };
    for block in [1, 2, 3] {
        let message = crate::Message::Vote(vote(block));
        network.step(0, Input::Message { from: ValidatorIndex(2), message });
    }
    let faults = network.nodes[0].notices.iter().filter(|n| matches!(n, Notice::Fault(_))).count();
    assert_eq!(faults, 1);
    let proof = crate::proof_of_fault(&network.nodes[0].disk, proto::Epoch(0), ValidatorIndex(2)).unwrap().unwrap();
    assert!(proof.verify(&chain, &network.birth.validators).is_some());
}

#[test]
fn a_damaged_tip_is_refused_at_the_start() {
    let mut network = Network::new();
    network.nodes[0].disk.put(meta(Meta::Tip), vec![1, 2, 3]);
    let setup = crate::Setup {
        chain: network.birth.chain,
        validators: network.birth.validators.clone(),
        identity: None,
        key: None,
        software: 1,
        params: network.birth.params.clone(),
        limits: Limits::default(),
        memory: crate::Memory::Whole,
        vote_from: proto::View(0),
        quorum: 3,
    };
    assert!(crate::Replica::new(setup, &network.nodes[0].disk).is_err());
    let bytes = network.nodes[1].replica.tip().to_bytes();
    assert!(!bytes.is_empty());
}

/// Fifty bytes ask for up to a mebibyte, and each question differs from the one before.
#[test]
fn questions_of_one_peer_do_not_take_all_our_time() {
    let mut network = Network::new();
    for n in 0..6 {
        let record = network.record(&format!("m{n}"));
        network.admit_everywhere(&record, None);
        network.run(500);
    }
    let (now, node) = (network.now, &mut network.nodes[0]);
    let mut ask = |from: u16, message: Message| -> usize {
        let input = Input::Message { from: ValidatorIndex(from), message };
        let sent = node.replica.step(now, input, &node.disk).unwrap().send;
        sent.iter().map(|out| if let Message::Stored(c) = &out.message { c.blocks.len() } else { 0 }).sum()
    };
    let everything = |view| Message::CatchUp(Standing { finalized: Height(0), view: View(view) });
    let all = ask(1, everything(0));
    assert!(all >= 6, "{all} blocks");
    let blocks: usize = (0..10_000).map(|view| ask(300, everything(view))).sum();
    assert!(blocks > all && blocks < 1_100, "{blocks} blocks of at least 4 KiB each, of 4 MiB");
    (0..10_000u32).for_each(|n| assert_eq!(ask(300, Message::WantProposal(Digest::sm3(&n.to_be_bytes()))), 0));
    assert_eq!(ask(2, everything(0)), all, "another one is answered all the same");
}

/// Two validators with the certificate and without the block, two the other way round: each pair has what the other needs.
#[test]
fn who_knows_a_block_to_be_final_and_lacks_it_shows_the_certificate_to_who_may_have_it() {
    let mut network = Network::new();
    network.nodes[3].up = false;
    let record = network.record("m");
    network.admit_everywhere(&record, None);
    network.run(1_000);
    let found = ledger::certificate(&network.nodes[0].disk, Height(1)).unwrap().unwrap();
    let certificate = found.verify(&network.birth.chain, &network.birth.validators).unwrap();
    let (node, now) = (&mut network.nodes[3], network.now);
    let mut step = |input| node.replica.step(now, input, &node.disk).unwrap().send;
    let unaware = Message::Status(Standing { finalized: Height(0), view: View(2) });
    let from = ValidatorIndex(1);
    let shown = |sent: Vec<Outbound>| {
        sent.into_iter().any(|out| {
            matches!(out, Outbound { to: To::One(to), message: Message::Certificate(c) } if to == from && c.height == Height(1))
        })
    };
    assert!(!shown(step(Input::Message { from, message: unaware.clone() })), "nothing is known yet");
    step(Input::Message { from: ValidatorIndex(0), message: Message::Certificate(certificate) });
    let later = |ms: u64| TimeMs(now.0 + ms);
    let mut step = |at, input| node.replica.step(at, input, &node.disk).unwrap().send;
    assert!(shown(step(later(500), Input::Message { from, message: unaware.clone() })));
    assert!(!shown(step(later(501), Input::Message { from, message: unaware })), "not more often than it is of use");
}

//! Writings of one signer that wait beside one another, or that became final while another was appraised: what is a copy of
//! what is committed, and in no order of events stays in anybody's pool.

use super::network::Network;
use crate::Input;
use proto::{Appraisal, Transaction, TxId, Verified};

/// One validator's shell admits it, having compared it with these.
fn admit(network: &mut Network, i: usize, what: (&Verified<Transaction>, &Appraisal), rivals: Vec<TxId>) {
    let (transaction, appraisal) = (what.0.clone(), Some(what.1.clone()));
    network.nodes[i].shelf.push((transaction.clone(), appraisal.clone()));
    network.step(i, Input::Admitted { transaction, appraisal, rivals });
}

#[test]
fn an_appraisal_that_knows_fewer_packets_is_renewed_before_a_vote() {
    let mut network = Network::new();
    let (enrolment, appraisal) = network.enrolment("wang", "w1");
    network.admit_everywhere(&enrolment, Some(&appraisal));
    let (early, knows_none) = network.signing("li", "l1", None);
    network.run(1_000);
    let (first, appraisal) = network.signing("li", "l2", None);
    network.admit_everywhere(&first, Some(&appraisal));
    network.run(1_000);
    // Three validators appraised before that signing was committed, one after it: they renew, and agree.
    let knows_one = proto::Appraisal { seen: 1, ..knows_none.clone() };
    (0..3).for_each(|i| network.admit(i, early.clone(), Some(knows_none.clone())));
    network.admit(3, early.clone(), Some(knows_one));
    network.run(10_000);
    network.agree();
    let seq = ledger::seq_of(&network.nodes[0].disk, &early.id()).unwrap().unwrap();
    let event = ledger::event(&network.nodes[0].disk, seq).unwrap().unwrap();
    assert!(event.appraisal.unwrap().seen <= 1);
}

#[test]
fn of_two_transactions_with_one_writing_one_is_committed() {
    for holder in 0..4 {
        let mut network = Network::new();
        let (first, appraisal) = network.signing("li", "l1", None);
        let (second, disguised) = network.signing("li", "l1, disguised", None);
        network.rivals = vec![first.id(), second.id()];
        // Each validator hears of them in another order, and one of them of neither until it asks.
        for i in (0..4).filter(|i| *i != holder) {
            let both = [(&first, &appraisal), (&second, &disguised)];
            let order = if i % 2 == 0 { [0, 1] } else { [1, 0] };
            order.into_iter().for_each(|n| network.admit(i, both[n].0.clone(), Some(both[n].1.clone())));
        }
        network.run(10_000);
        network.agree();
        assert_eq!(network.size(0), 1, "one of two rivals");
        let record = network.record("m");
        network.admit_everywhere(&record, None);
        network.run(1_000);
        network.agree();
        assert_eq!(network.size(0), 2, "and the network goes on");
        assert!(network.nodes.iter().all(|n| n.replica.status().pool_transactions == 0));
    }
}

/// A shell compares a writing with what it holds, not with what consensus has heard of: of two rivals the first to come here
/// may be the one that was compared with the other.
#[test]
fn a_rival_that_comes_in_later_than_its_rivalry_is_known_is_compared_anew() {
    let mut network = Network::new();
    let (first, appraisal) = network.signing("li", "l1", None);
    let (second, disguised) = network.signing("li", "l1, disguised", None);
    network.rivals = vec![first.id(), second.id()];
    for i in 0..4 {
        admit(&mut network, i, (&first, &appraisal), vec![second.id()]);
        admit(&mut network, i, (&second, &disguised), vec![]);
    }
    network.run(10_000);
    network.agree();
    assert_eq!(network.size(0), 1, "one of two rivals");
    assert!(network.nodes.iter().all(|n| n.replica.status().pool_transactions == 0), "and the other is not kept");
}

#[test]
fn what_was_appraised_before_a_commit_and_admitted_after_it_is_appraised_again() {
    let mut network = Network::new();
    let (first, appraisal) = network.signing("li", "l1", None);
    let (second, disguised) = network.signing("li", "l1, disguised", None);
    network.rivals = vec![first.id(), second.id()];
    network.admit_everywhere(&first, Some(&appraisal));
    network.run(1_000);
    assert_eq!(network.size(0), 1);
    admit(&mut network, 2, (&second, &disguised), vec![]);
    assert_eq!(network.nodes[2].replica.status().pool_transactions, 0, "no block of anybody will hold it");
}

#[test]
fn a_block_that_was_learnt_from_others_renews_opinions_on_its_signers() {
    let mut network = Network::new();
    let (first, appraisal) = network.signing("li", "l1", None);
    let (second, disguised) = network.signing("li", "l1, disguised", None);
    network.rivals = vec![first.id(), second.id()];
    // One validator hears of the copy alone, and of the block with the original only when it is final.
    network.nodes[3].up = false;
    (0..3).for_each(|i| network.admit(i, first.clone(), Some(appraisal.clone())));
    network.run(1_000);
    network.nodes[3].up = true;
    admit(&mut network, 3, (&second, &disguised), vec![]);
    assert_eq!(network.nodes[3].replica.status().pool_transactions, 1);
    network.run(20_000);
    network.agree();
    assert_eq!(network.size(3), 1);
    assert_eq!(network.nodes[3].replica.status().pool_transactions, 0, "a replay of what was learnt");
}

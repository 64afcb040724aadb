//! Named situations, ten lines each, on the small network.

use crate::network::{Dice, Network, settled};

#[test]
fn four_validators_make_blocks() {
    let net = settled(4, 1);
    assert_eq!(net.view().0, net.height() + 1 + u64::from(net.view().0 - 1 > net.height()));
}

#[test]
fn one_validator_alone_is_a_quorum() {
    let mut net = Network::new(1, 1);
    net.work(true);
    net.run(10);
    assert!(net.height() > 0);
}

#[test]
fn without_work_nothing_is_said() {
    let mut net = settled(4, 2);
    net.work(false);
    net.run(1000);
    let (height, sent) = (net.height(), net.sent);
    net.run(60_000);
    assert_eq!((net.height(), net.sent), (height, sent));
    assert_eq!(net.lowest(), net.height(), "an idle network leaves nothing unfinalized");
    net.work(true);
    net.run(50);
    assert!(net.height() > height, "work wakes it at once");
}

#[test]
fn a_dead_leader_costs_one_timeout_and_is_then_skipped() {
    let mut net = settled(4, 3);
    net.crash(2);
    net.run(2000);
    let before = net.height();
    net.run(1000);
    assert!(net.height() - before > 30, "only {} blocks in a second with one of four dead", net.height() - before);
    net.restart(2);
    net.run(2000);
    assert!(net.lowest() + 10 > net.height(), "it comes back without help");
}

#[test]
fn two_of_seven_dead_do_not_stop_the_rest() {
    let mut net = settled(7, 4);
    net.crash(1);
    net.crash(2);
    net.run(3000);
    let before = net.height();
    net.run(1000);
    assert!(net.height() - before > 20, "{}", net.height() - before);
}

#[test]
fn without_a_quorum_nothing_is_final_and_views_do_not_storm() {
    let mut net = settled(4, 5);
    net.crash(0);
    net.crash(1);
    net.run(1000);
    let (height, sent) = (net.height(), net.sent);
    net.run(10_000);
    assert_eq!(net.height(), height);
    assert!(net.sent - sent < 2000, "{} messages in ten idle seconds", net.sent - sent);
    net.restart(0);
    net.run(5000);
    assert!(net.height() > height, "the quorum returns and the chain goes on");
}

#[test]
fn the_whole_network_restarts_from_its_journals() {
    let mut net = settled(4, 6);
    let height = net.height();
    (0..4).for_each(|i| net.crash(i));
    net.run(1000);
    (0..4).for_each(|i| net.restart(i));
    net.run(2000);
    assert!(net.lowest() > height);
}

#[test]
fn a_validator_that_was_cut_off_follows_by_certificates() {
    let mut net = settled(4, 7);
    net.cut.insert(3);
    net.run(3000);
    net.cut.clear();
    net.run(2000);
    assert!(net.lowest() + 10 > net.height(), "{} of {}", net.lowest(), net.height());
}

#[test]
fn finalize_votes_that_were_lost_are_made_up_for_without_work() {
    let mut net = settled(4, 8);
    net.loss_percent = 40;
    net.run(500);
    net.work(false);
    net.loss_percent = 0;
    net.run(3000);
    assert_eq!(net.lowest(), net.height());
}

#[test]
fn agreement_under_loss_delay_and_crashes() {
    for seed in 100..110 {
        let mut net = Network::new(4, seed);
        let mut dice = Dice(seed);
        for _ in 0..20 {
            net.loss_percent = dice.below(50);
            net.delay_ms = 1 + dice.below(150);
            let at = usize::try_from(dice.below(4)).unwrap();
            if net.nodes[at].up {
                net.crash(at)
            } else {
                net.restart(at)
            }
            net.run(dice.below(1000));
        }
        (net.loss_percent, net.delay_ms) = (0, 50);
        (0..4).filter(|i| !net.nodes[*i].up).collect::<Vec<_>>().into_iter().for_each(|i| net.restart(i));
        net.run(10_000);
        let before = net.height();
        net.run(3000);
        assert!(net.lowest() > before, "seed {seed}: no progress after healing at height {before}");
        assert!(net.nodes.iter().all(|n| n.faults == 0), "seed {seed}: an honest validator is accused");
    }
}

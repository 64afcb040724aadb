//! The end of an epoch: the block that closes it has no children in it and is proposed again until it is final.

use crate::fixture::{
    LEADER_MS, again, certificate, closing, engine, finalize, genesis, head, header, notarize, nullify, proposal,
    setup, validators, vote,
};
use crate::network::Network;
use proto::{Canonical, Epoch, Header, Subject, TimeMs, View, VoteKind};
use simplex::{Actions, Ask, Engine, Head, Input, Message, Record, Setup};

const N: VoteKind = VoteKind::Notarize;
const F: VoteKind = VoteKind::Finalize;

fn votes(actions: &Actions) -> Vec<Subject> {
    let vote = |m: &Message| if let Message::Vote(v) = m { Some(v.subject) } else { None };
    actions.send.iter().filter_map(|out| vote(&out.message)).collect()
}

fn last() -> Header {
    closing(header(1, genesis(), 1, 0))
}

/// Validator `me` holds the closing block of view 1 notarized and executed, and stands in view 2.
fn before_the_end(me: u16) -> Engine {
    let mut engine = engine(me);
    let a = last();
    let steps = [
        Input::Proposal(proposal(&a)),
        Input::Judged { block: a.digest(), valid: true },
        Input::Certificate(certificate(Subject::of(N, &a), &[1, 2, 3])),
    ];
    for input in steps {
        let _ = engine.step(TimeMs(1000), input);
    }
    assert_eq!(engine.view(), View(2));
    engine
}

#[test]
fn nobody_builds_on_it_or_votes_for_a_child() {
    let mut leader = before_the_end(2);
    let asked = leader.step(TimeMs(1001), Input::Work(true));
    assert_eq!(asked.ask, vec![], "a leader is not asked for a block on one that closes its epoch");
    let child = header(2, head(&last()), 2, 0);
    let built = leader.step(TimeMs(1002), Input::Built { view: View(2), block: Some((child.clone(), vec![])) });
    assert_eq!((built.persist, built.send), (vec![], vec![]));

    let mut voter = before_the_end(0);
    let offered = voter.step(TimeMs(1003), Input::Proposal(proposal(&child)));
    assert_eq!((&offered.ask, votes(&offered)), (&vec![], vec![]), "it is not even judged");
}

#[test]
fn the_next_leader_proposes_it_again_when_patience_runs_out_and_the_others_follow() {
    let mut leader = before_the_end(2);
    let early = leader.step(TimeMs(1000 + LEADER_MS / 2 - 1), Input::Tick);
    assert_eq!(votes(&early), vec![], "as a rule its finalize votes are on their way");
    let due = leader.step(TimeMs(1000 + LEADER_MS / 2), Input::Tick);
    assert_eq!(votes(&due), vec![again(N, &last(), 2)]);
    assert!(due.persist.contains(&Record::Cast(*vote(2, again(N, &last(), 2)))));

    let mut voter = before_the_end(0);
    let other = voter.step(TimeMs(1010), Input::Vote(vote(3, again(N, &last(), 2))));
    assert_eq!(votes(&other), vec![], "only the leader can propose");
    let led = voter.step(TimeMs(1011), Input::Vote(vote(2, again(N, &last(), 2))));
    assert_eq!(votes(&led), vec![again(N, &last(), 2), again(F, &last(), 2)], "with our vote it is a quorum");
    assert_eq!(voter.view(), View(3));
}

#[test]
fn it_is_final_in_whatever_view_a_quorum_says_so() {
    let mut voter = before_the_end(0);
    for who in [1, 2, 3] {
        let _ = voter.step(TimeMs(1010), Input::Vote(vote(who, again(N, &last(), 2))));
    }
    for who in [1, 2] {
        let _ = voter.step(TimeMs(1011), Input::Vote(vote(who, again(F, &last(), 2))));
    }
    assert_eq!(voter.finalized(), Head { view: View(2), ..head(&last()) });
}

#[test]
fn it_is_followed_over_views_that_were_given_up_and_not_over_others() {
    for (given_up, votes_for_it) in [(true, vec![again(N, &last(), 3)]), (false, vec![])] {
        let mut voter = before_the_end(0);
        if given_up {
            let _ = voter
                .step(TimeMs(1010), Input::Certificate(certificate(Subject::nullify(Epoch(0), View(2)), &[1, 2, 3])));
        }
        let led = voter.step(TimeMs(1011), Input::Vote(vote(3, again(N, &last(), 3))));
        assert_eq!(votes(&led), votes_for_it);
    }
}

#[test]
fn an_ordinary_block_is_not_voted_for_again() {
    let mut voter = engine(0);
    let a = header(1, genesis(), 1, 0);
    let steps = [
        Input::Proposal(proposal(&a)),
        Input::Judged { block: a.digest(), valid: true },
        Input::Certificate(certificate(Subject::of(N, &a), &[1, 2, 3])),
        Input::Vote(vote(2, again(N, &a, 2))),
    ];
    let all: Vec<Subject> = steps.into_iter().flat_map(|i| votes(&voter.step(TimeMs(1000), i))).collect();
    assert_eq!(all, vec![Subject::of(N, &a), Subject::of(F, &a)]);
}

#[test]
fn who_never_saw_it_asks_for_it_and_for_the_certificate() {
    let mut voter = engine(0);
    let left = Input::Certificate(certificate(Subject::nullify(Epoch(0), View(1)), &[1, 2, 3]));
    let _ = voter.step(TimeMs(1000), left);
    let _ = voter.step(TimeMs(1001), Input::Vote(vote(2, again(N, &last(), 2))));
    // half of the leader's time, which doubled because a view failed
    let puzzled = voter.step(TimeMs(1001 + LEADER_MS), Input::Tick);
    assert!(matches!(&puzzled.ask[..], [Ask::FetchCertificates { from, .. }] if from.0 == 2), "{:?}", puzzled.ask);
    let told = voter.step(TimeMs(1110), Input::Certificate(certificate(Subject::of(N, &last()), &[1, 2, 3])));
    assert!(matches!(&told.ask[..], [Ask::FetchProposal { block, .. }] if *block == last().digest()), "{:?}", told.ask);
    let given = voter.step(TimeMs(1111), Input::Proposal(proposal(&last())));
    assert!(matches!(&given.ask[..], [Ask::Judge { certified: true, .. }]), "{:?}", given.ask);
    let judged = voter.step(TimeMs(1112), Input::Judged { block: last().digest(), valid: true });
    assert!(votes(&judged).contains(&again(N, &last(), 2)), "{:?}", votes(&judged));
}

#[test]
fn after_a_restart_the_promise_of_the_later_view_binds() {
    let mut voter = before_the_end(0);
    let led = voter.step(TimeMs(1011), Input::Vote(vote(2, again(N, &last(), 2))));
    let journal: Vec<Record> = led.persist;
    let mut restarted = Engine::new(setup(4, Some(0), journal));
    let start = restarted.step(TimeMs(2000), Input::Start);
    assert!(votes(&start).contains(&again(N, &last(), 2)), "the same vote is sent again: {:?}", votes(&start));
    let other = header(2, genesis(), 2, 7);
    let certificate = certificate(Subject::nullify(Epoch(0), View(1)), &[1, 2, 3]);
    let _ = restarted.step(TimeMs(2001), Input::Certificate(certificate));
    let _ = restarted.step(TimeMs(2002), Input::Proposal(proposal(&other)));
    let judged = restarted.step(TimeMs(2003), Input::Judged { block: other.digest(), valid: true });
    assert!(!votes(&judged).contains(&Subject::of(N, &other)));
}

#[test]
fn a_leader_that_proposes_it_again_and_another_block_beside_it_is_caught() {
    let mut voter = before_the_end(0);
    let _ = voter.step(TimeMs(1010), Input::Vote(vote(2, again(N, &last(), 2))));
    let second = voter.step(TimeMs(1011), Input::Vote(notarize(2, &header(2, genesis(), 2, 7))));
    assert!(matches!(&second.notify[..], [simplex::Notice::Fault(p)] if p.culprit().0 == 2), "{:?}", second.notify);
}

#[test]
fn the_same_view_of_two_epochs_is_two_views() {
    let next = validators(4).in_epoch(Epoch(1));
    let old = nullify(3, 2);
    assert!(
        old.into_inner().verify(&crate::fixture::chain(), &next).is_none(),
        "a vote of another epoch does not hold"
    );
    let (first, second) = (*nullify(3, 2), Header { epoch: Epoch(1), ..header(2, genesis(), 2, 0) });
    assert_eq!(proto::Contradiction::between(&first, &finalize(3, &second)), None);

    let setup = Setup { validators: next, finalized: head(&last()), ..setup(4, Some(0), vec![]) };
    let mut engine = Engine::new(setup);
    assert_eq!(engine.view(), View(2), "views go on above the one that proposed the closing block");
    let b = Header { epoch: Epoch(1), ..header(2, head(&last()), 2, 0) };
    let _ = engine.step(TimeMs(1), Input::Proposal(proposal(&b)));
    let judged = engine.step(TimeMs(2), Input::Judged { block: b.digest(), valid: true });
    assert_eq!(votes(&judged), vec![Subject::of(N, &b)], "the new epoch builds on it");
}

#[test]
fn epochs_follow_one_another_when_all_is_well_without_a_second_proposal() {
    let mut net = Network::new(4, 21);
    net.closes_every = 5;
    net.run(2000);
    assert!(net.closed.len() > 5, "only {} epochs", net.closed.len());
    assert_eq!(net.voted_again, 0);
    assert!(net.nodes.iter().all(|n| n.faults == 0));
}

#[test]
fn closing_blocks_that_lose_their_views_are_proposed_again_and_nobody_contradicts() {
    let mut again = 0;
    for seed in 0..12 {
        let mut net = Network::new(if seed % 3 == 0 { 7 } else { 4 }, seed);
        (net.closes_every, net.finalize_loss_percent, net.loss_percent) = (3, 60, 5 * (seed % 4));
        for round in 0..6 {
            let victim = usize::try_from((seed + round) % 4).unwrap();
            net.run(400);
            net.crash(victim);
            net.run(400);
            net.restart(victim);
        }
        let before = net.closed.len();
        (net.finalize_loss_percent, net.loss_percent) = (0, 0);
        net.run(4000);
        assert!(net.closed.len() > before + 3, "seed {seed}: {before} epochs under loss, {} after", net.closed.len());
        assert!(net.nodes.iter().all(|n| n.faults == 0), "seed {seed}: somebody contradicted itself");
        again += net.voted_again;
    }
    assert!(again > 20, "the test must reach the second proposal: {again}");
}

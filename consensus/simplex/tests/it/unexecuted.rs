//! Blocks that are final before they are executed here: nobody may have executed them, if those who finalized them were
//! restarted, so that they are fetched and judged like blocks that are open.

use crate::fixture::{certificate, engine, genesis, head, header, proposal, setup};
use proto::{Canonical, Certificate, Header, Subject, TimeMs, Verified, VoteKind};
use simplex::{Ask, Engine, Input, Record};

/// A block of view 1, and one of view 2 on it.
fn blocks() -> (Header, Header) {
    let first = header(1, genesis(), 1, 0);
    let second = header(2, head(&first), 2, 0);
    (first, second)
}

fn of_all(kind: VoteKind, header: &Header) -> Verified<Certificate> {
    certificate(Subject::of(kind, header), &[1, 2, 3])
}

fn asks(engine: &mut Engine, input: Input) -> Vec<Ask> {
    engine.step(TimeMs(1000), input).ask
}

fn is_judged(asks: &[Ask], header: &Header) -> bool {
    asks.iter().any(|ask| matches!(ask, Ask::Judge { proposal, certified: true } if proposal.header == *header))
}

fn is_fetched(asks: &[Ask], header: &Header) -> bool {
    asks.iter().any(|ask| matches!(ask, Ask::FetchProposal { block, .. } if *block == header.digest()))
}

/// Stood still for good when all validators were restarted at this point: what stood below a finalize certificate was left
/// to others, and there were none (simulator, seed 40019295).
#[test]
fn after_a_restart_final_blocks_are_executed_from_the_journal() {
    let (first, second) = blocks();
    let records = vec![
        Record::Proposal((*proposal(&first)).clone()),
        Record::Certificate((*of_all(VoteKind::Notarize, &first)).clone()),
        Record::Proposal((*proposal(&second)).clone()),
        Record::Certificate((*of_all(VoteKind::Finalize, &second)).clone()),
    ];
    let mut engine = Engine::new(setup(4, Some(0), records));
    assert_eq!(engine.finalized().digest, second.digest());
    assert!(is_judged(&asks(&mut engine, Input::Start), &first));
    assert!(is_judged(&asks(&mut engine, Input::Judged { block: first.digest(), valid: true }), &second));
}

#[test]
fn what_a_final_block_stands_on_is_fetched_though_its_view_is_over() {
    let ((first, second), mut engine) = (blocks(), engine(0));
    let told = asks(&mut engine, Input::Certificate(of_all(VoteKind::Finalize, &second)));
    assert!(is_fetched(&told, &second));
    asks(&mut engine, Input::Proposal(proposal(&second)));
    let told = asks(&mut engine, Input::Certificate(of_all(VoteKind::Notarize, &first)));
    assert!(is_fetched(&told, &first));
    assert!(is_judged(&asks(&mut engine, Input::Proposal(proposal(&first))), &first));
    assert!(is_judged(&asks(&mut engine, Input::Judged { block: first.digest(), valid: true }), &second));
    asks(&mut engine, Input::Committed(head(&second)));
    let told = asks(&mut engine, Input::Certificate(of_all(VoteKind::Notarize, &first)));
    assert!(told.is_empty(), "what is committed is nobody's question any more");
}

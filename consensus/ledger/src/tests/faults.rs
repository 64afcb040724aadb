//! Fault events: who may report, what proves a fault, once for each validator and epoch, and for ever.

use super::govern::{add, approve, moved, ready};
use super::world::{World, name, secret};
use crate::{Rejected, fault, faults, validators};
use proto::{
    Body, Digest, Epoch, FaultFile, FaultProof, Height, Item, Outcome, Seq, Subject, Trail, ValidatorIndex, View, Vote,
    VoteKind,
};

fn subject(epoch: u64, what: &str) -> Subject {
    let block = Digest::sm3(what.as_bytes());
    Subject { kind: VoteKind::Notarize, epoch: Epoch(epoch), view: View(7), height: Height(3), block }
}

/// Two contradictory votes; validator `n` has key `n + 1`.
pub fn proof(epoch: u64, n: u16) -> FaultProof {
    let (chain, key) = (World::new().birth.chain, secret(u8::try_from(n).unwrap() + 1));
    let sign = |what| Vote::sign(subject(epoch, what), ValidatorIndex(n), &chain, &key);
    FaultProof::new(&sign("one"), &sign("two")).unwrap().into_inner()
}

pub fn report(world: &mut World, org: &str, proof: FaultProof) -> Item {
    Item { transaction: world.transaction(org, Body::Fault(proof)), appraisal: None }
}

/// As nodes do it: with the voting key of validator `by`.
fn report_by_node(world: &mut World, by: u8, proof: FaultProof) -> Item {
    let mut draft = world.draft("notary", Body::Fault(proof));
    draft.key = secret(by).public().id();
    Item { transaction: draft.sign(&secret(by)).into_inner(), appraisal: None }
}

#[test]
fn any_member_and_any_validator_may_report_and_the_first_report_stays() {
    let mut world = World::new();
    let item = report(&mut world, "platform", proof(0, 2));
    assert_eq!(world.refusal(item.clone()), None);
    world.commit(vec![item]);
    let item = report_by_node(&mut world, 1, proof(0, 3));
    world.commit(vec![item]);
    assert_eq!(fault(&world.store, Epoch(0), ValidatorIndex(2)).unwrap(), Some(Seq(0)));
    assert_eq!(fault(&world.store, Epoch(0), ValidatorIndex(3)).unwrap(), Some(Seq(1)));
    assert_eq!(faults(&world.store, 10).unwrap(), [Seq(0), Seq(1)]);
    assert_eq!(faults(&world.store, 1).unwrap(), [Seq(0)]);
    let again = report(&mut world, "court", proof(0, 2));
    let known = Rejected::FaultKnown { validator: ValidatorIndex(2), seq: Seq(0) };
    assert_eq!(world.refusal(again), Some(known));
}

#[test]
fn what_proves_nothing_is_refused() {
    let mut world = World::new();
    let good = proof(0, 2);
    let other = proof(0, 3);
    let unproven = [
        FaultProof { second: good.first, ..good.clone() },
        FaultProof { second: other.second, ..good.clone() },
        FaultProof { second: Vote { signature: good.first.signature, ..good.second }, ..good.clone() },
        // nobody has that place, or votes in that epoch
        FaultProof {
            first: Vote { validator: ValidatorIndex(9), ..good.first },
            second: Vote { validator: ValidatorIndex(9), ..good.second },
        },
        proof(5, 2),
    ];
    for bad in unproven {
        let item = report(&mut world, "court", bad);
        assert_eq!(world.refusal(item).map(|r| r.code()), Some("FAULT_UNPROVEN"));
    }
    // nor may somebody report who is neither a member nor a validator
    let mut item = report_by_node(&mut world, 60, good);
    assert_eq!(world.refusal(item.clone()).map(|r| r.code()), Some("KEY_UNKNOWN"));
    item.transaction.draft.org = name("nobody");
    assert_eq!(world.refusal(item).map(|r| r.code()), Some("ORGANISATION_UNKNOWN"));
}

#[test]
fn a_fault_of_an_earlier_epoch_is_proven_later() {
    let mut world = World::new();
    let motion = moved(&mut world, vec![add(5)]);
    approve(&mut world, motion, &["court", "archive", "auditor"]);
    for n in [1, 2, 3, 5] {
        let item = ready(&mut world, motion, n);
        world.commit(vec![item]);
    }
    assert_eq!(validators(&world.store).unwrap().epoch(), Epoch(1));
    let item = report(&mut world, "court", proof(0, 1));
    assert_eq!(world.refusal(item), None);
    let item = report(&mut world, "court", proof(1, 4));
    assert_eq!(world.refusal(item), None);
}

#[test]
fn a_fault_file_is_checked_offline() {
    let world = World::new();
    let file = FaultFile { trail: Trail::default(), proof: proof(0, 2) };
    let outcomes = |file: &FaultFile| file.verify(&world.trust()).iter().map(|c| c.outcome).collect::<Vec<_>>();
    assert!(outcomes(&file).iter().all(|o| *o == Outcome::Valid));
    let mut forged = file.clone();
    forged.proof.second.signature = forged.proof.first.signature;
    assert_eq!(outcomes(&forged)[3], Outcome::Invalid);
    let mut tame = file.clone();
    tame.proof.second = tame.proof.first;
    assert_eq!(outcomes(&tame)[4], Outcome::Invalid);
    let later = FaultFile { proof: proof(3, 2), ..file };
    assert_eq!(outcomes(&later)[0], Outcome::Indeterminate);
}

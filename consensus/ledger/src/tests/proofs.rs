//! Receipts, matter files and consistency proofs: they verify, and what is tampered with fails with the right code.

use super::world::{World, lived_in, name};
use crate::{Overlay, block, checkpoint, consistency, matter_events, matter_file, matter_proof, receipt, seq_of};
use proto::merkle::{LogHash, LogHead, verify_consistency};
use proto::{Band, Canonical, Check, Digest, Header, Height, Outcome, Receipt, Seq, Trust};

fn failing(checks: &[Check]) -> Vec<&'static str> {
    checks.iter().filter(|c| c.outcome != Outcome::Valid).map(|c| c.code).collect()
}

#[test]
fn every_event_has_a_receipt_that_verifies() {
    let world = lived_in();
    for seq in 0..world.tip.header.ledger_size {
        let receipt = receipt(&world.store, Seq(seq)).unwrap().unwrap();
        assert_eq!(failing(&receipt.verify(&world.trust())), [""; 0]);
        assert_eq!(seq_of(&world.store, &receipt.event.transaction.id()).unwrap(), Some(Seq(seq)));
        assert_eq!(Receipt::from_bytes(&receipt.to_bytes()).unwrap(), receipt);
    }
    assert!(receipt(&world.store, Seq(world.tip.header.ledger_size)).unwrap().is_none());
}

#[test]
fn a_receipt_stays_the_same_while_the_ledger_grows() {
    let mut world = lived_in();
    let before = receipt(&world.store, Seq(1)).unwrap().unwrap().to_bytes();
    for n in 0..40 {
        let item = world.record("contract-1", &n.to_string());
        world.commit(vec![item]);
    }
    assert_eq!(receipt(&world.store, Seq(1)).unwrap().unwrap().to_bytes(), before);
}

#[test]
fn a_block_without_a_certificate_of_its_own_is_proven_by_a_later_one() {
    let mut world = lived_in();
    let item = world.record("contract-1", "indirectly final");
    let first = world.build(vec![item]).executed;
    let mut store = world.store.clone();
    store.merge(first.changes.clone());
    world.store = store;
    world.tip = first.tip.clone();
    world.commit(Vec::new());
    let receipt = receipt(&world.store, first.events[0].seq).unwrap().unwrap();
    assert_eq!(receipt.checkpoint.header.height, first.tip.header.height.next());
    assert_eq!(failing(&receipt.verify(&world.trust())), [""; 0]);
}

#[test]
fn a_tampered_receipt_fails_with_the_right_code() {
    let world = lived_in();
    let trust = world.trust();
    let good = receipt(&world.store, Seq(2)).unwrap().unwrap();
    type Tamper = (fn(&mut Receipt), &'static [&'static str]);
    let cases: [Tamper; 7] = [
        (|r| r.event.seq = Seq(1), &["INCLUSION_SM3", "INCLUSION_SHA256"]),
        (|r| r.sm3_path[0] = Digest([1; 32]), &["INCLUSION_SM3"]),
        (|r| r.sha256_path[0] = Digest([1; 32]), &["INCLUSION_SHA256"]),
        (|r| r.checkpoint.header.ledger_sum = Digest([1; 32]), &["CERTIFICATE"]),
        (|r| r.checkpoint.certificate.votes.truncate(2), &["CERTIFICATE"]),
        (|r| r.event.transaction.signature.0[3] ^= 1, &["INCLUSION_SM3", "INCLUSION_SHA256", "TRANSACTION_SIGNATURE"]),
        (
            |r| r.event.appraisal.as_mut().unwrap().band = Band::Review,
            &["INCLUSION_SM3", "INCLUSION_SHA256", "APPRAISAL"],
        ),
    ];
    for (tamper, codes) in cases {
        let mut bad = good.clone();
        tamper(&mut bad);
        assert_eq!(failing(&bad.verify(&trust)), codes);
    }
    let other = Trust { chain: Digest([1; 32]), ..trust };
    assert_eq!(failing(&good.verify(&other)), ["CHAIN", "CERTIFICATE", "TRANSACTION_SIGNATURE"]);
}

#[test]
fn a_matter_file_is_complete_or_it_shows() {
    let world = lived_in();
    let trust = world.trust();
    let good = matter_file(&world.store, &name("contract-1")).unwrap().unwrap();
    assert_eq!(good.events.len(), 3);
    assert_eq!(failing(&good.verify(&trust)), [""; 0]);
    let mut short = good.clone();
    short.events.pop();
    assert_eq!(failing(&short.verify(&trust)), ["COMPLETENESS"]);
    let mut swapped = good.clone();
    swapped.events.swap(0, 1);
    assert_eq!(failing(&swapped.verify(&trust)), ["COMPLETENESS"]);
    let mut understated = good.clone();
    understated.proof.leaf.as_mut().unwrap().count = 2;
    assert_eq!(failing(&understated.verify(&trust)), ["STATE", "COMPLETENESS"]);
    let mut denied = good.proof.clone();
    denied.leaf = None;
    assert_eq!(failing(&denied.verify(&trust, None)), ["STATE"]);
}

#[test]
fn absence_is_proven_and_cannot_be_claimed_of_another_matter() {
    let world = lived_in();
    let trust = world.trust();
    let absent = matter_proof(&world.store, &name("contract-9")).unwrap().unwrap();
    assert_eq!(absent.leaf, None);
    assert_eq!(failing(&absent.verify(&trust, None)), [""; 0]);
    let mut about_another = absent;
    about_another.matter = name("contract-1");
    assert_eq!(failing(&about_another.verify(&trust, None)), ["STATE"]);
}

#[test]
fn events_of_a_matter_come_in_pages() {
    let world = lived_in();
    let page = |from, limit| {
        let events = matter_events(&world.store, &name("contract-1"), from, limit).unwrap();
        events.iter().map(|e| e.matter_seq).collect::<Vec<_>>()
    };
    assert_eq!(page(0, 2), [1, 2]);
    assert_eq!(page(1, 2), [1, 2]);
    assert_eq!(page(3, 2), [3]);
    assert_eq!(page(4, 2), [0; 0]);
    assert_eq!(page(u64::MAX, 2), [0; 0]);
}

#[test]
fn any_two_sizes_are_consistent() {
    let mut world = lived_in();
    let mut heads: Vec<Header> = vec![world.tip.header.clone()];
    for n in 0..9 {
        let item = world.record("contract-1", &n.to_string());
        heads.push(world.commit(vec![item]).tip.header);
    }
    for old in &heads {
        for new in heads.iter().filter(|n| n.ledger_size >= old.ledger_size) {
            for hash in LogHash::ALL {
                let head = |h: &Header| {
                    let root = if hash == LogHash::Sm3 { h.sm3_root } else { h.sha256_root };
                    LogHead { size: h.ledger_size, root }
                };
                let proof = consistency(&world.store, hash, old.ledger_size, new.ledger_size).unwrap().unwrap();
                assert!(verify_consistency(hash, head(old), head(new), &proof));
            }
        }
    }
    let size = world.tip.header.ledger_size;
    assert_eq!(consistency(&world.store, LogHash::Sm3, 0, size).unwrap(), None);
    assert_eq!(consistency(&world.store, LogHash::Sm3, 1, size + 1).unwrap(), None);
}

#[test]
fn blocks_come_back_as_they_were() {
    let mut world = lived_in();
    let items = vec![world.signing("contract-5", "wang", "w9"), world.record("contract-5", "sent")];
    let made = world.commit(items).block;
    assert_eq!(block(&world.store, made.header.height).unwrap(), Some(made));
    assert_eq!(block(&world.store, Height(99)).unwrap(), None);
}

#[test]
fn a_block_can_stand_on_one_that_is_not_written_yet() {
    let mut world = lived_in();
    let first = world.record("contract-7", "one");
    let second = world.record("contract-7", "two");
    let parent = world.build(vec![first]).executed;
    let state = Overlay::new(&world.store, vec![&parent.changes]);
    let context = crate::Context {
        view: parent.tip.header.view.next(),
        time: parent.tip.header.time,
        proposer: proto::ValidatorIndex(1),
    };
    let child = crate::build(&state, &parent.tip, context, vec![second]).unwrap().executed;
    assert_eq!(child.events[0].matter_seq, 2);
    assert_eq!(child.tip.header.time, parent.tip.header.time.next());
    assert_eq!(crate::validate(&state, &parent.tip, &child.block).unwrap().as_ref(), Ok(&child));
    world.finalize(&parent);
    world.finalize(&child);
    assert_eq!(checkpoint(&world.store).unwrap().unwrap().header, child.tip.header);
}

#[test]
fn before_the_first_block_nothing_is_signed() {
    let world = World::new();
    assert!(checkpoint(&world.store).unwrap().is_none());
    assert!(matter_proof(&world.store, &name("m")).unwrap().is_none());
}

#[test]
fn a_damaged_row_is_a_fault_and_no_answer() {
    let mut world = lived_in();
    world.store.put(crate::key(crate::Table::Event, &1u64.to_be_bytes()), b"rubbish".to_vec());
    let fault = crate::event(&world.store, Seq(1)).unwrap_err();
    assert!(fault.to_string().contains("damaged"), "{fault}");
}

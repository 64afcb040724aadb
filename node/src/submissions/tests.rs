//! Room for submissions, and what a replacement takes of it.

use super::*;
use proto::{Body, Digest, Draft, Name, RequestId, SecretKey};

fn held(n: u8, origin: Option<Instant>) -> (TxId, Held) {
    let name = |text: &str| Name::new(text, "test").unwrap();
    let key = SecretKey::from_scalar(&[7; 32], "test").unwrap();
    let body = Body::Record { matter: name("m"), kind: name("k"), content: Digest([n; 32]), note: String::new() };
    let (chain, request, expiry) = (Digest([1; 32]), RequestId([n; 16]), Height(10));
    let draft = Draft { chain, org: name("o"), key: key.public().id(), request, expiry, body };
    let transaction = draft.sign(&key);
    let submission = Arc::new(Submission { transaction: transaction.clone().into_inner(), packets: Vec::new() });
    let (rows, profiles, rivals) = (Arc::default(), Arc::default(), Vec::new());
    (submission.tx(), Held { submission, transaction, appraisal: None, rows, profiles, rivals, origin })
}

/// Peers may fill twice the room that clients have; what a client brought before must survive its new appraisal then.
#[test]
fn a_new_appraisal_fits_however_full_it_is() {
    let all = Submissions::new(Room { count: 3, bytes: 1 << 20 });
    let clients = Some(Instant::now());
    let (tx, first) = held(0, clients);
    assert!(all.insert(tx, first));
    for n in 1..6 {
        let (tx, of_a_peer) = held(n, None);
        assert!(all.insert(tx, of_a_peer), "twice the room for peers");
    }
    let size = all.size();
    assert!(all.insert(tx, held(0, clients).1), "the same submission, appraised again");
    assert!(all.get(&tx).is_some() && all.size() == size);
    let (other, new) = held(9, clients);
    assert!(!all.insert(other, new) && all.get(&other).is_none());
    assert!(!all.insert(other, held(9, None).1));
}

#[test]
fn a_new_state_does_not_bring_back_what_was_committed() {
    let all = Submissions::new(Room { count: 3, bytes: 1 << 20 });
    let (tx, first) = held(0, None);
    assert!(all.insert(tx, first.clone()));
    let size = all.size();
    all.replace(tx, Held { rivals: vec![Digest([9; 32])], ..first.clone() });
    assert_eq!((all.get(&tx).unwrap().rivals.len(), all.size()), (1, size));
    all.remove(&tx);
    all.replace(tx, first);
    assert!(all.get(&tx).is_none() && all.size() == (0, 0));
}

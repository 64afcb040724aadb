//! Hostile bytes: no decoder panics or reserves what is only claimed, and whatever decodes encodes to the same bytes.

use crate::fixture::*;
use proptest::prelude::*;
use proto::*;

fn strict<T: Canonical>(bytes: &[u8]) {
    if let Ok(value) = T::from_bytes(bytes) {
        assert_eq!(value.to_bytes(), bytes, "exactly one encoding");
    }
}

fn all(bytes: &[u8]) {
    strict::<Body>(bytes);
    strict::<Transaction>(bytes);
    strict::<Appraisal>(bytes);
    strict::<Event>(bytes);
    strict::<Header>(bytes);
    strict::<Block>(bytes);
    strict::<CertifiedChain>(bytes);
    strict::<Vote>(bytes);
    strict::<Proposal>(bytes);
    strict::<Certificate>(bytes);
    strict::<FaultProof>(bytes);
    strict::<Receipt>(bytes);
    strict::<MatterFile>(bytes);
    strict::<Checkpoint>(bytes);
    strict::<Params>(bytes);
    strict::<Organisation>(bytes);
    strict::<ValidatorSet>(bytes);
}

fn samples() -> Vec<Vec<u8>> {
    let l = ledger();
    let items = l.events.iter().map(|e| Item { transaction: e.transaction.clone(), appraisal: e.appraisal.clone() });
    let block = Block { header: l.header.clone(), items: items.collect() };
    vec![
        bodies()[0].to_bytes(),
        l.events[1].to_bytes(),
        l.events[1].transaction.to_bytes(),
        l.receipt(1).to_bytes(),
        l.matter_file().to_bytes(),
        l.certificate.to_bytes(),
        CertifiedChain { blocks: vec![block], certificate: l.certificate.clone() }.to_bytes(),
        trust().organisations[0].to_bytes(),
        params().to_bytes(),
    ]
}

#[test]
fn every_truncation_is_refused() {
    for sample in samples() {
        all(&sample);
        for end in 0..sample.len() {
            all(&sample[..end]);
        }
        let mut longer = sample.clone();
        longer.push(0);
        all(&longer);
    }
}

#[test]
fn names_keep_their_rules() {
    for (text, ok) in [("a", true), ("张三", true), ("", false), (" a", false), ("a/b", false), ("a\u{7}b", false)] {
        assert_eq!(Name::new(text, "name").is_ok(), ok, "{text:?}");
    }
    assert!(Name::new(&"x".repeat(64), "name").is_ok());
    assert_eq!(
        Name::new(&"x".repeat(65), "name").unwrap_err().to_string(),
        "name: 65 bytes or entries, at most 64 are taken; shorten it"
    );
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        all(&bytes);
    }

    #[test]
    fn flipped_bytes_never_panic_and_stay_canonical(which in 0usize..9, at in any::<usize>(), to in any::<u8>()) {
        let mut bytes = samples().swap_remove(which);
        let at = at % bytes.len();
        bytes[at] = to;
        all(&bytes);
    }
}

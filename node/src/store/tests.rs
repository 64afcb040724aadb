//! The store on a real disk: what survives, what is refused.

use super::*;
use proto::{Canonical, Digest, Organisation, Params, Role, Thresholds, TimeMs, Validator, ValidatorSet};

fn birth(chain: u8) -> Birth {
    let key = crate::keys::new_secret().unwrap().public().clone();
    let name = proto::Name::new("a", "name").unwrap();
    let params = Params {
        model: Digest::ZERO,
        thresholds: Thresholds { accept_at: 0, reject_below: 0 },
        epsilon_mb: 0,
        allow_synthetic: true,
        nonce_age_max_ms: 1,
        expiry_max_blocks: 1,
        block_events_max: 1,
        packet_bytes_max: 1,
        leader_timeout_ms: 100,
        view_timeout_ms: 100,
        heartbeat_ms: 0,
        clock_skew_max_ms: 1,
    };
    Birth {
        chain: Digest([chain; 32]),
        time: TimeMs(1),
        params,
        organisations: vec![Organisation { name: name.clone(), role: Role::Notary, keys: vec![key.clone()] }],
        validators: ValidatorSet::new(vec![Validator { org: name, key }]).unwrap(),
        rescue: Default::default(),
    }
}

fn batch(rows: &[(&[u8], Option<&[u8]>)]) -> Batch {
    Batch { writes: rows.iter().map(|(k, v)| (k.to_vec(), v.map(<[u8]>::to_vec))).collect() }
}

#[test]
fn a_new_store_begins_with_genesis_and_keeps_it() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = birth(1);
    let first = ledger::tip(&Store::open(dir.path(), &genesis).unwrap()).unwrap().unwrap();
    let again = ledger::tip(&Store::open(dir.path(), &genesis).unwrap()).unwrap().unwrap();
    assert_eq!(first.to_bytes(), again.to_bytes());
    assert_eq!(first.header.height, proto::Height(0));
}

#[test]
fn another_networks_store_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path(), &birth(1)).unwrap());
    let fault = Store::open(dir.path(), &birth(2)).err().unwrap().to_string();
    assert!(fault.contains("own data folder"), "{fault}");
}

#[test]
fn a_batch_survives_closing_and_snapshots_stand_still() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = birth(1);
    let store = Store::open(dir.path(), &genesis).unwrap();
    store.write(batch(&[(b"\xf0a", Some(b"1")), (b"\xf0b", Some(b"2"))])).unwrap();
    {
        let before = store.snapshot();
        store.write(batch(&[(b"\xf0a", None), (b"\xf0b", Some(b"3"))])).unwrap();
        assert_eq!(
            (before.get(b"\xf0a").unwrap(), before.get(b"\xf0b").unwrap()),
            (Some(b"1".into()), Some(b"2".into()))
        );
    }
    store.sync().unwrap();
    drop(store);
    let store = Store::open(dir.path(), &genesis).unwrap();
    assert_eq!((store.get(b"\xf0a").unwrap(), store.get(b"\xf0b").unwrap()), (None, Some(b"3".into())));
}

#[test]
fn a_scan_stays_in_its_table() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &birth(1)).unwrap();
    let mut rows = Batch::default();
    for n in 0..5u8 {
        rows.put(key(Table::PacketPending, &[n]), vec![n]);
    }
    rows.put(key(Table::PacketMissing, &[9]), vec![9]);
    store.write(rows).unwrap();
    let found = store.scan(Table::PacketPending, 3).unwrap();
    assert_eq!(found, vec![(vec![0], vec![0]), (vec![1], vec![1]), (vec![2], vec![2])]);
    assert_eq!(store.scan(Table::PacketPending, 100).unwrap().len(), 5);
    let behind = |after: &[u8]| store.scan_after(Table::PacketPending, after, 100).unwrap().len();
    assert_eq!((behind(&[]), behind(&[2]), behind(&[4])), (5, 2, 0));
    assert_eq!(store.scan(Table::PacketMissing, 100).unwrap().len(), 1);
}

#[test]
fn a_torn_tail_of_the_log_is_cut_off_and_a_hole_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = birth(1);
    let store = Store::open(dir.path(), &genesis).unwrap();
    for n in 0..50u8 {
        store.write(batch(&[(&[0xf0, n], Some(&[n; 1000]))])).unwrap();
    }
    store.sync().unwrap();
    // Copied while open, as a crash would leave it: closing may tidy the log away.
    let crashed = tempfile::tempdir().unwrap();
    let mut log = None;
    for file in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
        let to = crashed.path().join(file.file_name());
        std::fs::copy(file.path(), &to).unwrap();
        if to.extension().is_some_and(|e| e == "log") && file.metadata().unwrap().len() > 40_000 {
            log = Some(to);
        }
    }
    let log = log.expect("fifty thousand bytes were logged");
    let bytes = std::fs::read(&log).unwrap();

    let crashed_again = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(crashed.path()).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), crashed_again.path().join(file.file_name())).unwrap();
    }
    std::fs::write(&log, &bytes[..bytes.len() - 500]).unwrap();
    let torn = Store::open(crashed.path(), &genesis).unwrap();
    assert_eq!((torn.get(&[0xf0, 48]).unwrap(), torn.get(&[0xf0, 49]).unwrap()), (Some(vec![48; 1000]), None));
    drop(torn);

    let mut holed = bytes;
    holed[20_000] ^= 0xff;
    std::fs::write(crashed_again.path().join(log.file_name().unwrap()), &holed).unwrap();
    let fault = Store::open(crashed_again.path(), &genesis).err().expect("promises are not forgotten silently");
    assert!(fault.to_string().contains("fsck"), "{fault}");
}

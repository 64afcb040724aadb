//! A real node's files, damaged in every way that a disk can: found, or proven to be harmless.

use super::*;
use crate::client::{Author, Terms};
use crate::guard::State;
use crate::localnet::{Plan, SavedNet};
use crate::shutdown::Shutdown;
use crate::store::Row;
use ledger::Table;
use models::Writer;
use proto::{Body, Digest, Height, Name, Nonce, Role};
use replica::Memory;
use std::time::Duration;

/// A stopped network of one validator.
struct Stopped {
    net: SavedNet,
    dir: tempfile::TempDir,
}

impl Stopped {
    /// Committed records and an enrolment with packets; stopped in order and started again in between, so that there are
    /// sorted files beside the log.
    async fn new() -> Self {
        crate::tls::install_provider();
        let dir = tempfile::tempdir().unwrap();
        let model = models::Appraiser::current();
        let net = Plan { dir: dir.path().join("net"), validators: 1, base_port: 0, model }.make().unwrap();
        let stopped = Self { net, dir };
        for life in 0..3 {
            stopped.live(life).await;
        }
        stopped
    }
    async fn live(&self, life: u64) {
        let config = Config::load(&self.home()).unwrap();
        let (shutdown, (told, ready)) = (Shutdown::default(), tokio::sync::oneshot::channel());
        let stop = shutdown.clone();
        let node =
            tokio::spawn(async move { crate::daemon::run(&config, stop, |ready| drop(told.send(ready.handle))).await });
        let Ok(handle) = ready.await else { panic!("life {life}: {:?}", node.await.map(|r| r.err())) };
        let (org, key) = self.net.member(Role::Operator).unwrap();
        let author = Author { org, key };
        for n in 0..12 {
            let (status, params) = (handle.status(), &handle.genesis().params);
            let terms = Terms {
                chain: status.chain,
                nonce: Nonce { height: status.height, block: status.block },
                expiry_max: Height(status.height.0 + params.expiry_max_blocks),
                model: params.model,
                allow_synthetic: params.allow_synthetic,
            };
            let writer = Writer::new(life);
            let submission = match n {
                0 => author.enrolment(&terms, &writer.signer(), (0..5).map(|n| writer.sign(n)).collect()).unwrap(),
                _ => author.submission(&terms, record(n), Vec::new()),
            };
            let accepted = handle.submit(submission).await.unwrap();
            handle.wait(accepted.tx, Duration::from_secs(30)).await.unwrap();
        }
        drop(handle);
        shutdown.stop();
        node.await.unwrap().unwrap();
    }
    fn home(&self) -> PathBuf {
        self.net.home(0)
    }
    /// A copy of the home, to be damaged.
    fn copy(&self) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir_in(self.dir.path()).unwrap();
        copy(&self.home(), dir.path());
        let home = dir.path().to_owned();
        (dir, home)
    }
    fn files(&self, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.home().join("data")).unwrap().map(|e| e.unwrap().path());
        let mut files: Vec<PathBuf> = entries
            .filter(|p| wanted(&p.file_name().unwrap().to_string_lossy()) && p.metadata().unwrap().len() > 0)
            .collect();
        files.sort();
        files
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            std::fs::copy(&source, &target).unwrap();
        }
    }
}

fn record(n: u64) -> Body {
    let name = |text: &str| Name::new(text, "name").unwrap();
    let content = Digest::sm3(&n.to_be_bytes());
    Body::Record { matter: name(&format!("case-{}", n % 3)), kind: name("step"), content, note: format!("step {n}") }
}

fn open(home: &Path) -> Result<Store, Fault> {
    let chain = read_genesis(&home.join("genesis.toml")).unwrap().chain_id();
    Store::open_read_only(&home.join("data"), &chain)
}

fn dump(home: &Path) -> Vec<Row> {
    open(home).unwrap().rows().collect::<Result<_, _>>().unwrap()
}

fn guard(home: &Path) -> (State, u64) {
    Guard::read(&home.join("sign.guard")).unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undamaged_node_is_clean_and_nothing_is_changed() {
    let stopped = Stopped::new().await;
    let before = dump(&stopped.home());
    let report = examine(&stopped.home()).unwrap();
    assert!(report.is_clean(), "{}", report.text());
    assert_eq!((report.events, report.packets, report.packets_awaited), (36, 15, 0));
    assert!(report.certificates > 0 && report.rows["state-page"] > 0 && report.rows["packet"] == 15);
    assert_eq!(dump(&stopped.home()), before);
    assert_eq!(std::fs::read_dir(stopped.home()).unwrap().filter(|e| is_scratch(e.as_ref().unwrap())).count(), 0);
}

fn is_scratch(entry: &std::fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().contains("fsck")
}

/// Every file that RocksDB reads, a bit at a time, at places spread over the whole file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_bit_in_any_file_is_found_or_changes_nothing() {
    let stopped = Stopped::new().await;
    let whole = dump(&stopped.home());
    let files = stopped.files(|name| !name.starts_with("LOG") && name != "LOCK");
    assert!(files.iter().any(|f| f.extension().is_some_and(|e| e == "sst")), "{files:?}");
    let (mut found, mut harmless) = (0, 0);
    for file in &files {
        let size = std::fs::metadata(file).unwrap().len();
        for n in 0..FLIPS {
            let at = (size - 1) * n / (FLIPS - 1);
            let (_dir, home) = stopped.copy();
            let target = home.join("data").join(file.file_name().unwrap());
            let mut bytes = std::fs::read(&target).unwrap();
            bytes[usize::try_from(at).unwrap()] ^= 1 << (n % 8);
            std::fs::write(&target, bytes).unwrap();
            let report = examine(&home).unwrap();
            // A record of the log whose length was flipped looks like a torn tail: what came after it is gone, and the guard knows.
            if report.is_clean() && report.memory.is_none() {
                let same = dump(&home) == whole;
                assert!(same, "{}: byte {at} of {size} was flipped, and nobody noticed", file.display());
                harmless += 1;
            } else {
                found += 1;
            }
        }
    }
    assert!(found > harmless / 4, "found {found}, harmless {harmless}");
    println!("{} files, {found} flips found, {harmless} harmless", files.len());
}

const FLIPS: u64 = 48;

/// Behind RocksDB's checksums: what no disk but a hostile operator, or a bug of ours, would do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_row_of_any_table_is_found() {
    let stopped = Stopped::new().await;
    let rows = dump(&stopped.home());
    let birth = birth(&stopped.net.genesis().unwrap(), stopped.net.genesis().unwrap().chain_id());
    let mut last = None;
    for (n, (key, value)) in rows.iter().enumerate() {
        // The first row of each table, and then some of the others.
        if last == key.first().copied() && n % 37 != 0 {
            continue;
        }
        last = key.first().copied();
        for gone in [false, true] {
            let (_dir, home) = stopped.copy();
            let store = Store::open(&home.join("data"), &birth).unwrap();
            let mut batch = ledger::Batch::default();
            let mut changed = value.clone();
            match changed.last_mut() {
                Some(byte) if !gone => *byte ^= 1,
                _ if gone => {}
                _ => continue,
            }
            // What such a row is sooner or later, or may never have been: a height may have no certificate of its own.
            let optional = [Table::Certificate, Table::Promise, Table::ViewCertificate, Table::PendingBlock];
            if gone && (key[0] == 68 || optional.iter().any(|t| *t as u8 == key[0])) {
                continue;
            }
            if gone {
                batch.delete(key.clone())
            } else {
                batch.put(key.clone(), changed)
            }
            store.write(batch).unwrap();
            drop(store);
            let clean = examine(&home).map(|r| r.is_clean());
            assert!(!clean.unwrap_or(false), "row {} gone: {gone}", hex::encode(key));
        }
    }
}

/// The end of the log is cut off anywhere, as when a machine loses power: the node starts, and knows whether it lost
/// anything that it had sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_torn_tail_heals_itself() {
    let stopped = Stopped::new().await;
    let whole = dump(&stopped.home());
    let birth = birth(&stopped.net.genesis().unwrap(), stopped.net.genesis().unwrap().chain_id());
    let log = stopped.files(|name| name.ends_with(".log")).pop().unwrap();
    let size = std::fs::metadata(&log).unwrap().len();
    let (mut lost, mut kept) = (0, 0);
    for n in 0..=120 {
        // More of them near the end, where a torn write is.
        let cut = if n < 40 { n } else { size * (n - 40) / 80 };
        let (_dir, home) = stopped.copy();
        let target = home.join("data").join(log.file_name().unwrap());
        std::fs::File::options().write(true).open(&target).unwrap().set_len(size - cut).unwrap();
        let written = {
            let store = Store::open(&home.join("data"), &birth).unwrap();
            assert!(ledger::tip(&store).unwrap().is_some());
            store.written()
        };
        let key = keys::read_secret(&home.join("validator.pem")).unwrap().public().clone();
        let memory = Guard::open(&home.join("sign.guard"), &key).unwrap().start(written).unwrap();
        let (_, known) = guard(&stopped.home());
        let promises =
            |rows: &[Row]| rows.iter().filter(|(k, _)| k[0] == Table::Promise as u8).cloned().collect::<Vec<_>>();
        if written < known {
            assert!(matches!(memory, Memory::Doubtful { bound: Some(_) }), "cut {cut}");
            lost += 1;
        } else {
            assert_eq!((memory, promises(&dump(&home))), (Memory::Unconfirmed, promises(&whole)), "cut {cut}");
            kept += 1;
        }
    }
    assert!(lost > 0 && kept > 0, "lost {lost} kept {kept}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_without_its_last_writes_is_found_however_whole_it_looks() {
    let stopped = Stopped::new().await;
    let (_dir, old) = stopped.copy();
    stopped.live(9).await;
    std::fs::remove_dir_all(stopped.home().join("data")).unwrap();
    copy(&old.join("data"), &stopped.home().join("data"));
    let report = examine(&stopped.home()).unwrap();
    assert!(report.text().contains("an older copy was put back"), "{}", report.text());
    assert!(report.is_clean() && report.memory.is_some(), "no damage that taking the database away would mend");
    let aside = set_aside(&stopped.home(), 7).unwrap();
    assert!(aside.ends_with("data.damaged-7") && !stopped.home().join("data").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_the_machine_is_no_damage() {
    let stopped = Stopped::new().await;
    let (_dir, home) = stopped.copy();
    let scratch = home.join("no/such/folder");
    assert!(matches!(examine_within(&home, Some(&scratch)), Err(Fault::File { .. })));
    // Without its guard a whole database is whole; without its head it is damaged; without anything there is none.
    std::fs::remove_file(home.join("sign.guard")).unwrap();
    let report = examine(&home).unwrap();
    assert!(report.is_clean() && report.memory.is_some(), "{}", report.text());
    std::fs::remove_file(home.join("data/CURRENT")).unwrap();
    assert!(!examine(&home).unwrap().is_clean());
    std::fs::remove_dir_all(home.join("data")).unwrap();
    assert!(matches!(examine(&home), Err(Fault::NoDatabase { .. })));
    assert!(!home.join("data").exists());
}

//! What an operator does: backups, checks, repairs, and a disk that fills up.

use crate::joiner::Joiner;
use crate::network::{Network, program, record, until_logged};
use crate::recovery::data;
use node::client::{ClientError, Mode};
use node::config::Config;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

fn chirograph(arguments: &[&str]) -> Output {
    let (last, rest) = arguments.split_last().unwrap();
    program(rest, Path::new(last))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A file of the database with sorted rows.
fn sorted_file(data: &Path) -> PathBuf {
    let files = std::fs::read_dir(data).unwrap().map(|e| e.unwrap().path());
    files.filter(|p| p.extension().is_some_and(|e| e == "sst")).max_by_key(|p| p.metadata().unwrap().len()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_bit_is_found_and_mended_from_the_others() {
    let mut network = Network::start().await;
    for n in 0..20 {
        network.commit(n % 4, n).await;
    }
    network.check_promises().await;
    let (home, data) = (network.net.home(2), data(&network, 2));
    for _ in 0..2 {
        assert_eq!(network.stop(2), Some(0));
        let clean = chirograph(&["fsck", "--json", text(&home)]);
        assert_eq!(clean.status.code(), Some(0), "{}", json(&clean));
        assert_eq!(json(&clean)["events"], 20);
        network.restart(2);
        network.until_status(2, "its three peers", |s| s.peers_connected == 3 && s.voting).await;
    }
    network.kill(2);
    let seen = json(&chirograph(&["inspect", "--json", text(&home)]));
    assert_eq!((&seen["tip"]["ledger_size"], &seen["guard"]["memory"]), (&20.into(), &"whole".into()), "{seen}");
    for secret in ["validator.pem", "peer.key", "storage.key"] {
        let secret = std::fs::read_to_string(home.join(secret)).unwrap();
        assert!(secret.lines().all(|line| line.len() < 20 || !seen.to_string().contains(line)));
    }
    let file = sorted_file(&data);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 4;
    std::fs::write(&file, bytes).unwrap();
    let found = chirograph(&["fsck", "--repair", "--json", text(&home)]);
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    assert!(json(&found)["damage_count"].as_u64() > Some(0) && !data.exists());
    network.restart(2);
    network.commit(0, 100).await;
    network.check_promises().await;
    for n in 101..106 {
        network.commit(n % 4, n).await;
    }
    network.until_status(2, "a view in which it votes", |s| s.voting).await;
    network.check_no_contradiction();
    assert_eq!(network.stop(2), Some(0));
    let mended = chirograph(&["fsck", "--json", text(&home)]);
    assert_eq!(mended.status.code(), Some(0), "{}", json(&mended));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_running_node_passes_its_drill_and_brings_a_node_back() {
    let mut network = Network::start().await;
    let (home, backups) = (network.net.home(1), network.net.dir.join("backups"));
    std::fs::create_dir(&backups).unwrap();
    for (n, name) in ["monday", "tuesday"].into_iter().enumerate() {
        for k in 0..10 {
            network.commit(k % 4, 10 * n + k).await;
        }
        let made = chirograph(&["backup", "--json", text(&home), text(&backups.join(name))]);
        assert_eq!(made.status.code(), Some(0), "{made:?}");
    }
    let files =
        std::fs::read_dir(backups.join("tuesday")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = files.collect();
    files.sort();
    assert_eq!(files, ["db", "genesis.toml", "manifest.json", "node.toml"], "no keys, and no sign-guard");
    let drill = chirograph(&["drill", "--json", text(&home), text(&backups)]);
    let report = json(&drill);
    assert_eq!((drill.status.code(), report["receipts"].as_u64()), (Some(0), Some(20)), "{report}");
    assert!(report["backup"].as_str().unwrap().ends_with("tuesday"));

    for n in 20..26 {
        network.commit(n % 4, n).await;
    }
    network.kill(1);
    std::fs::remove_dir_all(data(&network, 1)).unwrap();
    let monday = backups.join("monday");
    let back = ["restore", "--verify", "--json", "--home", text(&home), text(&monday)];
    let restored = chirograph(&back);
    assert_eq!(restored.status.code(), Some(0), "{}", json(&restored));
    assert_eq!(json(&restored)["ledger_size"], 10);
    assert_eq!(chirograph(&back).status.code(), Some(3), "a database that is there is never replaced");
    network.restart(1);
    for n in 26..34 {
        network.commit([0, 2, 3][n % 3], n).await;
    }
    network.check_promises().await;
    network.until_status(1, "a view in which it votes", |s| s.voting).await;
    until_logged(&network.net.home(1), "older than what was promised").await;
    network.check_no_contradiction();

    let victim = sorted_file(&backups.join("tuesday/db"));
    let mut bytes = std::fs::read(&victim).unwrap();
    bytes[50] ^= 1;
    std::fs::write(&victim, bytes).unwrap();
    // A finding, and not a failure of the command.
    let tuesday = backups.join("tuesday");
    for damaged in [
        &["restore", text(&tuesday)][..],
        &["restore", "--verify", text(&tuesday)],
        &["drill", text(&home), text(&backups)],
    ] {
        let found = chirograph(damaged);
        assert_eq!(found.status.code(), Some(1), "{found:?}");
    }
    assert_eq!(chirograph(&["restore", text(&monday)]).status.code(), Some(0));
}

/// As `init` makes it, but with the keys in folders of their own under one name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_with_keys_of_a_new_home_starts_elsewhere() {
    let mut network = Network::start().await;
    network.commit(0, 0).await;
    let mut joiner = Joiner::new(&network, 0);
    let home = joiner.home.clone();
    assert_eq!(
        crate::joiner::chirograph(&["join", "--home", text(&home), "--endpoint", &network.net.endpoints()[0].url]).0,
        Some(0)
    );
    for (file, folder) in [("validator.pem", "validator"), ("peer.key", "peer")] {
        std::fs::create_dir(home.join(folder)).unwrap();
        std::fs::rename(home.join(file), home.join(folder).join("secret")).unwrap();
    }
    change(&home, |c| (c.keys.validator, c.keys.peer) = ("validator/secret".into(), "peer/secret".into()));
    let (backup, elsewhere) = (network.net.dir.join("backup"), network.net.dir.join("elsewhere"));
    let made = chirograph(&["backup", "--with-keys", "--json", text(&home), text(&backup)]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let restored = chirograph(&["restore", "--json", "--home", text(&elsewhere), text(&backup)]);
    assert_eq!(restored.status.code(), Some(0), "{}", json(&restored));
    for file in ["validator/secret", "peer/secret", "storage.key", "tls.key", "tls.pem"] {
        assert_eq!(std::fs::read(elsewhere.join(file)).unwrap(), std::fs::read(home.join(file)).unwrap(), "{file}");
    }
    joiner.home = elsewhere.clone();
    joiner.start();
    joiner.until("an answer", |_| true).await;
    joiner.stop();
    // A key that is there and is another one is neither taken for it nor replaced.
    std::fs::remove_dir_all(data_of(&elsewhere)).unwrap();
    std::fs::create_dir(data_of(&elsewhere)).unwrap();
    std::fs::copy(elsewhere.join("peer/secret"), elsewhere.join("validator/secret")).unwrap();
    assert_eq!(chirograph(&["restore", "--home", text(&elsewhere), text(&backup)]).status.code(), Some(3));
    // What lies outside the home is not lost silently.
    change(&home, |c| c.keys.storage = home.with_file_name("storage.key"));
    let refused = chirograph(&["backup", "--with-keys", text(&home), text(&network.net.dir.join("other"))]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
}

/// What an operator does in the wrong moment or place: nothing is lost by it, and the message says what to do instead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upkeep_in_the_wrong_moment_is_refused_and_harms_nothing() {
    let mut network = Network::start().await;
    for n in 0..8 {
        network.commit(n % 4, n).await;
    }
    let (home, data) = (network.net.home(1), data(&network, 1));
    let backups = network.net.dir.join("backups");
    std::fs::create_dir(&backups).unwrap();
    let refused = |arguments: &[&str], why: &str| {
        let done = chirograph(arguments);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.code() == Some(3) && said.contains(why), "{arguments:?}: {done:?}");
    };
    // A node that runs, under load: never examined, never taken away.
    for n in 8..12 {
        network.commit(n % 4, n).await;
        refused(&["fsck", "--repair", text(&home)], "a node runs here");
    }
    refused(&["restore", "--home", text(&home), text(&backups)], "no whole backup");
    assert_eq!(chirograph(&["backup", text(&home), text(&backups.join("good"))]).status.code(), Some(0));
    refused(&["restore", "--home", text(&home), text(&backups.join("good"))], "a node runs here");
    refused(&["start", "--home", text(&home)], "a node runs here already");
    network.check_alive();
    for n in 12..16 {
        network.commit(n % 4, n).await;
    }
    // A bit that flips in the database afterwards does not flip in the backup.
    network.kill(1);
    std::fs::read_dir(&data).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).for_each(|file| {
        let mut bytes = std::fs::read(&file).unwrap();
        bytes.iter_mut().for_each(|b| *b ^= 1);
        std::fs::write(&file, bytes).unwrap();
    });
    let whole = chirograph(&["restore", "--verify", "--json", text(&backups.join("good"))]);
    assert_eq!((whole.status.code(), &json(&whole)["receipts"]), (Some(0), &12.into()), "{}", json(&whole));

    // A lost disk: nothing is invented in its place, and no good backup is displaced by an empty one.
    std::fs::remove_dir_all(&data).unwrap();
    for command in ["inspect", "fsck"] {
        refused(&[command, text(&home)], "holds no database yet");
    }
    refused(&["backup", text(&home), text(&backups.join("empty"))], "holds no database yet");
    assert!(!data.exists() && !backups.join("empty").exists());
    // Another network's backup is not taken; the disk may be there and empty.
    let other = Network::start().await;
    refused(
        &["restore", "--home", text(&other.net.home(0)), text(&backups.join("good"))],
        "use a backup of this network",
    );
    std::fs::create_dir_all(data.join("lost+found")).unwrap();
    let back = chirograph(&["restore", "--verify", "--json", "--home", text(&home), text(&backups.join("good"))]);
    assert_eq!(back.status.code(), Some(0), "{back:?}");
    assert!(data.join("CURRENT").exists() && data.join("lost+found").exists() && !data.join("part").exists());
    // An older copy is no damage, and is not thrown away.
    let old = chirograph(&["fsck", "--repair", "--json", text(&home)]);
    assert_eq!((old.status.code(), json(&old)["clean"].as_bool()), (Some(2), Some(true)), "{}", json(&old));
    assert!(data.join("CURRENT").exists());
    network.restart(1);
    network.until_status(1, "a view in which it votes", |s| s.voting).await;
    network.check_promises().await;
}

fn data_of(home: &Path) -> PathBuf {
    Config::load(home).unwrap().data
}

fn change(home: &Path, change: impl FnOnce(&mut Config)) {
    let path = home.join("node.toml");
    let mut config: Config = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut config);
    std::fs::write(&path, config.to_toml()).unwrap();
}

async fn refused(network: &Network, i: usize, n: usize) -> ClientError {
    let client = network.client(i);
    let submission = record(&network.author, &client.terms().await.unwrap(), n);
    client.submit(&submission.transaction, &submission.packets, Mode::Wait(Duration::from_secs(5))).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_with_little_room_takes_nothing_in_and_follows() {
    let mut network = Network::start().await;
    network.kill(3);
    let home = network.net.home(3);
    let free_mib = rustix::fs::statvfs(&home).map(|d| (d.f_bavail * d.f_frsize) >> 20).unwrap();
    change(&home, |c| c.limits.disk_reserve_mib = free_mib * 2);
    network.restart(3);
    network.until_status(3, "its three peers", |s| s.peers_connected == 3 && s.voting && !s.accepting).await;
    let refusal = refused(&network, 3, 1).await;
    assert_eq!(refusal.reason(), "DISK_NEARLY_FULL");
    assert!(refusal.to_string().contains("make room"), "{refusal}");
    for n in 10..14 {
        network.commit(n % 3, n).await;
    }
    network.check_promises().await;
    // With next to nothing it does not even begin.
    network.kill(3);
    change(&home, |c| c.limits.disk_reserve_mib = free_mib * 20);
    network.restart(3);
    assert_eq!(network.ended(3), Some(3));
    until_logged(&home, "stopped before damage is done").await;
}

/// A disk of its own that goes away with it. `None` where the tests may not mount.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=160m", "tmpfs"]).arg(&at).status();
        mounted.is_ok_and(|s| s.success()).then_some(Self(at))
    }
    fn fill(&self, keep: u64) {
        let free = rustix::fs::statvfs(&self.0).map(|d| d.f_bavail * d.f_frsize).unwrap();
        std::fs::write(self.0.join("ballast"), vec![7; usize::try_from(free.saturating_sub(keep)).unwrap()]).unwrap();
    }
    fn empty(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_stops_the_node_in_order_and_it_comes_back() {
    let mut network = Network::start().await;
    let home = network.net.home(2);
    let Some(disk) = Disk::mount(home.join("disk")) else {
        println!("not allowed to mount a small disk: only the reserve was tested");
        return;
    };
    network.kill(2);
    change(&home, |c| {
        c.data = "disk/data".into();
        c.limits.disk_reserve_mib = 64;
    });
    network.restart(2);
    for n in 0..4 {
        network.commit(n % 4, n).await;
    }
    network.until_status(2, "room", |s| s.accepting && s.peers_connected == 3).await;
    disk.fill(20 << 20);
    network.until_status(2, "no room", |s| !s.accepting).await;
    assert_eq!(refused(&network, 2, 5).await.reason(), "DISK_NEARLY_FULL");
    for n in 10..14 {
        network.commit([0, 1, 3][n % 3], n).await;
    }
    network.check_promises().await;
    disk.empty();
    disk.fill(4 << 20);
    assert_eq!(network.ended(2), Some(3));
    until_logged(&home, "stopped before damage is done").await;
    disk.empty();
    network.restart(2);
    for n in 20..24 {
        network.commit(n % 4, n).await;
    }
    network.check_promises().await;
    // Not a byte left at once, in the middle of things: it stops, and comes back all the same.
    disk.fill(0);
    network.commit(0, 30).await;
    assert_eq!(network.ended(2), Some(3));
    disk.empty();
    network.restart(2);
    network.commit(1, 31).await;
    network.check_promises().await;
    network.check_no_contradiction();
    assert_eq!(network.stop(2), Some(0));
    let fsck = chirograph(&["fsck", "--json", text(&home)]);
    assert_eq!(fsck.status.code(), Some(0), "{}", json(&fsck));
}

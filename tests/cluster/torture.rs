//! Torture: a network under load whose nodes are killed, frozen and started again at random, one, two or all at a time.
//!
//! Twenty seconds of it run with every test; `scripts/torture MINUTES` runs it longer. In the end every acknowledged event
//! must be in every database, nobody may have contradicted himself, and every database must be as good as new.

use crate::network::{Network, log, record};
use crate::recovery::data;
use futures::future::join_all;
use node::client::{Author, Client, Mode, Submitted};
use node::store::Store;
use proto::{Canonical, Seq, TxId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Submitters at work at the same time.
const SUBMITTERS: u64 = 6;
/// The longest that a restarted node may take; more is a failure whatever the figures say.
const REJOIN_MAX: Duration = Duration::from_secs(60);

/// xorshift64*: good enough to choose victims, and the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }
}

/// What the submitters share.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    numbers: AtomicU64,
    acknowledged: Mutex<BTreeMap<TxId, Seq>>,
}

/// What happened.
#[derive(Default)]
struct Tally {
    kills: u64,
    freezes: u64,
    blackouts: u64,
    rejoins: Vec<Duration>,
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Submits one record after the other until told to stop; a record that was not acknowledged is sent again, to whoever
/// answers, until it is.
async fn submit(load: Arc<Load>, author: Author, clients: Vec<Client>, first: usize) {
    while !load.stop.load(Ordering::Relaxed) {
        let n = usize::try_from(load.numbers.fetch_add(1, Ordering::Relaxed)).unwrap();
        let mut submission = None;
        for turn in first + n.. {
            if load.stop.load(Ordering::Relaxed) {
                return;
            }
            let client = &clients[turn % clients.len()];
            if submission.is_none() {
                let terms = tokio::time::timeout(Duration::from_secs(1), client.terms()).await;
                submission = terms.ok().and_then(Result::ok).map(|terms| record(&author, &terms, n));
            }
            let Some(s) = &submission else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let call = client.submit(&s.transaction, &s.packets, Mode::Wait(Duration::from_secs(3)));
            if let Ok(Ok(Submitted { tx, receipt: Some(receipt), .. })) =
                tokio::time::timeout(Duration::from_secs(4), call).await
            {
                load.acknowledged.lock().unwrap().insert(tx, receipt.event.seq);
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn heights(network: &Network) -> u64 {
    let all = join_all((0..4).map(|i| network.status(i))).await;
    all.into_iter().flatten().filter_map(|s| s.tip).map(|t| t.height).max().unwrap_or(0)
}

/// How long a node takes from its start until it stands where the others stood, and votes.
async fn rejoin(network: &Network, i: usize, goal: u64) -> Duration {
    let start = Instant::now();
    loop {
        let status = network.status(i).await;
        if status.is_some_and(|s| s.voting && s.tip.is_some_and(|t| t.height >= goal)) {
            return start.elapsed();
        }
        assert!(start.elapsed() < REJOIN_MAX, "node {i} does not come back:\n{}", log(&network.net.home(i)));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn pause(dice: &mut Dice, up_to_ms: u64) {
    tokio::time::sleep(Duration::from_millis(dice.roll(up_to_ms))).await;
}

/// One blow, and the recovery from it.
async fn strike(network: &mut Network, dice: &mut Dice, tally: &mut Tally) {
    let first = usize::try_from(dice.roll(4)).unwrap();
    let victims: Vec<usize> = match dice.roll(20) {
        0..12 => vec![first],
        12..15 => vec![first, (first + 1) % 4],
        15..18 => (0..4).collect(),
        _ => {
            tally.freezes += 1;
            network.signal(first, "-STOP");
            pause(dice, 4_000).await;
            network.signal(first, "-CONT");
            return;
        }
    };
    tally.kills += victims.len() as u64;
    tally.blackouts += u64::from(victims.len() == 4);
    let goal = heights(network).await;
    victims.iter().for_each(|i| network.kill(*i));
    pause(dice, 2_000).await;
    // The survivors went on meanwhile.
    let goal = heights(network).await.max(goal);
    victims.iter().for_each(|i| network.restart(*i));
    let took = join_all(victims.iter().map(|i| rejoin(network, *i, goal))).await;
    tally.rejoins.extend(took);
}

/// Every acknowledged event is in every database, where the receipt said; all databases are one ledger; no proof of a
/// contradiction is in any of them; and each is whole.
fn examine(network: &Network, acknowledged: &BTreeMap<TxId, Seq>) -> Vec<Value> {
    let chain = network.net.genesis().unwrap().chain_id();
    let mut tips = Vec::new();
    let mut reports = Vec::new();
    for i in 0..4 {
        let store = Store::open_read_only(&data(network, i), &chain).unwrap();
        for (tx, seq) in acknowledged {
            assert_eq!(ledger::seq_of(&store, tx).unwrap(), Some(*seq), "node {i} lost an acknowledged event");
        }
        assert_eq!(store.rows_of(ledger::Table::Fault as u8).count(), 0, "node {i} holds a proof of a contradiction");
        let tip = ledger::tip(&store).unwrap().unwrap();
        tips.push((tip.header.height.0, tip.digest));
        drop(store);
        let report = node::fsck::examine(&network.net.home(i)).unwrap();
        assert!(report.is_clean(), "node {i}: {}", report.text());
        reports.push(json!({ "height": report.height, "events": report.events }));
    }
    let low = tips.iter().min().unwrap().0;
    let at = |i: usize| {
        let store = Store::open_read_only(&data(network, i), &chain).unwrap();
        ledger::header(&store, proto::Height(low)).unwrap().unwrap().digest()
    };
    assert!((1..4).all(|i| at(i) == at(0)), "the ledgers differ at height {low}");
    reports
}

fn report(tally: &Tally, acknowledged: usize, time: Duration, nodes: &[Value]) -> Value {
    let mut took: Vec<u64> = tally.rejoins.iter().map(|d| u64::try_from(d.as_millis()).unwrap()).collect();
    took.sort_unstable();
    let part = |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1))).copied();
    json!({
        "seconds": time.as_secs(), "kills": tally.kills, "blackouts": tally.blackouts, "freezes": tally.freezes,
        "acknowledged_events": acknowledged, "rejoins": took.len(), "rejoin_ms_p50": part(50), "rejoin_ms_p95": part(95),
        "rejoin_ms_max": took.last(), "contradictions": 0, "lost_events": 0, "nodes": nodes,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_frozen_and_started_at_random_nothing_is_lost_and_nobody_contradicts_himself() {
    let time = Duration::from_secs(number("CHIROGRAPH_TORTURE_SECONDS", 20));
    let seed = number("CHIROGRAPH_TORTURE_SEED", 0x9e37_79b9_7f4a_7c15) | 1;
    let (mut network, mut dice, mut tally) = (Network::start().await, Dice(seed), Tally::default());
    let load = Arc::new(Load::default());
    let clients: Vec<Client> = (0..4).map(|i| network.client(i)).collect();
    let submitters = (0..SUBMITTERS).map(|n| {
        let (load, author, clients) = (load.clone(), network.author.clone(), clients.clone());
        tokio::spawn(submit(load, author, clients, usize::try_from(n).unwrap()))
    });
    let submitters: Vec<_> = submitters.collect();
    let start = Instant::now();
    while start.elapsed() < time {
        pause(&mut dice, 1_500).await;
        strike(&mut network, &mut dice, &mut tally).await;
        network.check_alive();
        network.check_no_contradiction();
        if tally.kills.is_multiple_of(20) {
            println!("{:>5} s  {} kills", start.elapsed().as_secs(), tally.kills);
        }
    }
    load.stop.store(true, Ordering::Relaxed);
    join_all(submitters).await;
    let acknowledged = load.acknowledged.lock().unwrap().clone();
    let size = acknowledged.values().map(|s| s.0 + 1).max().unwrap_or(0);
    for i in 0..4 {
        network.until_status(i, "all events", |s| s.tip.as_ref().is_some_and(|t| t.ledger_size >= size)).await;
    }
    (0..4).for_each(|i| assert_eq!(network.stop(i), Some(0)));
    let nodes = examine(&network, &acknowledged);
    let report = report(&tally, acknowledged.len(), start.elapsed(), &nodes);
    println!("{report}");
    if let Ok(path) = std::env::var("CHIROGRAPH_TORTURE_JSON") {
        std::fs::write(path, report.to_string()).unwrap();
    }
    assert!(tally.kills > 0 && !acknowledged.is_empty());
}

//! A node that fell far behind catches up by certificates: all of the ledger, executed again by itself.
//!
//! The ledger that it lacks is made here with the validators' own keys and put into the homes of the others: thousands of
//! blocks in seconds. From then on everything is real. `scripts/bench catchup [BLOCKS]` prints the rate.

use crate::network::{Network, record};
use crate::recovery::{copy, data};
use node::client::Terms;
use node::config::Config;
use node::keys;
use node::store::Store;
use proto::{
    Canonical, Certificate, Height, Item, Nonce, SecretKey, Subject, TimeMs, ValidatorIndex, View, Vote, VoteKind,
};
use std::time::Instant;

/// Adds blocks of one record each to the ledger in a store, final by the votes of three validators.
fn grow(network: &Network, store: &Store, keys: &[SecretKey], blocks: u64) {
    let genesis = network.net.genesis().unwrap();
    let mut tip = ledger::tip(store).unwrap().unwrap();
    for n in 1..=blocks {
        let chain = tip.header.chain;
        let terms = Terms {
            chain,
            nonce: Nonce { height: tip.header.height, block: tip.digest },
            expiry_max: Height(tip.header.height.0 + genesis.params.expiry_max_blocks),
            model: genesis.params.model,
            allow_synthetic: true,
        };
        let transaction = record(&network.author, &terms, usize::try_from(n).unwrap()).transaction;
        let context = ledger::Context {
            view: View(tip.header.view.0 + 1),
            time: TimeMs(tip.header.time.0 + 1),
            proposer: ValidatorIndex(u16::try_from(n % 4).unwrap()),
        };
        let built = ledger::build(store, &tip, context, vec![Item { transaction, appraisal: None }]).unwrap();
        let executed = built.executed;
        let subject = Subject::of(VoteKind::Finalize, &executed.block.header);
        let voters = (0..3u16).map(|i| Vote::sign(subject, ValidatorIndex(i), &chain, &keys[usize::from(i)]));
        let certificate = Certificate::assemble(&voters.collect::<Vec<_>>(), 3).unwrap();
        let mut batch = executed.changes;
        batch.put(ledger::query::certificate_key(executed.tip.header.height), certificate.to_bytes());
        batch.put(ledger::meta(ledger::Meta::Tip), executed.tip.to_bytes());
        store.write(batch).unwrap();
        tip = executed.tip;
    }
    store.sync().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_far_behind_catches_up_by_certificates() {
    let blocks = std::env::var("CHIROGRAPH_CATCHUP_BLOCKS").ok().and_then(|n| n.parse().ok()).unwrap_or(500);
    let mut network = Network::start().await;
    (0..4).for_each(|i| network.kill(i));
    let configs: Vec<Config> = (0..4).map(|i| Config::load(&network.net.home(i)).unwrap()).collect();
    let keys: Vec<SecretKey> = configs.iter().map(|c| keys::read_secret(&c.keys.validator).unwrap()).collect();
    let genesis = network.net.genesis().unwrap();
    {
        let store = Store::open(&data(&network, 0), &node::daemon::birth(&genesis, genesis.chain_id())).unwrap();
        grow(&network, &store, &keys, blocks);
    }
    for i in 1..3 {
        std::fs::remove_dir_all(data(&network, i)).unwrap();
        copy(&data(&network, 0), &data(&network, i));
    }
    (0..3).for_each(|i| network.restart(i));
    for i in 0..3 {
        network.until_status(i, "the others", |s| s.peers_connected == 2 && s.voting).await;
    }
    let start = Instant::now();
    network.restart(3);
    let reached =
        |goal: u64| move |s: &node::wire::v1::GetStatusResponse| s.tip.as_ref().is_some_and(|t| t.height >= goal);
    network.until_status(3, "the height of the others", reached(blocks)).await;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{{\"blocks\": {blocks}, \"seconds\": {seconds:.2}, \"blocks_per_second\": {:.0}}}",
        blocks as f64 / seconds
    );
    for n in 0..4 {
        network.commit(n, 1_000_000 + n).await;
    }
    network.check_promises().await;
    network.until_status(3, "a view in which it votes", |s| s.voting).await;
    network.check_no_contradiction();
    network.check_alive();
}

//! A fault found by one node's consensus goes onto the ledger by itself, and every node gives the proof to whoever asks.
//!
//! How consensus finds contradictions is the business of the simulator; here the proof is laid into a stopped node's
//! database, as consensus would have left it there when the process died before it could report.

use crate::network::{Network, program};
use node::config::Config;
use node::keys;
use node::store::Store;
use proto::{Canonical, Digest, Epoch, FaultProof, Height, Subject, ValidatorIndex, View, Vote, VoteKind};

/// Two finalize votes of validator 3 in one view, signed with its real key.
fn proof(network: &Network) -> FaultProof {
    let config = Config::load(&network.net.home(3)).unwrap();
    let (key, genesis) = (keys::read_secret(&config.keys.validator).unwrap(), network.net.genesis().unwrap());
    let index = genesis.validator_set().index_of(key.public()).unwrap();
    let vote = |block: &[u8]| {
        let (kind, block) = (VoteKind::Finalize, Digest::sm3(block));
        let subject = Subject { kind, epoch: Epoch(0), view: View(1), height: Height(1), block };
        Vote::sign(subject, index, &genesis.chain_id(), &key)
    };
    FaultProof::new(&vote(b"one"), &vote(b"another")).unwrap().into_inner()
}

fn lay(network: &Network, i: usize, proof: &FaultProof) {
    let (config, genesis) = (Config::load(&network.net.home(i)).unwrap(), network.net.genesis().unwrap());
    let store = Store::open(&config.data, &node::daemon::birth(&genesis, genesis.chain_id())).unwrap();
    let place = [&proof.epoch().0.to_be_bytes()[..], &proof.culprit().0.to_be_bytes()].concat();
    let mut batch = ledger::Batch::default();
    batch.put(ledger::key(ledger::Table::Fault, &place), proof.to_bytes());
    store.write(batch).unwrap();
    store.sync().unwrap();
    assert_eq!(replica::proof_of_fault(&store, Epoch(0), proof.culprit()).unwrap().as_ref(), Some(proof));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_that_a_node_holds_comes_onto_the_ledger_and_is_checked_offline() {
    let mut network = Network::start().await;
    network.commit(0, 1).await;
    let proof = proof(&network);
    assert_eq!(network.stop(1), Some(0));
    lay(&network, 1, &proof);
    network.restart(1);
    for i in 0..4 {
        network.until_status(i, "the report", |s| s.tip.as_ref().is_some_and(|t| t.ledger_size == 2)).await;
        assert_eq!(network.client(i).faults().await.unwrap().len(), 1, "node {i}");
    }
    let seq = network.client(2).faults().await.unwrap()[0].0.to_string();
    let (file, genesis) = (network.net.home(0).join("fault.json"), network.net.home(0).join("genesis.toml"));
    let (url, path) = (network.net.nodes[2].api.clone(), file.to_str().unwrap());
    let access = ["--endpoint", &url, "--genesis", genesis.to_str().unwrap()];
    let asked = program(&[&["query", "fault"][..], &access, &["--out", path]].concat(), std::path::Path::new(&seq));
    assert!(asked.status.success(), "{asked:?}");
    let checked = program(&["verify", "--genesis", genesis.to_str().unwrap()], &file);
    assert!(checked.status.success(), "{checked:?}");
    // one changed digit of the proof, and it proves nothing
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\"view\": 1", "\"view\": 2", 1)).unwrap();
    let checked = program(&["verify", "--genesis", genesis.to_str().unwrap()], &file);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    assert_eq!(proof.culprit(), ValidatorIndex(3));
}

//! A rescue that decides nothing, and the one after it: two of four disks are gone, the keys are kept, and everybody is
//! appointed. Real processes, real files. How one rescue works alone stands in `membership`.

use crate::joiner::{Joiner, chirograph};
use crate::network::{Network, log, record};
use node::client::{Author, Client, Mode};
use node::config::Config;
use node::keys;
use node::wire::v1::GetStatusResponse;
use proto::{
    Body, Canonical, Contact, Epoch, Govern, Height, KeyId, LightClient, PublicKey, Receipt, Resolution, Validator,
    ValidatorSet,
};
use std::path::Path;
use std::time::Duration;

/// Enough for several time-outs of views.
const STILL: Duration = Duration::from_secs(4);

/// The validators of genesis at these places.
fn founders(network: &Network, places: &[usize]) -> Vec<Validator> {
    let genesis = network.net.genesis().unwrap();
    let validator = |i: &usize| genesis.trust().validators.iter().nth(*i).unwrap().clone();
    places.iter().map(validator).collect()
}

/// What two holders of rescue keys sign: these go on from the last block of node 0.
async fn resolution(
    network: &Network,
    epoch: u64,
    validators: Vec<Validator>,
    contacts: Vec<(KeyId, Contact)>,
) -> Resolution {
    let (client, genesis) = (network.client(0), network.net.genesis().unwrap());
    let height = Height(client.status().await.unwrap().tip.unwrap().height);
    let header = client.header(height).await.unwrap();
    let mut resolution = Resolution {
        chain: genesis.chain_id(),
        height,
        block: header.digest(),
        validators: ValidatorSet::new(validators).unwrap().in_epoch(Epoch(epoch)),
        contacts,
        signatures: Vec::new(),
    };
    for holder in [0, 2] {
        let key = keys::read_secret(&network.net.dir.join(format!("orgs/rescue-{holder}.pem"))).unwrap();
        assert!(resolution.sign(&genesis.rescue, &key));
    }
    resolution
}

/// Gives it to one node, in the name of node 0; the reason where the node refuses it.
async fn apply(network: &Network, client: &Client, resolution: &Resolution) -> Result<(), String> {
    let key = keys::read_secret(&Config::load(&network.net.home(0)).unwrap().keys.validator).unwrap();
    let author = Author { org: founders(network, &[0])[0].org.clone(), key };
    let body = Body::Govern(Govern::Rescue(Box::new(resolution.clone())));
    let submission = author.submission(&network.client(0).terms().await.unwrap(), body, Vec::new());
    client.submit(&submission.transaction, &[], Mode::Send).await.map(drop).map_err(|e| e.to_string())
}

fn silent(s: &GetStatusResponse) -> bool {
    s.validator.is_some() && !s.voting && s.votes_from.is_none()
}

/// Six records; then nodes 1 and 2 lose their disks, stand at the last block again, and are silent.
async fn two_disks_lost() -> (Network, u64) {
    let mut network = Network::start().await;
    for n in 0..6 {
        network.commit(n % 4, n).await;
    }
    network.check_promises().await;
    let tip = network.status(0).await.unwrap().tip.unwrap().height;
    for i in 1..3 {
        network.kill(i);
    }
    for i in 1..3 {
        std::fs::remove_dir_all(network.net.home(i).join("data")).unwrap();
        network.restart(i);
    }
    for i in 1..3 {
        let there = |s: &GetStatusResponse| silent(s) && s.tip.as_ref().is_some_and(|t| t.height == tip);
        network.until_status(i, "silence at the last block", there).await;
    }
    (network, tip)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescue_that_appointed_silent_validators_is_followed_by_one_that_works() {
    let (mut network, tip) = two_disks_lost().await;
    let first = resolution(&network, 1, founders(&network, &[0, 1, 2, 3]), Vec::new()).await;
    apply(&network, &network.client(0), &first).await.unwrap();
    for i in 0..4 {
        network.until_status(i, "the epoch of the first rescue", |s| s.epoch == 1).await;
    }
    tokio::time::sleep(STILL).await;
    for i in 0..4 {
        let status = network.status(i).await.unwrap();
        assert_eq!((status.tip.as_ref().unwrap().height, status.epoch), (tip, 1), "node {i}: nothing can be decided");
        assert_eq!(silent(&status), i == 1 || i == 2, "node {i}: {status:?}");
    }

    let mut fresh = Joiner::new(&network, 0);
    let place: Vec<&str> = fresh.place.splitn(3, ':').collect();
    let key = PublicKey::from_hex(place[0], "key").unwrap();
    let mut contact = Contact { peer: [0; 32], address: place[2].to_owned() };
    hex::decode_to_slice(place[1], &mut contact.peer).unwrap();
    let mut appointed = founders(&network, &[0, 3]);
    appointed.push(Validator { org: appointed[0].org.clone(), key: key.clone() });
    let second = resolution(&network, 2, appointed, vec![(key.id(), contact)]).await;
    apply(&network, &network.client(0), &second).await.unwrap();
    network.until_status(0, "the epoch of the second rescue", |s| s.epoch == 2).await;
    network.until_status(3, "the epoch of the second rescue", |s| s.epoch == 2).await;
    // A restart finds the later one, and a late copy of the earlier one moves nobody back.
    network.kill(0);
    network.restart(0);
    network.until_status(0, "the epoch of the second rescue", |s| s.epoch == 2).await;
    let refused = apply(&network, &network.client(3), &first).await.unwrap_err();
    assert!(refused.contains("CHANGE_REFUSED"), "{refused}");
    fresh.start();
    // It was not there when the others were told; two of three are a quorum, and it is led over what they decided.
    fresh.until("its place", |s| (s.epoch, s.validator) == (2, Some(2))).await;

    let receipt = commit(&network, 99).await;
    assert!(receipt.checkpoint.header.epoch == Epoch(2) && receipt.checkpoint.certificate.votes.len() >= 2);
    let size = receipt.event.seq.0 + 1;
    for i in 0..4 {
        let there = |s: &GetStatusResponse| s.epoch == 2 && s.tip.as_ref().is_some_and(|t| t.ledger_size >= size);
        network.until_status(i, "the epoch in which something is decided", there).await;
    }
    network.check_promises().await;
    network.check_no_contradiction();
    evidence_leads_over_both(&network, &receipt);
    fresh.stop();
    what_is_kept_is_whole(&mut network).await;
}

/// One record of the second epoch.
async fn commit(network: &Network, n: usize) -> Receipt {
    let client = network.client(0);
    let submission = record(&network.author, &client.terms().await.unwrap(), n);
    let answer = client.submit(&submission.transaction, &[], Mode::Wait(Duration::from_secs(90))).await.unwrap();
    answer.receipt.unwrap_or_else(|| panic!("the network works again\n{}", log(&network.net.home(0))))
}

/// The trail has one link, from genesis to epoch 2; a receipt and a package verify along it.
fn evidence_leads_over_both(network: &Network, receipt: &Receipt) {
    let dir = network.net.dir.clone();
    let text = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let (net, genesis) = (dir.to_str().unwrap(), text("genesis.toml"));
    let endpoint = network.net.endpoints()[0].url.clone();
    std::fs::write(text("after.receipt"), receipt.to_bytes()).unwrap();
    let query = ["query", "trail", "--endpoint", &endpoint, "--localnet", net, "--out", &text("trail")];
    let (code, said) = chirograph(&query);
    assert_eq!(code, Some(0), "{said}");
    let trail = proto::Trail::from_bytes(&std::fs::read(text("trail")).unwrap()).unwrap();
    let mut client = LightClient::new(&network.net.genesis().unwrap().trust());
    client.follow(&trail).unwrap();
    assert_eq!((trail.links.len(), client.epoch(), client.validators(Epoch(1))), (1, Epoch(2), None));
    let verify =
        |more: &[&str]| chirograph(&[&["verify", &text("after.receipt"), "--genesis", &genesis], more].concat()).0;
    assert_eq!((verify(&["--trail", &text("trail")]), verify(&[])), (Some(0), Some(2)));
    let (seq, package) = (receipt.event.seq.0.to_string(), text("after.evidence.zip"));
    let export = ["export", &seq, "--endpoint", &endpoint, "--localnet", net, "--out", &package];
    let (code, said) = chirograph(&export);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = chirograph(&["verify", &package, "--genesis", &genesis]);
    assert_eq!(code, Some(0), "{said}");
}

/// Whoever voted, whoever was led over it, and a copy: every row is what executing gives.
async fn what_is_kept_is_whole(network: &mut Network) {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let late = Joiner::new(network, 1);
    let (home, endpoint) = (text(&late.home), network.net.endpoints()[3].url.clone());
    let (code, said) = chirograph(&["join", "--home", &home, "--endpoint", &endpoint]);
    assert_eq!(code, Some(0), "{said}");
    for i in [0, 1] {
        assert_eq!(network.stop(i), Some(0), "{}", log(&network.net.home(i)));
    }
    for home in [late.home.clone(), network.net.home(0), network.net.home(1)] {
        let (code, said) = chirograph(&["fsck", &text(&home)]);
        assert_eq!(code, Some(0), "{}: {said}", home.display());
    }
}

//! What a resolution is refused for, and what is said of it, before anybody signs.

use super::apply::{check_epoch, check_signed};
use super::appointed::Appointed;
use super::draft::{Asked, beyond, check_appointed, living, write_new};
use super::*;
use crate::api::tests::Node;
use crate::cli::{Cli, outcome};
use crate::client::{Client, Endpoint};
use crate::keys;
use crate::localnet::{Plan, SavedNet};
use crate::wire::v1::{GetGovernanceResponse, GetStatusResponse, PeerStatus};
use clap::Parser;
use proto::{Epoch, Height, Name};
use std::collections::BTreeSet;

const CONTACT: &str = "abababababababababababababababababababababababababababababababab:/ip4/192.0.2.1/tcp/7400";

/// A network on disk that nobody runs, and a resolution that leaves two of its four validators.
struct Lost {
    net: SavedNet,
    genesis: Genesis,
    resolution: Resolution,
    _dir: tempfile::TempDir,
}

impl Lost {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let plan =
            Plan { dir: dir.path().join("net"), validators: 4, base_port: 0, model: models::Appraiser::current() };
        let net = plan.make().unwrap();
        let genesis = net.genesis().unwrap();
        let validators = genesis.validator_set().iter().take(2).cloned().collect();
        let resolution = Resolution {
            chain: genesis.chain_id(),
            height: Height(7),
            block: proto::Digest([3; 32]),
            validators: ValidatorSet::new(validators).unwrap().in_epoch(Epoch(1)),
            contacts: Vec::new(),
            signatures: Vec::new(),
        };
        std::fs::write(net.dir.join("resolution"), resolution.to_bytes()).unwrap();
        Self { net, genesis, resolution, _dir: dir }
    }
    fn path(&self, name: &str) -> String {
        self.net.dir.join(name).to_str().unwrap().to_owned()
    }
    fn sign(&self, resolution: &mut Resolution, holder: u8) {
        let key = keys::read_secret(&self.net.dir.join(format!("orgs/rescue-{holder}.pem"))).unwrap();
        assert!(resolution.sign(&self.genesis.rescue, &key));
    }
    /// `gov rescue sign` with these options; the exit code and what it says.
    async fn run_sign(&self, options: &[&str]) -> (u8, String) {
        let (file, genesis, key) = (self.path("resolution"), self.path("genesis.toml"), self.path("orgs/rescue-0.pem"));
        let of = ["chirograph", "gov", "rescue", "sign", &file, "--genesis", &genesis, "--key", &key];
        match Cli::try_parse_from([&of, options].concat()).unwrap().command.run().await {
            Ok(outcome) => (outcome.code, outcome.text),
            Err(failure) => (failure.code(), failure.to_string()),
        }
    }
    fn signatures(&self) -> usize {
        read(&self.net.dir.join("resolution")).unwrap().signatures.len()
    }
    fn validator(&self, i: usize) -> String {
        let v = &self.genesis.validators[i];
        format!("{}:{}", v.org, hex::encode(v.key.bytes()))
    }
}

#[tokio::test]
async fn whoever_signs_is_shown_everything_and_says_it_again() {
    let lost = Lost::new();
    let (code, shown) = lost.run_sign(&[]).await;
    let gone = &lost.genesis.validators[3];
    assert_eq!((code, lost.signatures()), (outcome::INDETERMINATE, 0), "{shown}");
    for told in [
        lost.genesis.chain_id().to_string(),
        "height 7".to_owned(),
        lost.resolution.block.to_string(),
        format!("0 {} {}", lost.genesis.validators[0].org, lost.genesis.validators[0].key.id()),
        format!("LEAVES {} {}", gone.org, gone.key.id()),
        "0 of 2 signatures".to_owned(),
        "genesis, which may be out of date".to_owned(),
    ] {
        assert!(shown.contains(&told), "{told}: {shown}");
    }
    let (first, second) = (lost.validator(0), lost.validator(1));
    let both = ["--validator", first.as_str(), "--validator", second.as_str()];
    let (code, said) = lost.run_sign(&[&["--height", "8"], &both[..]].concat()).await;
    assert!(code == outcome::INVALID && said.contains("height 7") && lost.signatures() == 0, "{said}");
    let (code, said) = lost.run_sign(&["--height", "7", "--validator", &first]).await;
    assert!(code == outcome::INVALID && said.contains("appoints others") && lost.signatures() == 0, "{said}");
    let (code, said) = lost.run_sign(&[&["--height", "7"], &both[..]].concat()).await;
    assert!(
        code == outcome::OK && said.contains("1 of 2 signatures: rescue keys 0") && lost.signatures() == 1,
        "{said}"
    );
    assert_eq!(lost.run_sign(&["--yes"]).await.0, outcome::OK);
    let parse =
        |options: &[&str]| Cli::try_parse_from([&["chirograph", "gov", "rescue", "sign", "f"], options].concat());
    assert!(parse(&["--height", "7"]).is_err() && parse(&both).is_err(), "one without the other is no repetition");
}

#[tokio::test]
async fn a_resolution_is_shown_without_any_key_or_node() {
    let lost = Lost::new();
    let (file, genesis) = (lost.path("resolution"), lost.path("genesis.toml"));
    let show = async |options: &[&str]| {
        let of = ["chirograph", "gov", "rescue", "show", &file];
        Cli::try_parse_from([&of, options].concat()).unwrap().command.run().await
    };
    let blind = show(&[]).await.unwrap();
    assert!(blind.text.contains("who leaves is not known") && blind.json["leaves"].is_null(), "{}", blind.text);
    let told = show(&["--genesis", &genesis]).await.unwrap();
    assert_eq!((told.json["leaves"].as_array().map(Vec::len), told.json["height"].as_u64()), (Some(2), Some(7)));
    assert_eq!(told.json["validators"][1]["key"], lost.genesis.validators[1].key.id().to_string());
    let other = Lost::new();
    let refused = show(&["--genesis", &other.path("genesis.toml")]).await.unwrap_err().to_string();
    assert!(refused.contains("another network"), "{refused}");
}

#[test]
fn a_resolution_without_enough_good_signatures_is_not_sent() {
    let lost = Lost::new();
    let mut resolution = lost.resolution.clone();
    let refused = |resolution: &Resolution| check_signed(resolution, &lost.genesis).unwrap_err().to_string();
    lost.sign(&mut resolution, 0);
    assert!(refused(&resolution).contains("has 1 of 2 signatures"), "{}", refused(&resolution));
    lost.sign(&mut resolution, 2);
    check_signed(&resolution, &lost.genesis).unwrap();
    let moved = Resolution { height: Height(8), ..resolution.clone() };
    assert!(refused(&moved).contains("rescue keys [0, 2] do not hold"), "{}", refused(&moved));
    let genesis = Genesis { rescue: proto::RescueKeys::default(), ..lost.genesis.clone() };
    let nobody = Resolution { chain: genesis.chain_id(), ..resolution };
    assert!(check_signed(&nobody, &genesis).unwrap_err().to_string().contains("names no rescue keys"));
}

#[test]
fn only_members_are_appointed_and_only_where_they_can_be_found() {
    let lost = Lost::new();
    let known: BTreeSet<Name> = lost.genesis.organisations.iter().map(|o| o.name.clone()).collect();
    let now = lost.genesis.validator_set();
    let check = |texts: &[String]| {
        let appointed = Appointed::read(texts).map_err(|e| e.to_string())?;
        check_appointed(&appointed, &now, &known).map_err(|e| e.to_string())
    };
    check(&[lost.validator(0), lost.validator(1)]).unwrap();
    let key = hex::encode(proto::SecretKey::from_scalar(&[9; 32], "test").unwrap().public().bytes());
    let org = &lost.genesis.validators[0].org;
    let unknown = lost.validator(0).replace(org.as_str(), "nobody");
    assert!(check(&[unknown]).unwrap_err().contains("`nobody` is no member"));
    assert!(check(&[format!("{org}:{key}")]).unwrap_err().contains("ORG:KEY:PEER:ADDRESS"));
    check(&[format!("{org}:{key}:{CONTACT}")]).unwrap();
    let named = format!("{org}:{key}:{}", CONTACT.replace("/ip4/192.0.2.1", "/dns4/node.example"));
    assert!(check(&[named]).unwrap_err().contains("ADDRESS"));
}

#[test]
fn a_draft_replaces_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("resolution");
    write_new(&file, b"signed").unwrap();
    assert!(write_new(&file, b"other").unwrap_err().to_string().contains("perhaps with signatures"));
    assert_eq!(std::fs::read(&file).unwrap(), b"signed");
}

#[test]
fn a_resolution_is_not_given_to_a_node_that_is_beyond_it() {
    assert!(check_epoch(Epoch(1), 0).is_ok() && check_epoch(Epoch(3), 1).is_ok() && check_epoch(Epoch(2), 2).is_ok());
    let refused = check_epoch(Epoch(1), 2).unwrap_err();
    assert!(refused.code() == 1 && refused.to_string().contains("epoch 2"), "{refused}");
}

/// A node that answered: at this height, with this margin, and with this claim of a peer.
fn asked(height: u64, margin: i32, claim: u64) -> Asked {
    let url = format!("http://127.0.0.1:{}", 1 + height);
    let peer = PeerStatus { validator: 3, organisation: "archive".into(), height: claim, ..PeerStatus::default() };
    let lost = Lost::new();
    Asked {
        client: Client::lazy(&Endpoint { url: url.clone(), ca: None }).unwrap(),
        url,
        status: GetStatusResponse { margin, peers: vec![peer], ..GetStatusResponse::default() },
        governance: GetGovernanceResponse { height, ..GetGovernanceResponse::default() },
        set: lost.genesis.validator_set(),
    }
}

#[tokio::test]
async fn what_is_final_elsewhere_and_a_quorum_that_lives_are_seen() {
    assert_eq!((beyond(&[asked(7, -1, 7), asked(6, -1, 5)]), living(&[asked(7, -1, 7)])), (None, None));
    let said = beyond(&[asked(7, -1, 9), asked(8, -2, 3)]).unwrap();
    assert!(said.contains("validator 3 (archive) told http://127.0.0.1:8") && said.contains("height 9"), "{said}");
    assert!(said.contains("has 8"), "{said}");
    assert_eq!(beyond(&[asked(7, -1, 9), asked(9, -2, 3)]), None, "whoever has it was asked");
    let said = living(&[asked(7, -1, 7), asked(7, 0, 7)]).unwrap();
    assert!(said.contains("a quorum lives") && said.contains("margin 0") && said.contains("split"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_lives_is_rescued_only_by_force_and_no_draft_is_lost() {
    let node = Node::start().await;
    let dir = tempfile::tempdir().unwrap();
    let genesis = node.net.genesis().unwrap();
    let v = &genesis.validators[0];
    let (file, at) = (dir.path().join("resolution"), node.net.dir.join("genesis.toml"));
    let (file, at) = (file.to_str().unwrap(), at.to_str().unwrap());
    let draft = async |validator: &str, more: &[&str]| {
        let of =
            ["chirograph", "gov", "rescue", "draft", "--endpoint", node.url(), "--out", file, "--validator", validator];
        Cli::try_parse_from([&of[..], &["--genesis", at], more].concat()).unwrap().command.run().await
    };
    let (key, stranger) = (hex::encode(v.key.bytes()), format!("nobody:{}", hex::encode(v.key.bytes())));
    let same = format!("{}:{key}", v.org);
    let refused = draft(&same, &[]).await.unwrap_err();
    assert!(refused.code() == 1 && refused.to_string().contains("a quorum lives"), "{refused}");
    let refused = draft(&stranger, &["--force"]).await.unwrap_err().to_string();
    assert!(refused.contains("`nobody` is no member"), "{refused}");
    assert!(!std::path::Path::new(file).exists());
    let forced = draft(&same, &["--force"]).await.unwrap();
    assert!(forced.text.contains("FORCED although a quorum lives") && forced.json["epoch"] == 1, "{}", forced.text);
    assert!(forced.text.contains("nobody leaves") && forced.text.contains(node.url()), "{}", forced.text);
    let refused = draft(&same, &["--force"]).await.unwrap_err().to_string();
    assert!(refused.contains("is not replaced"), "{refused}");
    // Compared with what a node says, and with the files of one.
    let home = node.net.home(0);
    for from in [["--endpoint", node.url()], ["--home", home.to_str().unwrap()]] {
        let of = ["chirograph", "gov", "rescue", "show", file, "--genesis", at];
        let shown = Cli::try_parse_from([&of[..], &from].concat()).unwrap().command.run().await.unwrap();
        assert!(shown.text.contains(&format!("compared with epoch 0 of {}", from[1])), "{}", shown.text);
    }
}

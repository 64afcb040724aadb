//! Four whole nodes in one process, on loopback ports: the shortest check that the parts fit together.

use super::*;
use crate::client::{Author, Signing, Terms};
use crate::config::Config;
use crate::handle::Accepted;
use crate::localnet::{Plan, SavedNet};
use crate::refusal::RefusalKind;
use crate::status::NodeStatus;
use crate::store::Table;
use crate::submission::Submission;
use models::Writer;
use proto::{Body, Digest, Height, Name, Nonce, Role};
use std::collections::BTreeMap;
use std::time::Instant;

type Started = (Handle, Shutdown, tokio::task::JoinHandle<Result<(), Fault>>);

struct Network {
    net: SavedNet,
    nodes: BTreeMap<usize, Started>,
    _dir: tempfile::TempDir,
}

impl Network {
    async fn start() -> Self {
        crate::tls::install_provider();
        let dir = tempfile::tempdir().unwrap();
        let net =
            Plan { dir: dir.path().join("net"), validators: 4, base_port: 0, model: models::Appraiser::current() }
                .make()
                .unwrap();
        let mut nodes = BTreeMap::new();
        for i in 0..4 {
            nodes.insert(i, start(&net, i).await);
        }
        let network = Self { net, nodes, _dir: dir };
        network.until("the mesh is up", |n| n.nodes.values().all(|(h, ..)| h.status().peers.len() == 3)).await;
        network
    }
    fn handle(&self, i: usize) -> &Handle {
        &self.nodes[&i].0
    }
    async fn until(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < Duration::from_secs(60), "not within a minute: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    fn author(&self) -> Author {
        let (org, key) = self.net.member(Role::Operator).unwrap();
        Author { org, key }
    }
    fn terms(&self, i: usize) -> Terms {
        let (status, params) = (self.handle(i).status(), &self.handle(i).genesis().params);
        Terms {
            chain: status.chain,
            nonce: Nonce { height: status.height, block: status.block },
            expiry_max: Height(status.height.0 + params.expiry_max_blocks),
            model: params.model,
            allow_synthetic: params.allow_synthetic,
        }
    }
    async fn commit(&self, i: usize, submission: Submission) -> (Accepted, proto::Seq) {
        let accepted = self.handle(i).submit(submission).await.unwrap();
        let seq = self.handle(i).wait(accepted.tx, Duration::from_secs(30)).await.unwrap();
        (accepted, seq)
    }
    /// All are linked, in one view, and vote, and nothing waits.
    fn rests(&self) -> bool {
        let view = self.handle(0).status().view;
        let rests = |s: &NodeStatus| {
            s.peers.len() == 3
                && s.view == view
                && s.votes_from <= Some(view)
                && s.votes_from.is_some()
                && s.pool_transactions == 0
        };
        self.nodes.values().all(|(handle, ..)| rests(&handle.status()))
    }
    async fn halt(&mut self, i: usize) {
        let (handle, shutdown, task) = self.nodes.remove(&i).expect("it runs");
        // It holds the database, which must be free before the node is started again.
        drop(handle);
        shutdown.stop();
        task.await.unwrap().unwrap();
    }
    async fn restart(&mut self, i: usize) {
        let started = start(&self.net, i).await;
        self.nodes.insert(i, started);
    }
    async fn stop(mut self) {
        self.nodes.values().for_each(|(_, shutdown, _)| shutdown.stop());
        for (_, _, task) in std::mem::take(&mut self.nodes).into_values() {
            task.await.unwrap().unwrap();
        }
    }
}

async fn start(net: &SavedNet, i: usize) -> Started {
    let config = Config::load(&net.home(i)).unwrap();
    let (shutdown, (told, ready)) = (Shutdown::default(), tokio::sync::oneshot::channel());
    let stop = shutdown.clone();
    let task = tokio::spawn(async move {
        run(&config, stop, |ready| {
            let _told = told.send(ready.handle);
        })
        .await
    });
    (ready.await.expect("the node starts"), shutdown, task)
}

fn record(author: &Author, terms: &Terms, matter: &str) -> Submission {
    let name = |text| Name::new(text, "name").unwrap();
    let body = Body::Record { matter: name(matter), kind: name("sent"), content: Digest([3; 32]), note: "n".into() };
    author.submission(terms, body, Vec::new())
}

fn signing(author: &Author, terms: &Terms, signer: &Writer, packet: models::StrokePacket) -> Submission {
    let matter = Name::new("case-1", "matter").unwrap();
    author
        .signing(
            terms,
            &Signing { matter, signer: signer.signer(), document: Digest([9; 32]), intent: "agree".into() },
            packet,
        )
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_nodes_commit_enrolments_signings_and_records() {
    let network = Network::start().await;
    let (author, writer) = (network.author(), Writer::new(1));
    let (_, seq) = network.commit(0, record(&author, &network.terms(0), "case-1")).await;
    assert_eq!(seq.0, 0);

    let references = (0..5).map(|n| writer.sign(n)).collect();
    let enrolment = author.enrolment(&network.terms(1), &writer.signer(), references).unwrap();
    network.commit(1, enrolment).await;
    network.until("all have the enrolment", |n| n.nodes.values().all(|(h, ..)| h.status().ledger_size == 2)).await;

    let genuine = signing(&author, &network.terms(2), &writer, writer.sign(20));
    let (accepted, seq) = network.commit(2, genuine.clone()).await;
    let appraisal = accepted.appraisal.unwrap();
    assert!(appraisal.llr.is_some() && !appraisal.template.0.iter().all(|b| *b == 0));
    // The same request again, at another node: the same event.
    network.until("node 3 has it too", |n| n.handle(3).status().ledger_size == 3).await;
    assert_eq!(network.handle(3).submit(genuine).await.unwrap().committed, Some(seq));

    let other = Writer::new(2);
    let stranger = signing(&author, &network.terms(3), &writer, other.sign(1));
    let refusal = network.handle(3).submit(stranger).await.unwrap_err();
    assert_eq!((refusal.code, refusal.kind), ("STROKE_SCORE_LOW", RefusalKind::Precondition));
    let words = refusal.message.replace(writer.signer().as_str(), "");
    assert!(!words.chars().any(|c| c.is_ascii_digit()), "no score is told: {refusal}");

    let sums = |n: &Network| {
        n.nodes.values().map(|(h, ..)| (h.status().ledger_sum, h.status().state_root)).collect::<Vec<_>>()
    };
    network.until("all agree", |n| sums(n).windows(2).all(|w| w[0] == w[1])).await;
    let receipt = ledger::receipt(&network.handle(0).store().snapshot(), seq).unwrap().unwrap();
    let checks = receipt.verify(&network.handle(0).genesis().trust());
    assert!(checks.iter().all(|c| c.outcome == proto::Outcome::Valid), "{checks:?}");
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_was_away_catches_up_and_fetches_packets() {
    let mut network = Network::start().await;
    let (author, writer) = (network.author(), Writer::new(3));
    network.halt(3).await;

    let references = (0..5).map(|n| writer.sign(n)).collect();
    let enrolment = author.enrolment(&network.terms(0), &writer.signer(), references).unwrap();
    network.commit(0, enrolment).await;
    for n in 0..20 {
        network.commit(n % 3, record(&author, &network.terms(n % 3), &format!("case-{n}"))).await;
    }
    network.restart(3).await;
    network.until("node 3 has caught up", |n| n.handle(3).status().ledger_size == 21).await;
    // The marks are written with the blocks; the gauge follows them.
    let missing = |n: &Network| n.handle(3).store().scan(Table::PacketMissing, 9).unwrap();
    network.until("node 3 has the references", |n| missing(n).is_empty()).await;
    // It can appraise on its own: it holds the references that it was not there for.
    let genuine = signing(&author, &network.terms(3), &writer, writer.sign(20));
    let (accepted, _) = network.commit(3, genuine).await;
    assert!(accepted.appraisal.unwrap().llr.is_some());
    network.stop().await;
}

/// Two of four nodes vote for a submission, and halt before it can become final: the leader, whose number this gives, and
/// one more. `None`: a heartbeat's empty block took the leader's turn.
async fn halt_with_votes(network: &mut Network, submission: &Submission) -> Option<usize> {
    let leader = usize::from(network.handle(0).status().leader.unwrap().0);
    let witness = (leader + 1) % 4;
    for away in (0..4).filter(|i| ![leader, witness].contains(i)) {
        network.halt(away).await;
    }
    network.handle(leader).submit(submission.clone()).await.unwrap();
    let tx = submission.tx();
    let has_voted = |n: &Network, i: usize| replica::voted_transaction(&*n.handle(i).store(), &tx).unwrap().is_some();
    let (start, mut voted) = (Instant::now(), false);
    while !voted && start.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        voted = has_voted(network, leader) && has_voted(network, witness);
    }
    let told = |i: usize| {
        (
            network.handle(i).status().view,
            network.handle(i).status().leader,
            network.handle(i).status().pool_transactions,
            network.handle(i).status().peers.len(),
            has_voted(network, i),
        )
    };
    eprintln!(
        "leader {leader}: {:?} {:?} height {:?}",
        told(leader),
        told(witness),
        network.handle(leader).status().height
    );
    network.halt(leader).await;
    network.halt(witness).await;
    voted.then_some(leader)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_restart_newcomers_are_compared_with_what_was_voted_for() {
    let mut network = Network::start().await;
    let (author, writer) = (network.author(), Writer::new(5));
    let references = (0..5).map(|n| writer.sign(n)).collect();
    let enrolment = author.enrolment(&network.terms(0), &writer.signer(), references).unwrap();
    network.commit(0, enrolment).await;
    for number in 20..30 {
        network.until("nothing is under way", Network::rests).await;
        let [original, copy] = [(); 2].map(|()| signing(&author, &network.terms(0), &writer, writer.sign(number)));
        assert_ne!(original.tx(), copy.tx());
        let leader = halt_with_votes(&mut network, &original).await;
        if let Some(leader) = leader {
            // Alone: nobody else can have told it of the original.
            network.restart(leader).await;
            let before = network.handle(leader).held(&original.tx()).expect("it waits again");
            assert!(before.rivals.is_empty() && before.origin.is_some());
            network.handle(leader).submit(copy.clone()).await.unwrap();
            assert_eq!(network.handle(leader).held(&copy.tx()).unwrap().rivals, [original.tx()]);
            for i in (0..4).filter(|i| *i != leader) {
                network.restart(i).await;
            }
            let wait = |tx| network.handle(leader).wait(tx, Duration::from_secs(30));
            let (first, second) = tokio::join!(wait(original.tx()), wait(copy.tx()));
            assert!(first.is_ok() != second.is_ok(), "one of the two, and only one: {first:?} {second:?}");
            return network.stop().await;
        }
        for i in 0..4 {
            network.restart(i).await;
        }
    }
    panic!("no block was voted for by half of the nodes, in ten tries");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bad_submissions_are_refused_by_field() {
    let network = Network::start().await;
    let (author, terms, writer) = (network.author(), network.terms(0), Writer::new(4));
    let refused = async |submission| network.handle(0).submit(submission).await.unwrap_err();

    let mut forged = record(&author, &terms, "case");
    forged.transaction.signature.0[5] ^= 1;
    assert_eq!(refused(forged).await.code, "SIGNATURE_INVALID");

    let good = signing(&author, &terms, &writer, writer.sign(1));
    let mut without = good.clone();
    without.packets.clear();
    assert_eq!(refused(without).await.code, "PACKET_COUNT");
    let mut salted = good.clone();
    salted.packets[0].salt[0] ^= 1;
    assert_eq!(refused(salted).await.code, "PACKET_COMMITMENT_MISMATCH");
    let mut garbled = good.clone();
    garbled.packets[0].packet.truncate(10);
    let refusal = refused(garbled).await;
    assert_eq!((refusal.code, refusal.field.as_str()), ("PACKET_MALFORMED", "packets[0].packet"));

    let appraisal = network.handle(0).validate_only(good).await.unwrap().unwrap();
    assert_eq!(appraisal.llr, None);
    assert_eq!(network.handle(0).status().ledger_size, 0);
    network.stop().await;
}

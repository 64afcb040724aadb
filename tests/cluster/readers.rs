//! Who is sent stroke packets: nobody before two thirds of the members want its vote, and nobody after its last epoch.

use crate::hostile::Hostile;
use crate::joiner::Joiner;
use crate::membership::{approve, decide, moved, until_epoch};
use crate::network::Network;
use futures::AsyncWriteExt;
use libp2p::Stream;
use models::Writer;
use node::client::{Mode, Signing};
use node::net::frame::{self, FRAME_BYTES_MAX, Frame};
use node::roster::LEAVE_BLOCKS;
use proto::{Digest, Height, Name, TxId, View};
use replica::{Message, PeerMessage, Standing};
use std::time::Duration;
use tokio::time::timeout;

/// How long nothing must come before nothing is said to come.
const SILENCE: Duration = Duration::from_secs(3);

/// One signing with its packet.
async fn sign(network: &Network, number: u64) -> TxId {
    let writer = Writer::new(number);
    let (matter, signer) = (Name::new("case-1", "matter").unwrap(), writer.signer());
    let what = Signing { matter, signer, document: Digest([9; 32]), intent: "I agree".into() };
    let terms = network.client(0).terms().await.unwrap();
    let made = network.author.signing(&terms, &what, writer.sign(20)).unwrap();
    let wait = Mode::Wait(Duration::from_secs(60));
    network.client(0).submit(&made.transaction, &made.packets, wait).await.unwrap().receipt.unwrap();
    made.transaction.id()
}

/// What comes on a bulk stream until it is silent: packets, and answers without any.
async fn heard(bulk: &mut Stream) -> (usize, usize) {
    let (mut packets, mut chains) = (0, 0);
    while let Ok(Ok(bytes)) = timeout(SILENCE, frame::read(bulk, FRAME_BYTES_MAX)).await {
        if bytes.is_empty() {
            continue;
        }
        match frame::decode(&bytes).unwrap() {
            Frame::Submission(submission) => packets += submission.packets.len(),
            Frame::Message(message, _) => chains += usize::from(matches!(*message, PeerMessage::Chain(_))),
            Frame::Rival(_) => {}
        }
    }
    (packets, chains)
}

/// Fails where the node has hung up, as it may on a link that was still a stranger's when it was made.
async fn ask(votes: &mut Stream, question: &Message) -> std::io::Result<()> {
    votes.write_all(&frame::message(question)).await?;
    votes.flush().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_packets_whom_the_consortium_did_not_make_a_reader() {
    let mut network = Network::start().await;
    let signing = sign(&network, 1).await;

    // One member's motion: its node is a stranger.
    let newcomer = Joiner::new(&network, 0);
    let add = ["--add-validator".to_owned(), format!("demo-notary:{}", newcomer.place)];
    let motion = moved(&network, &add);
    network.commit(0, 0).await;
    let hostile = Hostile::link(&network, &newcomer.home, 0).await;
    assert!(!hostile.is_let_in(SILENCE).await, "a motion that nobody approved opens the door");

    // Two thirds want its vote: it reads what it will have to judge.
    approve(&network, &motion);
    let (mut votes, mut bulk) = hostile.streams().await;
    // As a real one does, it asks again: what comes before the node has counted its link among the readers is not answered.
    let mut packets = 0;
    for _ in 0..5 {
        if ask(&mut votes, &Message::WantTransactions(vec![signing])).await.is_err() {
            (votes, bulk) = hostile.streams().await;
            continue;
        }
        packets = heard(&mut bulk).await.0;
        if packets > 0 {
            break;
        }
    }
    assert_eq!(packets, 1, "an approved newcomer lacks the packet");
    drop((votes, bulk, hostile));

    // Voted out: from that block on it learns what became of the ledger, and no packet, asked for or not.
    network.kill(3);
    let expelled = hex::encode(network.net.genesis().unwrap().validators[3].key.bytes());
    let motion = decide(&network, &["--remove-validator".to_owned(), expelled]);
    until_epoch(&network, &motion, 1).await;
    let hostile = Hostile::link(&network, &network.net.home(3), 0).await;
    let (mut votes, mut bulk) = hostile.streams().await;
    sign(&network, 2).await;
    let (mut packets, mut chains) = (0, 0);
    for _ in 0..5 {
        let packet = ask(&mut votes, &Message::WantTransactions(vec![signing])).await;
        let ledger = ask(&mut votes, &Message::CatchUp(Standing { finalized: Height(0), view: View(0) })).await;
        if packet.and(ledger).is_err() {
            (votes, bulk) = hostile.streams().await;
            continue;
        }
        let (more, answers) = heard(&mut bulk).await;
        (packets, chains) = (packets + more, chains + answers);
        if chains > 0 {
            break;
        }
    }
    assert_eq!((packets, chains > 0), (0, true), "an expelled validator is sent packets, or not even the ledger");

    // And soon it is a stranger.
    for n in 0..usize::try_from(LEAVE_BLOCKS).unwrap() + 1 {
        network.commit(n % 3, 10 + n).await;
    }
    drop((votes, bulk));
    assert!(!hostile.is_let_in(SILENCE).await, "an expelled validator stays linked");
    assert_eq!(network.metric(0, "faults_total"), 0);
    drop(hostile);
    network.check_alive();
}

//! Replays through real processes: a signer's earlier writing, disguised, is refused by every node; and what was committed
//! holds up when a stopped node is audited.

use crate::network::{Network, program};
use models::{Appraiser, StrokePacket, Writer};
use node::client::{ClientError, Mode, Signing, Submitted};
use node::submission::Submission;
use proto::{Digest, Name};
use std::time::Duration;

/// The same writing moved, and every sample off by up to six units: what a thief who knows of fingerprints would do.
fn disguised(packet: &StrokePacket) -> StrokePacket {
    let (mut copy, mut state) = (packet.clone(), 7u32);
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i32 % 13 - 6
    };
    for sample in &mut copy.samples {
        sample.x += 700 + noise();
        sample.y += noise() - 300;
    }
    copy.attestation = None;
    copy
}

async fn submit(network: &Network, i: usize, s: &Submission) -> Result<Submitted, ClientError> {
    network.client(i).submit(&s.transaction, &s.packets, Mode::Wait(Duration::from_secs(60))).await
}

async fn sign(network: &Network, i: usize, writer: &Writer, packet: StrokePacket) -> Result<Submitted, ClientError> {
    let matter = Name::new("case-1", "matter").unwrap();
    let what = Signing { matter, signer: writer.signer(), document: Digest([9; 32]), intent: "I agree".into() };
    let terms = network.client(i).terms().await.unwrap();
    submit(network, i, &network.author.signing(&terms, &what, packet).unwrap()).await
}

fn reason(answer: Result<Submitted, ClientError>) -> String {
    match answer {
        Ok(submitted) => format!("taken: {:?}", submitted.state),
        Err(e) => e.reason().to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_copies_that_come_at_once_one_is_committed() {
    let mut network = Network::start().await;
    let writer = Writer::new(2);
    let copies = [writer.sign(20), disguised(&writer.sign(20))];
    let [first, second] = [0, 1].map(|i| sign(&network, 2 * i, &writer, copies[i].clone()));
    let (first, second) = tokio::join!(first, second);
    let mut reasons = [reason(first), reason(second)];
    reasons.sort();
    assert_eq!(
        (reasons[0].as_str(), reasons[1].starts_with("taken")),
        ("REPLAY", true),
        "{reasons:?}\n{}",
        network.logs()
    );
    network.commit(0, 1).await;
    for i in 0..4 {
        network.until_status(i, "two events", |s| s.tip.as_ref().is_some_and(|t| t.ledger_size == 2)).await;
    }
    network.check_alive();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disguised_copy_is_refused_and_what_was_committed_holds_up_to_an_audit() {
    for model in Appraiser::all() {
        replays_and_audit(Network::with_model(model).await).await;
    }
}

async fn replays_and_audit(mut network: Network) {
    let writer = Writer::new(1);
    let references: Vec<StrokePacket> = (0..5).map(|n| writer.sign(n)).collect();
    let terms = network.client(0).terms().await.unwrap();
    let enrolment = network.author.enrolment(&terms, &writer.signer(), references.clone()).unwrap();
    assert!(submit(&network, 0, &enrolment).await.unwrap().receipt.is_some());
    for (i, number) in [20, 21, 22].into_iter().enumerate() {
        // A node that is a block behind would compare with one packet less, which the ledger allows.
        let size = 1 + i as u64;
        network.until_status(i, "what came before", |s| s.tip.as_ref().is_some_and(|t| t.ledger_size == size)).await;
        let receipt = sign(&network, i, &writer, writer.sign(number)).await.unwrap().receipt.unwrap();
        assert_eq!(receipt.event.appraisal.unwrap().seen, 5 + i as u64);
    }
    for i in 0..4 {
        network.until_status(i, "four events", |s| s.tip.as_ref().is_some_and(|t| t.ledger_size == 4)).await;
        assert_eq!(reason(sign(&network, i, &writer, disguised(&writer.sign(20))).await), "REPLAY", "node {i}");
    }
    assert_eq!(reason(sign(&network, 3, &writer, disguised(&references[2])).await), "REPLAY");
    assert_eq!(reason(sign(&network, 3, &writer, writer.sign(21)).await), "PACKET_DUPLICATE");
    network.check_alive();

    (0..4).for_each(|i| network.kill(i));
    let mut audits = vec![("0", "native"), ("3", "native")];
    audits.extend(cfg!(feature = "tch").then_some(("0", "tch")));
    for (node, backend) in audits {
        let audit = ["audit", "reappraise", "--node", node, "--backend", backend, "--json", "--localnet"];
        let audit = program(&audit, &network.net.dir);
        let report: serde_json::Value = serde_json::from_slice(&audit.stdout).unwrap();
        assert_eq!(audit.status.code(), Some(0), "{report}");
        assert_eq!((report["appraised"].as_u64(), report["events_that_differ"].as_u64()), (Some(3), Some(0)));
    }
}

//! The whole job on a small network, and what its report must not hide.

use super::attempt::Answer;
use super::*;
use crate::api::tests::Node;
use proto::Role;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

#[tokio::test(flavor = "multi_thread")]
async fn synthetic_people_go_through_and_every_receipt_verifies() {
    let node = Node::start().await;
    let trust = Arc::new(node.net.genesis().unwrap().trust());
    let clients = vec![node.client.clone()];
    let sender = Sender { clients, author: node.author(Role::Operator), trust, turn: AtomicUsize::new(0) };
    let job = Job { people: People::invent(3), sender, random: 2, in_flight: 8 };
    let report = job.run().await.unwrap();
    assert!(report.held(), "{}", report.text());
    let j = report.json();
    assert_eq!(j["synthetic"], true);
    let count = |class: &str, key: &str| j[class][key].as_u64().unwrap();
    assert_eq!(count("genuine", "submitted") + j["genuine_withheld"].as_u64().unwrap(), 45);
    assert_eq!((count("forged", "submitted"), count("random", "submitted")), (60, 6));
    assert!(count("genuine", "accept") > count("forged", "accept"));
    let committed: u64 = ["genuine", "forged", "random"]
        .iter()
        .map(|c| count(c, "accept") + count(c, "review") + count(c, "uncompared"))
        .sum();
    assert_eq!(j["receipts_verified"].as_u64().unwrap(), committed + 3);
    assert_eq!(j["events_in_matters"].as_u64().unwrap(), committed);
    // The ledger takes no writing twice: the same job again enrols nobody, and does not claim success.
    let again = job.run().await.unwrap();
    assert!(!again.held() && again.enrolled == 0 && again.enrol_refused.iter().all(|(_, r)| r == "PACKET_DUPLICATE"));
}

#[test]
fn one_failure_is_enough_not_to_hold() {
    let good = || Report { enrolled: 1, receipts_verified: 1, nodes_agree: true, ..Report::default() };
    assert!(good().held());
    let bad = [
        Report { receipts_failed: 1, ..good() },
        Report { matters_failed: 1, ..good() },
        Report { nodes_agree: false, ..good() },
        Report { receipts_verified: 0, ..good() },
    ];
    assert!(bad.iter().all(|r| !r.held()));
    let mut report = good();
    report.signing(Class::Genuine, &Answer::Failed("no answer".into()));
    assert!(!report.held() && report.text().contains("FAILED genuine: no answer"));
}

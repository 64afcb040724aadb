//! Documents and the ledger, by the command line: a receipt bound to a PDF, checked offline, and a folder looked up.

use crate::network::{Network, program};
use node::client::Mode;
use proto::{Body, Canonical, Digest, Name};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// The least PDF that has a page.
fn pdf(text: &str) -> Vec<u8> {
    let stream = format!("<< /Length {} >>\nstream\n% {text}\nendstream", text.len() + 2);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>",
        &stream,
    ];
    let (mut out, mut table) = (String::from("%PDF-1.7\n"), String::from("xref\n0 5\n0000000000 65535 f\r\n"));
    for (n, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n\r\n", out.len()));
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let at = out.len();
    (out + &table + &format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n")).into_bytes()
}

/// Commits a record that names `content`; its receipt.
async fn recorded(network: &Network, content: &[u8]) -> Vec<u8> {
    let name = |text| Name::new(text, "name").unwrap();
    let body = Body::Record {
        matter: name("lease"),
        kind: name("signed"),
        content: Digest::sm3(content),
        note: String::new(),
    };
    let client = network.client(0);
    let s = network.author.submission(&client.terms().await.unwrap(), body, Vec::new());
    let answer = client.submit(&s.transaction, &[], Mode::Wait(Duration::from_secs(30))).await.unwrap();
    answer.receipt.unwrap().to_bytes()
}

fn run(arguments: &[&str], last: &Path) -> (Option<i32>, Value) {
    let made = program(arguments, last);
    (made.status.code(), serde_json::from_slice(&made.stdout).unwrap_or_else(|_| panic!("{made:?}")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_bound_and_checked_and_a_folder_is_looked_up() {
    let network = Network::start().await;
    let dir = tempfile::tempdir().unwrap();
    let (file, receipt, bound) = (dir.path().join("a.pdf"), dir.path().join("receipt.bin"), dir.path().join("b.pdf"));
    let genesis = network.net.dir.join(&network.net.genesis);
    let genesis = genesis.to_str().unwrap();
    std::fs::write(&file, pdf("lease")).unwrap();
    std::fs::write(&receipt, recorded(&network, &pdf("lease")).await).unwrap();
    let (receipt_at, bound_at) = (receipt.to_str().unwrap(), bound.to_str().unwrap());
    let (code, _) = run(&["bind", "--json", "--receipt", receipt_at, "--out", bound_at], &file);
    assert_eq!(code, Some(0));
    let (code, seen) = run(&["check", "--json", "--genesis", genesis], &bound);
    assert_eq!((code, &seen["overall"]), (Some(0), &"VALID".into()), "{seen}");
    // Without a genesis nothing is trusted; another document is refused; a change after it is told.
    assert_eq!(run(&["check", "--json"], &bound).0, Some(2));
    let other = dir.path().join("other.pdf");
    std::fs::write(&other, pdf("another lease")).unwrap();
    assert_eq!(run(&["bind", "--json", "--receipt", receipt_at], &other).0, Some(1));
    let mut forged = std::fs::read(&bound).unwrap();
    forged[120] ^= 1;
    std::fs::write(&other, &forged).unwrap();
    assert_ne!(run(&["check", "--json", "--genesis", genesis], &other).0, Some(0));
    beside(&network, dir.path(), genesis).await;
    folder(&network, &bound).await;
}

/// What cannot hold a receipt has it beside.
async fn beside(network: &Network, dir: &Path, genesis: &str) {
    let (file, receipt) = (dir.join("note.txt"), dir.join("note.bin"));
    std::fs::write(&file, "a note").unwrap();
    std::fs::write(&receipt, recorded(network, b"a note").await).unwrap();
    assert_eq!(run(&["bind", "--json", "--receipt", receipt.to_str().unwrap()], &file).0, Some(0));
    let (code, seen) = run(&["check", "--json", "--genesis", genesis], &file);
    assert_eq!((code, &seen["overall"]), (Some(0), &"VALID".into()), "{seen}");
    std::fs::write(&file, "a note, changed").unwrap();
    assert_eq!(run(&["check", "--json", "--genesis", genesis], &file).0, Some(1));
}

/// Thousands of files: those that an event names, and those that none does.
async fn folder(network: &Network, bound: &Path) {
    const FILES: usize = 3000;
    let dir = tempfile::tempdir().unwrap();
    for n in 0..FILES {
        std::fs::write(dir.path().join(format!("{n:05}.txt")), format!("document {n}")).unwrap();
    }
    for n in 0..20 {
        recorded(network, format!("document {n}").as_bytes()).await;
    }
    std::fs::copy(bound, dir.path().join("bound.pdf")).unwrap();
    let (endpoint, csv) = (&network.net.nodes[1].api, dir.path().with_extension("csv"));
    let genesis = network.net.dir.join(&network.net.genesis);
    let of = ["check", "--json", "--endpoint", endpoint, "--csv", csv.to_str().unwrap()];
    // Without a genesis what the node names is its word, and nothing is valid.
    let (code, seen) = run(&[&of[..], &["--batch"]].concat(), dir.path());
    assert_eq!((code, &seen["valid"]), (Some(2), &0.into()), "{seen}");
    let start = Instant::now();
    let (code, seen) = run(&[&of[..], &["--genesis", genesis.to_str().unwrap(), "--batch"]].concat(), dir.path());
    println!("{FILES} files in {:?}", start.elapsed());
    assert_eq!((code, &seen["valid"], &seen["indeterminate"]), (Some(2), &21.into(), &(FILES - 20).into()), "{seen}");
    let table = std::fs::read_to_string(&csv).unwrap();
    std::fs::remove_file(&csv).unwrap();
    assert_eq!(table.lines().count(), FILES + 2);
    assert!(table.lines().any(|l| l.contains("bound.pdf,VALID,0,")), "{}", table.lines().next().unwrap());
}

//! A folder of documents that have their receipts in them or beside them: what `check --batch` says of each is what `check`
//! says of it alone.

use super::*;
use crate::api::tests::Node;
use proto::{Body, Canonical, Digest, Name, Role};

/// The least PDF that has a page and says something on it.
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

/// An OFD with one stored entry, and a page in it.
fn ofd(page: &str) -> Vec<u8> {
    let root = r#"<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"#;
    let entries = [("OFD.xml", root), ("Doc_0/Document.xml", page)];
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let number = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    for (name, content) in entries {
        let (at, size, length) = (number(out.len()), number(content.len()), u16::try_from(name.len()).unwrap());
        let shared = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0; 4], &size, &size, &length.to_le_bytes(), &[0, 0]];
        let shared = shared.concat();
        out.extend([b"PK\x03\x04", &shared[..], name.as_bytes(), content.as_bytes()].concat());
        directory.extend([b"PK\x01\x02\x14\0", &shared[..], &[0; 10], &at, name.as_bytes()].concat());
    }
    let (at, size) = (number(out.len()), number(directory.len()));
    out.extend([&directory, &b"PK\x05\x06\0\0\0\0"[..], &[2, 0, 2, 0], &size, &at, &[0, 0]].concat());
    out
}

/// Runs a command against the node; the exit code, and what it says.
async fn run(node: &Node, arguments: &[&str]) -> (u8, serde_json::Value) {
    let genesis = node.net.dir.join("genesis.toml");
    let to = ["--endpoint", node.url(), "--genesis", genesis.to_str().unwrap()];
    let cli = Cli::try_parse_from([&["chirograph"], arguments, &to].concat()).unwrap();
    let outcome = cli.command.run().await.unwrap();
    (outcome.code, outcome.json)
}

/// Commits a record that names `content`; its receipt.
async fn recorded(node: &Node, content: &[u8]) -> Vec<u8> {
    let name = |text| Name::new(text, "name").unwrap();
    let (matter, kind, content) = (name("lease"), name("signed"), Digest::sm3(content));
    let body = Body::Record { matter, kind, content, note: String::new() };
    let terms = node.client.terms().await.unwrap();
    let submission = node.author(Role::Operator).submission(&terms, body, Vec::new());
    node.commit(&submission).await.receipt.unwrap().to_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_in_a_folder_is_told_what_it_is_told_alone() {
    let (node, dir) = (Node::start().await, tempfile::tempdir().unwrap());
    let put = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
    let lease = pdf("rent 100000");
    let receipt = recorded(&node, &lease).await;
    let bound = ::document::attach(&lease, &receipt).unwrap();
    put("a-bound.pdf", &bound);
    let digit = bound.windows(6).position(|w| w == b"100000").unwrap();
    let mut forged = bound.clone();
    forged[digit] = b'9';
    put("b-forged.pdf", &forged);
    let note = ofd("a page");
    put("c-beside.ofd", &note);
    put("c-beside.ofd.receipt", &recorded(&node, &note).await);
    put("d-changed.ofd", &ofd("another page"));
    put("d-changed.ofd.receipt", &recorded(&node, &note).await);
    put("e-torn.ofd", &note);
    put("e-torn.ofd.receipt", &receipt[..receipt.len() - 1]);
    put("f-unknown.pdf", &pdf("nobody recorded this"));
    let csv = dir.path().with_extension("csv");
    let of = ["check", "--csv", csv.to_str().unwrap(), "--batch", dir.path().to_str().unwrap()];
    let (code, said) = run(&node, &of).await;
    let table = std::fs::read_to_string(&csv).unwrap();
    std::fs::remove_file(&csv).unwrap();
    assert_eq!(code, outcome::INVALID, "{said}");
    let rows: Vec<&str> = table.lines().skip(1).collect();
    for (row, (name, verdict, why)) in rows.iter().zip([
        ("a-bound.pdf", "VALID", ""),
        ("b-forged.pdf", "INVALID", "RECEIPT_DOCUMENT event 0 (record)"),
        ("c-beside.ofd", "VALID", ""),
        ("d-changed.ofd", "INVALID", "names another document"),
        ("e-torn.ofd", "INVALID", "RECEIPT_DOCUMENT a receipt cannot be read"),
        ("f-unknown.pdf", "INDETERMINATE", "no event names it"),
    ]) {
        assert!(row.contains(&format!("{name},{verdict},")) && row.contains(why), "{name} {verdict} {why}: {row}");
        assert_eq!(row.ends_with(','), why.is_empty(), "{row}");
        let (_, alone) = run(&node, &["check", dir.path().join(name).to_str().unwrap()]).await;
        assert_eq!(alone["overall"], verdict, "{alone}");
        let told = alone["checks"].as_array().unwrap().iter().find(|c| c["outcome"] == verdict).unwrap();
        // What is known of a document without a receipt is more here than alone: the node was asked.
        let same = why.is_empty() || name.starts_with('f') || row.contains(told["detail"].as_str().unwrap());
        assert!(same, "{told} {row}");
    }
    assert_eq!(rows.len(), 6, "{table}");
}

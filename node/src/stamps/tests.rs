//! Rows, addresses, and what counts as an answer. The authority itself is in the tests with real processes.

use super::*;
use crate::store::Store;
use proto::{Canonical, Digest, Height, TimeMs};

fn stamped(height: u64, authority: &str) -> Stamped {
    let (response, chain_pem) = (vec![height as u8; 9], "-----".to_owned());
    Stamped { height: Height(height), authority: authority.into(), time: TimeMs(height * 1000), response, chain_pem }
}

#[test]
fn stamps_are_found_from_a_height_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_empty(&dir.path().join("db")).unwrap();
    let mut batch = ledger::Batch::default();
    for stamp in [stamped(3, "a"), stamped(3, "b"), stamped(700, "a")] {
        assert_eq!(Stamped::from_bytes(&stamp.to_bytes()), Ok(stamp.clone()));
        rows::put(&stamp, &mut batch);
    }
    store.write(batch).unwrap();
    let disk = store.snapshot();
    assert!(rows::is_there(&disk, Height(3), "b").unwrap());
    assert!(!rows::is_there(&disk, Height(3), "c").unwrap() && !rows::is_there(&disk, Height(4), "a").unwrap());
    assert_eq!(first_from(&disk, Height(0)).unwrap(), Some(Height(3)));
    assert_eq!(first_from(&disk, Height(4)).unwrap(), Some(Height(700)));
    assert_eq!(first_from(&disk, Height(701)).unwrap(), None);
    assert_eq!(of_height(&disk, Height(3)).unwrap().len(), 2);
    assert!(of_height(&disk, Height(4)).unwrap().is_empty());
    assert_eq!(rows::newest(&store).unwrap(), Some(TimeMs(700_000)));
}

#[test]
fn long_stamps_make_short_pages_and_all_of_them_come() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_empty(&dir.path().join("db")).unwrap();
    let mut batch = ledger::Batch::default();
    for height in 0..60 {
        rows::put(&Stamped { chain_pem: "x".repeat(200_000), ..stamped(height, "a") }, &mut batch);
    }
    store.write(batch).unwrap();
    let (disk, mut from, mut heights) = (store.snapshot(), Vec::new(), Vec::new());
    loop {
        let (stamps, next) = page(&disk, &from, 50).unwrap();
        let bytes: usize = stamps.iter().map(|s| s.to_bytes().len()).sum();
        assert!(bytes < crate::wire::MESSAGE_BYTES_MAX, "{bytes}");
        heights.extend(stamps.iter().map(|s| s.height.0));
        let Some(next) = next else { break };
        from = next;
    }
    assert_eq!(heights, (0..60).collect::<Vec<u64>>());
}

#[test]
fn a_file_of_certificates_that_no_answer_could_carry_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chain.pem");
    std::fs::write(&path, vec![b'x'; usize::try_from(CHAIN_BYTES_MAX).unwrap()]).unwrap();
    assert!(read_chain(&path).is_ok());
    std::fs::write(&path, vec![b'x'; usize::try_from(CHAIN_BYTES_MAX).unwrap() + 1]).unwrap();
    assert!(read_chain(&path).unwrap_err().to_string().contains("longer"));
}

#[test]
fn addresses() {
    let good = Authority::parse("http://tsa.example:8080/a?b").unwrap();
    assert_eq!(good.to_string(), "http://tsa.example:8080/a?b");
    for bad in ["https://tsa.example", "tsa.example", "http://", "ftp://x/", ""] {
        assert!(Authority::parse(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_no_answer() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for (reply, says) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc", "DER"),
        ("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", "500"),
        ("nonsense\r\n\r\n", ""),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut seen = [0; 4096];
            let _some = stream.read(&mut seen).await.unwrap();
            stream.write_all(reply.as_bytes()).await.unwrap();
        });
        let answer = Authority::parse(&url).unwrap().ask(vec![1, 2, 3]).await;
        let problem = match answer {
            Ok(bytes) => check(&bytes, (&Digest::ZERO, 1), "").unwrap_err(),
            Err(problem) => problem,
        };
        assert!(problem.contains(says), "{problem}");
    }
}

//! Rubbish on every port: refused, counted, and the node goes on serving.

use crate::network::Network;
use node::config::Config;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What strangers say.
fn rubbish() -> Vec<Vec<u8>> {
    let noise: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    vec![
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff".to_vec(),
        b"\x13/multistream/1.0.0\n\x07/noise\n\xff\xff\xff\xff".to_vec(),
        vec![0xff; 70_000],
        noise,
        Vec::new(),
    ]
}

/// Says it and reads whatever comes back until the other side hangs up, or for a second.
async fn say(to: SocketAddr, bytes: &[u8]) {
    let Ok(mut stream) = TcpStream::connect(to).await else { return };
    // The other side may hang up before it has heard all.
    let _heard = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ended = tokio::time::timeout(Duration::from_secs(1), stream.read_to_end(&mut answer)).await;
}

fn peer_port(config: &Config) -> SocketAddr {
    let port = config.listen.peer.rsplit('/').next().unwrap().parse().unwrap();
    SocketAddr::from(([127, 0, 0, 1], port))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_on_every_port_leaves_the_node_serving() {
    let mut network = Network::start().await;
    network.commit(0, 0).await;
    let config = Config::load(&network.net.home(0)).unwrap();
    for port in [peer_port(&config), config.listen.api, config.listen.metrics] {
        for bytes in rubbish() {
            say(port, &bytes).await;
        }
        // Many that say nothing and stay.
        let mut silent = Vec::new();
        for _ in 0..100 {
            silent.push(TcpStream::connect(port).await);
        }
        network.commit(0, usize::from(port.port())).await;
    }
    network.until_status(0, "its three peers", |s| s.peers_connected == 3).await;
    network.check_promises().await;
    network.check_alive();

    let mut stream = TcpStream::connect(config.listen.metrics).await.unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    let counted = page.lines().find_map(|l| l.strip_prefix("chirograph_peer_malformed_total ")).unwrap();
    assert!(counted.parse::<u64>().unwrap() > 0, "the garbage was counted: {counted}");
}

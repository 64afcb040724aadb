//! What strangers and browsers send: garbage, oversized messages, gRPC-web over HTTP/1.1, TLS and no TLS; reflection
//! and health.

use super::*;
use crate::wire::v1;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;
use tonic_types::StatusExt;

/// Sends bytes and returns what comes back until the other side closes or is silent.
async fn talk(node: &Node, bytes: &[u8]) -> Vec<u8> {
    let address = node.endpoint.url.rsplit('/').next().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The other side may close before it has read everything, which is one of the right answers.
    let _closed = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _silent = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused_and_the_node_goes_on() {
    let node = Node::start().await;
    let noise: Vec<u8> = (0..100_000u32).map(|i| Digest::sm3(&i.to_be_bytes()).0[0]).collect();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    for bytes in [noise.clone(), [preface, noise].concat(), b"GET / HTTP/1.1\r\n\r\n".to_vec(), vec![0; 100_000]] {
        let _answer = talk(&node, &bytes).await;
    }
    let mut open = Vec::new();
    for _ in 0..50 {
        open.push(TcpStream::connect(node.endpoint.url.rsplit('/').next().unwrap()).await.unwrap());
    }
    node.commit(&node.record("m", "still here").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_over_the_limit_is_refused() {
    let node = Node::start().await;
    let evidence = vec![0; crate::wire::MESSAGE_BYTES_MAX];
    let mut service = node.client.verification().max_encoding_message_size(usize::MAX);
    let status = service.verify(v1::VerifyRequest { evidence }).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    assert_eq!(status.get_error_details().error_info().unwrap().reason, "MESSAGE_TOO_LONG");
    node.commit(&node.record("m", "still here").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_speaks_grpc_web() {
    let node = Node::start().await;
    let frame = [0; 5];
    let mut request = format!(
        "POST /chirograph.v1.StatusService/GetStatus HTTP/1.1\r\nHost: node\r\nContent-Type: application/grpc-web+proto\r\n\
         X-Grpc-Web: 1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        frame.len()
    )
    .into_bytes();
    request.extend(frame);
    let answer = talk(&node, &request).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    assert!(answer.windows(version.len()).any(|w| w == version), "the answer holds no status");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_when_configured_and_then_only_that() {
    let node = Node::with(|config, home| {
        let made = crate::tls::make(home, vec!["localhost".into()]).unwrap();
        config.tls = Some(crate::config::Tls { certificate: home.join(made.certificate), key: home.join(made.key) });
    })
    .await;
    assert!(node.endpoint.url.starts_with("https"));
    node.commit(&node.record("m", "over TLS").await).await;
    let plain = Endpoint { url: node.endpoint.url.replace("https", "http"), ca: None };
    let refused = match Client::connect(&plain).await {
        Ok(client) => client.status().await.is_err(),
        Err(_) => true,
    };
    assert!(refused, "clear text was taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_reflection_answer() {
    let node = Node::start().await;
    let channel = tonic::transport::Endpoint::from_shared(node.endpoint.url.clone()).unwrap().connect().await.unwrap();
    let mut health = tonic_health::pb::health_client::HealthClient::new(channel.clone());
    let request = tonic_health::pb::HealthCheckRequest { service: "chirograph.v1.QueryService".into() };
    let answer = health.check(request).await.unwrap().into_inner();
    assert_eq!(answer.status(), tonic_health::pb::health_check_response::ServingStatus::Serving);

    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest,
    };
    let ask = MessageRequest::ListServices(String::new());
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(ask) };
    let mut reflection = ServerReflectionClient::new(channel);
    let stream = tokio_stream::iter([request]);
    let answer = reflection.server_reflection_info(stream).await.unwrap().into_inner().message().await.unwrap();
    let text = String::from_utf8_lossy(&answer.unwrap().encode_to_vec()).into_owned();
    for service in ["SubmissionService", "QueryService", "VerificationService", "StatusService"] {
        assert!(text.contains(&format!("chirograph.v1.{service}")), "{service} is not listed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_never_come_keep_nobody_out() {
    let node = Node::with(|config, _| config.limits.requests = 8).await;
    let mut begun = Vec::new();
    for _ in 0..64 {
        let mut service = node.client.submission();
        begun.push(tokio::spawn(
            async move { service.submit_batch(tokio_stream::pending::<v1::SubmitRequest>()).await },
        ));
    }
    // They are newer than a second only for a second.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    node.client.status().await.unwrap();
    let page = talk(&node, b"GET / HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n").await;
    assert!(page.starts_with(b"HTTP/1.1 200") && page.len() > 500, "{}", String::from_utf8_lossy(&page));
    node.commit(&node.record("m", "still here").await).await;
    begun.iter().for_each(tokio::task::JoinHandle::abort);
}

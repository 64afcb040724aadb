//! The handshake over an in-memory pipe: who gets in, and who does not.

use super::*;
use crate::net::certificate::tests::identity;
use proto::Digest;
use std::future::Future;
use tokio_util_pipe::pipe;

mod tokio_util_pipe {
    //! Two ends of a pipe with the traits of `futures`.
    use futures::io::{AsyncRead, AsyncWrite};
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{AsyncRead as _, AsyncWrite as _, DuplexStream, ReadBuf};

    pub struct End(DuplexStream);

    pub fn pipe() -> (End, End) {
        let (a, b) = tokio::io::duplex(64 << 10);
        (End(a), End(b))
    }

    impl AsyncRead for End {
        fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut [u8]) -> Poll<io::Result<usize>> {
            let mut buf = ReadBuf::new(out);
            match Pin::new(&mut self.0).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) => Poll::Ready(Ok(buf.filled().len())),
                Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
                Poll::Pending => Poll::Pending,
            }
        }
    }

    impl AsyncWrite for End {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.0).poll_write(cx, bytes)
        }
        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(cx)
        }
        fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(cx)
        }
    }
}

const CHAIN: ChainId = Digest([1; 32]);

fn badge(identity: Identity, chain: ChainId) -> Badge {
    let certificate = identity.certify(chain, 1);
    Badge { identity, certificate, instance: Instance::new([9; 16], 1).unwrap() }
}

fn expect(badge: &Badge) -> Expected {
    Expected { peer: badge.identity.peer_id(), validator: badge.identity.validator.public().clone() }
}

/// Runs both sides; the listener admits as soon as it is content.
async fn meet(
    dialer: &Badge,
    listener: &Badge,
    seen: (&Expected, &Expected),
) -> (Result<Instance, AuthError>, Result<Instance, AuthError>) {
    let (mut a, mut b) = pipe();
    let dial = async move { handshake(&mut a, Role::Dialer, dialer, seen.0).await };
    let listen = async move {
        let instance = handshake(&mut b, Role::Listener, listener, seen.1).await?;
        admit(&mut b).await?;
        Ok(instance)
    };
    within(async { tokio::join!(dial, listen) }).await
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(std::time::Duration::from_secs(10), work).await.expect("a handshake does not hang")
}

#[tokio::test]
async fn two_validators_meet() {
    let (a, b) = (badge(identity(), CHAIN), badge(identity(), CHAIN));
    let (dialed, listened) = meet(&a, &b, (&expect(&b), &expect(&a))).await;
    assert_eq!((dialed.unwrap(), listened.unwrap()), (b.instance, a.instance));
}

#[tokio::test]
async fn a_second_process_is_told_of_the_first() {
    let (a, b, first) = (badge(identity(), CHAIN), badge(identity(), CHAIN), Instance::new([4; 16], 7).unwrap());
    let (mut ours, mut theirs) = pipe();
    let (expect_b, expect_a) = (expect(&b), expect(&a));
    let dial = handshake(&mut ours, Role::Dialer, &a, &expect_b);
    let listen = async {
        handshake(&mut theirs, Role::Listener, &b, &expect_a).await.unwrap();
        turn_away(&mut theirs, &first).await.unwrap();
    };
    let (dialed, ()) = within(async { tokio::join!(dial, listen) }).await;
    assert!(matches!(dialed, Err(AuthError::Rival(rival)) if rival == first));
}

#[tokio::test]
async fn another_network_is_refused() {
    let (a, b) = (badge(identity(), CHAIN), badge(identity(), Digest([2; 32])));
    let (dialed, listened) = meet(&a, &b, (&expect(&b), &expect(&a))).await;
    assert!(dialed.unwrap_err().to_string().contains("another network"));
    assert!(listened.is_err());
}

#[tokio::test]
async fn a_validator_behind_anothers_transport_key_is_refused() {
    let (a, b) = (badge(identity(), CHAIN), badge(identity(), CHAIN));
    let other = expect(&badge(identity(), CHAIN));
    let wrong_peer = Expected { peer: other.peer, ..expect(&b) };
    let (dialed, _) = meet(&a, &b, (&wrong_peer, &expect(&a))).await;
    assert!(dialed.unwrap_err().to_string().contains("another transport key"));
    let wrong_validator = Expected { validator: other.validator, ..expect(&b) };
    let (dialed, _) = meet(&a, &b, (&wrong_validator, &expect(&a))).await;
    assert!(dialed.unwrap_err().to_string().contains("genesis gives"));
}

#[tokio::test]
async fn a_copied_certificate_without_the_key_is_refused() {
    let (a, b) = (badge(identity(), CHAIN), badge(identity(), CHAIN));
    // Holds b's certificate and transport key, but signs with a validator key of its own.
    let thief = Identity { validator: identity().validator, peer: b.identity.peer.clone() };
    let thief = Badge { identity: thief, certificate: b.certificate.clone(), instance: b.instance };
    let (dialed, _) = meet(&a, &thief, (&expect(&b), &expect(&a))).await;
    assert!(dialed.unwrap_err().to_string().contains("does not own the validator key"));
}

#[tokio::test]
async fn a_proof_cannot_be_reflected() {
    // The other side answers with our own messages.
    let a = badge(identity(), CHAIN);
    let (mut ours, mut mirror) = pipe();
    let reflect = async move {
        while let Ok(bytes) = crate::net::frame::read(&mut mirror, 4096).await {
            let mut out = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
            out.extend(bytes);
            if futures::AsyncWriteExt::write_all(&mut mirror, &out).await.is_err() {
                break;
            }
        }
    };
    let expected = expect(&a);
    let dial = async { handshake(&mut ours, Role::Listener, &a, &expected).await };
    let result = within(async {
        tokio::select! {
            result = dial => result,
            () = reflect => panic!("the mirror ended first"),
        }
    })
    .await;
    assert!(result.unwrap_err().to_string().contains("proof does not hold"));
}

#[tokio::test]
async fn garbage_is_refused() {
    let a = badge(identity(), CHAIN);
    let (mut ours, mut theirs) = pipe();
    futures::AsyncWriteExt::write_all(&mut theirs, b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let expected = expect(&a);
    assert!(within(handshake(&mut ours, Role::Listener, &a, &expected)).await.is_err());
}

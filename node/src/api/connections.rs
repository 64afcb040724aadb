//! Accepts client connections, at most [`CONNECTIONS_MAX`] at a time: more wait in the system's queue instead of using
//! up the process's file descriptors. Whoever says nothing loses the place, as does whoever does not read our answers, and
//! no address has many of them.
//!
//! It does not read what is said; that a handshake of TLS ends in time is the server's business.

use super::caller::Caller;
use super::guests::{Guests, Seat};
use futures::Stream;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep};
use tonic::transport::server::Connected;

/// Most client connections.
const CONNECTIONS_MAX: usize = 1024;

/// How long a client may say nothing.
#[derive(Clone, Copy, Debug)]
struct Silence {
    /// Until its first byte.
    first: Duration,
    /// Between bytes: longer than a call takes in which only we have something to say, and than the pings of HTTP/2.
    later: Duration,
    /// Without taking a byte of what we have to say.
    unread: Duration,
    /// With an answer that is ready and that it does not let us send, however much it says meanwhile.
    ready: Duration,
}

const SILENCE: Silence = Silence {
    first: Duration::from_secs(10),
    later: Duration::from_secs(120),
    unread: Duration::from_secs(60),
    ready: Duration::from_secs(120),
};

/// A client's connection with its place among the allowed ones.
pub struct Connection {
    stream: TcpStream,
    deadline: Pin<Box<Sleep>>,
    /// While it takes nothing.
    unread: Option<Pin<Box<Sleep>>>,
    silence: Silence,
    caller: Caller,
    _seat: Seat,
}

/// Accepts for ever. A failed accept (such as too many open files) is passed on, and tonic goes on accepting.
pub fn accept(listener: TcpListener) -> impl Stream<Item = io::Result<Connection>> {
    let guests = Guests::new(CONNECTIONS_MAX);
    futures::stream::unfold((listener, guests), |(listener, guests)| async {
        let accepted = next(&listener, &guests).await?;
        Some((accepted, (listener, guests)))
    })
}

/// The next connection of an address that has not too many.
async fn next(listener: &TcpListener, guests: &Guests) -> Option<io::Result<Connection>> {
    loop {
        let place = guests.place().await?;
        match listener.accept().await {
            Err(e) => return Some(Err(e)),
            Ok((stream, from)) => match guests.seat(place, from.ip()) {
                Some(seat) => return Some(stream.set_nodelay(true).map(|()| Connection::new(stream, seat, SILENCE))),
                None => drop(stream),
            },
        }
    }
}

impl Connection {
    fn new(stream: TcpStream, seat: Seat, silence: Silence) -> Self {
        let deadline = Box::pin(tokio::time::sleep(silence.first));
        let from = stream.peer_addr().ok().map(|address| address.ip());
        let caller = Caller { from, ..Caller::default() };
        Self { stream, deadline, unread: None, silence, caller, _seat: seat }
    }
    /// Passes on how far a write came; an error once the client has taken nothing for too long.
    fn taken(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.unread = None;
            return written;
        }
        let patience = self.silence.unread;
        let unread = self.unread.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        unread.as_mut().poll(cx).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
    }
}

impl Connected for Connection {
    type ConnectInfo = Caller;
    fn connect_info(&self) -> Self::ConnectInfo {
        self.caller.clone()
    }
}

impl AsyncRead for Connection {
    /// Bytes put the deadline off. Nobody reads while an answer of HTTP/1.1 is being made, and then it does not count.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        // Who says anything is looked at then, and who says nothing is silent.
        if self.caller.unread.oldest().is_some_and(|waits| waits >= self.silence.ready) {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not take its answers")));
        }
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_ready() {
            let later = Instant::now() + self.silence.later;
            self.deadline.as_mut().reset(later);
            return read;
        }
        self.deadline.as_mut().poll(cx).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "the client is silent")))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.taken(cx, written)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.taken(cx, written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const SHORT: Silence = Silence {
        first: Duration::from_millis(100),
        later: Duration::from_millis(400),
        unread: Duration::from_millis(200),
        ready: Duration::from_millis(300),
    };

    /// Both ends of a connection: what a client holds, and what was accepted.
    async fn pair() -> (TcpStream, Connection) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, from) = listener.accept().await.unwrap();
        let guests = Guests::new(1);
        let seat = guests.seat(guests.place().await.unwrap(), from.ip()).unwrap();
        (client, Connection::new(stream, seat, SHORT))
    }

    #[tokio::test]
    async fn a_silent_socket_loses_its_place() {
        let (_client, mut connection) = pair().await;
        let start = Instant::now();
        let end = connection.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::TimedOut);
        assert!(start.elapsed() >= SHORT.first && start.elapsed() < SHORT.later);
    }

    #[tokio::test]
    async fn one_that_spoke_may_be_silent_for_longer_and_not_for_ever() {
        let (mut client, mut connection) = pair().await;
        client.write_all(b"x").await.unwrap();
        assert_eq!(connection.read(&mut [0; 8]).await.unwrap(), 1);
        let start = Instant::now();
        assert!(connection.read(&mut [0; 8]).await.is_err());
        assert!(start.elapsed() >= SHORT.later);
        assert!(SILENCE.later > super::super::CALL_TIMEOUT);
    }

    #[tokio::test]
    async fn one_that_speaks_and_does_not_take_its_answers_loses_its_place() {
        let (mut client, mut connection) = pair().await;
        let waiting = connection.caller.unread.begin();
        let start = Instant::now();
        while start.elapsed() < SHORT.ready * 4 {
            client.write_all(b"ping").await.unwrap();
            if connection.read(&mut [0; 8]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!((SHORT.ready..SHORT.ready * 4).contains(&start.elapsed()), "{:?}", start.elapsed());
        drop(waiting);
        client.write_all(b"ping").await.unwrap();
        assert!(connection.read(&mut [0; 8]).await.is_ok());
    }

    #[tokio::test]
    async fn one_that_does_not_read_loses_its_place() {
        let (mut client, mut connection) = pair().await;
        let answer = vec![0; 64 << 20];
        let start = Instant::now();
        let end = connection.write_all(&answer).await.unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::TimedOut);
        assert!(start.elapsed() >= SHORT.unread);
        drop(connection);
        // Whoever reads gets everything, however slowly.
        let (mut reader, mut connection) = pair().await;
        let read = tokio::spawn(async move {
            let (mut all, mut piece) = (0, vec![0; 256 << 10]);
            while let Ok(n @ 1..) = reader.read(&mut piece).await {
                all += n;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            all
        });
        connection.write_all(&answer[..16 << 20]).await.unwrap();
        drop(connection);
        assert_eq!(read.await.unwrap(), 16 << 20);
        let _closed = client.shutdown().await;
    }
}

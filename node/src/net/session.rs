//! A stream with an authenticated peer: one task writes what the queue holds, one reads frames and hands them on.
//!
//! A stream that is silent for [`SILENCE_MAX`] is dead; each side writes at least every [`KEEP_ALIVE`]. Frames are handed
//! on one by one, so a slow receiver slows its sender down and nobody else.

use crate::net::allowance::Bucket;
use crate::net::frame::{self, Bytes, FRAME_BYTES_MAX};
use crate::net::inbound::Inbound;
use crate::net::{Lane, Peer};
use futures::io::{ReadHalf, WriteHalf};
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::Stream;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Longest silence of a peer that is alive.
const SILENCE_MAX: Duration = Duration::from_secs(20);
/// How often something is written.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How many bytes are written at once.
const WRITE_BYTES: usize = 64 << 10;
/// Most frames a second on average, and at once. A validator in a hurry sends a few hundred.
const FRAMES_PER_SECOND: f64 = 4000.0;
/// How many frames may come at once.
const FRAMES_BURST: f64 = 8000.0;

/// Runs until the stream breaks or the peer breaks the protocol; says which.
pub async fn run(peer: Arc<Peer>, lane: Lane, stream: Stream, inbound: Arc<Inbound>) -> io::Error {
    let _counted = Counted::new(peer.clone());
    let (reader, writer) = stream.split();
    tokio::select! {
        error = write(&peer, lane, writer) => error,
        error = read(&peer, reader, &inbound) => error,
    }
}

/// Counts a running stream while it lives.
struct Counted(Arc<Peer>);

impl Counted {
    fn new(peer: Arc<Peer>) -> Self {
        peer.streams.fetch_add(1, Ordering::Relaxed);
        Self(peer)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn write(peer: &Peer, lane: Lane, mut writer: WriteHalf<Stream>) -> io::Error {
    loop {
        let frames = timeout(KEEP_ALIVE, peer.queue(lane).take(WRITE_BYTES)).await.unwrap_or_default();
        let written = match timeout(SILENCE_MAX, write_all(&mut writer, &frames)).await {
            Ok(written) => written,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        if let Err(error) = written {
            return error;
        }
    }
}

async fn write_all(writer: &mut WriteHalf<Stream>, frames: &[Bytes]) -> io::Result<()> {
    if frames.is_empty() {
        writer.write_all(&[0; 4]).await?;
    }
    // One write for many small frames: each write costs an encryption and a segment.
    writer.write_all(&frames.concat()).await?;
    writer.flush().await
}

async fn read(peer: &Arc<Peer>, mut reader: ReadHalf<Stream>, inbound: &Arc<Inbound>) -> io::Error {
    let mut bucket = Bucket::new((FRAMES_PER_SECOND, FRAMES_BURST), Instant::now());
    loop {
        let bytes = match timeout(SILENCE_MAX, frame::read(&mut reader, FRAME_BYTES_MAX)).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) => {
                if error.kind() == io::ErrorKind::InvalidData {
                    inbound.intake.metrics.malformed.inc();
                }
                return error;
            }
            Err(_) => return io::ErrorKind::TimedOut.into(),
        };
        let wait = bucket.take(Instant::now());
        if !wait.is_zero() {
            inbound.intake.metrics.mesh.throttled.inc();
            tokio::time::sleep(wait).await;
        }
        peer.presence.hear(Instant::now());
        if bytes.is_empty() {
            continue;
        }
        if let Err(problem) = inbound.accept(peer, &bytes).await {
            return io::Error::new(io::ErrorKind::InvalidData, problem);
        }
    }
}

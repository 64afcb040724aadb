//! WatchEvents: the events from one on, as they are committed, as a stream. Nothing in it is proven here.
//!
//! A bounded number of readers, of one origin only a part of them; a few read the store at a time, in small batches, so that a
//! search through a long ledger does not keep others from theirs. Nothing is buffered for a reader that is slow: its place in
//! the ledger is a number, and what it missed is read when it comes back for it.

use super::malformed;
use super::shares::{Share, Shares};
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wanted::Wanted;
use crate::wire::{to_proto, v1};
use ledger::{Read, ReadFault};
use prost::Message;
use proto::Seq;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, mpsc, watch};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

/// Readers at the same time.
const WATCHERS_MAX: usize = 64;
/// Of them read the store at a time.
const READING_MAX: usize = 2;
/// Answers that wait for the reader.
const ANSWERS_MAX: usize = 1;
/// Events in one answer.
const EVENTS_MAX: usize = 100;
/// Events looked at for one answer.
const LOOKED_AT_MAX: u64 = 1_000;
/// An answer is full with the event that takes it over so many bytes.
const ANSWER_BYTES: usize = 256 << 10;
/// How long a reader may take for one answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Something is said at least so often: whoever hears nothing for longer knows that the line is dead.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// What the method answers with.
pub type Answers = ReceiverStream<Result<v1::WatchEventsResponse, Status>>;

/// The places of all readers. Cloning shares them.
#[derive(Clone)]
pub struct Watchers {
    places: Shares,
    reading: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

/// One reader.
struct Watcher {
    handle: Handle,
    watchers: Watchers,
    wanted: Arc<Wanted>,
    next: Seq,
    /// 0: none.
    end: u64,
    commits: broadcast::Receiver<crate::status::Commit>,
    _place: Share,
}

impl Watchers {
    /// No readers yet; all are told to ask elsewhere when `stopping` turns true.
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        Self { places: Shares::new(WATCHERS_MAX, 1), reading: Arc::new(Semaphore::new(READING_MAX)), stopping }
    }
}

/// Begins to send.
pub async fn watch_events(
    handle: &Handle,
    watchers: &Watchers,
    (request, from): (v1::WatchEventsRequest, Option<IpAddr>),
) -> Result<Answers, Refusal> {
    let wanted = Wanted::parse(&request.kind, &request.organisation, &request.signer).map_err(malformed)?;
    let (next, end) = (Seq(request.from_seq), request.end_seq);
    if end != 0 && end < next.0 {
        let message = "end_seq: ends before from_seq; give 0 to go on with what is committed";
        return Err(Refusal::new("FIELD_INVALID", "end_seq", message));
    }
    let place = watchers.places.take(from, 1).ok_or_else(busy)?;
    let size = handle.read(|store| size(&store.snapshot())).await?;
    if next.0 > size {
        let message = format!("from_seq: {next} is beyond the {size} events of this node's ledger");
        return Err(Refusal::new("EVENT_RANGE", "from_seq", message).retry_after(Duration::from_secs(1)));
    }
    // Subscribed before the first batch is read, so that a commit in between is not slept through.
    let commits = handle.subscribe_commits();
    let (handle, watchers, wanted) = (handle.clone(), watchers.clone(), Arc::new(wanted));
    let watcher = Watcher { handle, watchers, wanted, next, end, commits, _place: place };
    let (sender, receiver) = mpsc::channel(ANSWERS_MAX);
    tokio::spawn(watcher.serve(sender));
    Ok(ReceiverStream::new(receiver))
}

type Sender = mpsc::Sender<Result<v1::WatchEventsResponse, Status>>;

impl Watcher {
    async fn serve(mut self, sender: Sender) {
        let mut stopping = self.watchers.stopping.clone();
        let ended = tokio::select! {
            ended = self.send_all(&sender) => ended,
            _ = stopping.wait_for(|stopping| *stopping) => Err(Refusal::stopping()),
        };
        if let Err(refusal) = ended {
            // A reader that is gone needs no word.
            let _gone = timeout(SIGN_OF_LIFE, sender.send(Err(refusal.into()))).await;
        }
    }
    /// Until the end that was asked for, or until the reader is gone or too slow.
    async fn send_all(&mut self, sender: &Sender) -> Result<(), Refusal> {
        loop {
            let answer = self.batch().await?;
            let (next, size) = (answer.next_seq, answer.ledger_size);
            let is_taken = timeout(PATIENCE, sender.send(Ok(answer))).await;
            self.next = Seq(next);
            if !matches!(is_taken, Ok(Ok(()))) || (self.end != 0 && next >= self.end) {
                return Ok(());
            }
            if next >= size {
                tokio::select! {
                    () = self.more(next) => {}
                    () = sender.closed() => return Ok(()),
                }
            }
        }
    }
    /// Returns when the ledger has more than `size` events, or when it is time for a sign of life.
    async fn more(&mut self, size: u64) {
        let grown = async {
            while let Ok(commit) = self.commits.recv().await {
                if commit.events.iter().any(|(_, seq)| seq.0 >= size) {
                    break;
                }
            }
        };
        // A reader that lost notices reads the store again, and so it does after a while anyhow.
        let _grown = timeout(SIGN_OF_LIFE, grown).await;
    }
    async fn batch(&self) -> Result<v1::WatchEventsResponse, Refusal> {
        let _reading = self.watchers.reading.acquire().await.map_err(|_| Refusal::stopping())?;
        let (wanted, range) = (self.wanted.clone(), (self.next, self.end));
        self.handle.read(move |store| batch(&store.snapshot(), &wanted, range)).await
    }
}

fn size(disk: &dyn Read) -> Result<u64, ReadFault> {
    Ok(ledger::tip(disk)?.map_or(0, |tip| tip.header.ledger_size))
}

fn batch(disk: &dyn Read, wanted: &Wanted, (from, end): (Seq, u64)) -> Result<v1::WatchEventsResponse, ReadFault> {
    let ledger_size = size(disk)?;
    let end = if end == 0 { ledger_size } else { end.min(ledger_size) };
    let (mut next, mut bytes, mut events) = (from.0, 0, Vec::new());
    while next < end.min(from.0 + LOOKED_AT_MAX) && events.len() < EVENTS_MAX && bytes < ANSWER_BYTES {
        let event = ledger::event(disk, Seq(next))?.ok_or_else(|| ReadFault::missing("an event of the ledger"))?;
        next += 1;
        if wanted.takes(&event) {
            let event = to_proto::event(&event);
            bytes += event.encoded_len();
            events.push(event);
        }
    }
    Ok(v1::WatchEventsResponse { events, next_seq: next, ledger_size })
}

fn busy() -> Refusal {
    let message =
        format!("{WATCHERS_MAX} readers are sent events, or as many as may be by you; end one or try again later");
    Refusal::new("TOO_MANY_WATCHERS", "", message).retry_after(Duration::from_secs(30))
}

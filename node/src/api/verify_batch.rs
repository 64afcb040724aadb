//! VerifyBatch: a stream of evidence and digests, each with its own answer, in the order of the stream.
//!
//! Few are in work at a time; the rest waits in the client by HTTP/2 flow control. An item that is malformed is answered as
//! such and stops nothing. Each is worked on by a task of its own: a reader that stops reading holds up its own answers, and
//! no place among the checkers.

use super::checkers::Checkers;
use super::find_document::events_of;
use super::shares::{Room, Share};
use super::verify::check;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::from_proto::digest;
use crate::wire::v1::{self, verify_batch_request::Subject};
use crate::wire::{to_proto, v1::verify_batch_response::Answer};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use proto::light::LINKS_MAX;
use proto::{Digest, Epoch, Outcome, Seq, Trail, Trust};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tonic::Status;

/// Items of one stream that are in work at a time.
const IN_WORK: usize = 16;
/// Of these, evidence: as many as keep the checkers busy. The rest would only lie in memory.
const EVIDENCE_IN_WORK: usize = 2;
/// Events that one answer names.
const EVENTS_MAX: usize = 20;
/// Longest id that is carried back.
const ID_MAX: usize = 1024;

/// What the method answers with.
pub type Answers = BoxStream<'static, Result<v1::VerifyBatchResponse, Status>>;

/// An item as it came, with what it holds.
struct Item {
    request: v1::VerifyBatchRequest,
    room: Result<Share, Refusal>,
    turn: Option<OwnedSemaphorePermit>,
}

/// Answers one by one, for as long as the stream lasts.
pub async fn verify_batch(
    (handle, room): (&Handle, Room),
    (checkers, trust): (&Checkers, Arc<Trust>),
    requests: impl Stream<Item = Result<v1::VerifyBatchRequest, Status>> + Send + 'static,
) -> Result<Answers, Refusal> {
    let trail = Arc::new(handle.read(|store| ledger::trail(&store.snapshot(), Epoch(0), LINKS_MAX)).await?);
    let (handle, checkers, turns) = (handle.clone(), checkers.clone(), Arc::new(Semaphore::new(EVIDENCE_IN_WORK)));
    let items = requests.then(move |request| {
        let (room, turns) = (room.clone(), turns.clone());
        async move { item(request?, &room, turns).await }
    });
    let answer = move |item: Result<Item, Status>| {
        let (handle, basis) = (handle.clone(), (checkers.clone(), trust.clone(), trail.clone()));
        Working(tokio::spawn(async move { Ok(one(&handle, basis, item?).await) }))
    };
    Ok(items.map(answer).buffered(IN_WORK).boxed())
}

/// Evidence waits for the evidence before it in its own stream.
async fn item(request: v1::VerifyBatchRequest, room: &Room, turns: Arc<Semaphore>) -> Result<Item, Status> {
    let room = room.hold(&request);
    let turn = match request.subject {
        Some(Subject::Evidence(_)) => turns.acquire_owned().await.ok(),
        _ => None,
    };
    Ok(Item { request, room, turn })
}

/// A task that ends with who waits for it.
struct Working(JoinHandle<Result<v1::VerifyBatchResponse, Status>>);

impl Future for Working {
    type Output = Result<v1::VerifyBatchResponse, Status>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let done = Pin::new(&mut self.0).poll(cx);
        done.map(|answer| answer.unwrap_or_else(|_| Err(Refusal::stopping().into())))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn one(
    handle: &Handle,
    (checkers, trust, trail): (Checkers, Arc<Trust>, Arc<Trail>),
    item: Item,
) -> v1::VerifyBatchResponse {
    let Item { request, room, turn } = item;
    let id: String = request.id.chars().take(ID_MAX).collect();
    let answered = match request.subject.map(|subject| room.map(|held| (subject, held))) {
        Some(Err(refusal)) => Err(refusal),
        None => {
            Err(super::malformed(proto::Malformed::Rule { field: "subject", rule: "evidence or digest must be set" }))
        }
        Some(Ok((Subject::Evidence(bytes), held))) => {
            let work = move || {
                let _until_checked = (held, turn);
                check(&trust, &trail, &bytes)
            };
            checkers.in_turn(work).await.map(Answer::Evidence)
        }
        Some(Ok((Subject::Digest(bytes), _held))) => match digest(&bytes, "digest") {
            Err(e) => Err(super::malformed(e)),
            Ok(document) => look_up(handle, document).await.map(Answer::Document),
        },
    };
    let (overall, answer) = match answered {
        Ok(answer) => (overall(&answer), answer),
        Err(refusal) => (Outcome::Indeterminate, Answer::Refused(super::submit_batch::refused(refusal))),
    };
    v1::VerifyBatchResponse { id, overall: to_proto::outcome(overall).into(), answer: Some(answer) }
}

fn overall(answer: &Answer) -> Outcome {
    match answer {
        Answer::Evidence(checks) => match checks.overall() {
            v1::Outcome::Valid => Outcome::Valid,
            v1::Outcome::Invalid => Outcome::Invalid,
            _ => Outcome::Indeterminate,
        },
        Answer::Document(found) if !found.events.is_empty() => Outcome::Valid,
        _ => Outcome::Indeterminate,
    }
}

async fn look_up(handle: &Handle, document: Digest) -> Result<v1::DocumentEvents, Refusal> {
    let wanted = EVENTS_MAX + 1;
    let seqs: Vec<Seq> = handle.read(move |store| events_of(&store.snapshot(), &document, Seq(0), wanted)).await?;
    let more = seqs.len() == wanted;
    Ok(v1::DocumentEvents { events: seqs.into_iter().take(EVENTS_MAX).map(|s| s.0).collect(), more })
}

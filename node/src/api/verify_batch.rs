//! VerifyBatch: a stream of evidence and digests, each with its own answer, in the order of the stream.
//!
//! Few are in work at a time; the rest waits in the client by HTTP/2 flow control. An item that is malformed is answered as
//! such and stops nothing.

use super::checkers::Checkers;
use super::find_document::events_of;
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
use std::sync::Arc;
use tonic::Status;

/// Items of one stream that are in work at a time.
const IN_WORK: usize = 16;
/// Events that one answer names.
const EVENTS_MAX: usize = 20;
/// Longest id that is carried back.
const ID_MAX: usize = 1024;

/// What the method answers with.
pub type Answers = BoxStream<'static, Result<v1::VerifyBatchResponse, Status>>;

/// Answers one by one, for as long as the stream lasts.
pub async fn verify_batch(
    handle: &Handle,
    (checkers, trust): (&Checkers, Arc<Trust>),
    requests: impl Stream<Item = Result<v1::VerifyBatchRequest, Status>> + Send + 'static,
) -> Result<Answers, Refusal> {
    let trail = Arc::new(handle.read(|store| ledger::trail(&store.snapshot(), Epoch(0), LINKS_MAX)).await?);
    let (handle, checkers) = (handle.clone(), checkers.clone());
    let answer = move |request: Result<v1::VerifyBatchRequest, Status>| {
        let (handle, basis) = (handle.clone(), (checkers.clone(), trust.clone(), trail.clone()));
        async move { one(&handle, basis, request?).await }
    };
    Ok(requests.map(answer).buffered(IN_WORK).boxed())
}

async fn one(
    handle: &Handle,
    (checkers, trust, trail): (Checkers, Arc<Trust>, Arc<Trail>),
    request: v1::VerifyBatchRequest,
) -> Result<v1::VerifyBatchResponse, Status> {
    let id: String = request.id.chars().take(ID_MAX).collect();
    let answered = match request.subject {
        None => {
            Err(super::malformed(proto::Malformed::Rule { field: "subject", rule: "evidence or digest must be set" }))
        }
        Some(Subject::Evidence(bytes)) => {
            checkers.in_turn(move || check(&trust, &trail, &bytes)).await.map(Answer::Evidence)
        }
        Some(Subject::Digest(bytes)) => match digest(&bytes, "digest") {
            Err(e) => Err(super::malformed(e)),
            Ok(document) => look_up(handle, document).await.map(Answer::Document),
        },
    };
    let (overall, answer) = match answered {
        Ok(answer) => (overall(&answer), answer),
        Err(refusal) => (Outcome::Indeterminate, Answer::Refused(super::submit_batch::refused(refusal))),
    };
    Ok(v1::VerifyBatchResponse { id, overall: to_proto::outcome(overall).into(), answer: Some(answer) })
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
    let seqs: Vec<Seq> = handle.read(move |store| events_of(&store.snapshot(), &document, Seq(0), EVENTS_MAX)).await?;
    Ok(v1::DocumentEvents { events: seqs.into_iter().map(|s| s.0).collect() })
}

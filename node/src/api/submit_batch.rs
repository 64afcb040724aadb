//! SubmitBatch: a stream of transactions, each with its own result. A refusal stops nothing but itself.

use super::shares::Room;
use super::submit::submit;
use crate::errors::code;
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::v1::{self, submit_batch_result::Outcome};
use futures::StreamExt;
use tonic::{Status, Streaming};

/// Requests in one stream.
const BATCH_MAX: usize = 5_000;
/// Characters of an id that are given back; a UUID has 36, and some write it with more around.
const ID_CHARS_MAX: usize = 45;
/// Requests of one stream that are in work at a time; the rest wait in the client by HTTP/2 flow control.
const IN_WORK: usize = 64;

/// Results stand in the order of the requests; the one after the last that is taken says `BATCH_TOO_LONG`. A broken stream ends
/// the call, but what was submitted stays submitted: sending the same requests again is safe.
pub async fn submit_batch(
    node: (&Handle, &Room),
    requests: Streaming<v1::SubmitRequest>,
) -> Result<v1::SubmitBatchResponse, Status> {
    let numbered = requests.take(BATCH_MAX + 1).enumerate();
    let mut answers = numbered
        .map(|(at, request)| async move {
            let request = request?;
            Ok(if at < BATCH_MAX {
                one(node, request).await
            } else {
                result(&request, Outcome::Refused(refused(too_long())))
            })
        })
        .buffered(IN_WORK);
    let mut results = Vec::new();
    while let Some(answer) = answers.next().await {
        results.push(answer.map_err(|status: Status| status)?);
    }
    Ok(v1::SubmitBatchResponse { results })
}

async fn one(node: (&Handle, &Room), request: v1::SubmitRequest) -> v1::SubmitBatchResult {
    let named = result(&request, Outcome::Refused(v1::Refusal::default()));
    let outcome = match submit(node, request).await {
        Ok(mut response) => {
            // Thousands of receipts would not fit a message; they are fetched one by one.
            response.receipt = None;
            Outcome::Accepted(response)
        }
        Err(refusal) => Outcome::Refused(refused(refusal)),
    };
    v1::SubmitBatchResult { outcome: Some(outcome), ..named }
}

/// A result under the id of its request: as it was sent, as far as an id can be long. Results wait for the end of the stream in
/// memory that is counted for nobody, so each is small.
fn result(request: &v1::SubmitRequest, outcome: Outcome) -> v1::SubmitBatchResult {
    let sent = request.transaction.as_ref().map_or("", |t| &t.request_id);
    v1::SubmitBatchResult { request_id: sent.chars().take(ID_CHARS_MAX).collect(), outcome: Some(outcome) }
}

/// A refusal as data.
pub fn refused(r: Refusal) -> v1::Refusal {
    v1::Refusal { reason: r.code.to_owned(), field: r.field, message: r.message, code: code(r.kind).into() }
}

fn too_long() -> Refusal {
    let message = format!("a batch holds at most {BATCH_MAX} requests; send this one and the rest in another one");
    Refusal::new("BATCH_TOO_LONG", "", message)
}

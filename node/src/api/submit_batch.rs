//! SubmitBatch: a stream of transactions, each with its own result. A refusal stops nothing but itself.

use super::shares::Room;
use super::submit::submit;
use crate::errors::code;
use crate::handle::Handle;
use crate::refusal::{Refusal, RefusalKind};
use crate::wire::v1::{self, submit_batch_result::Outcome};
use futures::StreamExt;
use tonic::{Status, Streaming};

/// Requests in one stream.
const BATCH_MAX: usize = 5_000;
/// Requests of one stream that are in work at a time; the rest wait in the client by HTTP/2 flow control.
const IN_WORK: usize = 64;

/// Results stand in the order of the requests. A broken stream ends the call, but what was submitted stays submitted:
/// sending the same requests again is safe.
pub async fn submit_batch(
    node: (&Handle, &Room),
    requests: Streaming<v1::SubmitRequest>,
) -> Result<v1::SubmitBatchResponse, Status> {
    let mut answers = requests.map(|request| async { Ok(one(node, request?).await) }).buffered(IN_WORK);
    let mut results = Vec::new();
    while let Some(answer) = answers.next().await {
        if results.len() == BATCH_MAX {
            return Err(too_long().into());
        }
        results.push(answer.map_err(|status: Status| status)?);
    }
    Ok(v1::SubmitBatchResponse { results })
}

async fn one(node: (&Handle, &Room), request: v1::SubmitRequest) -> v1::SubmitBatchResult {
    let request_id = request.transaction.as_ref().map_or(String::new(), |t| t.request_id.clone());
    let outcome = match submit(node, request).await {
        Ok(mut response) => {
            // Thousands of receipts would not fit a message; they are fetched one by one.
            response.receipt = None;
            Outcome::Accepted(response)
        }
        Err(refusal) => Outcome::Refused(refused(refusal)),
    };
    v1::SubmitBatchResult { request_id, outcome: Some(outcome) }
}

/// A refusal as data.
pub fn refused(r: Refusal) -> v1::Refusal {
    v1::Refusal { reason: r.code.to_owned(), field: r.field, message: r.message, code: code(r.kind).into() }
}

fn too_long() -> Refusal {
    let message = format!("a batch holds at most {BATCH_MAX} requests; send the rest in another one");
    Refusal::new(RefusalKind::Invalid, "BATCH_TOO_LONG", "", message)
}

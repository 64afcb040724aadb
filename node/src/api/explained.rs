//! Refusals of the gRPC library itself, which knows no reasons: a message that is none, or one that is too long, gets a reason
//! like every other refusal. Methods that do not exist keep the library's answer.

use crate::refusal::Refusal;
use axum::response::Response;
use tonic::{Code, Status};

/// The response, with a reason if it is such a refusal.
pub fn explained(response: Response) -> Response {
    let reason = Status::from_header_map(response.headers()).and_then(|status| reason(&status));
    reason.map_or(response, |refusal| Status::from(refusal).into_http())
}

fn reason(status: &Status) -> Option<Refusal> {
    let code = match status.code() {
        Code::Internal if status.message().starts_with("failed to decode") => "MESSAGE_MALFORMED",
        Code::OutOfRange if status.details().is_empty() => "MESSAGE_TOO_LONG",
        _ => return None,
    };
    Some(Refusal::new(code, "", status.message()))
}

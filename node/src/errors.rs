//! Refusals as gRPC statuses: code, machine-readable reason, field, retry delay and the message in two languages.
//!
//! The reasons are listed in [`catalogue`]; `proto/REASONS.md` is that list for readers, and a test keeps both equal.

pub mod catalogue;

use crate::refusal::{Refusal, RefusalKind};
use proto::Malformed;
use std::collections::HashMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetail, FieldViolation, StatusExt};

/// Domain of every reason.
pub const DOMAIN: &str = "chirograph";

/// The gRPC code of a kind.
pub fn code(kind: RefusalKind) -> Code {
    match kind {
        RefusalKind::Invalid => Code::InvalidArgument,
        RefusalKind::NotFound => Code::NotFound,
        RefusalKind::AlreadyExists => Code::AlreadyExists,
        RefusalKind::Permission => Code::PermissionDenied,
        RefusalKind::Unauthenticated => Code::Unauthenticated,
        RefusalKind::Exhausted => Code::ResourceExhausted,
        RefusalKind::Unavailable => Code::Unavailable,
        RefusalKind::Precondition => Code::FailedPrecondition,
    }
}

impl From<Refusal> for Status {
    fn from(r: Refusal) -> Self {
        let mut details: Vec<ErrorDetail> =
            vec![tonic_types::ErrorInfo::new(r.code, DOMAIN, r.metadata.into_iter().collect::<HashMap<_, _>>()).into()];
        if !r.field.is_empty() {
            let violation = FieldViolation::new(&r.field, &r.message);
            details.push(tonic_types::BadRequest::new(vec![violation]).into());
        }
        if let Some(wait) = r.retry_after {
            details.push(tonic_types::RetryInfo::new(Some(wait)).into());
        }
        details.push(tonic_types::LocalizedMessage::new("en", &r.message).into());
        if let Some(reason) = catalogue::find(r.code) {
            details.push(tonic_types::LocalizedMessage::new("zh-CN", reason.zh).into());
        }
        Status::with_error_details_vec(code(r.kind), r.message, details)
    }
}

/// A field of a request that is not what it must be.
pub fn malformed(fault: &Malformed) -> Refusal {
    let (field, code) = match fault {
        Malformed::Truncated(field) | Malformed::NotText(field) => (*field, "FIELD_INVALID"),
        Malformed::TooLong { field, .. } => (*field, "FIELD_TOO_LONG"),
        Malformed::Unknown { field, .. } | Malformed::Rule { field, .. } => (*field, "FIELD_INVALID"),
        Malformed::WrongTag(_) | Malformed::Trailing(_) => ("", "FIELD_INVALID"),
    };
    Refusal::new(code, field, fault.to_string())
}

#[cfg(test)]
mod tests;

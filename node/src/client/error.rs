//! What can go wrong for a client: no connection, a refusal, or an answer that makes no sense.

use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Why a call gave no result.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection.
    #[error("{url}: {problem}; is the node running, and is this its API address?")]
    Unreachable {
        /// Where.
        url: String,
        /// What the system said.
        problem: String,
    },
    /// What answers there speaks another protocol: as a rule it is another port of the same node.
    #[error("this address answers, and not as the API of a node; give what `listen.api` in its node.toml says")]
    NoApi,
    /// The node said no.
    #[error("{reason}: {message}")]
    Refused {
        /// Code from the catalogue; the gRPC code's name when there is none.
        reason: String,
        /// Field at fault; may be empty.
        field: String,
        /// What is wrong and what to do.
        message: String,
        /// gRPC code as a number.
        code: i32,
        /// When to try again, where that makes sense.
        retry_after: Option<Duration>,
    },
    /// The answer does not decode.
    #[error("the node's answer, {field}: {problem}; it may be of another version")]
    Answer {
        /// Which part.
        field: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The answer is about something else.
    #[error(
        "the node answers another question, {field}: {asked} was asked for, and it gave {answered}; ask another node"
    )]
    Other {
        /// Which part.
        field: &'static str,
        /// What was asked for.
        asked: String,
        /// What came.
        answered: String,
    },
}

impl ClientError {
    /// Whether the same request may succeed later, perhaps at another node.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { code, .. } => [Code::Unavailable, Code::ResourceExhausted, Code::DeadlineExceeded]
                .into_iter()
                .any(|c| c as i32 == *code),
            Self::NoApi | Self::Answer { .. } | Self::Other { .. } => false,
        }
    }
    /// The reason of a refusal.
    pub fn reason(&self) -> &str {
        match self {
            Self::Unreachable { .. } => "UNREACHABLE",
            Self::NoApi => "NOT_AN_API",
            Self::Refused { reason, .. } => reason,
            Self::Answer { .. } => "ANSWER_MALFORMED",
            Self::Other { .. } => "ANSWER_MISMATCH",
        }
    }
}

/// A field that every answer has.
pub(super) fn missing(field: &'static str) -> ClientError {
    ClientError::Answer { field, problem: "missing".to_owned() }
}

impl From<Status> for ClientError {
    fn from(status: Status) -> Self {
        if status.message().contains("grpc-status header missing") {
            return Self::NoApi;
        }
        let details = status.get_error_details();
        let violation = details.bad_request().and_then(|b| b.field_violations.first());
        Self::Refused {
            reason: details.error_info().map_or_else(|| format!("{:?}", status.code()), |i| i.reason.clone()),
            field: violation.map_or(String::new(), |v| v.field.clone()),
            message: status.message().to_owned(),
            code: status.code() as i32,
            retry_after: details.retry_info().and_then(|r| r.retry_delay),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_port_of_a_node_is_told_from_a_node_that_refuses() {
        let status = Status::unimplemented("grpc-status header missing, mapped from HTTP status code 404");
        let error = ClientError::from(status);
        assert!(
            error == ClientError::NoApi && !error.is_temporary() && error.to_string().contains("listen.api"),
            "{error}"
        );
        assert_eq!(ClientError::from(Status::unimplemented("no such method")).reason(), "Unimplemented");
    }
}

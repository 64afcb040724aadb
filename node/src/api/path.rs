//! Where in a request a refused field stands. The rules name fields as the ledger knows them; who sent a request looks for them
//! in the message that was sent.

use crate::refusal::Refusal;
use crate::wire::v1::transaction::Body;

/// What the message calls the body.
pub fn kind(body: Option<&Body>) -> &'static str {
    match body {
        None => "body",
        Some(Body::Enroll(_)) => "enroll",
        Some(Body::Sign(_)) => "sign",
        Some(Body::Record(_)) => "record",
        Some(Body::Anchor(_)) => "anchor",
        Some(Body::Attest(_)) => "attest",
        Some(Body::Access(_)) => "access",
        Some(Body::Govern(_)) => "govern",
        Some(Body::Fault(_)) => "fault",
    }
}

/// The refusal of a transaction with such a body, as its sender reads it.
pub fn placed(refusal: Refusal, kind: &str) -> Refusal {
    Refusal { field: path(&refusal.field, kind), ..refusal }
}

fn path(field: &str, kind: &str) -> String {
    let (root, rest) = field.split_once('.').unwrap_or((field, ""));
    match root {
        "" | "transaction" | "wait" => field.to_owned(),
        _ if root.starts_with("packets") => field.to_owned(),
        // What the node made of the packets, and the commitments to them.
        "appraisal" | "packet" | "references" => "packets".to_owned(),
        "chain_id" | "organisation" | "key_id" | "request_id" | "expiry_height" | "signature" => {
            format!("transaction.{field}")
        }
        // Read from canonical bytes, inside of which the message has no names.
        _ if matches!(kind, "govern" | "fault") => format!("transaction.{kind}.canonical"),
        "body" if rest == "kind" || rest.is_empty() => "transaction.body".to_owned(),
        "body" => format!("transaction.{kind}.{rest}"),
        _ if root == kind => format!("transaction.{field}"),
        _ => format!("transaction.{kind}.{field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_where_the_message_has_them() {
        for (field, kind, there) in [
            ("", "sign", ""),
            ("wait", "sign", "wait"),
            ("packets[0].packet", "sign", "packets[0].packet"),
            ("appraisal.template", "sign", "packets"),
            ("chain_id", "record", "transaction.chain_id"),
            ("transaction.chain_id", "record", "transaction.chain_id"),
            ("body.kind", "record", "transaction.body"),
            ("body.matter", "record", "transaction.record.matter"),
            ("record.note", "record", "transaction.record.note"),
            ("nonce.block", "sign", "transaction.sign.nonce.block"),
            ("target", "access", "transaction.access.target"),
            ("changes", "govern", "transaction.govern.canonical"),
            ("proof", "fault", "transaction.fault.canonical"),
        ] {
            assert_eq!(path(field, kind), there, "{field} of {kind}");
        }
    }
}

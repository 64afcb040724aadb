//! Evidence packages from a node: begin, ask until it is done, fetch. The bytes are a claim until they are verified.

use super::{Client, ClientError};
use crate::wire::v1::{self, operation};
use proto::{Height, IntentResult};
use std::time::Duration;

/// How often the operation is asked after.
const PERIOD: Duration = Duration::from_millis(100);
/// After this many times the node is given up.
const ASKED_MAX: usize = 3000;

/// A package as a node made it.
#[derive(Debug)]
pub struct Exported {
    /// What to call the file.
    pub file_name: String,
    /// The zip.
    pub bytes: Vec<u8>,
}

impl Client {
    /// The public package of `events/…` or `transactions/…`.
    pub async fn export(&self, event: &str) -> Result<Exported, ClientError> {
        self.export_showing(event, &[], None).await
    }
    /// The same, and it shows how the providers' keys of these results stand; as of an earlier block, if one is named.
    pub async fn export_showing(
        &self,
        event: &str,
        results: &[IntentResult],
        at: Option<Height>,
    ) -> Result<Exported, ClientError> {
        let key = |r: &IntentResult| v1::NamedKey { organisation: r.provider.to_string(), key_id: r.key.0.to_vec() };
        let (event, keys, at_height) = (event.to_owned(), results.iter().map(key).collect(), at.map(|h| h.0));
        let request = v1::CreateExportRequest { event, keys, at_height };
        let mut operation = self.packages().create_export(request).await?.into_inner();
        let name = operation.name.clone();
        for _ in 0..ASKED_MAX {
            if operation.done {
                break;
            }
            tokio::time::sleep(PERIOD).await;
            let request = v1::GetOperationRequest { name: name.clone() };
            operation = self.packages().get_operation(request).await?.into_inner();
        }
        match operation.result {
            Some(operation::Result::Response(export)) => self.fetch(name, export).await,
            Some(operation::Result::Error(r)) => Err(ClientError::Refused {
                reason: r.reason,
                field: r.field,
                message: r.message,
                code: r.code,
                retry_after: None,
            }),
            None => Err(answer("operation", "it is not done after minutes")),
        }
    }
    async fn fetch(&self, name: String, export: v1::Export) -> Result<Exported, ClientError> {
        if export.size > evidence::BYTES_MAX as u64 {
            return Err(answer("export.size", "longer than a package may be"));
        }
        let mut pieces = self.packages().download_export(v1::DownloadExportRequest { name }).await?.into_inner();
        let mut bytes = Vec::new();
        while let Some(message) = pieces.message().await? {
            bytes.extend_from_slice(&message.piece);
            if bytes.len() as u64 > export.size {
                return Err(answer("export", "more bytes came than were announced"));
            }
        }
        Ok(Exported { file_name: export.file_name, bytes })
    }
}

fn answer(field: &'static str, problem: &str) -> ClientError {
    ClientError::Answer { field, problem: problem.to_owned() }
}

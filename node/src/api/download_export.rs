//! DownloadExport: a finished package in pieces that fit a message.

use super::create_export::finished;
use crate::export::{Operations, PIECE_BYTES};
use crate::refusal::Refusal;
use crate::wire::v1;
use futures::stream::{self, Iter};
use std::sync::Arc;
use tonic::Status;

/// What the method answers with. Pieces are cut as they are asked for.
pub type Pieces = Iter<Cuts>;

type Cuts = Box<dyn Iterator<Item = Result<v1::DownloadExportResponse, Status>> + Send>;

/// All pieces in order.
pub fn download_export(operations: &Operations, name: &str) -> Result<Pieces, Refusal> {
    finished(operations, name).map(|package| pieces(package.bytes.clone()))
}

/// The pieces of a package.
pub(super) fn pieces(package: Arc<Vec<u8>>) -> Pieces {
    let count = package.len().div_ceil(PIECE_BYTES);
    let piece = move |i: usize| {
        let end = package.len().min((i + 1) * PIECE_BYTES);
        Ok(v1::DownloadExportResponse { piece: package[i * PIECE_BYTES..end].to_vec() })
    };
    let cuts: Cuts = Box::new((0..count).map(piece));
    stream::iter(cuts)
}

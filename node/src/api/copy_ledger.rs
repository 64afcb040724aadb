//! CopyLedger: the whole ledger as a stream, for a node that joins. Checked by who takes it, not here.
//!
//! Few at a time, because each holds a moment of the store in place; a reader that stops reading, or reads so slowly that it
//! only keeps others from joining, is given up. No origin but this machine has more than one place.

use super::get_checkpoint::no_checkpoint;
use super::shares::Shares;
use crate::copy::{self, Part};
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::{to_proto, v1};
use prost::Message;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

/// Copies that are read at the same time.
pub const COPIES_MAX: usize = 2;
/// Pieces that wait for the reader.
const PIECES_MAX: usize = 4;
/// How long a reader may take for one piece.
const PATIENCE: Duration = Duration::from_secs(60);
/// What it must read a second, on average over the whole copy, once the first minute is over.
const BYTES_PER_SECOND: u64 = 1 << 20;

/// What the method answers with.
pub type Pieces = ReceiverStream<Result<v1::LedgerPart, Status>>;

/// Begins a copy.
pub async fn copy_ledger(handle: &Handle, places: &Shares, from: Option<IpAddr>) -> Result<Pieces, Refusal> {
    let place = places.take(from, 1).ok_or_else(busy)?;
    if handle.read(|store| ledger::checkpoint(&store.snapshot())).await?.is_none() {
        return Err(no_checkpoint());
    }
    let (sender, receiver) = mpsc::channel(PIECES_MAX);
    let (store, runtime) = (handle.store(), tokio::runtime::Handle::current());
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let (begun, mut given) = (Instant::now(), 0);
        let mut give = |part: Part| {
            let part = to_proto::ledger_part(part);
            given += part.encoded_len() as u64;
            let sent = tokio::time::timeout(PATIENCE, sender.send(Ok(part)));
            matches!(runtime.block_on(sent), Ok(Ok(()))) && is_brisk(given, begun.elapsed())
        };
        if let Err(fault) = copy::parts(&store, &mut give) {
            tracing::error!(%fault, "a copy of the ledger cannot be read");
            let _gone = sender.try_send(Err(Refusal::broken_store().into()));
        }
    });
    Ok(ReceiverStream::new(receiver))
}

/// Whether a reader that took `given` bytes in `time` may go on.
fn is_brisk(given: u64, time: Duration) -> bool {
    given >= time.saturating_sub(PATIENCE).as_secs() * BYTES_PER_SECOND
}

fn busy() -> Refusal {
    let message = format!("{COPIES_MAX} copies are being read, or one by you; try again later or ask another node");
    Refusal::new("TOO_MANY_COPIES", "", message).retry_after(Duration::from_secs(30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_not_held_by_reading_a_piece_a_minute() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert!(is_brisk(0, minutes(1)), "the first minute is free");
        assert!(!is_brisk(3 * (512 << 10), minutes(3)), "a piece a minute");
        assert!(!is_brisk(60 * (30 << 20), minutes(60)), "half a megabyte a second");
        assert!(is_brisk(3 * (60 << 20), minutes(3)), "a megabyte a second");
    }
}

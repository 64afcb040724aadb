//! Copies: packets that hold one writing. There are no strokes here; a packet is a digest, and copies of one writing begin
//! alike. Told by the shells as the real ones tell replays: against what is on the ledger, and against what waits.

use ledger::{Read, ReadFault};
use proto::appraisal::HISTORY_COMPARED;
use proto::{Body, Digest, Transaction, TxId};

/// So many bytes of a packet's digest say what is written.
const WRITING_BYTES: usize = 16;

/// What is written in a packet.
pub fn writing(packet: &Digest) -> [u8; WRITING_BYTES] {
    std::array::from_fn(|i| packet.0[i])
}

/// Another packet with the same writing.
pub fn copy_of(packet: &Digest, number: u64) -> Digest {
    let mut copy = Digest::sm3(&number.to_be_bytes());
    copy.0[..WRITING_BYTES].copy_from_slice(&writing(packet));
    copy
}

/// Whether a signing repeats what its signer is known to have written.
pub fn is_replay(state: &dyn Read, transaction: &Transaction) -> Result<bool, ReadFault> {
    let Body::Sign { signer, packet, .. } = &transaction.draft.body else { return Ok(false) };
    let seen = ledger::history(state, signer)?;
    for number in seen.saturating_sub(HISTORY_COMPARED)..seen {
        let earlier = ledger::history_packet(state, signer, number)?;
        if earlier.is_some_and(|earlier| writing(&earlier) == writing(packet)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Those of some others that hold the same writing.
pub fn rivals<'a>(transaction: &Transaction, others: impl Iterator<Item = &'a Transaction>) -> Vec<TxId> {
    let Body::Sign { signer, packet, .. } = &transaction.draft.body else { return Vec::new() };
    let id = transaction.id();
    let same = |other: &&Transaction| match &other.draft.body {
        Body::Sign { signer: theirs, packet: other, .. } => theirs == signer && writing(other) == writing(packet),
        _ => false,
    };
    others.filter(same).map(Transaction::id).filter(|other| *other != id).collect()
}

//! A submission: a signed transaction and, beside it, the stroke packets that its body commits to.
//!
//! Nothing here is checked yet; `admission` does that. Packet bytes are wiped when a submission is dropped, and `Debug`
//! never shows them.

use proto::{Canonical, Transaction, TxId};
use std::fmt;
use zeroize::Zeroizing;

/// One stroke packet with the salt of its commitment.
#[derive(Clone)]
pub struct SealedPacket {
    /// Salt of the commitment; known to the client and the validators only.
    pub salt: [u8; 32],
    /// Canonical bytes of the packet.
    pub packet: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for SealedPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "packet of {} bytes", self.packet.len())
    }
}

/// What a client or a peer hands in.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The signed transaction.
    pub transaction: Transaction,
    /// One packet for each commitment of the body, in the body's order.
    pub packets: Vec<SealedPacket>,
}

impl Submission {
    /// Identity of the transaction.
    pub fn tx(&self) -> TxId {
        self.transaction.id()
    }
    /// Bytes that it keeps in memory, roughly.
    pub fn memory_bytes(&self) -> usize {
        self.transaction.to_bytes().len() + self.packets.iter().map(|p| p.packet.len() + 64).sum::<usize>()
    }
}

//! What a packet is tied to: signer, document, declared intent, and a recent block that it was made after. Whether the
//! block exists and is recent enough is the ledger's rule, not checked here.

use proto::ids::NAME_MAX;
use proto::{Decoder, Digest, Encoder, Height, Malformed, Name};

/// Longest declared intent, in bytes.
pub const INTENT_MAX: usize = 256;

/// Ties the strokes to one act of signing, so that they cannot be cut out and pasted under another document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Opaque id of the signer.
    pub signer: Name,
    /// SM3 of the document.
    pub document: Digest,
    /// Freshness challenge.
    pub nonce: Nonce,
    /// Why the signer signs, as declared; at most [`INTENT_MAX`] bytes, may be empty.
    pub intent: String,
}

/// A block that was known when the writing began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce {
    /// Its height.
    pub height: Height,
    /// Its header digest.
    pub block: Digest,
}

impl Binding {
    pub(super) fn encode(&self, e: &mut Encoder) {
        e.text(self.signer.as_str()).digest(&self.document);
        e.u64(self.nonce.height.0).digest(&self.nonce.block).text(&self.intent);
    }
    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let signer = Name::new(&d.text(NAME_MAX, "binding.signer")?, "binding.signer")?;
        let document = d.digest("binding.document")?;
        let height = Height(d.u64("binding.nonce.height")?);
        let nonce = Nonce { height, block: d.digest("binding.nonce.block")? };
        Ok(Self { signer, document, nonce, intent: d.text(INTENT_MAX, "binding.intent")? })
    }
}

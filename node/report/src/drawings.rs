//! The stroke packets that drawings are made from; what may not be shown is not handed over.

use models::packet::StrokePacket;

/// Packets to draw.
#[derive(Clone, Copy, Default, Debug)]
pub struct Drawings<'a> {
    /// The questioned signature.
    pub questioned: Option<&'a StrokePacket>,
    /// The references.
    pub references: &'a [StrokePacket],
}

impl Drawings<'_> {
    /// Nothing to draw.
    pub fn none() -> Self {
        Self::default()
    }
}

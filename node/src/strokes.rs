//! Reads strokes from a file, whatever of our formats it is in; the kind is read from the bytes, not from the name.

use crate::fault::Fault;
use models::StrokePacket;
use models::formats::{Recording, inkml, iso19794_7, svc2004};
use models::packet::{Binding, Nonce, Session};
use proto::{Canonical, Digest, Height, Name};
use std::path::Path;

/// A format in which strokes come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Our own canonical bytes, with binding and attestation.
    Packet,
    /// SVC2004 text.
    Svc2004,
    /// ISO/IEC 19794-7 full format.
    Iso,
    /// W3C InkML.
    InkMl,
}

impl Format {
    /// Guesses from the first bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let tag = [&[StrokePacket::TAG.len() as u8], StrokePacket::TAG.as_bytes()].concat();
        let text = bytes.trim_ascii_start();
        if bytes.starts_with(&tag) {
            Self::Packet
        } else if bytes.starts_with(b"SDI\0") {
            Self::Iso
        } else if text.starts_with(b"<") || text.starts_with(b"\xef\xbb\xbf<") {
            Self::InkMl
        } else {
            Self::Svc2004
        }
    }
    /// The format that a file name asks for.
    pub fn by_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "packet" => Some(Self::Packet),
            "iso" | "sdi" => Some(Self::Iso),
            "inkml" | "xml" => Some(Self::InkMl),
            _ => None,
        }
    }
}

/// Reads a file. Formats other than our own carry no binding, so theirs is empty and must be filled in.
pub fn read(path: &Path) -> Result<StrokePacket, Fault> {
    let bytes = std::fs::read(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?;
    parse(&bytes).map_err(|problem| Fault::file(path, problem))
}

/// Parses the bytes of a file.
pub fn parse(bytes: &[u8]) -> Result<StrokePacket, String> {
    let recording = match Format::of(bytes) {
        Format::Packet => return StrokePacket::from_bytes(bytes).map_err(|e| e.to_string()),
        Format::Svc2004 => svc2004::read(bytes),
        Format::Iso => iso19794_7::read(bytes),
        Format::InkMl => inkml::read(bytes),
    };
    Ok(recording.map_err(|e| e.to_string())?.into_packet(unbound(), Session::default()))
}

/// The bytes of a file.
pub fn write(packet: &StrokePacket, format: Format) -> Result<Vec<u8>, String> {
    let recording = Recording::of(packet);
    match format {
        Format::Packet => Ok(packet.to_bytes()),
        Format::Iso => iso19794_7::write(&recording).map_err(|e| e.to_string()),
        Format::InkMl => inkml::write(&recording).map(String::into_bytes).map_err(|e| e.to_string()),
        Format::Svc2004 => Err("SVC2004 text is read but not written; choose .packet, .iso or .inkml".to_owned()),
    }
}

fn unbound() -> Binding {
    let signer = Name::new("unbound", "signer").expect("a plain word is a name");
    Binding {
        signer,
        document: Digest::ZERO,
        nonce: Nonce { height: Height(0), block: Digest::ZERO },
        intent: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::Writer;

    #[test]
    fn every_format_is_recognised_and_keeps_the_samples() {
        let packet = Writer::new(7).sign(1);
        for format in [Format::Packet, Format::Iso, Format::InkMl] {
            let bytes = write(&packet, format).unwrap();
            assert_eq!(Format::of(&bytes), format);
            assert_eq!(parse(&bytes).unwrap().samples, packet.samples, "{format:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_signature_says_where() {
        let problem = parse(b"hello").unwrap_err();
        assert!(problem.contains("rows"), "{problem}");
    }
}

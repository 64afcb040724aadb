//! Frames: a 4-byte length and one protobuf message. Lengths are checked before a byte is read or reserved.

use crate::net::instance::Instance;
use crate::submission::{SealedPacket, Submission};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use prost::Message as _;
use proto::{Canonical, Malformed, Transaction};
use replica::{Message, PeerMessage};
use std::io;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Generated from `proto/peer.proto`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod wire {
    tonic::include_proto!("chirograph.peer.v1");
}

/// Longest frame: a catch-up answer, or an enrolment with ten packets of 128 KiB.
pub const FRAME_BYTES_MAX: usize = 4 << 20;
/// Longest frame of the handshake.
pub const HANDSHAKE_BYTES_MAX: usize = 4096;

/// An encoded frame with its length, ready to be written.
pub type Bytes = Arc<[u8]>;

/// What a frame holds.
#[derive(Debug)]
pub enum Frame {
    /// A message of consensus, not verified yet.
    Message(Box<PeerMessage>, Vec<u8>),
    /// A submission, not checked yet.
    Submission(Box<Submission>),
    /// Another process tried to connect with our key. Only a warning: it is not signed.
    Rival(Instance),
}

/// Encodes a message of consensus.
pub fn message(message: &Message) -> Bytes {
    let bytes = PeerMessage::from(message).to_bytes();
    encode(&wire::Frame { kind: Some(wire::frame::Kind::Message(bytes)) })
}

/// Encodes a submission.
pub fn submission(submission: &Submission) -> Bytes {
    let packet = |p: &SealedPacket| wire::Packet { salt: p.salt.to_vec(), packet: p.packet.to_vec() };
    let transaction = submission.transaction.to_bytes();
    let message = wire::Submission { transaction, packets: submission.packets.iter().map(packet).collect() };
    encode(&wire::Frame { kind: Some(wire::frame::Kind::Submission(message)) })
}

/// Encodes a warning.
pub fn rival(rival: &Instance) -> Bytes {
    encode(&wire::Frame { kind: Some(wire::frame::Kind::Rival(rival.to_bytes())) })
}

/// Encodes any message as a frame.
pub fn encode(message: &impl prost::Message) -> Bytes {
    let mut out = Vec::with_capacity(4 + message.encoded_len());
    let len = u32::try_from(message.encoded_len()).expect("frames are made of values capped far below 4 GiB");
    out.extend_from_slice(&len.to_be_bytes());
    message.encode(&mut out).expect("a vector grows");
    out.into()
}

/// Decodes what [`read`] gave.
pub fn decode(bytes: &[u8]) -> Result<Frame, Malformed> {
    let rule = |rule| Malformed::Rule { field: "frame", rule };
    let frame = wire::Frame::decode(bytes).map_err(|_| rule("is not the protobuf message of this protocol"))?;
    match frame.kind.ok_or(rule("is of a kind that this version does not know"))? {
        wire::frame::Kind::Message(bytes) => Ok(Frame::Message(Box::new(PeerMessage::from_bytes(&bytes)?), bytes)),
        wire::frame::Kind::Rival(bytes) => Ok(Frame::Rival(Instance::from_bytes(&bytes)?)),
        wire::frame::Kind::Submission(s) => Ok(Frame::Submission(Box::new(decode_submission(s)?))),
    }
}

fn decode_submission(message: wire::Submission) -> Result<Submission, Malformed> {
    let (len, max) = (message.packets.len(), proto::transaction::REFERENCES_MAX);
    if len > max {
        return Err(Malformed::TooLong { field: "submission.packets", len, max });
    }
    let packet = |p: wire::Packet| {
        let rule = "must be 32 bytes";
        let salt = p.salt.try_into().map_err(|_| Malformed::Rule { field: "submission.packets.salt", rule })?;
        Ok(SealedPacket { salt, packet: Zeroizing::new(p.packet) })
    };
    Ok(Submission {
        transaction: Transaction::from_bytes(&message.transaction)?,
        packets: message.packets.into_iter().map(packet).collect::<Result<_, _>>()?,
    })
}

/// Reads one frame of at most `max` bytes; empty for a keep-alive.
pub async fn read(stream: &mut (impl AsyncRead + Unpin), max: usize) -> io::Result<Vec<u8>> {
    let mut len = [0; 4];
    stream.read_exact(&mut len).await?;
    let len = u32::from_be_bytes(len) as usize;
    if len > max {
        let problem = format!("a frame of {len} bytes is over the maximum of {max}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
    }
    // Grows as bytes really arrive: a claimed length alone reserves nothing.
    let mut out = Vec::new();
    stream.take(len as u64).read_to_end(&mut out).await?;
    if out.len() < len { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(out) }
}

/// Reads one protobuf message of the handshake.
pub async fn read_message<M: prost::Message + Default>(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<M> {
    let bytes = read(stream, HANDSHAKE_BYTES_MAX).await?;
    M::decode(bytes.as_slice()).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

/// Writes one protobuf message of the handshake.
pub async fn write_message(stream: &mut (impl AsyncWrite + Unpin), message: &impl prost::Message) -> io::Result<()> {
    stream.write_all(&encode(message)).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;

    #[tokio::test]
    async fn a_long_or_cut_frame_is_refused() {
        let mut long = Cursor::new(u32::MAX.to_be_bytes().to_vec());
        assert_eq!(read(&mut long, 10).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
        let mut cut = Cursor::new(vec![0, 0, 0, 9, 1, 2]);
        assert_eq!(read(&mut cut, 10).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(read(&mut Cursor::new(vec![0, 0, 0, 0]), 10).await.unwrap().is_empty());
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let wanted = Message::WantTransactions(vec![proto::Digest([7; 32])]);
        match decode(&message(&wanted)[4..]).unwrap() {
            Frame::Message(m, _) => assert_eq!(*m, PeerMessage::from(&wanted)),
            other => panic!("a message came back as {other:?}"),
        }
    }

    #[test]
    fn garbage_is_malformed() {
        for bytes in [&b"GET / HTTP/1.1"[..], &[], &[0x0a, 1, 9], &[0x12, 0]] {
            assert!(decode(bytes).is_err(), "{bytes:?}");
        }
    }
}

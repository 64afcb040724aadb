//! The wire form: every message comes back as it was, and nothing else is let in.

use crate::message::{PeerMessage, Standing, WANTED_MAX};
use proto::{Canonical, Digest, Epoch, Height, View};

#[test]
fn plain_messages_round_trip() {
    let standing = Standing { finalized: Height(5), view: View(9) };
    let messages = [
        PeerMessage::Status(standing),
        PeerMessage::CatchUp(standing),
        PeerMessage::WantProposal(Digest([3; 32])),
        PeerMessage::WantTransactions(vec![Digest([1; 32]), Digest([2; 32])]),
        PeerMessage::WantLastVote(Epoch(0)),
        PeerMessage::WantLastVote(Epoch(7)),
        PeerMessage::LastVote { epoch: Epoch(0), certificate: None, vote: None },
        PeerMessage::LastVote { epoch: Epoch(7), certificate: None, vote: None },
    ];
    for message in messages {
        assert_eq!(PeerMessage::from_bytes(&message.to_bytes()).unwrap(), message);
    }
}

#[test]
fn unknown_kinds_long_lists_and_cut_bytes_are_refused() {
    let too_many = PeerMessage::WantTransactions(vec![Digest::ZERO; WANTED_MAX + 1]).to_bytes();
    assert!(PeerMessage::from_bytes(&too_many).is_err());
    let mut bytes = PeerMessage::Status(Standing::default()).to_bytes();
    for end in 0..bytes.len() {
        assert!(PeerMessage::from_bytes(&bytes[..end]).is_err());
    }
    let kind = bytes.len() - 17;
    bytes[kind] = 99;
    assert!(PeerMessage::from_bytes(&bytes).is_err());
    let mut later = PeerMessage::WantLastVote(Epoch(1)).to_bytes();
    *later.last_mut().unwrap() = 0;
    assert!(PeerMessage::from_bytes(&later).is_err(), "one form for each epoch");
}

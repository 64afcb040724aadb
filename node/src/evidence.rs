//! Evidence in a file or request: which kind the bytes are, and its checks against a trusted genesis. Offline.

use proto::{
    Canonical, Check, Checkpoint, LightClient, Malformed, MatterFile, MatterProof, Outcome, Receipt, Trail, Trust,
};

use std::collections::BTreeSet;

/// Longest evidence that is read, in bytes.
pub const EVIDENCE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Something that verifies offline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// One event in the ledger.
    Receipt(Box<Receipt>),
    /// A matter with all its events.
    MatterFile(Box<MatterFile>),
    /// What the ledger holds about a matter.
    MatterProof(Box<MatterProof>),
    /// A signed state of the ledger.
    Checkpoint(Box<Checkpoint>),
}

impl Evidence {
    /// Reads the kind from the tag and decodes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        match tag(bytes) {
            Some(Receipt::TAG) => Receipt::from_bytes(bytes).map(|v| Self::Receipt(v.into())),
            Some(MatterFile::TAG) => MatterFile::from_bytes(bytes).map(|v| Self::MatterFile(v.into())),
            Some(MatterProof::TAG) => MatterProof::from_bytes(bytes).map(|v| Self::MatterProof(v.into())),
            Some(Checkpoint::TAG) => Checkpoint::from_bytes(bytes).map(|v| Self::Checkpoint(v.into())),
            _ => {
                let rule = "must be the canonical bytes of a receipt, matter file, matter proof or checkpoint";
                Err(Malformed::Rule { field: "evidence", rule })
            }
        }
    }
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Receipt(_) => "receipt",
            Self::MatterFile(_) => "matter-file",
            Self::MatterProof(_) => "matter-proof",
            Self::Checkpoint(_) => "checkpoint",
        }
    }
    /// The signed state that it rests on.
    fn checkpoint(&self) -> &Checkpoint {
        match self {
            Self::Receipt(receipt) => &receipt.checkpoint,
            Self::MatterFile(file) => &file.proof.checkpoint,
            Self::MatterProof(proof) => &proof.checkpoint,
            Self::Checkpoint(checkpoint) => checkpoint,
        }
    }
    /// Every check against genesis, whatever epoch the evidence is of: `trail` leads there. Without the links that are
    /// needed, it can be told neither that it holds nor that it does not.
    pub fn verify_along(&self, genesis: &Trust, trail: &Trail) -> Vec<Check> {
        let epoch = self.checkpoint().header.epoch;
        if epoch.0 == 0 {
            return self.verify(genesis);
        }
        let mut client = LightClient::new(genesis);
        let followed = client.follow(trail);
        let check = |outcome, detail| Check { code: "TRAIL", outcome, detail };
        match client.trust(genesis, epoch) {
            Some(trust) => {
                let changes = trail.links.iter().filter(|link| link.opens() <= epoch).count();
                let detail = format!("{changes} changes of the validator set lead from genesis to epoch {epoch}");
                let mut checks = vec![check(Outcome::Valid, detail)];
                checks.extend(self.verify(&trust));
                checks
            }
            None => {
                let why = followed.err().map_or_else(|| "its links are not at hand".to_owned(), |e| e.to_string());
                let detail = format!("it is of epoch {epoch}; {why}; get the trail with `chirograph query trail`");
                let outcome = if followed.is_err() { Outcome::Invalid } else { Outcome::Indeterminate };
                vec![check(outcome, detail)]
            }
        }
    }
    /// The organisations whose votes are in its certificate; none where the validators of its epoch are not known. The votes
    /// count only where CERTIFICATE is valid.
    pub fn voters(&self, genesis: &Trust, trail: &Trail) -> BTreeSet<String> {
        let mut client = LightClient::new(genesis);
        // What does not follow leaves the later sets unknown.
        let _broken = client.follow(trail);
        let checkpoint = self.checkpoint();
        let set = client.validators(checkpoint.header.epoch);
        let org = |i| Some(set?.get(i)?.org.to_string());
        checkpoint.certificate.votes.iter().filter_map(|(i, _)| org(*i)).collect()
    }
    /// Every check; [`Check::overall`] is the worst.
    pub fn verify(&self, trust: &Trust) -> Vec<Check> {
        match self {
            Self::Receipt(receipt) => receipt.verify(trust),
            Self::MatterFile(file) => file.verify(trust),
            Self::MatterProof(proof) => proof.verify(trust, None),
            Self::Checkpoint(checkpoint) => checkpoint.checks(trust),
        }
    }
}

fn tag(bytes: &[u8]) -> Option<&str> {
    let (length, rest) = bytes.split_first()?;
    std::str::from_utf8(rest.get(..usize::from(*length))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_bytes_are_refused() {
        for bytes in [&b""[..], b"\xff", b"{}", b"\x03abc\x01", &proto::ids::Digest::ZERO.0] {
            assert!(Evidence::from_bytes(bytes).unwrap_err().to_string().contains("evidence"), "{bytes:?}");
        }
    }

    #[test]
    fn a_cut_receipt_names_the_field() {
        let bytes = [&[Receipt::TAG.len() as u8][..], Receipt::TAG.as_bytes(), &[1, 0]].concat();
        assert_eq!(Evidence::from_bytes(&bytes), Err(Malformed::Truncated("event.seq")));
    }
}

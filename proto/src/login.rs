//! Login by signature: a person signs under a one-time prompt, and the signing is an event like any other.
//!
//! The prompt follows from the organisation that asks, the signer, and a recent block that nobody could foresee; the
//! signing's document is its digest, so the event proves for ever which prompt was shown. What is compared is the
//! signature, not how the digits are written: that they were on the screen is what the capturing platform attests. Nothing
//! here decides whether somebody is let in.

use crate::appraisal::Band;
use crate::block::Header;
use crate::encode::{Canonical, Decoder, Encoder, Malformed, tagged};
use crate::event::Event;
use crate::flags::FLAGS_SYNTHETIC;
use crate::ids::{ChainId, Digest, Name, TimeMs};
use crate::receipt::{Check, Outcome};
use crate::transaction::{Body, Kind, Nonce, name};

/// What a person is asked to sign under.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// The ledger.
    pub chain: ChainId,
    /// The organisation that asks.
    pub org: Name,
    /// Who says to be there.
    pub signer: Name,
    /// The block that makes it fresh.
    pub nonce: Nonce,
}

impl Challenge {
    /// The prompt: six decimal digits. They cannot be known before the block of the nonce.
    pub fn digits(&self) -> String {
        let digest = self.digest().0;
        let number = digest.iter().take(8).fold(0u64, |n, byte| n << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }
    /// The matter that holds the logins of that signer at that organisation.
    pub fn matter(&self) -> Name {
        let mut e = tagged("chirograph/login-account");
        e.text(self.org.as_str()).text(self.signer.as_str());
        let account = Digest::sm3(&e.finish()).to_string();
        Name::new(&format!("login-{}", &account[..24]), "matter").expect("hexadecimal digits make a name")
    }
    /// The challenge that a signing must have answered if it is a login.
    pub fn answered_by(event: &Event) -> Option<Self> {
        let draft = &event.transaction.draft;
        let Body::Sign { signer, nonce, .. } = &draft.body else { return None };
        Some(Self { chain: draft.chain, org: draft.org.clone(), signer: signer.clone(), nonce: *nonce })
    }
    /// `LOGIN_CHALLENGE`: the event answers some challenge, at any time, of anybody; see [`Challenge::asked`]. `LOGIN_WRITER`: the handwriting speaks for the signer. The
    /// event's own place in the ledger is its receipt's business.
    pub fn checks(event: &Event) -> [Check; 2] {
        let answered = Self::answered_by(event).filter(|challenge| {
            let Body::Sign { matter, document, .. } = &event.transaction.draft.body else { return false };
            *document == challenge.digest() && *matter == challenge.matter()
        });
        let (outcome, detail) = match &answered {
            Some(c) => {
                let at = c.nonce.height;
                (
                    Outcome::Valid,
                    format!("`{}` asked `{}` to sign under {} after block {at}", c.org, c.signer, c.digits()),
                )
            }
            None => (Outcome::Invalid, "the signing answers no login challenge".to_owned()),
        };
        [Check { code: "LOGIN_CHALLENGE", outcome, detail }, writer(event)]
    }
}

/// What a relying party knows of a login by itself. An event that answers some challenge says nothing about these.
impl Challenge {
    /// `LOGIN_ASKED`: it was this organisation that asked, and this signer who answered.
    pub fn asked(event: &Event, org: &Name, signer: &Name) -> Check {
        let answered = Self::answered_by(event);
        let holds = answered.as_ref().is_some_and(|c| c.org == *org && c.signer == *signer);
        let outcome = if holds { Outcome::Valid } else { Outcome::Invalid };
        let who = answered.map_or("no signing".to_owned(), |c| format!("`{}` at `{}`", c.signer, c.org));
        let detail = format!("`{signer}` was asked by `{org}`; the event is of {who}");
        Check { code: "LOGIN_ASKED", outcome, detail }
    }
    /// `LOGIN_FRESH`: the block before which nobody could know the prompt is at most `max_age` milliseconds old at `now`.
    /// `block` is the header at the nonce's height, from anywhere: the nonce names its digest.
    pub fn fresh(event: &Event, block: &Header, (now, max_age): (TimeMs, u64)) -> Check {
        let named = Self::answered_by(event).is_some_and(|c| c.nonce.block == block.digest());
        let age = now.0.saturating_sub(block.time.0);
        let (height, limit) = (block.height, max_age / 1000);
        let (outcome, detail) = match named {
            false => (Outcome::Indeterminate, "the block of the nonce is not at hand".to_owned()),
            true if age <= max_age => (Outcome::Valid, format!("asked after block {height}, within {limit} s")),
            true => (Outcome::Invalid, format!("block {height} was {} s old, the limit is {limit} s", age / 1000)),
        };
        Check { code: "LOGIN_FRESH", outcome, detail }
    }
    /// `LOGIN_ONCE`: it is the first signing under its prompt. `events` are all of the matter, shown to be complete.
    pub fn once(event: &Event, events: &[Event]) -> Check {
        let document = event.transaction.draft.body.document();
        let same = |e: &&Event| e.kind() == Kind::Sign && e.transaction.draft.body.document() == document;
        let (outcome, detail) = match events.iter().find(same) {
            Some(first) if first.seq == event.seq => (Outcome::Valid, "the first answer to its prompt".to_owned()),
            Some(first) if first.seq < event.seq => {
                (Outcome::Invalid, format!("event {} answered the same prompt before", first.seq))
            }
            _ => (Outcome::Indeterminate, "the events of its matter are not at hand".to_owned()),
        };
        Check { code: "LOGIN_ONCE", outcome, detail }
    }
}

fn writer(event: &Event) -> Check {
    let (outcome, detail) = match &event.appraisal {
        Some(a) if a.flags & FLAGS_SYNTHETIC != 0 => (Outcome::Indeterminate, "strokes made by a program".to_owned()),
        Some(a) => {
            let outcome = match a.band {
                Band::Accept => Outcome::Valid,
                Band::Review | Band::Uncompared => Outcome::Indeterminate,
                Band::Reject => Outcome::Invalid,
            };
            (outcome, format!("band {}, grade {}", a.band.as_str(), a.grade.as_str()))
        }
        None => (Outcome::Invalid, "no handwriting was appraised".to_owned()),
    };
    Check { code: "LOGIN_WRITER", outcome, detail }
}

impl Canonical for Challenge {
    const TAG: &'static str = "chirograph/login-challenge";

    fn encode_body(&self, e: &mut Encoder) {
        e.digest(&self.chain).text(self.org.as_str()).text(self.signer.as_str());
        self.nonce.encode(e);
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let (chain, org, signer) = (d.digest("chain_id")?, name(d, "organisation")?, name(d, "signer")?);
        Ok(Self { chain, org, signer, nonce: Nonce::decode(d)? })
    }
}

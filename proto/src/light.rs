//! The light client: from a genesis file to the validators of any epoch, by certificates alone.
//!
//! An epoch ends with a block whose header names the next set; a quorum of the old set signs that header. One such *link*
//! for each change is all that must be read between genesis and a receipt of today, however many blocks lie between. A
//! rescue is a link too, with the rescue keys' signatures in place of a certificate. Epochs that rescues opened without ever
//! making a final block have no link, and no trail can hold one: the next rescue would have to go on from a later block than
//! it does. It asks nobody for anything and keeps
//! no blocks: where the links come from does not matter.

use crate::block::Header;
use crate::certificate::Certificate;
use crate::encode::{Canonical, Decoder, Encoder, Malformed};
use crate::ids::{ChainId, Epoch, Height};
use crate::receipt::Trust;
use crate::rescue::{RescueKeys, Resolution};
use crate::validators::ValidatorSet;

/// Most links in one trail.
pub const LINKS_MAX: usize = 65_536;

/// How one epoch gave way to the next.
#[allow(clippy::large_enum_variant, reason = "few are alive at once")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Link {
    /// A block closed it.
    Closed {
        /// The header of that block.
        header: Header,
        /// The old set's certificate over it.
        certificate: Certificate,
        /// The set that it names.
        validators: ValidatorSet,
    },
    /// The quorum was lost, and the holders of the rescue keys appointed another set.
    Rescued(Resolution),
}

impl Link {
    /// The epoch that it opens.
    pub fn opens(&self) -> Epoch {
        self.validators().epoch()
    }
    /// The set that it names.
    pub fn validators(&self) -> &ValidatorSet {
        match self {
            Self::Closed { validators, .. } => validators,
            Self::Rescued(resolution) => &resolution.validators,
        }
    }
    fn encode(&self, e: &mut Encoder) {
        match self {
            Self::Closed { header, certificate, validators } => {
                header.encode_body(e.u8(1));
                certificate.encode_body(e);
                validators.encode_body(e);
            }
            Self::Rescued(resolution) => resolution.encode_body(e.u8(2)),
        }
    }
    fn decode(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(match d.u8("link.kind")? {
            1 => Self::Closed {
                header: Header::decode_body(d)?,
                certificate: Certificate::decode_body(d)?,
                validators: ValidatorSet::decode_body(d)?,
            },
            2 => Self::Rescued(Resolution::decode_body(d)?),
            value => return Err(Malformed::Unknown { field: "link.kind", value: value.into() }),
        })
    }
}

/// The links of a run of epochs, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trail {
    /// The first one opens the epoch after the one that the reader knows.
    pub links: Vec<Link>,
}

impl Canonical for Trail {
    const TAG: &'static str = "chirograph/trail";

    fn encode_body(&self, e: &mut Encoder) {
        e.list(&self.links, |e, l| l.encode(e));
    }
    fn decode_body(d: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { links: d.list(LINKS_MAX, "trail.links", Link::decode)? })
    }
}

/// Why a link was not followed. What was known before still is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Broken {
    /// It opens another epoch than the next one, or, as a rescue, none of those that may come next.
    #[error("the link opens epoch {given}, expected {expected}; give the links in order, from epoch {expected} on")]
    Order {
        /// The epoch that it opens.
        given: Epoch,
        /// The one that comes next.
        expected: Epoch,
    },
    /// The header is not of this chain, or not of the set that reigns.
    #[error("the header that opens epoch {0} is not of this chain and its validators")]
    Header(Epoch),
    /// The set is not the one that the header names.
    #[error("the validators of epoch {0} are not those that the header names")]
    Validators(Epoch),
    /// No quorum of the old set signed.
    #[error("the certificate that opens epoch {0} does not hold under the validators before")]
    Certificate(Epoch),
    /// Too few holders of rescue keys signed.
    #[error("the rescue that opens epoch {0} lacks the signatures that genesis asks for")]
    Rescue(Epoch),
    /// The rescue goes on from a block before the epoch that it ends.
    #[error("the rescue that opens epoch {0} goes on from a block that is older than the epoch before")]
    Base(Epoch),
}

/// Who signs, epoch by epoch, as far as it was proven.
#[derive(Clone, Debug)]
pub struct LightClient {
    chain: ChainId,
    rescue: RescueKeys,
    sets: Vec<ValidatorSet>,
    /// The lowest height that a block can have on which the next epoch begins.
    base: Height,
}

impl LightClient {
    /// Knows genesis and nothing else.
    pub fn new(trust: &Trust) -> Self {
        Self { chain: trust.chain, rescue: trust.rescue.clone(), sets: vec![trust.validators.clone()], base: Height(0) }
    }
    /// Follows a whole trail; links that are known already are passed over.
    pub fn follow(&mut self, trail: &Trail) -> Result<(), Broken> {
        trail.links.iter().filter(|l| l.opens().0 > 0).try_for_each(|link| {
            if self.validators(link.opens()).is_some_and(|known| known == link.validators()) {
                Ok(())
            } else {
                self.step(link)
            }
        })
    }
    /// Follows one link.
    pub fn step(&mut self, link: &Link) -> Result<(), Broken> {
        let (given, expected) = (link.opens(), self.epoch().next());
        let follows = match link {
            Link::Closed { .. } => given == expected,
            Link::Rescued(resolution) => resolution.may_follow(self.epoch()),
        };
        if !follows {
            return Err(Broken::Order { given, expected });
        }
        self.base = match link {
            // The next set may be lost before it makes a block.
            Link::Closed { header, certificate, validators } => {
                self.check(header, certificate, validators)?;
                header.height
            }
            Link::Rescued(resolution) => self.check_rescue(resolution)?,
        };
        self.sets.push(link.validators().clone());
        Ok(())
    }
    /// Gives the height of the block that the resolution is part of: what follows stands on that one or a later one.
    fn check_rescue(&self, resolution: &Resolution) -> Result<Height, Broken> {
        let opens = resolution.validators.epoch();
        if resolution.height < self.base {
            return Err(Broken::Base(opens));
        }
        let signed = resolution.verify(&self.chain, &self.rescue);
        if signed { Ok(Height(resolution.height.0.saturating_add(1))) } else { Err(Broken::Rescue(opens)) }
    }
    fn check(&self, header: &Header, certificate: &Certificate, next: &ValidatorSet) -> Result<(), Broken> {
        let (now, opens) = (self.newest(), next.epoch());
        if header.chain != self.chain || header.epoch != now.epoch() || header.validators != now.digest() {
            return Err(Broken::Header(opens));
        }
        if header.next_validators != next.digest() {
            return Err(Broken::Validators(opens));
        }
        let signed = certificate.finalizes(header) && certificate.clone().verify(&self.chain, now).is_some();
        if signed { Ok(()) } else { Err(Broken::Certificate(opens)) }
    }
    /// The newest epoch that is known.
    pub fn epoch(&self) -> Epoch {
        self.newest().epoch()
    }
    /// Who signs in an epoch; `None`: its link was not followed.
    pub fn validators(&self, epoch: Epoch) -> Option<&ValidatorSet> {
        self.sets.iter().find(|s| s.epoch() == epoch)
    }
    /// What to verify a receipt of that epoch with; `None`: its link was not followed.
    pub fn trust(&self, genesis: &Trust, epoch: Epoch) -> Option<Trust> {
        Some(Trust { validators: self.validators(epoch)?.clone(), ..genesis.clone() })
    }
    fn newest(&self) -> &ValidatorSet {
        self.sets.last().expect("the set of genesis stands first")
    }
}

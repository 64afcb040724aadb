//! What makes profiles of two networks, or of two signers, incomparable: an order of points and a turn for each point,
//! both following from chain and signer.
//!
//! **What it protects, and what not.** A row of numbers without its key is a cloud of points in no order, each turned by
//! its own angle: it cannot be drawn as a signature and does not match the rows that the same person has in another network
//! or under another name. But the key follows from public names, because every validator must compute the same profile.
//! Who knows chain and signer can undo it. So this is against linking and accidental disclosure, not against an insider;
//! rows are therefore encrypted at rest as packets are.

use proto::encode::tagged;
use proto::{ChainId, Digest, Name};

/// Points of the path at equal length.
pub(super) const SHAPE: usize = 192;
/// Points of the path at equal time.
pub(super) const COURSE: usize = 96;
/// Values of the pressure at equal length.
pub(super) const PRESSURE: usize = 128;
/// A turn by the whole angle is a vector of this length.
pub(super) const TURN_UNIT: i32 = 1 << 14;

/// The key of one signer's profiles on one chain.
#[derive(Debug, Clone)]
pub struct ProfileKey {
    pub(super) tag: [u8; 4],
    pub(super) shape: Order<SHAPE>,
    pub(super) course: Order<COURSE>,
    pub(super) pressure: Order<PRESSURE>,
}

/// Where each point goes and how it is turned.
#[derive(Debug, Clone)]
pub(super) struct Order<const N: usize> {
    pub(super) place: [u16; N],
    /// Cosine and sine in [`TURN_UNIT`]s.
    pub(super) turn: [(i32, i32); N],
}

impl ProfileKey {
    /// The key of `signer`'s profiles on `chain`: the same on all validators.
    pub fn new(chain: &ChainId, signer: &Name) -> Self {
        let mut e = tagged("chirograph/profile-key");
        e.raw(&chain.0).text(signer.as_str());
        let Digest(seed) = Digest::sm3(&e.finish());
        let word = |i: usize| u64::from_be_bytes(std::array::from_fn(|k| seed[8 * i + k]));
        let tag = std::array::from_fn(|k| seed[k]);
        Self { tag, shape: Order::new(word(1)), course: Order::new(word(2)), pressure: Order::new(word(3)) }
    }
}

impl<const N: usize> Order<N> {
    fn new(seed: u64) -> Self {
        let mut stream = Stream(seed);
        let mut place: [u16; N] = std::array::from_fn(|i| i as u16);
        for last in (1..N).rev() {
            place.swap(last, (stream.next() % (last as u64 + 1)) as usize);
        }
        Self { place, turn: std::array::from_fn(|_| turn(stream.next())) }
    }
}

/// A turn without trigonometry: the rational point of the circle with this half-angle tangent, then quarter turns.
fn turn(random: u64) -> (i32, i32) {
    let t = (random >> 40) as f64 / f64::from(1 << 24);
    let (c, s) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
    let scaled = |v: f64| (v * f64::from(TURN_UNIT)).round() as i32;
    let (c, s) = (scaled(c), scaled(s));
    match random & 3 {
        0 => (c, s),
        1 => (-s, c),
        2 => (-c, -s),
        _ => (s, -c),
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Stream(u64);

impl Stream {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

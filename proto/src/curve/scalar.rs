//! Numbers modulo the group order `n` (GB/T 32918.5): just what SM2 verification adds and subtracts.

use super::limbs::{Limbs, add, from_be_bytes, sub};

/// The group order.
pub(crate) const N: Limbs =
    [0x53bb_f409_39d5_4123, 0x7203_df6b_21c6_052b, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

/// A number below `n`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scalar(pub(crate) Limbs);

impl Scalar {
    /// Reads a signature component: `None` for zero and for values of `n` or more.
    pub(crate) fn component(bytes: &[u8; 32]) -> Option<Self> {
        let limbs = from_be_bytes(bytes);
        let below = sub(&limbs, &N).1;
        (below && limbs != [0; 4]).then_some(Self(limbs))
    }
    /// Reduces a hash value modulo `n`; one subtraction suffices because `2n > 2^256`.
    pub(crate) fn reduce(bytes: &[u8; 32]) -> Self {
        let limbs = from_be_bytes(bytes);
        let (reduced, borrow) = sub(&limbs, &N);
        Self(if borrow { limbs } else { reduced })
    }
    /// `self + other mod n`.
    pub(crate) fn add(&self, other: &Self) -> Self {
        let (sum, carry) = add(&self.0, &other.0);
        let (reduced, borrow) = sub(&sum, &N);
        Self(if borrow && !carry { sum } else { reduced })
    }
    /// `self - other mod n`.
    pub(crate) fn sub(&self, other: &Self) -> Self {
        let (difference, borrow) = sub(&self.0, &other.0);
        Self(if borrow { add(&difference, &N).0 } else { difference })
    }
    /// Whether it is zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.0 == [0; 4]
    }
    /// `self + n` as a plain number, if that still fits 256 bits.
    pub(crate) fn plus_order(&self) -> Option<Limbs> {
        let (sum, carry) = add(&self.0, &N);
        (!carry).then_some(sum)
    }
    /// Signed digits base `2^width`, least significant first: `-2^(width-1) < digit <= 2^(width-1)`.
    pub(crate) fn signed_digits(&self, width: usize) -> impl Iterator<Item = i32> {
        let (limbs, half) = (self.0, 1i32 << (width - 1));
        let mut carry = 0;
        (0..=256 / width).map(move |row| {
            let digit = window(&limbs, row * width, width) + carry;
            carry = i32::from(digit > half);
            if digit > half { digit - 2 * half } else { digit }
        })
    }
}

/// `width` bits from bit `position`; bits beyond the top are zero.
fn window(limbs: &Limbs, position: usize, width: usize) -> i32 {
    let (limb, shift) = (position / 64, position % 64);
    let Some(low) = limbs.get(limb) else { return 0 };
    let mut bits = low >> shift;
    if shift + width > 64 {
        bits |= limbs.get(limb + 1).map_or(0, |high| high << (64 - shift));
    }
    (bits & ((1 << width) - 1)) as i32
}

//! 256-bit numbers as four 64-bit limbs, least significant first: carry arithmetic and nothing else.

/// Four limbs, least significant first.
pub(crate) type Limbs = [u64; 4];

/// `a + b + carry`.
#[inline(always)]
pub(crate) fn add_carry(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (x, c1) = a.overflowing_add(b);
    let (y, c2) = x.overflowing_add(u64::from(carry));
    (y, c1 | c2)
}

/// `a - b - borrow`.
#[inline(always)]
pub(crate) fn sub_borrow(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (x, b1) = a.overflowing_sub(b);
    let (y, b2) = x.overflowing_sub(u64::from(borrow));
    (y, b1 | b2)
}

/// Sum and carry.
#[inline(always)]
pub(crate) fn add(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (r0, c) = add_carry(a[0], b[0], false);
    let (r1, c) = add_carry(a[1], b[1], c);
    let (r2, c) = add_carry(a[2], b[2], c);
    let (r3, c) = add_carry(a[3], b[3], c);
    ([r0, r1, r2, r3], c)
}

/// Difference and borrow.
#[inline(always)]
pub(crate) fn sub(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (r0, c) = sub_borrow(a[0], b[0], false);
    let (r1, c) = sub_borrow(a[1], b[1], c);
    let (r2, c) = sub_borrow(a[2], b[2], c);
    let (r3, c) = sub_borrow(a[3], b[3], c);
    ([r0, r1, r2, r3], c)
}

/// `accumulator + a·b + carry` as low and high words; it cannot overflow.
#[inline(always)]
pub(crate) fn multiply_add(accumulator: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let t = u128::from(accumulator) + u128::from(a) * u128::from(b) + u128::from(carry);
    (t as u64, (t >> 64) as u64)
}

/// Reads 32 big-endian bytes.
pub(crate) fn from_be_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut out = [0; 4];
    for (limb, chunk) in out.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *limb = chunk.iter().fold(0, |n, b| n << 8 | u64::from(*b));
    }
    out
}

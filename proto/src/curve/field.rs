//! The SM2 base field in Montgomery form, `R = 2^256`.
//!
//! `p = 2^256 - 2^224 - 2^96 + 2^64 - 1`, so `-p^-1 = 1 mod 2^64`: a reduction step needs shifts and no multiplication.

use super::limbs::{Limbs, add, add_carry, multiply_add, sub, sub_borrow};

/// The field prime.
pub(crate) const P: Limbs =
    [0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

/// `2^512 mod p`, which brings a plain number into Montgomery form.
const R_SQUARED: Fp = Fp([0x0000_0002_0000_0003, 0x0000_0002_ffff_ffff, 0x0000_0001_0000_0001, 0x0000_0004_0000_0002]);

/// A field element `a`, held as `a·R mod p`, always below `p`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fp(Limbs);

impl Fp {
    pub(crate) const ZERO: Self = Self([0; 4]);
    pub(crate) const ONE: Self = Self([1, 0x0000_0000_ffff_ffff, 0, 0x0000_0001_0000_0000]);

    /// From a plain number; `None` when it is not below `p`.
    pub(crate) fn from_plain(limbs: &Limbs) -> Option<Self> {
        let below = sub(limbs, &P).1;
        below.then(|| Self(*limbs).mul(&R_SQUARED))
    }
    pub(crate) fn is_zero(&self) -> bool {
        self.0 == [0; 4]
    }
    #[inline(always)]
    pub(crate) fn add(&self, other: &Self) -> Self {
        let (sum, carry) = add(&self.0, &other.0);
        Self(below_p(sum, carry))
    }
    #[inline(always)]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        let (difference, borrow) = sub(&self.0, &other.0);
        let mask = u64::from(borrow).wrapping_neg();
        Self(add(&difference, &P.map(|limb| limb & mask)).0)
    }
    #[inline(always)]
    pub(crate) fn double(&self) -> Self {
        self.add(self)
    }
    pub(crate) fn negate(&self) -> Self {
        Self::ZERO.sub(self)
    }
    #[inline(always)]
    pub(crate) fn mul(&self, other: &Self) -> Self {
        let mut t = [0; 8];
        for i in 0..4 {
            let mut carry = 0;
            for j in 0..4 {
                (t[i + j], carry) = multiply_add(t[i + j], self.0[i], other.0[j], carry);
            }
            t[i + 4] = carry;
        }
        reduce(&t)
    }
    /// Half of the cross products of [`Self::mul`], doubled by a shift.
    #[inline(always)]
    pub(crate) fn square(&self) -> Self {
        let a = &self.0;
        let (t1, c) = multiply_add(0, a[0], a[1], 0);
        let (t2, c) = multiply_add(0, a[0], a[2], c);
        let (t3, t4) = multiply_add(0, a[0], a[3], c);
        let (t3, c) = multiply_add(t3, a[1], a[2], 0);
        let (t4, t5) = multiply_add(t4, a[1], a[3], c);
        let (t5, t6) = multiply_add(t5, a[2], a[3], 0);
        let cross = [0, t1, t2, t3, t4, t5, t6, 0];
        let mut t = [0; 8];
        for i in 1..8 {
            t[i] = cross[i] << 1 | cross[i - 1] >> 63;
        }
        let mut carry = false;
        for i in 0..4 {
            let (low, high) = multiply_add(0, a[i], a[i], 0);
            (t[2 * i], carry) = add_carry(t[2 * i], low, carry);
            (t[2 * i + 1], carry) = add_carry(t[2 * i + 1], high, carry);
        }
        reduce(&t)
    }
    /// `self^(p-2)`, the inverse by Fermat; zero for zero.
    pub(crate) fn invert(&self) -> Self {
        let exponent = [P[0] - 2, P[1], P[2], P[3]];
        let mut power = Self::ONE;
        for bit in (0..256).rev() {
            power = power.square();
            if exponent[bit / 64] >> (bit % 64) & 1 == 1 {
                power = power.mul(self);
            }
        }
        power
    }
}

/// Subtracts `p` once if the 257-bit number is not below it.
#[inline(always)]
fn below_p(limbs: Limbs, carry: bool) -> Limbs {
    let (reduced, borrow) = sub(&limbs, &P);
    if borrow && !carry { limbs } else { reduced }
}

/// One Montgomery step: `(a + a0·p) / 2^64`. With `q = a0`, `q·p = q·(2^256 - 2^224 - 2^96 + 2^64) - q` cancels the
/// lowest limb and leaves `a/2^64 + q·(2^192 - 2^160 - 2^32 + 1)`, which stays below `2^256`.
#[inline(always)]
fn step(a: Limbs) -> Limbs {
    let q = a[0];
    let (low, high) = (q << 32, q >> 32);
    let (c0, b) = sub_borrow(q, low, false);
    let (c1, b) = sub_borrow(0, high, b);
    let (c2, b) = sub_borrow(0, low, b);
    let (c3, _) = sub_borrow(q, high, b);
    add(&[a[1], a[2], a[3], 0], &[c0, c1, c2, c3]).0
}

/// Montgomery reduction of a product below `p·2^256`: four steps bring the low half to at most `p`, and the high half
/// is added once.
#[inline(always)]
fn reduce(t: &[u64; 8]) -> Fp {
    let low = step(step(step(step([t[0], t[1], t[2], t[3]]))));
    let (sum, carry) = add(&low, &[t[4], t[5], t[6], t[7]]);
    Fp(below_p(sum, carry))
}

#[cfg(test)]
mod tests {
    //! The field against its own laws at the carry edges; the curve tests compare it with the `sm2` crate.

    use super::*;

    fn edges() -> Vec<Fp> {
        let mut out = vec![Fp::ZERO, Fp::ONE, Fp::ONE.negate(), R_SQUARED];
        for i in 0..4 {
            for limb in [1, u64::MAX, 1 << 32, 1 << 63, 0xffff_ffff] {
                let mut a = [0; 4];
                a[i] = limb;
                out.extend(Fp::from_plain(&a));
                let (near_p, _) = sub(&P, &a);
                out.extend(Fp::from_plain(&near_p));
            }
        }
        out
    }

    #[test]
    fn laws_hold_at_the_edges() {
        for a in edges() {
            assert_eq!(a.mul(&a), a.square());
            assert_eq!(a.add(&a.negate()), Fp::ZERO);
            assert_eq!(a.double().sub(&a), a);
            if !a.is_zero() {
                assert_eq!(a.mul(&a.invert()), Fp::ONE);
            }
            for b in edges() {
                assert_eq!(a.mul(&b), b.mul(&a));
                assert_eq!(a.add(&b).square(), a.square().add(&a.mul(&b).double()).add(&b.square()));
                assert!(sub(&a.mul(&b).0, &P).1, "results stay below p");
            }
        }
    }

    #[test]
    fn numbers_of_p_or_more_are_refused() {
        assert!(Fp::from_plain(&P).is_none());
        assert!(Fp::from_plain(&[u64::MAX; 4]).is_none());
        assert_eq!(Fp::from_plain(&[1, 0, 0, 0]), Some(Fp::ONE));
    }
}

//! Points of `y² = x³ - 3x + b`: affine in tables, Jacobian (`x = X/Z²`, `y = Y/Z³`) while adding.
//!
//! Formulas: dbl-2001-b and madd/add-1998-cmo of the Explicit-Formulas Database. All exceptional cases are handled.

use super::field::Fp;
use super::limbs::{Limbs, from_be_bytes};

/// Coefficient `b` (GB/T 32918.5).
const B: Limbs = [0xddbc_bd41_4d94_0e93, 0xf397_89f5_15ab_8f92, 0x4d5a_9e4b_cf65_09a7, 0x28e9_fa9e_9d9f_5e34];
/// The generator (GB/T 32918.5).
const G: [Limbs; 2] = [
    [0x715a_4589_334c_74c7, 0x8fe3_0bbf_f266_0be1, 0x5f99_0446_6a39_c994, 0x32c4_ae2c_1f19_8119],
    [0x02df_32e5_2139_f0a0, 0xd0a9_877c_c62a_4740, 0x59bd_cee3_6b69_2153, 0xbc37_36a2_f4f6_779c],
];

/// A point that is not at infinity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Affine {
    pub(crate) x: Fp,
    pub(crate) y: Fp,
}

impl Affine {
    /// Reads an uncompressed SEC1 point and checks that it is on the curve (cofactor 1: then it is in the group).
    pub(crate) fn from_sec1(bytes: &[u8; 65]) -> Option<Self> {
        let (tag, coordinates) = bytes.split_first()?;
        let (x, y) = coordinates.split_first_chunk::<32>()?;
        let point =
            Self { x: Fp::from_plain(&from_be_bytes(x))?, y: Fp::from_plain(&from_be_bytes(y.first_chunk()?))? };
        (*tag == 4 && point.is_on_curve()).then_some(point)
    }
    /// The generator.
    pub(crate) fn generator() -> Self {
        let coordinate = |limbs| Fp::from_plain(limbs).expect("a constant of the standard below p");
        Self { x: coordinate(&G[0]), y: coordinate(&G[1]) }
    }
    pub(crate) fn negate(&self) -> Self {
        Self { x: self.x, y: self.y.negate() }
    }
    fn is_on_curve(&self) -> bool {
        let three = Fp::ONE.double().add(&Fp::ONE);
        let b = Fp::from_plain(&B).expect("a constant of the standard below p");
        self.y.square() == self.x.square().sub(&three).mul(&self.x).add(&b)
    }
}

/// A point in Jacobian coordinates; `z = 0` is infinity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jacobian {
    pub(crate) x: Fp,
    y: Fp,
    pub(crate) z: Fp,
}

impl From<Affine> for Jacobian {
    fn from(a: Affine) -> Self {
        Self { x: a.x, y: a.y, z: Fp::ONE }
    }
}

impl Jacobian {
    pub(crate) const INFINITY: Self = Self { x: Fp::ONE, y: Fp::ONE, z: Fp::ZERO };

    pub(crate) fn negate(&self) -> Self {
        Self { x: self.x, y: self.y.negate(), z: self.z }
    }
    pub(crate) fn double(&self) -> Self {
        let delta = self.z.square();
        let gamma = self.y.square();
        let beta = self.x.mul(&gamma);
        let t = self.x.sub(&delta).mul(&self.x.add(&delta));
        let alpha = t.double().add(&t);
        let beta4 = beta.double().double();
        let x = alpha.square().sub(&beta4.double());
        let z = self.y.add(&self.z).square().sub(&gamma).sub(&delta);
        let y = alpha.mul(&beta4.sub(&x)).sub(&gamma.square().double().double().double());
        Self { x, y, z }
    }
    pub(crate) fn add_affine(&self, other: &Affine) -> Self {
        if self.z.is_zero() {
            return Self::from(*other);
        }
        let zz = self.z.square();
        let h = other.x.mul(&zz).sub(&self.x);
        let r = other.y.mul(&self.z).mul(&zz).sub(&self.y);
        self.chord(&h, &r, (&self.x, &self.y, &self.z))
    }
    pub(crate) fn add(&self, other: &Self) -> Self {
        if self.z.is_zero() {
            return *other;
        }
        if other.z.is_zero() {
            return *self;
        }
        let (z1z1, z2z2) = (self.z.square(), other.z.square());
        let u1 = self.x.mul(&z2z2);
        let s1 = self.y.mul(&other.z).mul(&z2z2);
        let h = other.x.mul(&z1z1).sub(&u1);
        let r = other.y.mul(&self.z).mul(&z1z1).sub(&s1);
        self.chord(&h, &r, (&u1, &s1, &self.z.mul(&other.z)))
    }
    /// The common end of both additions: `h` and `r` are the differences of x and y over a common denominator. Both
    /// zero: the points are equal. Only `h` zero: they are opposite.
    fn chord(&self, h: &Fp, r: &Fp, (u1, s1, z1z2): (&Fp, &Fp, &Fp)) -> Self {
        if h.is_zero() {
            return if r.is_zero() { self.double() } else { Self::INFINITY };
        }
        let hh = h.square();
        let hhh = hh.mul(h);
        let v = u1.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v.double());
        let y = r.mul(&v.sub(&x)).sub(&s1.mul(&hhh));
        Self { x, y, z: z1z2.mul(h) }
    }
    /// Affine forms of finite points with a single inversion (Montgomery's trick).
    pub(crate) fn normalize(points: &[Self]) -> Vec<Affine> {
        let mut product = Fp::ONE;
        let mut before = Vec::with_capacity(points.len());
        for p in points {
            before.push(product);
            product = product.mul(&p.z);
        }
        let mut inverse = product.invert();
        let mut out = Vec::with_capacity(points.len());
        for (p, before) in points.iter().zip(before).rev() {
            let z_inverse = inverse.mul(&before);
            inverse = inverse.mul(&p.z);
            let zz = z_inverse.square();
            out.push(Affine { x: p.x.mul(&zz), y: p.y.mul(&zz).mul(&z_inverse) });
        }
        out.reverse();
        out
    }
}

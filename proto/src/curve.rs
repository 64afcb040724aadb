//! The SM2 curve for *verification only*: variable time, public data, no secret ever enters.
//!
//! Why our own: the `sm2` crate verifies with constant-time arithmetic and no per-key tables. Checking signatures is
//! what a validator does most. Signing stays with the `sm2` crate, and tests compare every answer with it.

mod field;
mod limbs;
mod point;
mod scalar;
mod table;

pub(crate) use field::Fp;
pub(crate) use point::{Affine, Jacobian};
pub(crate) use scalar::Scalar;
pub(crate) use table::{Table, generator_table, multiply};

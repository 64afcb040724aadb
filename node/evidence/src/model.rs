//! The model itself in a package: its name and every fitted number, as the bytes that its digest is of. Whoever has them
//! can compute the appraisal again from the packets; whether that was done is not said here.

use crate::code;
use crate::verify::{Case, check};
use proto::{Check, Digest};

/// How the bytes of every model begin: the tag of a top-level value, version 1.
const BEGINS: &[u8] = b"\x10chirograph/model\x01";

/// `MODEL`, where the package carries the model.
pub(crate) fn checks(case: &Case<'_>) -> Option<Check> {
    let bytes = case.dossier.model.as_ref()?;
    let named = case.dossier.event.appraisal.as_ref()?.model;
    let holds = bytes.starts_with(BEGINS) && Digest::sm3(bytes) == named;
    let what = if holds { "these are the constants and weights of model" } else { "the file is not of model" };
    Some(check(code::MODEL, holds, format!("{what} {}, {} bytes", named.short(), bytes.len())))
}

//! Signatures of type `Sign`: a CMS message (GB/T 35275) over the description, or over its digest, as GM/T 0099-2020 (7.2)
//! has it and most programs write it.

use crate::pdf::signature::{Signature, signed_data};
use crate::trust::Roots;
use proto::Outcome;
use timestamp::{Hash, SignedData};

/// Verifies a message over a description, `Signature.xml`.
pub fn verify(base: Signature, (message, xml): (&SignedData<'_>, &[u8]), roots: Roots<'_>) -> Signature {
    let digests = [Hash::Sm3, Hash::Sha256].map(|hash| hash.digest(&[xml]));
    let over = |content: &[u8]| signed_data(base.clone(), (message, &[content]), roots);
    match message.content {
        Some(inside) if inside == xml || digests.iter().any(|d| d == inside) => over(inside),
        Some(_) => {
            let detail = "what it signs is not Signature.xml: that was altered".to_owned();
            Signature { outcome: Outcome::Invalid, detail, ..over(&[]) }
        }
        // Nothing is inside: it is over the one or the other.
        None => {
            let whole = over(xml);
            let of_digest = || digests.iter().map(|d| over(d)).find(|s| s.outcome == Outcome::Valid);
            if whole.outcome == Outcome::Invalid { of_digest().unwrap_or(whole) } else { whole }
        }
    }
}

//! Whether a signer's certificate led to a root that the reader trusts, at the time of the signature.

use proto::{Outcome, TimeMs};
use timestamp::chain::{Material, chain};
use timestamp::{Certificate, SignedData, Verdict, instant, pem};

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// Whether it did.
    pub outcome: Outcome,
    /// In a sentence.
    pub detail: String,
}

/// Searches a chain over the certificates of the message to `roots` (PEM), as of a time that somebody must have named.
pub fn trusted(
    certificate: &Certificate<'_>,
    signed: &SignedData<'_>,
    (roots, at): (&[&str], Option<TimeMs>),
) -> Trusted {
    let unknown = |detail: String| Trusted { outcome: Outcome::Indeterminate, detail };
    let Some(blocks) = roots.iter().map(|r| pem::blocks(r)).collect::<Option<Vec<_>>>() else {
        return unknown("the trusted roots are not PEM".to_owned());
    };
    let blocks: Vec<pem::Block> = blocks.into_iter().flatten().collect();
    let roots: Vec<Certificate<'_>> = blocks.iter().filter_map(|b| Certificate::from_der(&b.der).ok()).collect();
    if roots.is_empty() {
        return unknown(format!(
            "`{}` names itself; no trusted root was given to check it against",
            certificate.name()
        ));
    }
    let Some(at) = at else {
        return unknown("the signature names no time to check its certificate at".to_owned());
    };
    let others: Vec<&Certificate<'_>> = signed.certificates.iter().collect();
    let lists: Vec<_> = signed.lists.iter().collect();
    let found = chain(certificate, Material { others: &others, roots: &roots, lists: &lists, at });
    match found.verdict {
        Verdict::Holds => Trusted {
            outcome: Outcome::Valid,
            detail: format!("{} at {}", found.names.join(" ← "), instant::text(at)),
        },
        Verdict::Fails(detail) => Trusted { outcome: Outcome::Invalid, detail },
        Verdict::Unknown(detail) => unknown(detail),
    }
}

//! From a certificate to a root that somebody trusts, as it stood at a moment: every link valid *then*, not now.
//!
//! Policies and name constraints are not evaluated: a critical extension that is not known makes the answer unknown.

use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::instant::text;
use crate::key::Verdict;
use proto::TimeMs;

/// Longest chain, the root included.
const DEPTH_MAX: usize = 8;
/// Most signatures that are verified on the search for a chain: hostile certificates can form many paths.
const SIGNATURES_MAX: usize = 64;

/// What is at hand to build a chain from.
#[derive(Clone, Copy)]
pub struct Material<'a, 'b> {
    /// Certificates between the first and the root.
    pub others: &'b [&'b Certificate<'a>],
    /// Roots that are trusted.
    pub roots: &'b [Certificate<'a>],
    /// Revocation lists of that day.
    pub lists: &'b [&'b RevocationList<'a>],
    /// The moment.
    pub at: TimeMs,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Whether it holds.
    pub verdict: Verdict,
    /// Names from the certificate to the root, as far as it came.
    pub names: Vec<String>,
    /// How many of its certificates a revocation list was at hand for.
    pub lists_used: usize,
}

/// Searches a chain for `leaf`: the first that holds, else one that fails, else one that cannot be judged.
pub fn chain<'a, 'b>(leaf: &'b Certificate<'a>, material: Material<'a, 'b>) -> Chain {
    Search { material, verified: 0 }.climb(&mut vec![leaf])
}

struct Search<'a, 'b> {
    material: Material<'a, 'b>,
    /// Signatures that were verified.
    verified: usize,
}

type Path<'a, 'b> = Vec<&'b Certificate<'a>>;

impl<'a, 'b> Search<'a, 'b> {
    /// What the best way from the last certificate of `path` to a root comes to.
    fn climb(&mut self, path: &mut Path<'a, 'b>) -> Chain {
        let Some(&last) = path.last() else { return ended(path, unknown(NOWHERE)) };
        let at = self.material.at;
        if !last.is_valid_at(at) {
            let why = format!("`{}` was not valid at {}: {}", last.name(), text(at), last.validity());
            return ended(path, Verdict::Fails(why));
        }
        if self.material.roots.iter().any(|root| root.raw == last.raw) {
            return ended(path, understood(last).unwrap_or(Verdict::Holds));
        }
        if path.len() == DEPTH_MAX {
            return ended(path, unknown("the chain is longer than is followed here"));
        }
        let mut best = None;
        for issuer in self.issuers(path, last) {
            let found = self.step(path, issuer);
            if found.verdict == Verdict::Holds {
                return found;
            }
            if best.as_ref().is_none_or(|best: &Chain| rank(&best.verdict) < rank(&found.verdict)) {
                best = Some(found);
            }
        }
        best.unwrap_or_else(|| ended(path, unknown(NOWHERE)))
    }
    /// Who may have issued `last`: roots first, then the others in their order, each once and none that is below already.
    fn issuers(&self, path: &Path<'a, 'b>, last: &Certificate<'_>) -> Path<'a, 'b> {
        let mut found: Path<'a, 'b> = Vec::new();
        let fits = self.material.roots.iter().chain(self.material.others.iter().copied());
        for c in fits.filter(|c| c.subject == last.issuer) {
            if path.iter().chain(&found).all(|other| other.raw != c.raw) {
                found.push(c);
            }
        }
        found
    }
    /// One step up, and what follows from there.
    fn step(&mut self, path: &mut Path<'a, 'b>, issuer: &'b Certificate<'a>) -> Chain {
        let Some(&last) = path.last() else { return ended(path, unknown(NOWHERE)) };
        if !may_issue(issuer, path.len()) {
            let why = format!("`{}` may not issue `{}`", issuer.name(), last.name());
            return ended(path, Verdict::Fails(why));
        }
        let Some(signed) = self.verify(|| last.verify(issuer)) else { return ended(path, unknown(TOO_MANY)) };
        if matches!(signed, Verdict::Fails(_)) {
            return ended(path, signed);
        }
        let Some((listed, lists)) = self.revocation(last, issuer) else { return ended(path, unknown(TOO_MANY)) };
        if matches!(listed, Verdict::Fails(_)) {
            return ended(path, listed);
        }
        path.push(issuer);
        let mut further = self.climb(path);
        path.pop();
        further.lists_used += lists;
        if further.verdict == Verdict::Holds {
            let unclear = [Some(signed), Some(listed), understood(last)];
            further.verdict = unclear.into_iter().flatten().find(|v| *v != Verdict::Holds).unwrap_or(Verdict::Holds);
        }
        further
    }
    /// What lists of the issuer say of a certificate, and how many there are; `None` when no more may be verified.
    fn revocation(&mut self, c: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<(Verdict, usize)> {
        let (mut said, mut used) = (Verdict::Holds, 0);
        for list in self.material.lists.iter().filter(|list| list.names(issuer)) {
            let revokes = list.revokes(c.serial, self.material.at);
            match self.verify(|| list.verify(issuer))? {
                Verdict::Holds if revokes => {
                    return Some((Verdict::Fails(format!("`{}` was revoked", c.name())), used));
                }
                Verdict::Holds => used += 1,
                Verdict::Unknown(why) if revokes => said = Verdict::Unknown(why),
                _ => {} // what somebody else signed says nothing
            }
        }
        Some((said, used))
    }
    /// Verifies a signature, while there may be more.
    fn verify(&mut self, one: impl FnOnce() -> Verdict) -> Option<Verdict> {
        self.verified += 1;
        (self.verified <= SIGNATURES_MAX).then(one)
    }
}

const TOO_MANY: &str = "there are more ways to a root than are followed here";
const NOWHERE: &str = "no certificate at hand leads to a root that is trusted here";

fn unknown(why: &str) -> Verdict {
    Verdict::Unknown(why.to_owned())
}

fn ended(path: &Path<'_, '_>, verdict: Verdict) -> Chain {
    Chain { verdict, names: path.iter().map(|c| c.name()).collect(), lists_used: 0 }
}

/// What is wrong outweighs what cannot be judged.
fn rank(verdict: &Verdict) -> u8 {
    u8::from(matches!(verdict, Verdict::Fails(_)))
}

/// Whether all that must be understood of a certificate is.
fn understood(c: &Certificate<'_>) -> Option<Verdict> {
    let oid = crate::oid::dotted(c.extensions.unknown?);
    Some(Verdict::Unknown(format!("`{}` has the critical extension {oid}, which is not known here", c.name())))
}

/// Whether it is an authority, of so many certificates below it.
fn may_issue(issuer: &Certificate<'_>, below: usize) -> bool {
    let authorities = u64::try_from(below.saturating_sub(1)).unwrap_or(u64::MAX);
    issuer.may_sign_certificates() && issuer.extensions.path_max.is_none_or(|max| authorities <= max)
}

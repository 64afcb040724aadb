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
/// Most signatures that are checked on the search for a chain: hostile certificates can form many paths.
const CHECKS_MAX: usize = 64;

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

/// Searches a chain for `leaf`.
pub fn chain<'a, 'b>(leaf: &'b Certificate<'a>, material: Material<'a, 'b>) -> Chain {
    let mut search = Search { material, checks: 0, worst: None };
    match search.up(&mut vec![leaf]) {
        Some(found) => found,
        None => {
            let why = "no certificate at hand leads to a root that is trusted here".to_owned();
            let verdict = search.worst.unwrap_or(Verdict::Unknown(why));
            Chain { verdict, names: vec![leaf.name()], lists_used: 0 }
        }
    }
}

struct Search<'a, 'b> {
    material: Material<'a, 'b>,
    checks: usize,
    /// Why the path that came furthest failed.
    worst: Option<Verdict>,
}

impl<'a, 'b> Search<'a, 'b> {
    /// Tries every issuer of the last certificate of `path`.
    fn up(&mut self, path: &mut Vec<&'b Certificate<'a>>) -> Option<Chain> {
        let last = path.last().copied()?;
        if let Err(verdict) = self.usable(last) {
            self.worst = Some(verdict);
            return None;
        }
        if self.material.roots.iter().any(|root| root.raw == last.raw) {
            return self.whole(path);
        }
        if path.len() == DEPTH_MAX {
            return None;
        }
        let roots = self.material.roots.iter();
        let issuers: Vec<&'b Certificate<'a>> = roots
            .chain(self.material.others.iter().copied())
            .filter(|c| c.subject == last.issuer && c.raw != last.raw)
            .collect();
        for issuer in issuers {
            if path.iter().any(|c| c.raw == issuer.raw) || !self.may_issue(issuer, last, path.len()) {
                continue;
            }
            path.push(issuer);
            if let Some(found) = self.up(path) {
                return Some(found);
            }
            path.pop();
        }
        None
    }
    fn usable(&self, c: &Certificate<'_>) -> Result<(), Verdict> {
        let at = self.material.at;
        if !c.is_valid_at(at) {
            let why = format!("`{}` was not valid at {}: {}", c.name(), text(at), c.validity());
            return Err(Verdict::Fails(why));
        }
        match c.extensions.unknown {
            Some(oid) => {
                let why = format!("`{}` has the critical extension {}", c.name(), crate::oid::dotted(oid));
                Err(Verdict::Unknown(format!("{why}, which is not known here")))
            }
            None => Ok(()),
        }
    }
    fn may_issue(&mut self, issuer: &Certificate<'_>, below: &Certificate<'_>, depth: usize) -> bool {
        let authorities = u64::try_from(depth - 1).unwrap_or(u64::MAX);
        if !issuer.may_sign_certificates() || issuer.extensions.path_max.is_some_and(|max| authorities > max) {
            self.worst = Some(Verdict::Fails(format!("`{}` may not issue `{}`", issuer.name(), below.name())));
            return false;
        }
        self.checks += 1;
        if self.checks > CHECKS_MAX {
            return false;
        }
        match below.verify(issuer) {
            Verdict::Holds => true,
            other => {
                self.worst = Some(other);
                false
            }
        }
    }
    /// A path that ends in a root: was anything on it revoked?
    fn whole(&mut self, path: &[&Certificate<'_>]) -> Option<Chain> {
        let names = path.iter().map(|c| c.name()).collect();
        let mut lists_used = 0;
        for pair in path.windows(2) {
            let lists = self.material.lists.iter().filter(|list| list.is_of(pair[1]));
            let mut any = false;
            for list in lists {
                any = true;
                if list.revokes(pair[0].serial, self.material.at) {
                    let verdict = Verdict::Fails(format!("`{}` was revoked", pair[0].name()));
                    return Some(Chain { verdict, names, lists_used });
                }
            }
            lists_used += usize::from(any);
        }
        Some(Chain { verdict: Verdict::Holds, names, lists_used })
    }
}

//! Who was given access to the stroke packet. Each access is an event of the matter, committed before the packet was released;
//! that the list is whole follows from the matter's completeness. How often it was read under one access, nothing here says.

use crate::code;
use crate::verify::{Case, check};
use proto::{Body, Canonical, Check};

/// `ACCESS`, where somebody was given access.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let (event, hash) = (&case.dossier.event, case.dossier.event.digest());
    let events = case.dossier.matter.iter().flat_map(|m| &m.events);
    let (mut readers, mut holds) = (Vec::new(), true);
    for e in events {
        let Body::Access { target, target_hash, .. } = &e.transaction.draft.body else { continue };
        if *target == event.seq {
            holds &= *target_hash == hash && e.seq > event.seq;
            readers.push(e.transaction.draft.org.as_str());
        }
    }
    if readers.is_empty() {
        return Vec::new();
    }
    let detail =
        if holds { "access to its packet was given to" } else { "an access names another event, or came before it:" };
    vec![check(code::ACCESS, holds, format!("{detail} {}", readers.join(", ")))]
}

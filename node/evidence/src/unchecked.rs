//! What a package holds that nobody signed and nothing signed leads to. Whoever carried it can have written anything there, and
//! every check is what it was, so people are told which files these are.

use crate::dossier::Dossier;
use crate::reading::DOCUMENT;
use proto::Body;
use std::collections::BTreeSet;

/// Paths of files, and `FILE#FIELD` where a file is signed for in part; ascending.
pub(crate) fn of(dossier: &Dossier) -> Vec<String> {
    let mut list: BTreeSet<String> = dossier.readable.0.keys().cloned().collect();
    if dossier.document.is_some() {
        let sized = matches!(dossier.event.transaction.draft.body, Body::Anchor { .. });
        let fields = ["media_type", "name", "size"].into_iter().filter(|field| !(sized && *field == "size"));
        list.extend(fields.map(|field| format!("{DOCUMENT}#{field}")));
    }
    list.into_iter().collect()
}

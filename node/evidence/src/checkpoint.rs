//! Whether a quorum of the right validators signed the checkpoint, and the event stands under it.

use crate::code;
use crate::verify::{Case, check};
use proto::merkle::{LogHash, root_of_inclusion};
use proto::{Canonical, Check, Epoch, Link, Outcome, Receipt};

/// `EVENT_CANON`, `CHAIN`, `TRAIL`, `VALIDATORS`, `CERTIFICATE` and both inclusions.
pub(crate) fn checks(case: &Case<'_>) -> Vec<Check> {
    let mut list = vec![same_event(case), chain(case), trail(case), validators(case), certificate(case)];
    for (code, hash) in [(code::INCLUSION_SM3, LogHash::Sm3), (code::INCLUSION_SHA256, LogHash::Sha256)] {
        let (seq, size) = (case.dossier.event.seq, case.header().ledger_size);
        let detail = format!("event {seq} of the {size} that the checkpoint's log holds");
        list.push(check(code, included(&case.dossier.receipt, hash), detail));
    }
    list
}

fn same_event(case: &Case<'_>) -> Check {
    let (d, bytes) = (case.dossier, case.dossier.event.to_bytes());
    let at = usize::try_from(d.event.matter_seq.wrapping_sub(1)).unwrap_or(usize::MAX);
    let in_matter = d.matter.as_ref().is_none_or(|m| m.events.get(at).is_some_and(|e| e.to_bytes() == bytes));
    let holds = d.receipt.event.to_bytes() == bytes && in_matter;
    let detail = if holds { "the same event in all files, hash" } else { "the files hold different events; here" };
    check(code::EVENT_CANON, holds, format!("{detail} {}", d.event.digest()))
}

fn chain(case: &Case<'_>) -> Check {
    let signed_for = case.dossier.event.transaction.draft.chain;
    let holds = case.header().chain == case.chain && signed_for == case.chain;
    let detail =
        if holds { "transaction and checkpoint name the ledger" } else { "something is of another ledger than" };
    check(code::CHAIN, holds, format!("{detail} {}", case.chain))
}

fn trail(case: &Case<'_>) -> Check {
    match &case.trail_fault {
        None => check(code::TRAIL, true, led(&case.dossier.trail.links, case.header().epoch)),
        Some(why) => check(code::TRAIL, false, why.clone()),
    }
}

/// How genesis leads there. A rescue is told: no quorum of the validators before it had a say.
fn led(links: &[Link], to: Epoch) -> String {
    let rescues: Vec<String> =
        links.iter().filter(|l| matches!(l, Link::Rescued(_))).map(|l| l.opens().to_string()).collect();
    let (all, by) = (links.len(), rescues.len());
    if rescues.is_empty() {
        return format!("genesis leads to epoch {to}, each set named by a quorum of the one before");
    }
    // A detail is a line; the trail has them all.
    let shown = rescues.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
    let more = if by > 4 { ", …" } else { "" };
    format!(
        "genesis leads to epoch {to} by {all} changes, {by} of them rescues by rescue keys without a quorum (epoch {shown}{more})"
    )
}

fn validators(case: &Case<'_>) -> Check {
    match case.set() {
        None => unknown(code::VALIDATORS),
        Some(set) => {
            let detail = format!("the header names the {} validators of epoch {}", set.count(), set.epoch());
            check(code::VALIDATORS, case.header().validators == set.digest(), detail)
        }
    }
}

fn certificate(case: &Case<'_>) -> Check {
    let Some(set) = case.set() else { return unknown(code::CERTIFICATE) };
    let c = &case.dossier.receipt.checkpoint.certificate;
    let holds = c.finalizes(case.header()) && c.clone().verify(&case.chain, set).is_some();
    let (n, all, quorum, height) = (c.votes.len(), set.count(), set.quorum(), case.header().height);
    check(code::CERTIFICATE, holds, format!("{n} of {all} validators finalized height {height} (quorum {quorum})"))
}

fn unknown(code: &'static str) -> Check {
    let detail = "which validators signed in this epoch is not known".to_owned();
    Check { code, outcome: Outcome::Indeterminate, detail }
}

/// Whether the receipt's event is in one of the logs under its own checkpoint.
pub(crate) fn included(receipt: &Receipt, hash: LogHash) -> bool {
    let h = &receipt.checkpoint.header;
    let (path, root) = match hash {
        LogHash::Sm3 => (&receipt.sm3_path, h.sm3_root),
        LogHash::Sha256 => (&receipt.sha256_path, h.sha256_root),
    };
    let leaf = hash.leaf(&receipt.event.to_bytes());
    receipt.event.height <= h.height
        && root_of_inclusion(hash, (receipt.event.seq.0, h.ledger_size), leaf, path) == Some(root)
}

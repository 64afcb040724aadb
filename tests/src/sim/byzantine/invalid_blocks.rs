//! A leader whose blocks break a rule: sums, roots, time, size, an appraisal that nobody else finds.

use crate::sim::byzantine::{Liar, Lie, Me, own_proposal};
use ledger::Context;
use proto::block::entries_digest;
use proto::{Digest, Entry, Header, Item, Proposal, TimeMs, Transaction, TxId, ValidatorIndex, Verified};
use replica::{Message, Outbound, PeerMessage};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How far off a wrong opinion is, in milliban: more than any ε here.
pub const WRONG_BY_MB: i32 = 111;

/// See the module.
#[derive(Debug, Default)]
pub struct InvalidBlocks {
    seen: RefCell<BTreeMap<TxId, Transaction>>,
}

impl Liar for InvalidBlocks {
    fn says(&mut self, me: &Me<'_>, out: &Outbound) -> Vec<Lie> {
        let Some(good) = own_proposal(me, &out.message) else { return vec![me.honestly(out)] };
        let bad = self.wrong_opinion(me, good).unwrap_or_else(|| spoil(me, good));
        vec![me.tell(me.others(), &PeerMessage::Proposal(bad.into_inner()))]
    }
    fn hears(&mut self, _me: &Me<'_>, _from: ValidatorIndex, _message: &Message) -> Vec<Lie> {
        Vec::new()
    }
    fn takes(&self, transaction: &Transaction) -> bool {
        self.seen.borrow_mut().insert(transaction.id(), transaction.clone());
        true
    }
}

impl InvalidBlocks {
    /// A block that is right in every field and in which one opinion is not what anybody finds.
    fn wrong_opinion(&self, me: &Me<'_>, good: &Proposal) -> Option<Verified<Proposal>> {
        let tip = ledger::tip(me.disk).ok()?.filter(|tip| tip.digest == good.header.parent)?;
        let seen = self.seen.borrow();
        let item = |e: &Entry| Some(Item { transaction: seen.get(&e.tx)?.clone(), appraisal: e.appraisal.clone() });
        let mut items: Vec<Item> = good.entries.iter().map(item).collect::<Option<_>>()?;
        let opinion = items.iter_mut().find_map(|i| i.appraisal.as_mut().filter(|a| a.llr.is_some()))?;
        opinion.llr = opinion.llr.map(|llr| llr + WRONG_BY_MB);
        opinion.band = me.birth.params.thresholds.band(opinion.llr);
        let context = Context { view: good.header.view, time: good.header.time, proposer: me.index };
        let built = ledger::build(me.disk, &tip, context, items).ok()?;
        let entries = built.executed.block.items.iter().map(Item::entry).collect();
        Some(Proposal::sign(built.executed.block.header, entries, &me.key))
    }
}

/// One field that does not follow from the others.
fn spoil(me: &Me<'_>, good: &Proposal) -> Verified<Proposal> {
    let (mut header, mut entries) = (good.header.clone(), good.entries.clone());
    let wrong = Digest::sm3(&me.roll.to_be_bytes());
    match me.roll % 9 {
        0 => header.ledger_sum = wrong,
        1 => header.state_root = wrong,
        2 => header.sm3_root = wrong,
        3 => header.sha256_root = wrong,
        4 => header.next_validators = wrong,
        5 => header.time = TimeMs(header.time.0 + 86_400_000),
        6 => header.ledger_size += 1,
        7 => oversize(me, &mut header, &mut entries),
        _ => header.parent = wrong,
    }
    Proposal::sign(header, entries, &me.key)
}

/// More events than the parameters allow, each of them the same.
fn oversize(me: &Me<'_>, header: &mut Header, entries: &mut Vec<Entry>) {
    let line = entries.first().cloned().unwrap_or(Entry { tx: Digest::ZERO, appraisal: None });
    entries.resize(me.birth.params.block_events_max as usize + 1, line);
    header.entries = entries_digest(entries);
    header.event_count = me.birth.params.block_events_max + 1;
}

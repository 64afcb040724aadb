//! Judging a proposal: execute it, and compare its appraisals with our own. A vote is a look-up, not a computation.
//!
//! What cannot be told yet (a transaction on its way, an appraisal that is out of date) is not answered, and asked for;
//! only a rule that is broken or an opinion that differs is answered with no.

use crate::boundary::{Notice, To};
use crate::journal::pending_block;
use crate::message::{Message, WANTED_MAX};
use crate::pool::Standing;
use crate::replica::{Replica, Step};
use ledger::{Executed, ReadFault};
use proto::{Appraisal, Block, Canonical, Digest, Entry, Item, Proposal, TimeMs, TxId, Verified, View};
use std::collections::{BTreeMap, BTreeSet};

/// Gossip brings most transactions by itself; we ask only for what is still missing after this long.
const FIRST_ASK_MS: u64 = 50;
/// And then again, another validator each time.
const NEXT_ASK_MS: u64 = 250;
/// Most proposals that wait. The engine looks only a few views ahead.
const WAITING_MAX: usize = 64;
/// Most transactions that we remember to have refused.
const REFUSED_MAX: usize = 1024;
/// After this long a refused transaction may be asked for again: a local failure may have passed.
const REFUSED_MS: u64 = 5_000;

/// Proposals that wait for something.
#[derive(Debug, Default)]
pub struct Judge {
    waiting: BTreeMap<Digest, Waiting>,
    refused: BTreeMap<TxId, TimeMs>,
    look_again: bool,
}

#[derive(Debug)]
struct Waiting {
    proposal: Verified<Proposal>,
    certified: bool,
    missing: Vec<TxId>,
    ask_at: TimeMs,
    asked: usize,
}

/// What we can say about a proposal.
enum Verdict {
    /// Executed before.
    Known,
    Valid(Box<Executed>),
    Invalid,
    Missing(Vec<TxId>),
    /// Nothing can be asked for: time, a commit or a new appraisal must come.
    Later,
}

/// How an opinion compares with a proposed one.
enum Opinion {
    Same,
    Differs,
    /// We compared with other references, or with fewer of the signer's packets: ours or theirs is out of date.
    OutOfDate,
}

impl Judge {
    /// This validator will not vote for a block with that transaction.
    pub fn refuse(&mut self, tx: TxId, now: TimeMs) {
        if self.refused.len() >= REFUSED_MAX {
            let oldest = self.refused.iter().min_by_key(|(_, at)| **at).map(|(tx, _)| *tx);
            oldest.and_then(|tx| self.refused.remove(&tx));
        }
        self.refused.insert(tx, now);
    }
    /// It was admitted after all.
    pub fn forgive(&mut self, tx: &TxId) {
        self.refused.remove(tx);
    }
    /// A transaction came in.
    pub fn arrived(&mut self, tx: &TxId) {
        // With nothing to ask for, what matters is a new appraisal of one of its own transactions.
        let concerns = |w: &Waiting| match w.missing.as_slice() {
            [] => w.proposal.entries.iter().any(|e| e.tx == *tx),
            missing => missing.contains(tx),
        };
        self.look_again |= self.waiting.values().any(concerns);
    }
    /// Whether a proposal waits for it.
    pub fn wants(&self, tx: &TxId) -> bool {
        self.waiting.values().any(|w| w.missing.contains(tx))
    }
    /// The tip changed, or time went by.
    pub fn changed(&mut self) {
        self.look_again |= !self.waiting.is_empty();
    }
    /// A view is final: nothing at or below it waits any more.
    pub fn finalized(&mut self, view: View) {
        self.waiting.retain(|_, w| w.proposal.header.view > view);
        self.changed();
    }
    /// When to ask again for what is missing.
    pub fn wake_at(&self) -> Option<TimeMs> {
        self.waiting.values().map(|w| w.ask_at).min()
    }
}

impl Replica {
    /// The engine wants to know whether a proposal is valid.
    pub(crate) fn on_judge(
        &mut self,
        step: &mut Step<'_>,
        proposal: Verified<Proposal>,
        certified: bool,
    ) -> Result<(), ReadFault> {
        let block = proposal.header.digest();
        let missing = match self.verdict(step, &proposal, certified)? {
            Verdict::Valid(executed) => {
                self.speculation.insert(*executed);
                self.work.changed();
                self.answer(step, block, true);
                return self.commit_awaited(step);
            }
            Verdict::Known | Verdict::Invalid => {
                let valid = self.speculation.get(&block).is_some();
                self.answer(step, block, valid);
                return Ok(());
            }
            Verdict::Missing(missing) => missing,
            Verdict::Later => Vec::new(),
        };
        let ask_at = TimeMs(step.now.0 + FIRST_ASK_MS);
        let before = self.judge.waiting.remove(&block);
        let (ask_at, asked) = before.map_or((ask_at, 0), |w| (w.ask_at, w.asked));
        if self.judge.waiting.len() >= WAITING_MAX {
            let waiting = &self.judge.waiting;
            let oldest = waiting.iter().min_by_key(|(_, w)| w.proposal.header.view).map(|(block, _)| *block);
            oldest.and_then(|block| self.judge.waiting.remove(&block));
        }
        self.judge.waiting.insert(block, Waiting { proposal, certified, missing, ask_at, asked });
        Ok(())
    }

    fn answer(&mut self, step: &mut Step<'_>, block: Digest, valid: bool) {
        self.judge.waiting.remove(&block);
        step.queue.push_back(simplex::Input::Judged { block, valid });
    }

    /// Looks again at what waits, if something came that may have been waited for; tells whether.
    pub(crate) fn judge_again(&mut self, step: &mut Step<'_>) -> Result<bool, ReadFault> {
        if !std::mem::take(&mut self.judge.look_again) {
            return Ok(false);
        }
        let again: Vec<_> = self.judge.waiting.values().map(|w| (w.proposal.clone(), w.certified)).collect();
        for (proposal, certified) in again {
            self.on_judge(step, proposal, certified)?;
        }
        Ok(true)
    }

    fn verdict(&mut self, step: &mut Step<'_>, proposal: &Proposal, certified: bool) -> Result<Verdict, ReadFault> {
        let header = &proposal.header;
        let digest = header.digest();
        if self.speculation.get(&digest).is_some() {
            return Ok(Verdict::Known);
        }
        // After a restart: what we voted for lies on disk, and our opinion was part of that vote.
        let voted = self.journal.voted_for(&digest);
        let stored = if voted { pending_block(&step.state(std::iter::empty()), &digest)? } else { None };
        let opinion_needed = !certified && stored.is_none();
        let block = match stored {
            Some(block) => block,
            None => match self.gather(proposal, step.now) {
                Ok(items) => Block { header: header.clone(), items },
                Err(missing) if missing.is_empty() => return Ok(Verdict::Later),
                Err(missing) => return Ok(Verdict::Missing(missing)),
            },
        };
        let Some(path) = self.path(&header.parent) else { return Ok(Verdict::Later) };
        let parent = path.tip().unwrap_or(&self.tip);
        if opinion_needed && self.ahead(step.wall, header, &parent.header) {
            return Ok(Verdict::Later);
        }
        // Opinions first: they are look-ups, and while one is out of date the block would be executed for nothing, again
        // with each new opinion.
        if opinion_needed {
            let ids: BTreeSet<TxId> = proposal.entries.iter().map(|e| e.tx).collect();
            let among = |rival: &TxId| ids.contains(rival) || path.holds(rival);
            if ids.iter().any(|id| self.pool.is_rivalled(id, among)) {
                return Ok(Verdict::Invalid);
            }
            if let Some(verdict) = self.compare(step, &block)? {
                return Ok(verdict);
            }
        }
        let Some(path) = self.path(&header.parent) else { return Ok(Verdict::Later) };
        let parent = path.tip().unwrap_or(&self.tip);
        Ok(match ledger::validate(&step.state(path.changes()), parent, &block)? {
            Ok(executed) => Verdict::Valid(Box::new(executed)),
            Err(_) => Verdict::Invalid,
        })
    }

    /// The transactions of a proposal with its appraisals, or the ids that we lack (none, when all we lack was refused).
    fn gather(&self, proposal: &Proposal, now: TimeMs) -> Result<Vec<Item>, Vec<TxId>> {
        let find = |e: &Entry| {
            let transaction = self.transaction(&e.tx)?.clone();
            Some(Item { transaction, appraisal: e.appraisal.clone() })
        };
        let items: Option<Vec<Item>> = proposal.entries.iter().map(find).collect();
        items.ok_or_else(|| {
            let refused = |id: &TxId| self.judge.refused.get(id).is_some_and(|at| now.0 < at.0 + REFUSED_MS);
            let lacking = proposal.entries.iter().map(|e| e.tx).filter(|id| !self.knows(id) && !refused(id));
            lacking.take(WANTED_MAX).collect()
        })
    }

    /// Our own opinion of every transaction against the proposed one; `None` if they agree.
    fn compare(&mut self, step: &mut Step<'_>, block: &Block) -> Result<Option<Verdict>, ReadFault> {
        let mut verdict = None;
        for item in &block.items {
            let tx = item.transaction.id();
            // Only what came through `Admitted` has an opinion of ours; what a peer's block taught us has none.
            let Some(waiting) = self.pool.get(&tx) else { return Ok(Some(Verdict::Missing(vec![tx]))) };
            if waiting.standing == Standing::Stale {
                verdict = Some(Verdict::Later);
                continue;
            }
            let own = waiting.item.appraisal.clone();
            match opinion(own.as_ref(), item.appraisal.as_ref(), self.setup.params.epsilon_mb) {
                Opinion::Same => {}
                Opinion::Differs => {
                    step.notify(Notice::Dispute { tx, proposed: item.appraisal.clone(), own });
                    return Ok(Some(Verdict::Invalid));
                }
                Opinion::OutOfDate => {
                    self.renew(step, &tx, item)?;
                    verdict = Some(Verdict::Later);
                }
            }
        }
        Ok(verdict)
    }

    /// On a tick: asks for the transactions that did not come by themselves.
    pub(crate) fn ask_for_missing(&mut self, step: &mut Step<'_>) {
        let all: Vec<_> = self.others(&self.setup.validators.indices().collect::<Vec<_>>());
        self.judge.changed();
        for waiting in self.judge.waiting.values_mut().filter(|w| w.ask_at <= step.now) {
            waiting.ask_at = TimeMs(step.now.0 + NEXT_ASK_MS);
            if waiting.missing.is_empty() || all.is_empty() {
                continue;
            }
            // The proposer has them for sure; after that, whoever is next.
            let proposer = waiting.proposal.header.proposer;
            let next = all[waiting.asked % all.len()];
            let to = if waiting.asked == 0 && all.contains(&proposer) { proposer } else { next };
            waiting.asked += 1;
            step.out.send.push(crate::boundary::Outbound {
                to: To::One(to),
                message: Message::WantTransactions(waiting.missing.clone()),
            });
        }
    }
}

fn opinion(own: Option<&Appraisal>, proposed: Option<&Appraisal>, epsilon_mb: u32) -> Opinion {
    let (own, proposed) = match (own, proposed) {
        (None, None) => return Opinion::Same,
        (Some(own), Some(proposed)) => (own, proposed),
        _ => return Opinion::Differs,
    };
    // Who compared with more packets and found no replay would have found none among fewer of them: flags are compared
    // below, and one of a replay is never in a block.
    if own.template != proposed.template || own.seen < proposed.seen {
        return Opinion::OutOfDate;
    }
    let near = |own: Option<i32>, proposed: Option<i32>| match (own, proposed) {
        (None, None) => true,
        (Some(a), Some(b)) => a.abs_diff(b) <= epsilon_mb,
        _ => false,
    };
    let near = near(own.llr, proposed.llr) && near(own.llr_random, proposed.llr_random);
    // The band follows from the proposed number, which the ledger's rules check.
    let same = own.model == proposed.model
        && own.grade == proposed.grade
        && own.flags == proposed.flags
        && own.fingerprints == proposed.fingerprints;
    if near && same { Opinion::Same } else { Opinion::Differs }
}

//! Catching up, both ways: who lags asks, who is ahead answers with certified blocks and certificates, within bounds.
//!
//! A peer's claim about itself is not signed and not believed: it can only make us ask. What comes back is.

use crate::allowance::{Allowance, LOOKUP_BYTES};
use crate::boundary::{Notice, To};
use crate::message::{CHAIN_BLOCKS_MAX, CHAIN_BYTES_MAX, Message, Standing};
use crate::replica::{Replica, Step};
use ledger::{Executed, Read, ReadFault, Tip};
use proto::{Block, Certificate, CertifiedChain, Digest, Height, TimeMs, ValidatorIndex, ValidatorSet, Verified, View};
use std::collections::BTreeMap;

/// How often we say where we stand.
const STATUS_MS: u64 = 1_000;
/// How long we wait for an answer before we ask somebody else.
const ANSWER_MS: u64 = 400;
/// How long we try to execute a final block ourselves before we ask for it.
const PATIENCE_MS: u64 = 100;
/// The same question of a peer is answered once in so long.
const REPEAT_MS: u64 = 200;
/// What a vote in a certificate counts.
const VOTE_BYTES: usize = 128;
/// What an entry of a proposal counts.
const ENTRY_BYTES: usize = 256;
/// Most certificates in an answer.
const CERTIFICATES_MAX: usize = 64;

/// Who claims what, and whom we asked.
#[derive(Debug, Default)]
pub struct CatchUp {
    claims: BTreeMap<ValidatorIndex, Standing>,
    /// No question before this time, and one then if we are still behind.
    ask_at: Option<TimeMs>,
    answered: BTreeMap<ValidatorIndex, (Standing, TimeMs)>,
    allowances: BTreeMap<ValidatorIndex, Allowance>,
    told: BTreeMap<ValidatorIndex, TimeMs>,
    status_at: TimeMs,
    turn: usize,
}

impl CatchUp {
    /// The highest finalized height that more of the validators claim than may be faulty: one that lies cannot hide how far
    /// we are behind, nor invent it.
    pub fn best_known(&self, validators: &ValidatorSet) -> Height {
        let voters = self.claims.iter().filter(|(who, _)| validators.get(**who).is_some());
        let mut heights: Vec<Height> = voters.map(|(_, claim)| claim.finalized).collect();
        heights.sort_unstable();
        heights.iter().rev().nth(validators.faults_max()).copied().unwrap_or_default()
    }
    /// What a peer claims of itself.
    pub fn claim(&self, who: ValidatorIndex) -> Option<Standing> {
        self.claims.get(&who).copied()
    }
    /// One of `list`, another each time.
    pub fn rotate(&mut self, list: Vec<ValidatorIndex>) -> Option<ValidatorIndex> {
        self.turn = self.turn.wrapping_add(1);
        list.get(self.turn % list.len().max(1)).copied()
    }
    /// What a peer may still ask of us; `None`: nothing now.
    fn allowance(&mut self, of: ValidatorIndex, now: TimeMs) -> Option<&mut Allowance> {
        let allowance = self.allowances.entry(of).or_insert_with(|| Allowance::new(now));
        allowance.is_open(now).then_some(allowance)
    }
    /// Whether an answer is awaited.
    pub fn is_waiting(&self) -> bool {
        self.ask_at.is_some()
    }
    /// We got further: the next question need not wait.
    pub fn committed(&mut self) {
        self.ask_at = None;
    }
    /// When there is something to say or to ask again.
    pub fn wake_at(&self) -> Option<TimeMs> {
        self.ask_at.into_iter().chain([self.status_at]).min()
    }
}

impl Replica {
    fn standing(&self) -> Standing {
        Standing { finalized: self.tip.header.height, view: self.engine.view() }
    }

    /// Says where we stand; the other asks if it lags. False: it was told a moment ago.
    pub(crate) fn tell_standing(&mut self, step: &mut Step<'_>, to: To) -> bool {
        if let To::One(peer) = to {
            let last = self.catch_up.told.get(&peer).copied().unwrap_or_default();
            if step.now.0 < last.0 + REPEAT_MS {
                return false;
            }
            self.catch_up.told.insert(peer, step.now);
        }
        step.send(to, Message::Status(self.standing()));
        true
    }

    pub(crate) fn catch_up_tick(&mut self, step: &mut Step<'_>) {
        if step.now >= self.catch_up.status_at {
            self.catch_up.status_at = TimeMs(step.now.0 + STATUS_MS);
            self.tell_standing(step, To::All);
        }
        if self.catch_up.ask_at.is_some_and(|at| step.now >= at) {
            self.catch_up.ask_at = None;
            self.ask_if_behind(step);
        }
    }

    pub(crate) fn on_status(&mut self, step: &mut Step<'_>, from: ValidatorIndex, standing: Standing) {
        let ours = self.standing();
        self.catch_up.claims.insert(from, standing);
        // We know that a block is final and lack it; the peer may have it and not know. Neither could help the other else: it
        // has nothing final to give, and we go by views that are over.
        let news = self.awaited.clone().filter(|certificate| standing.finalized < certificate.height);
        let lags = standing.finalized < ours.finalized || standing.view < ours.view;
        if (lags || news.is_some()) && self.tell_standing(step, To::One(from)) {
            news.into_iter().for_each(|certificate| step.send(To::One(from), Message::Certificate(certificate)));
        }
        self.ask_if_behind(step);
    }

    /// Asks somebody who claims to be ahead, unless an answer is awaited.
    pub(crate) fn ask_if_behind(&mut self, step: &mut Step<'_>) {
        if self.catch_up.ask_at.is_some() {
            return;
        }
        let ours = self.standing();
        let ahead = |s: &Standing| s.finalized > ours.finalized || s.view > ours.view;
        let list = self.catch_up.claims.iter().filter(|(_, s)| ahead(s)).map(|(i, _)| *i).collect();
        if let Some(peer) = self.catch_up.rotate(list) {
            // From our own view on: a certificate of it lets us leave it.
            self.ask_to_catch_up(step, peer, View(ours.view.0.saturating_sub(1)));
        }
    }

    /// Asks `peer` for finalized blocks after ours, and for certificates of views above `above`.
    pub(crate) fn ask_to_catch_up(&mut self, step: &mut Step<'_>, peer: ValidatorIndex, above: View) {
        self.catch_up.ask_at = Some(TimeMs(step.now.0 + ANSWER_MS));
        let standing = Standing { finalized: self.tip.header.height, view: above };
        step.send(To::One(peer), Message::CatchUp(standing));
    }

    /// A block is final that we did not execute: those who voted for it have it, should it not come by itself.
    pub(crate) fn lack(&mut self, now: TimeMs, certificate: &Certificate) {
        let holders: Vec<ValidatorIndex> = certificate.votes.iter().map(|(i, _)| *i).collect();
        for holder in self.others(&holders) {
            let claim = self.catch_up.claims.entry(holder).or_default();
            claim.finalized = claim.finalized.max(certificate.height);
        }
        self.catch_up.ask_at.get_or_insert(TimeMs(now.0 + PATIENCE_MS));
    }

    pub(crate) fn on_catch_up(
        &mut self,
        step: &mut Step<'_>,
        from: ValidatorIndex,
        asked: Standing,
    ) -> Result<(), ReadFault> {
        let last = self.catch_up.answered.get(&from);
        if last.is_some_and(|(same, at)| *same == asked && step.now.0 < at.0 + REPEAT_MS) {
            return Ok(());
        }
        if self.catch_up.allowance(from, step.now).is_none() {
            return Ok(());
        }
        self.catch_up.answered.insert(from, (asked, step.now));
        let mut cost = LOOKUP_BYTES;
        if let Some((chain, bytes)) = self.chain_after(step, asked.finalized)? {
            cost += bytes;
            step.send(To::One(from), Message::Stored(chain));
        }
        for certificate in self.engine.certificates_above(asked.view, CERTIFICATES_MAX) {
            cost += VOTE_BYTES * certificate.votes.len();
            step.send(To::One(from), Message::Certificate(certificate));
        }
        self.charge(from, step.now, cost);
        Ok(())
    }

    pub(crate) fn on_want_proposal(&mut self, step: &mut Step<'_>, from: ValidatorIndex, digest: &Digest) {
        if self.catch_up.allowance(from, step.now).is_none() {
            return;
        }
        let mut cost = LOOKUP_BYTES;
        if let Some(proposal) = self.engine.proposal(digest) {
            cost += ENTRY_BYTES * proposal.entries.len();
            step.send(To::One(from), Message::Proposal(proposal.clone()));
        }
        self.charge(from, step.now, cost);
    }

    fn charge(&mut self, who: ValidatorIndex, now: TimeMs, cost: usize) {
        self.catch_up.allowances.entry(who).or_insert_with(|| Allowance::new(now)).take(cost);
    }

    /// Finalized blocks after `height` up to a certified one, as many as the bounds allow, but at least to the first; and
    /// what they cost. All of one epoch: who asks knows its set, and learns the next one from the block that closes it, or
    /// from the rescue that the next answer begins with.
    fn chain_after(&self, step: &Step<'_>, height: Height) -> Result<Option<(CertifiedChain, usize)>, ReadFault> {
        let state = step.state(std::iter::empty());
        let (mut blocks, mut bytes, mut whole) = (Vec::<Block>::new(), 0, None);
        let mut at = height;
        while at < self.tip.header.height {
            at = at.next();
            let (block, size) = ledger::sized_block(&state, at)?.ok_or_else(|| ReadFault::missing("a final block"))?;
            if blocks.first().is_some_and(|first| first.header.epoch != block.header.epoch) {
                break;
            }
            bytes += size;
            let full = blocks.len() >= CHAIN_BLOCKS_MAX || bytes > CHAIN_BYTES_MAX;
            if full && whole.is_some() {
                break;
            }
            blocks.push(block);
            if let Some(certificate) = ledger::certificate(&state, at)? {
                whole = Some((blocks.len(), certificate));
            }
        }
        let Some((count, certificate)) = whole else { return Ok(None) };
        let cost = bytes + LOOKUP_BYTES * blocks.len();
        blocks.truncate(count);
        Ok(Some((CertifiedChain { blocks, certificate }, cost)))
    }

    pub(crate) fn on_chain(
        &mut self,
        step: &mut Step<'_>,
        from: ValidatorIndex,
        chain: Verified<CertifiedChain>,
    ) -> Result<(), ReadFault> {
        if !self.is_signed_by_ours(step, &chain)? {
            return Ok(());
        }
        let CertifiedChain { blocks, certificate } = chain.into_inner();
        let ours = self.tip.header.height;
        let new: Vec<Block> = blocks.into_iter().filter(|b| b.header.height > ours).collect();
        if new.first().is_none_or(|b| b.header.parent != self.tip.digest) {
            return Ok(());
        }
        let executed = self.execute_certified(step, &new)?;
        self.commit(step, executed, &certificate)?;
        let claim = self.catch_up.claims.entry(from).or_default();
        claim.finalized = claim.finalized.max(certificate.height);
        step.notify(Notice::CaughtUp { height: self.tip.header.height });
        self.ask_if_behind(step);
        Ok(())
    }

    /// Whether we know that its signers are the set: the one in force, or one that enough holders of rescue keys appointed
    /// to go on from our very tip.
    fn is_signed_by_ours(&self, step: &Step<'_>, chain: &CertifiedChain) -> Result<bool, ReadFault> {
        if chain.certificate.epoch == self.epoch() {
            return Ok(true);
        }
        let state = step.state(std::iter::empty());
        chain.rescue().map_or(Ok(false), |resolution| ledger::may_rescue(&state, &self.tip, resolution))
    }

    /// A quorum stands behind these blocks. If they do not follow from our state, then our store or our program is not
    /// theirs, and going on would only add to the damage.
    fn execute_certified(&self, step: &Step<'_>, blocks: &[Block]) -> Result<Vec<Executed>, ReadFault> {
        let mut done: Vec<Executed> = Vec::new();
        for block in blocks {
            let executed = {
                let parent: &Tip = done.last().map_or(&self.tip, |e| &e.tip);
                let state = step.state(done.iter().map(|e| &e.changes));
                execute_on(&state, parent, block)?
            };
            done.push(executed);
        }
        Ok(done)
    }
}

fn execute_on(state: &dyn Read, parent: &Tip, block: &Block) -> Result<Executed, ReadFault> {
    ledger::validate(state, parent, block)?.map_err(|why| ReadFault {
        detail: format!(
            "the block at height {} is certified but does not follow from our state ({why}); compare this node's \
             version with its peers', or restore its store from one of them",
            block.header.height
        ),
    })
}

//! What honest validators said in a run, in the order in which it left them, as data for the model checker: module
//! `Traces` of the specification in `tests/spec`. It judges nothing; the model does, which shares no code with the engine.
//!
//! Votes are noted when they leave, alone or inside a certificate that their own signer sends, each once. Views of the
//! first epoch only: another epoch is another run of the protocol.

use proto::{Canonical, Digest, Epoch, Header, Subject, ValidatorIndex, ValidatorSet, Vote, VoteKind};
use replica::Message;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One thing that happened, as the model sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A vote left its validator for the first time.
    Said(Vote),
    /// The disk of a validator was lost, or an older copy was put back.
    Forgot(ValidatorIndex),
    /// It will vote from this view on.
    Speaks(ValidatorIndex, u64),
}

/// The record of one run.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    /// What happened, in order.
    pub steps: Vec<Step>,
    headers: BTreeMap<Digest, Header>,
    said: BTreeSet<(ValidatorIndex, Digest)>,
}

impl Tape {
    /// A message is seen under way: the blocks in it become known by name.
    pub fn learn(&mut self, message: &Message) {
        if let Message::Proposal(proposal) = message {
            self.headers.entry(proposal.header.digest()).or_insert_with(|| proposal.header.clone());
        }
    }
    /// A message leaves an honest validator.
    pub fn sent(&mut self, by: ValidatorIndex, message: &Message) {
        self.learn(message);
        match message {
            Message::Vote(vote) => self.note(by, **vote),
            // a peer that asked for a block gets the leader's words from others too
            Message::Proposal(proposal) => self.note(by, *proposal.leader_vote()),
            Message::Certificate(c) => {
                let own = c.votes.iter().find(|(who, _)| *who == by);
                let vote = own.map(|(who, s)| Vote { subject: c.subject, validator: *who, signature: *s });
                vote.into_iter().for_each(|vote| self.note(by, vote));
            }
            _ => {}
        }
    }
    fn note(&mut self, by: ValidatorIndex, vote: Vote) {
        let first = vote.validator == by
            && self.said.insert((vote.validator, Digest::sm3(&vote.subject.signing_bytes(&Digest::ZERO))));
        if first && vote.subject.epoch == Epoch(0) {
            self.steps.push(Step::Said(vote));
        }
    }
    /// An honest validator's disk is lost, or an older copy of it put back.
    pub fn forgot(&mut self, who: ValidatorIndex) {
        self.steps.push(Step::Forgot(who));
    }
    /// A tape that no honest engines could have made, in one of four ways: a finalize before its certificate, a nullify
    /// of a view that its signer finalized, a block that too few stood for, a vote for another block in the same view.
    #[must_use]
    pub fn tampered(mut self, way: u64) -> Self {
        let of = |kind| move |s: &Step| matches!(s, Step::Said(v) if v.subject.kind == kind);
        let Some(at) = self.steps.iter().position(of(VoteKind::Finalize)) else { return self };
        let Step::Said(first) = self.steps[at] else { return self };
        let view = first.subject.view;
        match way % 4 {
            0 => {
                let early = self.steps.remove(at);
                self.steps.insert(0, early);
            }
            1 => {
                let contrary = Vote { subject: Subject::nullify(first.subject.epoch, view), ..first };
                self.steps.insert(at + 1, Step::Said(contrary));
            }
            2 => self
                .steps
                .retain(|s| !matches!(s, Step::Said(v) if v.subject.view == view && v.validator != first.validator)),
            _ => {
                let other = Subject { kind: VoteKind::Notarize, block: Digest::ZERO, ..first.subject };
                self.steps.insert(at, Step::Said(Vote { subject: other, ..first }));
            }
        }
        self
    }
    /// It speaks from this view on.
    pub fn speaks(&mut self, who: ValidatorIndex, from: u64) {
        self.steps.push(Step::Speaks(who, from));
    }
}

/// The runs of one network as the text of the module `Traces`. `liars` are the validators whose votes are not on the tapes.
pub fn module(tapes: &[Tape], validators: &ValidatorSet, liars: &BTreeSet<ValidatorIndex>) -> String {
    let mut names = Names::default();
    let steps: Vec<String> = tapes.iter().map(|tape| names.steps(tape)).collect();
    let set = |of: Vec<ValidatorIndex>| of.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (lying, honest): (Vec<_>, Vec<_>) = validators.indices().partition(|i| liars.contains(i));
    let mut out = String::from("---- MODULE Traces ----\n\\* Written by the simulator.\nEXTENDS Integers\n");
    for (name, value) in [
        ("Honest", format!("{{{}}}", set(honest))),
        ("Byz", format!("{{{}}}", set(lying))),
        ("Faults", validators.faults_max().to_string()),
        ("Quorum", validators.quorum().to_string()),
        ("Count", validators.count().to_string()),
        ("Views", names.views.to_string()),
        ("Blocks", format!("1..{}", names.parents.len() + 1)),
        ("Parent", tuple("1", &names.parents)),
        ("ViewOf", tuple("0", &names.view_of)),
        ("Closing", format!("{{{}}}", names.closing.join(", "))),
    ] {
        let _ = writeln!(out, "Trace{name} == {value}");
    }
    for (i, text) in steps.iter().enumerate() {
        let _ = writeln!(out, "Run{i} == <<\n{text}>>");
    }
    let runs: Vec<String> = (0..steps.len()).map(|i| format!("Run{i}")).collect();
    let _ = writeln!(out, "TraceSteps == <<{}>>\n====", runs.join(", "));
    out
}

fn tuple(first: &str, rest: &[String]) -> String {
    let mut all = vec![first.to_owned()];
    all.extend(rest.iter().cloned());
    format!("<<{}>>", all.join(", "))
}

/// Blocks by small numbers. Genesis is 1.
#[derive(Default)]
struct Names {
    numbers: BTreeMap<(usize, Digest), usize>,
    parents: Vec<String>,
    view_of: Vec<String>,
    closing: Vec<String>,
    views: u64,
    tape: usize,
}

impl Names {
    fn steps(&mut self, tape: &Tape) -> String {
        self.tape += 1;
        let lines: Vec<String> = tape.steps.iter().map(|step| self.step(tape, step)).collect();
        lines.join(",\n")
    }
    fn step(&mut self, tape: &Tape, step: &Step) -> String {
        let (kind, who, view, block) = match step {
            Step::Forgot(who) => ("W", who, 0, 1),
            Step::Speaks(who, from) => ("S", who, *from, 1),
            Step::Said(vote) => {
                self.views = self.views.max(vote.subject.view.0);
                let block = self.number(tape, &vote.subject.block);
                (letter(vote.subject.kind), &vote.validator, vote.subject.view.0, block)
            }
        };
        format!("<<\"{kind}\", {who}, {view}, {block}>>")
    }
    /// Parents come first; the parent of a block that was never proposed in this run is genesis.
    fn number(&mut self, tape: &Tape, block: &Digest) -> usize {
        let Some(header) = tape.headers.get(block) else { return 1 };
        if let Some(number) = self.numbers.get(&(self.tape, *block)) {
            return *number;
        }
        let parent = self.number(tape, &header.parent);
        self.parents.push(parent.to_string());
        self.view_of.push(header.view.to_string());
        let number = self.parents.len() + 1;
        if header.closes_epoch() {
            self.closing.push(number.to_string());
        }
        self.numbers.insert((self.tape, *block), number);
        number
    }
}

fn letter(kind: VoteKind) -> &'static str {
    match kind {
        VoteKind::Notarize => "N",
        VoteKind::Nullify => "X",
        VoteKind::Finalize => "F",
    }
}

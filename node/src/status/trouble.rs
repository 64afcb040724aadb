//! Why nothing goes on, in words: read from a status, for the operator. It never changes anything.

use super::NodeStatus;
use proto::{Epoch, TimeMs, ValidatorIndex, View};
use replica::Outlook;
use simplex::Proposed;

/// What is busy for less needs no words: two validators on other continents take as long.
const SLOW_MS: u64 = 1_000;
/// Clocks that are off by less need no words.
const CLOCK_OFF_MS: u64 = 2_000;
/// A link may be coming up for so long after the start.
const WARM_UP_MS: u64 = 10_000;

/// A reason for concern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// Stable, for programs.
    pub code: &'static str,
    /// Whether this node, or the whole network, cannot do its work because of it.
    pub grave: bool,
    /// For people.
    pub text: String,
}

impl NodeStatus {
    /// A rescue that was taken up and has no final block: the ledger is in an earlier epoch than the node.
    pub fn open_rescue(&self, of_ledger: Epoch) -> Option<Trouble> {
        let epoch = self.outlook.view.epoch;
        let text = format!("a rescue to epoch {epoch} was taken up, and no block of it is final yet");
        (epoch > of_ledger).then_some(Trouble { code: "RESCUE_OPEN", grave: false, text })
    }
    /// Everything else that an operator should look at, gravest first. `names` are the validators' organisations.
    pub fn troubles(&self, now: TimeMs, names: &[String]) -> Vec<Trouble> {
        let words = Words { status: self, outlook: &self.outlook, names };
        let mut all = Vec::new();
        all.extend(words.voting());
        all.extend(words.outdated());
        all.extend(words.disk());
        all.extend(words.clock());
        all.extend(words.alarms(now));
        all.extend(words.links(now));
        all.extend(words.behind());
        all.extend(words.view());
        all.extend(words.unfinalized());
        all.sort_by_key(|t| !t.grave);
        all
    }
}

struct Words<'a> {
    status: &'a NodeStatus,
    outlook: &'a Outlook,
    names: &'a [String],
}

impl Words<'_> {
    fn voting(&self) -> Option<Trouble> {
        self.outlook.identity?;
        let (code, text) = match self.outlook.votes_from {
            None if self.status.outdated.is_none() => (
                "SILENT",
                "does not vote: its database may have forgotten what its key has said; it asks the other validators and \
                 votes again by itself once enough of them have answered"
                    .to_owned(),
            ),
            Some(from) if from > self.outlook.view.view => {
                let View(view) = self.outlook.view.view;
                ("VOTES_LATER", format!("does not vote before view {}, and the view is {view}; wait", from.0))
            }
            _ => return None,
        };
        Some(Trouble { code, grave: true, text })
    }
    fn outdated(&self) -> Option<Trouble> {
        let (ours, needed) = self.status.outdated?;
        let text =
            format!("does not vote: the ledger asks for program {needed} and this is {ours}; install the new release");
        Some(Trouble { code: "OUTDATED", grave: true, text })
    }
    fn disk(&self) -> Option<Trouble> {
        let text = "takes no submissions: its disk is nearly full; make room, nothing else is needed".to_owned();
        self.status.disk_is_low.then_some(Trouble { code: "DISK_NEARLY_FULL", grave: true, text })
    }
    fn clock(&self) -> Option<Trouble> {
        let ahead = self.status.clock_ahead_ms.filter(|ms| ms.unsigned_abs() >= CLOCK_OFF_MS)?;
        let (seconds, side) = (ahead.unsigned_abs() as f64 / 1000.0, if ahead > 0 { "ahead of" } else { "behind" });
        let text = format!(
            "the other validators' blocks are {seconds:.1} s {side} this machine's clock; repair its time service, or theirs: \
             blocks that are too far ahead get no votes"
        );
        Some(Trouble { code: "CLOCK_OFF", grave: false, text })
    }
    fn alarms(&self, now: TimeMs) -> Vec<Trouble> {
        let alarms = &self.status.alarms;
        let grave = |code, text: String| Trouble { code, grave: true, text };
        let mut all = Vec::new();
        if !alarms.culprits.is_empty() {
            let who = self.list(&alarms.culprits);
            let text =
                format!("{who} signed votes that contradict one another: find out who has that key, and replace it");
            all.push(grave("CONTRADICTION", text));
        }
        if alarms.rivals.is_fresh(now) {
            let text =
                "two processes use one validator key; the log says whose, and the later one is kept out: stop it";
            all.push(grave("TWO_PROCESSES", text.to_owned()));
        }
        if alarms.disputes.is_fresh(now) {
            let text = "another validator's appraisal of a packet is not this node's: a program or memory is damaged, here or \
                        there; the log names the transaction";
            all.push(grave("APPRAISALS_DIFFER", text.to_owned()));
        }
        all
    }
    fn links(&self, now: TimeMs) -> Vec<Trouble> {
        // An observer's silence stops nobody, and validators do not speak with those whom no motion names.
        if self.status.validator.is_none() {
            return Vec::new();
        }
        let (missing, mute) = (self.status.missing(), self.status.mute());
        if now.0.saturating_sub(self.status.started.0) < WARM_UP_MS || missing.len() + mute.len() == 0 {
            return Vec::new();
        }
        let (heard, quorum) = (self.outlook.peers.len() - missing.len(), self.outlook.quorum);
        let margin = self.status.margin();
        if margin < 0 {
            let (missing, mute) = (self.list(&missing), self.list(&mute));
            let text = format!(
                "no quorum: {heard} validators are heard, this one included, and {quorum} votes are needed; missing \
                 {missing}; heard and not voting {mute}"
            );
            return vec![Trouble { code: "NO_QUORUM", grave: true, text }];
        }
        let told = |code, what, who: &[ValidatorIndex]| {
            let text = format!("{what}: {}; {margin} more may fail before nothing can be decided", self.list(who));
            (!who.is_empty()).then_some(Trouble { code, grave: false, text })
        };
        let missing = told("VALIDATORS_MISSING", "not heard", &missing);
        missing.into_iter().chain(told("VALIDATORS_MUTE", "heard, and does not vote", &mute)).collect()
    }
    fn behind(&self) -> Option<Trouble> {
        let behind = self.status.best_known.0.saturating_sub(self.status.height.0);
        let text = format!("{behind} blocks behind what a peer claims; it catches up by itself");
        (behind > 2).then_some(Trouble { code: "BEHIND", grave: false, text })
    }
    /// Why the present view does not end.
    fn view(&self) -> Option<Trouble> {
        let v = &self.outlook.view;
        let busy = v.busy_ms.filter(|ms| *ms >= SLOW_MS)?;
        let (code, what) = self.stuck();
        let gone = if v.nullify.is_empty() {
            String::new()
        } else {
            let missing = self.outlook.quorum.saturating_sub(v.nullify.len());
            format!("; {} gave the view up, {missing} more are needed to leave it", self.list(&v.nullify))
        };
        let (seconds, patience) = (busy as f64 / 1000.0, v.patience_ms as f64 / 1000.0);
        let text = format!("view {} lasts for {seconds:.1} s (patience {patience:.1} s): {what}{gone}", v.view.0);
        Some(Trouble { code, grave: busy > 2 * v.patience_ms, text })
    }
    fn stuck(&self) -> (&'static str, String) {
        let v = &self.outlook.view;
        let leader = self.name(v.leader);
        match v.proposal {
            Proposed::Nothing if self.outlook.identity == Some(v.leader) => {
                ("OUR_TURN", "this node leads and has not proposed".to_owned())
            }
            Proposed::Nothing => ("WAITING_FOR_PROPOSAL", format!("waiting for the proposal of {leader}")),
            Proposed::Undecided => (
                "PROPOSAL_UNDECIDED",
                format!("the proposal of {leader} is here, but not all of its transactions, appraisals or parents"),
            ),
            Proposed::Invalid => ("PROPOSAL_REFUSED", format!("this node refuses the proposal of {leader}")),
            Proposed::Valid => {
                let missing = self.absent_from(&v.notarize);
                ("NOT_NOTARIZED", format!("the proposal of {leader} is good and lacks the votes of {missing}"))
            }
        }
    }
    /// Why the block before is not final. While views come and go quickly this is how it must be.
    fn unfinalized(&self) -> Option<Trouble> {
        let v = &self.outlook.view;
        let open = v.unfinalized.as_ref().filter(|_| v.busy_ms.is_some_and(|ms| ms >= SLOW_MS))?;
        let missing = self.absent_from(&open.finalize);
        let text =
            format!("the block of view {} is notarized and not final: votes of {missing} are missing", open.view.0);
        Some(Trouble { code: "NOT_FINALIZED", grave: false, text })
    }
    fn absent_from(&self, voters: &[ValidatorIndex]) -> String {
        let absent = self.outlook.peers.iter().map(|p| p.validator).filter(|v| !voters.contains(v));
        self.list(&absent.collect::<Vec<_>>())
    }
    fn list(&self, validators: &[ValidatorIndex]) -> String {
        let names: Vec<String> = validators.iter().map(|v| self.name(*v)).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    }
    fn name(&self, validator: ValidatorIndex) -> String {
        match self.names.get(usize::from(validator.0)) {
            Some(org) => format!("validator {} ({org})", validator.0),
            None => format!("validator {}", validator.0),
        }
    }
}

#[cfg(test)]
mod tests;

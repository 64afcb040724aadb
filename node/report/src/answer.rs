//! The nine questions of the summary. Each is answered yes, no or cannot tell, with what the answer rests on and what would
//! change it. Questions 1 to 6 and 9 never look at the handwriting, question 8 looks at nothing else: that data did not
//! change says nothing about who wrote.

mod data;
mod time;
mod writing;

use crate::facts::Facts;
use crate::language::Language;

/// An answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Yes.
    Yes,
    /// No.
    No,
    /// What is at hand does not suffice.
    Unknown,
}

impl Verdict {
    /// The word.
    pub fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Yes, Language::Zh) => "是",
            (Self::No, Language::Zh) => "否",
            (Self::Unknown, Language::Zh) => "无法判断",
            (Self::Yes, Language::En) => "yes",
            (Self::No, Language::En) => "no",
            (Self::Unknown, Language::En) => "cannot tell",
        }
    }
}

/// A question with its answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// The answer.
    pub verdict: Verdict,
    /// The answer as it is printed: the word, with how strongly it is meant where that is not all or nothing.
    pub said: String,
    /// How sure, and on what ground.
    pub ground: String,
    /// What would change it.
    pub change: String,
}

/// All nine, in order.
pub fn answers(facts: &Facts, language: Language) -> [Answer; 9] {
    let asked = Asked { facts, l: language };
    [
        asked.same_bytes(),
        asked.in_the_ledger(),
        asked.at_latest(),
        asked.at_earliest(),
        asked.complete(),
        asked.independent(),
        asked.captured(),
        asked.writing(),
        asked.changed(),
    ]
}

/// What is asked about, in which language.
struct Asked<'a> {
    facts: &'a Facts,
    l: Language,
}

impl Asked<'_> {
    /// No if any of these checks failed, cannot tell if one is missing among `needed` or could not be made.
    fn checked(&self, needed: &[&str], besides: &[&str]) -> Verdict {
        let outcome = |code: &&str| self.facts.checks.iter().find(|c| c.code == **code).map(|c| c.outcome.as_str());
        let outcomes: Vec<_> = needed.iter().map(outcome).collect();
        let all: Vec<_> = outcomes.iter().copied().chain(besides.iter().map(outcome)).flatten().collect();
        if all.contains(&"INVALID") {
            Verdict::No
        } else if outcomes.contains(&None) || all.iter().any(|o| *o != "VALID") {
            Verdict::Unknown
        } else {
            Verdict::Yes
        }
    }
    /// The checks among these that did not hold, for the ground of an answer.
    fn failing(&self, codes: &[&str]) -> String {
        let fails = |c: &&crate::facts::Check| codes.contains(&c.code.as_str()) && c.outcome != "VALID";
        let failing: Vec<&str> = self.facts.checks.iter().filter(fails).map(|c| c.code.as_str()).collect();
        match failing.is_empty() {
            true => String::new(),
            false => self.l.text(
                format!("未通过或无法判断：{}。", failing.join("、")),
                format!(" Not shown: {}.", failing.join(", ")),
            ),
        }
    }
    fn answer(&self, question: (&str, &str), verdict: Verdict, ground: String, change: (&str, &str)) -> Answer {
        Answer {
            question: self.l.of(question.0, question.1).to_owned(),
            verdict,
            said: verdict.word(self.l).to_owned(),
            ground,
            change: self.l.of(change.0, change.1).to_owned(),
        }
    }
}

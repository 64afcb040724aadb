//! Coherence: whether references were written by one hand, each held against every other one alone, as a signature would be.
//!
//! Asked when a signer is enrolled, not whenever the template is made again. It knows nothing of skilled imitation: who
//! imitates all references of somebody is enrolled as that person. Outside of the validated conditions it is not asked,
//! because nothing is known of the numbers there.

use super::{Appraiser, Read, is_outside};
use crate::graph::Embedding;
use crate::packet::StrokePacket;
use crate::refusal::Refusal;
use crate::template::{Template, Writing};
use proto::Digest;

/// Least mean of the references' log odds, natural logarithm, for 2, for 3 or 4, and for more references. Of people's own
/// references none came near them, of as many strangers' nearly all lie below (`attacks --only enrolment`).
const MEAN_MIN: [f64; 3] = [-2.5, 1.0, 1.5];
/// A reference below this is refused as another person's, natural logarithm; from three references on, because of two either may be.
const ONE_MIN: f64 = -4.0;
/// Below these means people are advised to write more evenly: about one of a hundred.
const MEAN_ADVISED: [f64; 3] = [1.0, 3.0, 3.5];
/// A reference below this speaks for another hand more than for the same one, and had better be written again.
const ONE_ADVISED: f64 = 0.0;

/// Every limit that refuses: whoever changes one has another model.
pub(super) const LIMITS: [f64; 4] = [MEAN_MIN[0], MEAN_MIN[1], MEAN_MIN[2], ONE_MIN];

/// How the references speak for one another.
#[derive(Debug, Clone, PartialEq)]
pub struct Coherence {
    /// Natural logarithm of the odds for the same hand against a random person's own writing: of each reference, the mean
    /// over the other ones. Empty where nothing can be said.
    odds: Vec<f64>,
}

/// A reference, read: its writing, and what the network made of it without pressure and, if it has some, with.
struct Seen {
    writing: Writing,
    embeddings: Vec<Embedding>,
}

impl Coherence {
    /// References that speak for another hand than the rest: what had better be written again.
    pub fn odd(&self) -> Vec<usize> {
        (0..self.odds.len()).filter(|i| self.odds.len() > 2 && self.odds[*i] < ONE_ADVISED).collect()
    }
    /// Whether the references differ more than those of nearly all people do.
    pub fn is_variable(&self) -> bool {
        self.is_below(MEAN_ADVISED)
    }
    /// Refuses what more than one person must have written, without a number: who is told how near a forgery came can climb.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.is_below(MEAN_MIN) {
            return Err(Refusal::ReferencesOfSeveralHands);
        }
        let worst = (0..self.odds.len()).min_by(|a, b| self.odds[*a].total_cmp(&self.odds[*b]));
        match worst.filter(|i| self.odds.len() > 2 && self.odds[*i] < ONE_MIN) {
            Some(index) => Err(Refusal::ReferenceOfAnotherHand { index }),
            None => Ok(()),
        }
    }

    /// Whether the mean lies below the limit for so many.
    fn is_below(&self, limits: [f64; 3]) -> bool {
        let least = match self.odds.len() {
            0 => return false,
            2 => limits[0],
            3 | 4 => limits[1],
            _ => limits[2],
        };
        let mean = self.odds.iter().fold(0.0, |sum, odds| sum + odds) / self.odds.len() as f64;
        mean < least
    }
}

impl Appraiser {
    /// As [`Self::enrol`], for a signer who is enrolled now: references of several hands are refused too.
    pub fn enrol_new(&self, references: &[StrokePacket]) -> Result<Template, Refusal> {
        let template = self.enrol(references)?;
        self.coherence(references)?.check()?;
        Ok(template)
    }
    /// How references speak for one another. Nothing is said of fewer than two, of recordings outside of the validated
    /// conditions, and by a model without a network.
    pub fn coherence(&self, references: &[StrokePacket]) -> Result<Coherence, Refusal> {
        let (Some(network), true) = (&self.network, references.len() > 1) else {
            return Ok(Coherence { odds: Vec::new() });
        };
        let read = references.iter().enumerate().map(|(i, r)| self.reference(i, r));
        let read = read.collect::<Result<Vec<Read>, _>>()?;
        if read.iter().any(|reference| is_outside(reference.flags)) {
            return Ok(Coherence { odds: Vec::new() });
        }
        let seen: Vec<Seen> = read
            .into_iter()
            .map(|Read { writing, graphs, .. }| {
                let embeddings = graphs.iter().map(|graph| network.embed(graph)).collect();
                Seen { writing, embeddings }
            })
            .collect();
        Ok(Coherence { odds: self.pairs(&seen) })
    }

    /// The mean odds of each reference with every other one alone: a second hand cannot hide among its own.
    fn pairs(&self, seen: &[Seen]) -> Vec<f64> {
        let alone = |own: &Seen| {
            Template::new(vec![own.writing.clone()], &self.constants.within, Digest::ZERO)
                .with_embeddings(vec![own.embeddings.clone()])
        };
        let templates: Vec<Template> = seen.iter().map(alone).collect();
        let mean = |at: usize| {
            let others = (0..seen.len()).filter(|other| *other != at);
            let sum = others.fold(0.0, |sum, other| sum + self.odds_beside(&seen[at], &templates[other]));
            sum / (seen.len() - 1) as f64
        };
        (0..seen.len()).map(mean).collect()
    }

    fn odds_beside(&self, own: &Seen, template: &Template) -> f64 {
        let made = |pressure| own.embeddings.get(usize::from(pressure)).cloned();
        self.compare(&own.writing, template, made).log_odds.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(odds: &[f64]) -> Option<&'static str> {
        Coherence { odds: odds.to_vec() }.check().err().map(|refusal| refusal.code())
    }

    #[test]
    fn several_hands_and_a_single_other_one_are_told() {
        assert_eq!(code(&[]), None);
        assert_eq!(code(&[-2.4, -2.4]), None);
        assert_eq!(code(&[-2.6, -2.6]), Some("ENROL_REFERENCES_SEVERAL_HANDS"));
        assert_eq!(code(&[0.9, 0.9, 0.9]), Some("ENROL_REFERENCES_SEVERAL_HANDS"));
        assert_eq!(code(&[1.1; 4]), None);
        assert_eq!(code(&[1.1; 5]), Some("ENROL_REFERENCES_SEVERAL_HANDS"));
        assert_eq!(code(&[8.0, 8.0, 8.0, 8.0, -3.9]), None);
        let odds = vec![8.0, 8.0, -4.1, 8.0, 8.0];
        let refusal = Coherence { odds }.check().unwrap_err();
        assert_eq!(refusal.code(), "ENROL_REFERENCE_OTHER_HAND");
        assert!(refusal.to_string().starts_with("references[2]: "), "{refusal}");
    }

    #[test]
    fn what_is_odd_is_named_before_it_is_refused() {
        let one = Coherence { odds: vec![8.0, -0.1, 8.0, 8.0, 8.0] };
        assert!(one.check().is_ok() && one.odd() == [1] && !one.is_variable());
        let uneven = Coherence { odds: vec![3.4; 5] };
        assert!(uneven.check().is_ok() && uneven.odd().is_empty() && uneven.is_variable());
        let two = Coherence { odds: vec![-0.1, -0.1] };
        assert!(two.odd().is_empty() && two.is_variable(), "of two either may be the other's");
    }
}

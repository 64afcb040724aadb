//! The appraisal of a package's packets again, by the model that the event names: `MODEL_RERUN`, whether the same numbers
//! come out, and `REPLAY_GUARD`, whether the packet repeats an earlier one. Computed here, from the package alone; what is not
//! in it is said and never guessed.

use evidence::{Dossier, SealedPacket};
use models::attacks::{Profile, ProfileKey};
use models::{Appraiser, Opinion, Refusal, StrokePacket};
use proto::flags::{FLAG_REPLAY, names};
use proto::{Appraisal, Body, Check, Digest, Grade, Outcome};

const RERUN: &str = "MODEL_RERUN";
const REPLAY: &str = "REPLAY_GUARD";

/// Both checks; none where no handwriting is involved.
pub fn rerun(dossier: &Dossier) -> Vec<Check> {
    let Some(recorded) = &dossier.event.appraisal else { return Vec::new() };
    let missing = |detail: String| vec![Check { code: RERUN, outcome: Outcome::Indeterminate, detail }];
    let Some(model) = Appraiser::by_digest(&recorded.model) else {
        return missing(format!("this program does not have model {}", recorded.model.short()));
    };
    let again = Again { dossier, recorded, model };
    match (&dossier.event.transaction.draft.body, &dossier.packet) {
        (Body::Sign { .. }, Some(packet)) => vec![again.signing(&packet.packet), again.replay(&packet.packet)],
        (Body::Enroll { .. }, _) if !dossier.references.is_empty() => vec![again.enrolment()],
        _ => missing("the package has no packet: ask for the party's or the full one".to_owned()),
    }
}

struct Again<'a> {
    dossier: &'a Dossier,
    recorded: &'a Appraisal,
    model: Appraiser,
}

impl Again<'_> {
    fn references(&self) -> Vec<StrokePacket> {
        self.dossier.references.iter().map(|r: &SealedPacket| r.packet.clone()).collect()
    }
    fn signing(&self, packet: &StrokePacket) -> Check {
        let references = self.references();
        let compared = self.recorded.template != Digest::ZERO;
        match self.opinion(packet, &references) {
            Ok(opinion) if compared && references.is_empty() => self.partly(&opinion),
            // Copies of one writing are found by profiles (below), pieces of references by the model.
            Ok(opinion) => self.compared(&opinion, self.recorded.flags & (opinion.flags | !FLAG_REPLAY)),
            Err(refusal) => self.refused(&refusal),
        }
    }
    fn opinion(&self, packet: &StrokePacket, references: &[StrokePacket]) -> Result<Opinion, Refusal> {
        let template = (!references.is_empty()).then(|| self.model.enrol(references)).transpose()?;
        self.model.appraise(packet, template.as_ref())
    }
    /// As an enrolment is appraised: the worst grade, and the flags of all.
    fn enrolment(&self) -> Check {
        let packets = self.references();
        let opinion = || -> Result<Opinion, Refusal> {
            self.model.enrol_new(&packets)?;
            let mut worst = Opinion { llr: None, llr_random: None, grade: Grade::A, flags: 0 };
            for packet in &packets {
                let found = self.model.inspect(packet)?;
                (worst.grade, worst.flags) = (worst.grade.max(found.grade), worst.flags | found.flags);
            }
            Ok(worst)
        };
        // Whether a reference repeats an earlier packet depends on packets that are not here.
        opinion().map_or_else(|r| self.refused(&r), |o| self.compared(&o, self.recorded.flags & !FLAG_REPLAY))
    }
    fn compared(&self, found: &Opinion, flags: u32) -> Check {
        let recorded = self.recorded;
        let thresholds = self.dossier.genesis.params.thresholds;
        let number = |n: Option<i32>| n.map_or("none".to_owned(), |n| n.to_string());
        let rows = [
            ("llr", number(recorded.llr), number(found.llr)),
            ("llr_random", number(recorded.llr_random), number(found.llr_random)),
            ("band", recorded.band.as_str().into(), thresholds.band_of(found.llr, &recorded.template).as_str().into()),
            ("grade", recorded.grade.to_string(), found.grade.to_string()),
            ("flags", names(flags).join("+"), names(found.flags).join("+")),
        ];
        let differs = |(field, then, now): &(&str, String, String)| {
            (then != now).then(|| format!("{field}: recorded {then}, found {now}"))
        };
        let differences: Vec<String> = rows.iter().filter_map(differs).collect();
        let name = self.model.name();
        if differences.is_empty() {
            let llr = number(found.llr);
            return self.said(
                RERUN,
                Outcome::Valid,
                format!("{name} says the same again: llr {llr}, grade {}", found.grade),
            );
        }
        self.said(RERUN, Outcome::Invalid, format!("{name} says something else: {}", differences.join("; ")))
    }
    /// Without the references: what does not depend on them must be the same all the same.
    fn partly(&self, found: &Opinion) -> Check {
        let own = found.flags & !self.recorded.flags;
        if found.grade != self.recorded.grade || own != 0 {
            let detail = format!(
                "recorded grade {}, found {}; flags not recorded: {}",
                self.recorded.grade,
                found.grade,
                names(own).join("+")
            );
            return self.said(RERUN, Outcome::Invalid, detail);
        }
        let detail = format!(
            "grade {} again; the references are not in this package, so the number is not computed",
            found.grade
        );
        self.said(RERUN, Outcome::Indeterminate, detail)
    }
    fn refused(&self, refusal: &Refusal) -> Check {
        self.said(RERUN, Outcome::Invalid, format!("{} takes no such packet: {refusal}", self.model.name()))
    }
    /// Against the references that are here. What else had been seen of the signer is in no package.
    fn replay(&self, packet: &StrokePacket) -> Check {
        let Body::Sign { signer, .. } = &self.dossier.event.transaction.draft.body else {
            return self.said(REPLAY, Outcome::Indeterminate, "the event is no signing".to_owned());
        };
        let key = ProfileKey::new(&self.dossier.event.transaction.draft.chain, signer);
        let own = Profile::of(packet, &key).ok();
        let references = self.references();
        let earlier: Vec<Profile> = references.iter().filter_map(|r| Profile::of(r, &key).ok()).collect();
        let repeats = own.as_ref().is_some_and(|own| own.replays_any(&earlier))
            || self.opinion(packet, &references).is_ok_and(|opinion| opinion.flags & FLAG_REPLAY != 0);
        let (flagged, seen, here) =
            (self.recorded.flags & FLAG_REPLAY != 0, self.recorded.seen, references.len() as u64);
        let (outcome, detail) = match (repeats, flagged) {
            (true, false) => (Outcome::Invalid, "it repeats a reference, and the appraisal does not say so".to_owned()),
            (true, true) => (Outcome::Valid, "it repeats a reference, as the appraisal says".to_owned()),
            (false, false) if seen == here => {
                (Outcome::Valid, format!("it repeats none of the {seen} packets before it"))
            }
            (false, true) if seen == here => {
                (Outcome::Invalid, format!("it repeats none of the {seen} packets before it, and is said to"))
            }
            _ => (
                Outcome::Indeterminate,
                format!("compared with {here} of the {seen} packets that were known of the signer"),
            ),
        };
        self.said(REPLAY, outcome, detail)
    }
    fn said(&self, code: &'static str, outcome: Outcome, detail: String) -> Check {
        Check { code, outcome, detail }
    }
}

#[cfg(test)]
mod tests;

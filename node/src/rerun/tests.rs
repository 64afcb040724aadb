//! The golden package's packets are a synthetic writer's, and its numbers are made up: here they get what the model says.

use super::*;
use evidence::Policy;
use proto::appraisal::template_digest;

const PACKAGE: &[u8] = include_bytes!("../../evidence/golden/v1-sign-full.evidence.zip");

/// A signing that was compared, as validators would have appraised it.
fn appraised() -> Dossier {
    let mut dossier = evidence::inspect(PACKAGE, None::<&Policy>).dossier.unwrap();
    let model = Appraiser::current();
    let references: Vec<StrokePacket> = dossier.references.iter().map(|r| r.packet.clone()).collect();
    let template = model.enrol(&references).unwrap();
    let packet = dossier.packet.clone().unwrap().packet;
    let Opinion { llr, llr_random, grade, flags } = model.appraise(&packet, Some(&template)).unwrap();
    let commitments: Vec<Digest> = dossier.references.iter().map(SealedPacket::commitment).collect();
    let thresholds = dossier.genesis.params.thresholds;
    let appraisal = dossier.event.appraisal.as_mut().unwrap();
    appraisal.template = template_digest(&dossier.event.transaction.draft.chain, &commitments);
    appraisal.model = model.digest();
    appraisal.band = thresholds.band_of(llr, &appraisal.template);
    (appraisal.llr, appraisal.llr_random, appraisal.grade, appraisal.flags) = (llr, llr_random, grade, flags);
    appraisal.seen = references.len() as u64;
    dossier
}

fn outcomes(dossier: &Dossier) -> Vec<(&'static str, Outcome)> {
    rerun(dossier).into_iter().map(|c| (c.code, c.outcome)).collect()
}

fn changed(change: impl FnOnce(&mut Dossier)) -> Vec<(&'static str, Outcome)> {
    let mut dossier = appraised();
    change(&mut dossier);
    outcomes(&dossier)
}

fn recorded(change: impl FnOnce(&mut Appraisal)) -> Outcome {
    changed(|d| change(d.event.appraisal.as_mut().unwrap()))[0].1
}

#[test]
fn the_same_model_says_the_same_and_every_other_number_is_found_out() {
    let checks = rerun(&appraised());
    assert!(checks.iter().all(|c| c.outcome == Outcome::Valid), "{checks:?}");
    assert_eq!(checks.len(), 2);
    assert_eq!(recorded(|a| a.llr = a.llr.map(|n| n + 1)), Outcome::Invalid);
    assert_eq!(recorded(|a| a.llr = None), Outcome::Invalid);
    assert_eq!(recorded(|a| a.llr_random = a.llr_random.map(|n| n - 1)), Outcome::Invalid);
    assert_eq!(recorded(|a| a.grade = Grade::D), Outcome::Invalid);
    assert_eq!(recorded(|a| a.flags ^= 1 << 4), Outcome::Invalid);
    assert_eq!(recorded(|a| a.model = Digest::ZERO), Outcome::Indeterminate);
    let swapped = changed(|d| d.references.swap(0, 1));
    assert_eq!(swapped.len(), 2);
}

#[test]
fn what_is_not_in_the_package_is_not_guessed() {
    let replay = |d: fn(&mut Dossier)| changed(d)[1].1;
    assert_eq!(changed(|d| d.packet = None), [(RERUN, Outcome::Indeterminate)]);
    assert_eq!(changed(|d| d.references.clear())[0], (RERUN, Outcome::Indeterminate));
    assert!(changed(|d| d.event.appraisal = None).is_empty());
    assert_eq!(replay(|d| d.event.appraisal.as_mut().unwrap().seen += 1), Outcome::Indeterminate);
    assert_eq!(replay(|d| d.event.appraisal.as_mut().unwrap().flags |= FLAG_REPLAY), Outcome::Invalid);
    assert_eq!(replay(|d| d.packet = d.references.first().cloned()), Outcome::Invalid);
    let partly = changed(|d| {
        d.references.clear();
        d.event.appraisal.as_mut().unwrap().grade = Grade::D;
    });
    assert_eq!(partly[0], (RERUN, Outcome::Invalid));
}

#[test]
fn without_a_model_of_this_program_nothing_is_said() {
    let dossier = evidence::inspect(PACKAGE, None::<&Policy>).dossier.unwrap();
    assert_eq!(outcomes(&dossier), [(RERUN, Outcome::Indeterminate)]);
}

//! `packet appraise`: what a model says of a signature beside references, in numbers, in words, and where it differs. An
//! opinion of this computer only: what counts is what validators agreed on, which stands in a receipt.

use super::outcome::{Failure, Outcome};
use crate::strokes;
use clap::Args;
use models::attacks::{Profile, ProfileKey};
use models::evidence::Condition;
use models::llr::LLR_LIMIT;

use models::meaning::{
    Advice, Against, Ageing, AgeingPolicy, Circumstances, Enrolment, Statement, advise, ages_days, explain, state,
};
use models::{Appraiser, Opinion, Refusal, StrokePacket};
use proto::flags::{FLAG_NO_PRESSURE, FLAG_REPLAY, names};
use proto::{Band, ChainId, Thresholds};
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

/// Features of the whole that are this far off are printed, thousandths of a deviation; JSON has all.
const STRIKING_MILLI: i32 = 2500;

/// A signature and what to compare it with.
#[derive(Args)]
pub struct Appraise {
    /// The signature.
    file: PathBuf,
    /// A reference signature; name one to ten.
    #[arg(long = "reference", value_name = "FILE", required = true)]
    references: Vec<PathBuf>,
    /// Name of the model; the newest if none is given.
    #[arg(long, value_name = "NAME", value_parser = super::genesis::model)]
    model: Option<Appraiser>,
    /// References older than this are flagged, by the devices' own clocks.
    #[arg(long, value_name = "DAYS", default_value_t = AgeingPolicy::default().warn_after_days)]
    old_after: u32,
}

impl Appraise {
    /// Runs it.
    pub fn run(self) -> Result<Outcome, Failure> {
        let packet = strokes::read(&self.file)?;
        let references = self.references.iter().map(|r| strokes::read(r)).collect::<Result<Vec<_>, _>>()?;
        let model = self.model.unwrap_or_else(Appraiser::current);
        let mut advice = advice(&model, &references);
        let refused = |r: Refusal| Failure::Usage(format!("{}: {r}", r.code()));
        let template = model.enrol(&references).map_err(refused)?;
        let mut opinion = model.appraise(&packet, Some(&template)).map_err(refused)?;
        let policy = AgeingPolicy { warn_after_days: self.old_after, ..AgeingPolicy::default() };
        let ageing = policy.judge(&ages_days(&packet, &references));
        advice.extend(ageing.and_then(Ageing::advice));
        let repeated = repeated(&packet, &references).map_err(refused)?;
        let put_together = opinion.flags & FLAG_REPLAY != 0;
        let replay = if repeated.is_empty() { 0 } else { FLAG_REPLAY };
        opinion.flags |= ageing.map_or(0, Ageing::flag) | replay;
        let explanation = explain(&packet, &references, &model.constants().within).map_err(refused)?;
        let statements = statements(&model, &opinion, &references);
        let band = bands(&model).band_of(opinion.llr, &template.digest());
        let json = json!({
            "model": model.name(), "model_digest": model.digest().to_string(), "llr_millibans": opinion.llr,
            "llr_random_millibans": opinion.llr_random, "band": band.as_str(), "grade": opinion.grade.as_str(),
            "flags": names(opinion.flags), "statements": statements, "explanation": explanation, "advice": advice,
            "repeats_references": repeated, "put_together_of_references": put_together,
        });
        let mut text = summary(&model, &opinion, band);
        text.extend(repeated.iter().map(|i| format!("\nmade from reference {}: a node refuses it", i + 1)));
        text.extend(put_together.then(|| "\nput together of references: a node refuses it".to_owned()));
        let stretches = explanation.stretches.iter().map(|s| format!("\ndiffers {s}"));
        let whole = explanation.whole.iter().filter(|w| w.deviations_milli.abs() >= STRIKING_MILLI);
        text.extend(stretches.chain(whole.map(|w| format!("\ndiffers as a whole: {w}"))));
        text += &words(&statements, &advice);
        Ok(Outcome::ok(text, json))
    }
}

/// What would make references better, of this model's limits too.
pub fn advice(model: &Appraiser, references: &[StrokePacket]) -> Vec<Advice> {
    let (enrolled, coherence) = (model.enrol_new(references), model.coherence(references).ok());
    advise(&Enrolment { packets: references, refusal: enrolled.as_ref().err(), coherence: coherence.as_ref() })
}

/// Places of the references that a signature was made from, as a node compares it with earlier packets of its signer.
fn repeated(packet: &StrokePacket, references: &[StrokePacket]) -> Result<Vec<usize>, Refusal> {
    // Any key will do: it masks what is stored, and nothing is.
    let key = ProfileKey::new(&ChainId::ZERO, &packet.binding.signer);
    let questioned = Profile::of(packet, &key)?;
    let mut repeated = Vec::new();
    for (place, reference) in references.iter().enumerate() {
        if questioned.replays(&Profile::of(reference, &key)?) {
            repeated.push(place);
        }
    }
    Ok(repeated)
}

/// One for each hypothesis that the model was fitted for.
fn statements(model: &Appraiser, opinion: &Opinion, references: &[StrokePacket]) -> Vec<Statement> {
    let (limit, limit_random) = limits(model, opinion, references);
    let one = |llr: Option<i32>, against, limit| {
        llr.map(|llr| state(llr, against, Circumstances { limit, flags: opinion.flags }))
    };
    let skilled = one(opinion.llr, Against::SkilledImitation, limit);
    let random = one(opinion.llr_random, Against::RandomPerson, limit_random);
    [skilled, random].into_iter().flatten().collect()
}

/// How far the numbers are stated in these circumstances.
fn limits(model: &Appraiser, opinion: &Opinion, references: &[StrokePacket]) -> (i32, i32) {
    let has = |r: &StrokePacket| model.inspect(r).is_ok_and(|i| i.flags & FLAG_NO_PRESSURE == 0);
    let pressure = opinion.flags & FLAG_NO_PRESSURE == 0 && references.iter().all(has);
    let stated = model.constants().stated.get(Condition::new(references.len(), pressure).index());
    stated.map_or((LLR_LIMIT, LLR_LIMIT), |s| (s.limit, s.limit_random))
}

/// The numbers in one line each.
fn summary(model: &Appraiser, opinion: &Opinion, band: Band) -> String {
    let flags = match names(opinion.flags).join(", ") {
        none if none.is_empty() => "none".to_owned(),
        some => some,
    };
    let ratio = |llr: Option<i32>| llr.map_or("not stated".to_owned(), |v| format!("{:+.3}", f64::from(v) / 1000.0));
    let at = |milliban: i32| f64::from(milliban) / 1000.0;
    let Thresholds { accept_at, reject_below } = bands(model);
    format!(
        "model {}, grade {}, flags: {flags}\n\
         log10 LR against somebody who practised {}, against a random person {}\n\
         band {}, with the model's own thresholds: accept from {:+.3}, reject below {:+.3}",
        model.name(),
        opinion.grade,
        ratio(opinion.llr),
        ratio(opinion.llr_random),
        band.as_str(),
        at(accept_at),
        at(reject_below),
    )
}

fn words(statements: &[Statement], advice: &[Advice]) -> String {
    let mut t = String::new();
    let mut line = |text: &str| write!(t, "\n{text}").expect("a String takes every write");
    for s in statements {
        line(&s.en);
        line(&s.zh);
    }
    for a in advice {
        line(&format!("advice {}: {}", a.code, a.en));
    }
    if let Some(s) = statements.first() {
        line(s.caution_en);
        line(s.caution_zh);
    }
    t
}

/// What the model recommends; a chain pins its own.
fn bands(model: &Appraiser) -> Thresholds {
    let recommended = model.thresholds();
    Thresholds { accept_at: recommended.accept_at, reject_below: recommended.reject_below }
}

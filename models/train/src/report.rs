//! Prints error rates of held-out writers. Nothing printed here shows a signature.

use crate::calibration::Fitted;
use crate::corpus::{Corpus, Signature};
use crate::metrics::{cllr, eer, mean_and_deviation, quantile, share_from, threshold_at};
use crate::trials::{POOL, Trial, Writer};
use models::evidence::Condition;
use models::llr::{Thresholds, milliban};
use std::collections::BTreeSet;

/// The whole report.
pub fn print(corpus: &Corpus, fitted: &Fitted) {
    inspection(corpus);
    let thresholds = fitted.constants.thresholds;
    println!("accept at {} milliban, reject below {}", thresholds.accept_at, thresholds.reject_below);
    println!(
        "too variable above {:.3}, too like below {:.3}\n",
        fitted.constants.too_variable, fitted.constants.too_like
    );
    println!("Held-out writers. EER %: skilled g (sd over draws), u; random g, u. Bands: accept/review/reject %.");
    for (condition, trials, scores) in &fitted.held_out {
        for task in 0..2 {
            let scored: Vec<Scored> = pick(trials, scores, task);
            if !scored.is_empty() {
                line(*condition, task + 1, &scored, thresholds);
            }
        }
    }
}

type Scored<'a> = (&'a Trial, f64);

fn pick<'a>(trials: &'a [Trial], scores: &[f64], task: usize) -> Vec<Scored<'a>> {
    trials.iter().zip(scores).filter(|(t, _)| t.task == task).map(|(t, s)| (t, *s)).collect()
}

fn of(scored: &[Scored<'_>], writer: Writer, keep: impl Fn(&Trial) -> bool) -> Vec<f64> {
    scored.iter().filter(|(t, _)| t.writer == writer && keep(t)).map(|(_, s)| *s).collect()
}

fn line(condition: Condition, task: usize, scored: &[Scored<'_>], thresholds: Thresholds) {
    let all = |w| of(scored, w, |_| true);
    let (genuine, skilled, random) = (all(Writer::Genuine), all(Writer::Skilled), all(Writer::Random));
    let (skilled_g, sd) = global(scored, Writer::Skilled);
    let fnmr = 100.0 - share_from(&genuine, threshold_at(&skilled, 1.0));
    println!(
        "{:<14} task {task}: skilled {skilled_g:.2} ({sd:.2}) {:.2}  random {:.2} {:.2}  Cllr {:.3}  FNMR@FMR1% {fnmr:.1}",
        condition.name(),
        per_user(scored, Writer::Skilled),
        global(scored, Writer::Random).0,
        per_user(scored, Writer::Random),
        cllr(&genuine, &skilled),
    );
    let bands = [genuine, skilled, random].map(|s| bands(&s, thresholds));
    println!("{:<22} genuine {}  skilled {}  random {}", "", bands[0], bands[1], bands[2]);
}

fn global(scored: &[Scored<'_>], other: Writer) -> (f64, f64) {
    let draw = |d: usize| eer(&of(scored, Writer::Genuine, |t| t.draw == d), &of(scored, other, |t| t.draw == d));
    mean_and_deviation(&(0..POOL).map(draw).collect::<Vec<_>>())
}

fn per_user(scored: &[Scored<'_>], other: Writer) -> f64 {
    let users: BTreeSet<u32> = scored.iter().map(|(t, _)| t.user).collect();
    let mut rates = Vec::new();
    for user in users {
        for d in 0..POOL {
            let keep = |t: &Trial| t.draw == d && t.user == user;
            rates.push(eer(&of(scored, Writer::Genuine, keep), &of(scored, other, keep)));
        }
    }
    mean_and_deviation(&rates).0
}

fn bands(scores: &[f64], thresholds: Thresholds) -> String {
    let milliban: Vec<f64> = scores.iter().map(|s| f64::from(milliban(*s))).collect();
    let accept = share_from(&milliban, f64::from(thresholds.accept_at));
    let reject = 100.0 - share_from(&milliban, f64::from(thresholds.reject_below));
    format!("{accept:.1}/{:.1}/{reject:.1}", 100.0 - accept - reject)
}

fn inspection(corpus: &Corpus) {
    let genuine: Vec<&Signature> = corpus.tasks.iter().flatten().flat_map(|u| &u.genuine).collect();
    let forged: Vec<&Signature> = corpus.tasks.iter().flatten().flat_map(|u| &u.forged).collect();
    for (name, signatures) in [("genuine", &genuine), ("skilled forgeries", &forged)] {
        let refused: Vec<String> =
            signatures.iter().filter_map(|s| s.refusal.as_ref()).map(|r| r.to_string()).collect();
        println!("{name}: {} of {} refused by inspection", refused.len(), signatures.len());
        refused.iter().for_each(|r| println!("  {r}"));
        let measured = |f: fn(&Signature) -> f64| signatures.iter().map(|s| f(s)).collect::<Vec<f64>>();
        let variation = measured(|s| s.measured.speed_variation);
        let (speed, lost) = (measured(|s| s.measured.top_speed), measured(|s| f64::from(s.measured.lost_permille)));
        println!(
            "  speed variation min {:.3} 1% {:.3}; top speed 99% {:.0} max {:.0}; lost permille 99% {} max {}",
            quantile(&variation, 0.0),
            quantile(&variation, 1.0),
            quantile(&speed, 99.0),
            quantile(&speed, 100.0),
            quantile(&lost, 99.0),
            quantile(&lost, 100.0),
        );
    }
}

//! How a model weighs its evidence, as JSON for people and their programs. The same numbers stand in `model.bin`, which the
//! model's digest is of; this file is only easier to read.

use models::Appraiser;
use models::constants::Fusion;
use models::evidence::Condition;
use serde_json::{Value, json};

/// The file.
pub(super) fn calibration(model: &Appraiser) -> String {
    let constants = model.constants();
    let conditions: Vec<Value> = Condition::ALL.into_iter().map(|condition| of(model, condition)).collect();
    let file = json!({
        "model": model.name(),
        "digest": model.digest().to_string(),
        "numbers": "log10 likelihood ratio = (bias + sum of weight x evidence) / ln 10, in thousandths, limited to +- limit",
        "accept_at": constants.thresholds.accept_at,
        "reject_below": constants.thresholds.reject_below,
        "conditions": conditions,
    });
    format!("{file:#}\n")
}

fn of(model: &Appraiser, condition: Condition) -> Value {
    let (constants, names) = (model.constants(), model.constants().evidence_names(condition));
    let skilled = constants.fusions.get(condition.index()).map(|f| fusion(f, &names));
    let stated = constants.stated.get(condition.index());
    json!({
        "condition": condition.name(),
        "against_skilled_imitation": skilled,
        "limit": stated.map(|s| s.limit),
        "against_random_person": stated.map(|s| fusion(&s.random, &names)),
        "limit_random": stated.map(|s| s.limit_random),
    })
}

fn fusion(fusion: &Fusion, names: &[String]) -> Value {
    let weights = names.iter().zip(&fusion.weights).map(|(name, weight)| json!({ "evidence": name, "weight": weight }));
    json!({ "bias": fusion.bias, "weights": weights.collect::<Vec<_>>() })
}

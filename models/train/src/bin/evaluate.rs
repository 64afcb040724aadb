//! Measures how often the appraiser errs on recorded people. `scripts/evaluate` calls it with the data it finds.
//!
//! Without `--shipped` every writer is scored by a model that was fitted without that writer; with it, the committed model
//! is asked as it is, which says something only about users whom it was not fitted to.

use models::graph::Network;
use std::path::Path;
use std::process::ExitCode;
use train::attack::people;
use train::attack::report::{self, Line};
use train::corpus::Corpus;
use train::crossed::Crossed;
use train::evaluation::Evaluation;
use train::nested::Study;
use train::networks::Networks;
use train::options::{Backend, Options};
use train::plots;
use train::refitted::Refitted;
use train::scored::System;
use train::shipped::Shipped;
use train::team::Embed;
use train::tradeoff::{self, Costs};

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("evaluate: {reason}");
            ExitCode::from(3)
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let appraiser = appraiser(options)?;
    if options.shipped && options.curve.is_some() {
        return Err("--curve goes without --shipped: every model on it is fitted anew".to_owned());
    }
    let corpus = Corpus::read(&options.data)?;
    if options.shipped {
        return measure(&shipped(appraiser, options.backend)?, &corpus, options);
    }
    let mut corpus = corpus.complete(&options.tasks)?;
    if appraiser.network().is_none() {
        natively(options, "this model has no network to run in LibTorch")?;
        return measure(&Refitted::new(&corpus), &corpus, options);
    }
    let mut networks = Networks::read(&options.networks, options.protocol)?;
    let unseen = networks.roll().unseen(&corpus.numbers());
    if !unseen.is_empty() {
        corpus.notes.push(format!("no network learnt from users {unseen:?}: each is scored by one of the five"));
    }
    let costs = Costs::of(networks.without(0, 0), &corpus)?;
    println!("{costs}");
    if let Some(file) = &options.curve {
        natively(options, "--curve measures what the normative code costs")?;
        return curve(&Study::new(&corpus, &networks)?, (&appraiser, &corpus), (&costs, file, options));
    }
    if options.backend == Backend::Tch {
        networks = networks.brought("tch", &by_torch)?;
    }
    measure(&Crossed::new(appraiser, &corpus, &networks)?, &corpus, options)
}

/// Refuses LibTorch, with the reason.
fn natively(options: &Options, reason: &str) -> Result<(), String> {
    if options.backend == Backend::Native { Ok(()) } else { Err(format!("--backend tch: {reason}")) }
}

/// What the parts of the model are worth and cost.
fn curve(
    study: &Study<'_>,
    (appraiser, corpus): (&models::Appraiser, &Corpus),
    (costs, file, options): (&Costs, &Path, &Options),
) -> Result<(), String> {
    let points = tradeoff::measure(study, appraiser.thresholds(), costs);
    print!("{}", tradeoff::to_text(&points));
    let caption = format!("{}, cross-validated, {} users", appraiser.name(), corpus.numbers().len());
    let write = |file: &Path, text: String| std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()));
    write(file, plots::tradeoff::plot(&points, &caption))?;
    let Some(json) = &options.json else { return Ok(()) };
    write(json, serde_json::to_string_pretty(&points).map_err(|e| format!("--json: {e}"))? + "\n")
}

fn shipped(appraiser: models::Appraiser, backend: Backend) -> Result<Shipped, String> {
    if backend == Backend::Native {
        return Ok(Shipped::new(appraiser));
    }
    let network = appraiser.network().ok_or("--backend tch: this model has no network to run in LibTorch")?;
    let embed = by_torch(network)?;
    Ok(Shipped::elsewhere(appraiser, "tch", embed))
}

#[cfg(feature = "tch")]
fn by_torch(network: &Network) -> Result<Box<Embed>, String> {
    use models::torch::{Backend, Device, Precision};
    let backend = Backend::new(network, Device::Cpu, Precision::Exact).map_err(|e| format!("--backend tch: {e}"))?;
    // One thread at a time may use it; LibTorch has its own.
    let backend = std::sync::Mutex::new(backend);
    let embed = move |graphs: &[models::graph::Graph]| {
        let backend = backend.lock().map_err(|_| "LibTorch: another thread broke off in it")?;
        backend.embed(graphs).map_err(|e| format!("LibTorch: {e}"))
    };
    Ok(Box::new(embed))
}

#[cfg(not(feature = "tch"))]
fn by_torch(_: &Network) -> Result<Box<Embed>, String> {
    Err("--backend tch: build with `--features tch` (scripts/evaluate does, after scripts/setup --with-libtorch)"
        .to_owned())
}

fn measure(system: &dyn System, corpus: &Corpus, options: &Options) -> Result<(), String> {
    let mut evaluation = Evaluation::run(system, (corpus, &options.tasks), options.plots.as_deref())?;
    if evaluation.conditions.is_empty() {
        return Err(format!("nothing could be measured\n{}", evaluation.notes.join("\n")));
    }
    print!("{}", evaluation.to_text());
    if options.attacks {
        let lines = attacks(options)?;
        println!("\nAttack checks: APCER and BPCER with 95 % intervals (ISO/IEC 30107-3)");
        lines.iter().for_each(|line| println!("{line}"));
        evaluation.attacks = Some(lines.iter().map(Line::json).collect());
    }
    if let Some(file) = &options.json {
        let text = serde_json::to_string_pretty(&evaluation).map_err(|e| format!("--json: {e}"))?;
        std::fs::write(file, text + "\n").map_err(|e| format!("--json {}: {e}", file.display()))?;
    }
    Ok(())
}

fn appraiser(options: &Options) -> Result<models::Appraiser, String> {
    let Some(name) = &options.model else { return Ok(models::Appraiser::current()) };
    let known = || models::Appraiser::all().iter().map(models::Appraiser::name).collect::<Vec<_>>().join(", ");
    models::Appraiser::by_name(name).ok_or_else(|| format!("--model {name}: this build has {}", known()))
}

fn attacks(options: &Options) -> Result<Vec<Line>, String> {
    let people = people::read(&options.data)?;
    let mut lines = report::replays(&people).0;
    lines.extend(report::machines(&people).0);
    lines.extend(report::parts(&people));
    lines.extend(report::clocks(&people));
    Ok(lines)
}

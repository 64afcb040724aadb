//! Learns the weights of the graph network: one from all people, and those that leave some out, for cross-validation.
//!
//! `train --data DIR --out DIR [--device cpu|cuda] [--seed N] [--only NAME,...] [--jobs N] [--channels
//! FIRST,HIDDEN,WIDTH] [--smoke]`: writes `NAME.weights` files for `models::graph`, and `users`, whom they learnt from. On a CPU the same data and seed give the same bytes on the same machine,
//! with any number of jobs; on a GPU they do not.
#![allow(clippy::disallowed_types, reason = "the clock is for the log; what is learnt does not depend on it")]

use models::graph::Network as Integers;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use train::corpus::Corpus;
use train::learn::agreement::Agreement;
use train::learn::options::Options;
use train::learn::person::{self, Person};
use train::learn::plan::Planned;
use train::learn::quantise::quantise;
use train::learn::training::{Teachers, train};
use train::roll::Roll;
use train::workers;

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("train: {reason}");
            ExitCode::from(3)
        }
    }
}

/// What all networks share.
struct School<'a> {
    options: &'a Options,
    device: tch::Device,
    people: Vec<Person>,
    writers: Vec<Person>,
    numbers: Vec<u32>,
}

fn run(options: &Options) -> Result<(), String> {
    let started = Instant::now();
    let device = device(options.device)?;
    std::fs::create_dir_all(&options.out).map_err(|e| format!("--out {}: {e}", options.out.display()))?;
    let corpus = Corpus::read(&options.data)?.complete(&[1, 2])?;
    println!("{corpus}");
    Roll::new(corpus.numbers()).write(&options.out)?;
    let (numbers, people) = (corpus.numbers(), person::people(&corpus, &options.recipe));
    let writers = person::writers(options.recipe.writers);
    println!("signatures prepared in {:.0} s", started.elapsed().as_secs_f64());
    let school = School { options, device, people, writers, numbers };
    let learn = |i: usize| school.learn(&options.planned[i]);
    workers::map_on(options.jobs, options.planned.len(), learn).into_iter().collect()
}

fn device(device: models::torch::Device) -> Result<tch::Device, String> {
    match device {
        models::torch::Device::Cpu => Ok(tch::Device::Cpu),
        models::torch::Device::Cuda(n) if (n as i64) < tch::Cuda::device_count() => Ok(tch::Device::Cuda(n)),
        models::torch::Device::Cuda(_) => Err(format!("--device {device}: LibTorch finds none; use cpu")),
    }
}

impl School<'_> {
    fn learn(&self, planned: &Planned) -> Result<(), String> {
        tch::set_num_threads(1); // of this job: sums in another order would give other bytes
        let (name, recipe, started) = (&planned.name, &self.options.recipe, Instant::now());
        let is_taught = |p: &&Person| planned.learns_from(p.number, &self.numbers);
        let teachers =
            Teachers { writers: self.writers.iter().collect(), people: self.people.iter().filter(is_taught).collect() };
        let network = train(&teachers, recipe, (planned.stream, self.device), |round, loss| {
            println!("{name}: round {round}, punishment {loss:.3}, {:.0} s", started.elapsed().as_secs_f64());
        });
        let bytes = quantise(&network).map_err(|e| format!("{name}: {e}"))?.to_bytes();
        let integers = Integers::parse(&bytes).map_err(|e| format!("{name}: {e}"))?;
        let agreement = Agreement::of(&self.people.iter().collect::<Vec<_>>(), &network, &integers);
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "{name}: {} people, {} weights, {seconds:.0} s; {agreement}",
            teachers.people.len(),
            integers.parameters()
        );
        write(&self.options.out, name, &bytes)
    }
}

/// Under another name first: after a crash there is the former file or the new one.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let (part, file) = (folder.join(format!("{name}.part")), folder.join(format!("{name}.weights")));
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, &file));
    written.map_err(|e| format!("--out {}: {e}", file.display()))
}

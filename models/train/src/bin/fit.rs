//! Fits an appraiser's constants to SVC2004 and reports its error rates on writers that it was not fitted to.
//!
//! `fit --data DIR [--networks DIR] [--write FILE]`: the first model, or, with the networks that `train` learnt, the one
//! that has a network. DIR of the data holds `task1/` and `task2/` with files `U{k}S{s}.TXT`, any user numbers (folders
//! above it, such as `dev/svc2004`, are found too). Without `--write` nothing is changed. The result depends on the data
//! alone: no clock, no random seed.

use std::path::PathBuf;
use std::process::ExitCode;
use train::corpus::Corpus;
use train::nested::Study;
use train::networks::{Networks, Protocol};
use train::trials::Tables;
use train::{calibration, report};

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("fit: {reason}");
            ExitCode::from(3)
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let usage = "usage: fit --data DIR [--networks DIR] [--write FILE]";
    let value = |name: &str| arguments.iter().position(|a| a == name).map(|i| arguments.get(i + 1).ok_or(usage));
    let data = PathBuf::from(value("--data").ok_or(usage)??);
    let corpus = Corpus::read(&data)?.complete(&[1, 2])?;
    println!("{corpus}");
    let fitted = match value("--networks") {
        None => calibration::fit(&corpus, &Tables::compute(&corpus)),
        Some(folder) => Study::new(&corpus, &Networks::read(&[folder?.into()], Protocol::Nested)?)?.ship(),
    };
    report::print(&corpus, &fitted);
    if let Some(file) = value("--write") {
        let file = file?;
        std::fs::write(file, fitted.constants.to_text()).map_err(|e| format!("--write {file}: {e}"))?;
        println!("written: {file}");
    }
    Ok(())
}

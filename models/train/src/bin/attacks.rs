//! Counts attacks that get past the checks, by species, and genuine packets that the checks stop.
//!
//! `attacks --data DIR [--only replay|pieces|patchwork|machine|whole|clock|enrolment] [--networks DIR] [--json FILE] [--fit FILE]
//! [--fit-replay FILE] [--fit-patchwork FILE]`: DIR as for `fit`; the networks of the cross-validation are the committed ones. `--fit` writes the constants of the movement classifier, fitted to everything, `--fit-replay`
//! those of the replay check, `--fit-patchwork` those of the check for patchworks; the committed ones are `machine.txt`, `replay.txt`, `patchwork.txt` in `models/src/attacks`. Rates of both
//! are given held out by writer and as shipped, those of movements also held out by writer and kind of program. The
//! result depends on the data alone.

use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use train::attack::people;
use train::attack::report::{self, Line};
use train::networks::{Networks, Protocol};

/// Where the networks are that `scripts/train` wrote, unless it is said.
const NETWORKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/networks");

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("attacks: {reason}");
            ExitCode::from(3)
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let usage = "usage: attacks --data DIR [--only replay|pieces|patchwork|machine|whole|clock|enrolment] [--networks DIR] \
                 [--json FILE] [--fit FILE] [--fit-replay FILE] [--fit-patchwork FILE]";
    let value = |name: &str| arguments.iter().position(|a| a == name).map(|i| arguments.get(i + 1).ok_or(usage));
    let people = people::read(Path::new(value("--data").ok_or(usage)??))?;
    let only = value("--only").transpose()?;
    let wanted = |check: &str| only.is_none_or(|o| o == check);
    let mut lines: Vec<Line> = Vec::new();
    if wanted("replay") {
        let (more, replay) = report::replays(&people);
        lines.extend(more);
        write(value("--fit-replay").transpose()?, "--fit-replay", replay.to_text())?;
    }
    if wanted("pieces") {
        lines.extend(report::pieces(&people));
    }
    if wanted("patchwork") {
        let (more, patchwork) = report::patchworks(&people);
        lines.extend(more);
        write(value("--fit-patchwork").transpose()?, "--fit-patchwork", patchwork.to_text())?;
    }
    if wanted("machine") {
        let (more, machine) = report::machines(&people);
        lines.extend(more);
        write(value("--fit").transpose()?, "--fit", machine.to_text())?;
    }
    if wanted("whole") {
        lines.extend(report::parts(&people));
    }
    if wanted("clock") {
        lines.extend(report::clocks(&people));
    }
    if wanted("enrolment") {
        let folder = value("--networks").transpose()?.map_or(NETWORKS, String::as_str);
        let networks = Networks::read(&[folder.into()], Protocol::OwnFold)?;
        lines.extend(report::enrolments(&people, &networks));
    }
    println!("check     rate                                                            n            95 % interval");
    lines.iter().for_each(|line| println!("{line}"));
    if let Some(file) = value("--json").transpose()? {
        let all: Vec<_> = lines.iter().map(Line::json).collect();
        let text = serde_json::to_string_pretty(&json!({ "attacks": all })).map_err(|e| e.to_string())?;
        std::fs::write(file, text + "\n").map_err(|e| format!("--json {file}: {e}"))?;
    }
    Ok(())
}

fn write(file: Option<&String>, option: &str, text: String) -> Result<(), String> {
    file.map_or(Ok(()), |file| std::fs::write(file, text).map_err(|e| format!("{option} {file}: {e}")))
}

//! The house rules as a program: `cargo run --release -p xtask -- tidy`. It reads files and `cargo metadata`, and changes
//! nothing but the list of length exceptions (`tidy --lower`). Building, testing and formatting are other tools' work.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod tidy;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- tidy [--lower]
  tidy          check the house rules; exit 1 if one is broken
  tidy --lower  first lower or remove the length exceptions that are no longer needed";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let lower = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => false,
        ["tidy", "--lower"] => true,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(3);
        }
    };
    match tidy::run(lower) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("tidy: {fault}");
            ExitCode::from(3)
        }
    }
}

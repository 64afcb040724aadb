//! The commands that a report prints, run as a reader would: each must print what the report says that it prints. Where a
//! tool is not installed the test says so and passes.
#![allow(clippy::unwrap_used)]

#[path = "../examples/sample/specimen.rs"]
mod specimen;

use proto::Canonical;
use report::block::Block;
use report::chapter::{Source, all};
use report::{Language, Variant};
use specimen::Specimen;
use std::process::Command;

#[test]
fn commands_print_what_the_report_says() {
    let specimen = Specimen::new(false);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/event.bin"), specimen.receipt.event.to_bytes()).unwrap();
    let facts = specimen.facts(Variant::Full);
    let blocks = all(Source { facts: &facts, drawings: specimen.drawings(Variant::Full), l: Language::En });
    let mut run = 0;
    for block in &blocks {
        let Block::Command { typed, expected } = block else { continue };
        if !typed.contains("data/event.bin") && !typed.contains("xxd") {
            continue; // what needs a whole package is tried where packages are made
        }
        let out = Command::new("sh").arg("-c").arg(typed).current_dir(folder.path()).output().unwrap();
        let (printed, said) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        if said.contains("not found") || said.contains("nknown option") {
            eprintln!("skipped: `{typed}` needs a tool that is not installed: {said}");
            continue;
        }
        // OpenSSL 3.0 to 3.6 write the name of the digest in different ways; the value is what counts.
        let value = |text: &str| text.trim().rsplit(' ').next().unwrap().to_owned();
        match typed.starts_with("openssl") || typed.contains("| openssl") {
            true => assert_eq!(value(&printed), value(expected), "{typed}"),
            false => assert_eq!(printed.trim(), expected.trim(), "{typed}"),
        }
        run += 1;
    }
    eprintln!("{run} commands were run");
}

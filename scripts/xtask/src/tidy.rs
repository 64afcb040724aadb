//! Applies every house rule to every file and prints what is broken. It knows no rule itself: each has its own file.

mod arrows;
mod checkout;
mod finding;
mod headers;
mod links;
mod measures;
mod names;
mod ratchet;
mod signatures;
mod words;

use checkout::Checkout;
use finding::{Fault, Finding};
use ratchet::Ratchet;

/// Where the exceptions are kept, from the root of the checkout.
const EXCEPTIONS: &str = "scripts/tidy-exceptions.toml";

/// Checks the checkout that this program was built from. True when all rules hold.
pub fn run(lower: bool) -> Result<bool, Fault> {
    let checkout = Checkout::read()?;
    let measures = measures::all(&checkout);
    if lower {
        let lowered = Ratchet::read(&checkout)?.lowered(&measures);
        checkout.write(EXCEPTIONS, &lowered.to_toml())?;
    }
    let mut findings = text_findings(&checkout);
    findings.extend(Ratchet::read(&checkout)?.check(&measures));
    findings.extend(links::check(&checkout));
    findings.extend(arrows::check(&arrows::read(&checkout)?));
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {} files, {} findings", checkout.files.len(), findings.len());
    Ok(findings.is_empty())
}

/// The rules that look at one file at a time.
fn text_findings(checkout: &Checkout) -> Vec<Finding> {
    let rules = [headers::check, names::check, words::check, signatures::check, measures::unparsed];
    checkout.files.iter().flat_map(|file| rules.iter().flat_map(move |rule| rule(file))).collect()
}

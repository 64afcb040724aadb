//! `--unite`: the package of one block from all nodes, and who of them is not in it and why. A node that was left out without a
//! word would make two calls about the same nodes give two packages.

use super::{Asked, Package};
use crate::cli::outcome::{Failure, Outcome};
use crate::client::{Client, Endpoint};
use crate::export::{Meeting, meet, unite};
use evidence::{Dossier, Report};
use proto::{Height, Outcome as Verdict};
use serde_json::json;
use std::fmt::Write;

/// Who is in a united package, and who is not.
pub(super) struct United {
    height: Height,
    newest: Height,
    nodes: Vec<String>,
    missing: Vec<(String, String)>,
}

/// Asks all of them.
pub(super) async fn united(endpoints: &[Endpoint], asked: &Asked) -> Result<Package, Failure> {
    let ask = async |node: usize, at: Option<Height>| one(&endpoints[node], asked, at).await;
    let url = |node: usize| endpoints[node].url.clone();
    let found = meet(endpoints.len(), asked.at, ask).await.map_err(|why| {
        let lines = why.into_iter().map(|(node, why)| format!("\n  {}: {why}", url(node)));
        Failure::Usage(format!("--unite: no node gave a package that holds{}", lines.collect::<String>()))
    })?;
    let Meeting { height, newest, packages, missing } = found;
    let nodes = packages.keys().map(|node| url(*node)).collect();
    let missing = missing.into_iter().map(|(node, why)| (url(node), why)).collect();
    let whole = unite(packages.into_values().collect()).expect("of no package there is nothing in common");
    Ok(Package { united: Some(United { height, newest, nodes, missing }), ..asked.seen(whole.package()) })
}

/// The package of one node, if it holds.
async fn one(endpoint: &Endpoint, asked: &Asked, at: Option<Height>) -> Result<Dossier, String> {
    let client = Client::connect(endpoint).await.map_err(|e| e.to_string())?;
    sound(asked.fetch(&client, at).await.map_err(|e| e.to_string())?.report)
}

/// What is not right is not put together with what is.
fn sound(report: Report) -> Result<Dossier, String> {
    match report.checks.iter().find(|c| c.outcome != Verdict::Valid) {
        Some(c) => Err(format!("its package is not valid: {} {}, {}", c.code, c.outcome.as_str(), c.detail)),
        None => report.dossier.ok_or_else(|| "its package cannot be read".to_owned()),
    }
}

impl United {
    /// Says it below the verdict, which it does not change.
    pub(super) fn tell(&self, outcome: &mut Outcome) {
        let (in_it, all) = (self.nodes.len(), self.nodes.len() + self.missing.len());
        let text = &mut outcome.text;
        write!(text, "\nunited under block {}, from {in_it} of {all} nodes", self.height).expect("a String takes all");
        if self.newest > self.height {
            write!(text, "; the newest that a node gave was {}", self.newest).expect("a String takes all");
        }
        for (node, why) in &self.missing {
            write!(text, "\n  NOT IN IT: {node}: {why}").expect("a String takes all");
        }
        let missing: Vec<_> = self.missing.iter().map(|(node, why)| json!({ "node": node, "why": why })).collect();
        outcome.json["united"] = json!({
            "height": self.height.0, "newest": self.newest.0, "nodes": self.nodes, "missing": missing,
        });
    }
}

#[cfg(test)]
mod tests;

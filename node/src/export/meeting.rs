//! One checkpoint for the packages of several nodes. Nodes stand at different blocks when they are asked one after the other, and
//! votes and time-stamps can only be put together over one; so whoever stands elsewhere is asked again, for that very block, and
//! whoever still gives nothing is named. What comes out depends on what the nodes hold, never on their order.

use evidence::Dossier;
use proto::{Canonical, Digest, Height};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A node that is behind is asked so often for a block, and given so long to reach it.
const TRIES: u32 = 4;
const PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 250 });

/// What a node gave: a package that holds, or why there is none.
pub type Answer = Result<Dossier, String>;

/// The packages of the nodes that could give one under the same block.
#[derive(Debug)]
pub struct Meeting {
    /// The block.
    pub height: Height,
    /// The newest block that any of the nodes gave a package under.
    pub newest: Height,
    /// By the number of the node.
    pub packages: BTreeMap<usize, Dossier>,
    /// The others, and why.
    pub missing: BTreeMap<usize, String>,
}

/// Asks nodes 0 to `count`: for their newest package, or for that under `at`; then those that stand elsewhere for the block that
/// most can show. The error is why there is none of any node.
pub async fn meet(
    count: usize,
    at: Option<Height>,
    ask: impl AsyncFn(usize, Option<Height>) -> Answer,
) -> Result<Meeting, BTreeMap<usize, String>> {
    let (mut found, mut refused) = (BTreeMap::new(), BTreeMap::new());
    for node in 0..count {
        match ask(node, at).await {
            Ok(dossier) => drop(found.insert(node, dossier)),
            Err(why) => drop(refused.insert(node, why)),
        }
    }
    let Some(newest) = found.values().map(height).max() else { return Err(refused) };
    let mut best: Option<Meeting> = None;
    for candidate in candidates(found.values().map(height).collect()) {
        let placed = under(candidate, &found, &ask).await;
        let all = placed.packages.len() == found.len();
        // The first of equals is the newer one.
        if best.as_ref().is_none_or(|b| placed.packages.len() > b.packages.len()) {
            best = Some(Meeting { newest, ..placed });
        }
        if all {
            break;
        }
    }
    let mut best = best.expect("a node that gave a package gave a candidate");
    best.missing.extend(refused);
    Ok(best)
}

/// The blocks worth asking for, the newest first: down to the one that more than half of the nodes had reached, so that a few
/// that lag, or say they do, cannot hold all others back at an old block.
fn candidates(mut heights: Vec<Height>) -> BTreeSet<std::cmp::Reverse<Height>> {
    heights.sort_by_key(|h| std::cmp::Reverse(*h));
    let reached = heights.len() / 2;
    heights.into_iter().take(reached + 1).map(std::cmp::Reverse).collect()
}

/// Everybody's package under one block. Where nodes show different blocks of that height, which proves that somebody lies, the
/// one that most of them show.
async fn under(
    std::cmp::Reverse(wanted): std::cmp::Reverse<Height>,
    found: &BTreeMap<usize, Dossier>,
    ask: &impl AsyncFn(usize, Option<Height>) -> Answer,
) -> Meeting {
    let (mut packages, mut missing) = (BTreeMap::new(), BTreeMap::new());
    for (node, dossier) in found {
        let given = if height(dossier) == wanted {
            Ok(dossier.clone())
        } else {
            asked_again(*node, wanted, height(dossier) < wanted, ask).await
        };
        match given {
            Ok(dossier) => drop(packages.insert(*node, dossier)),
            Err(why) => {
                missing.insert(*node, format!("stood at block {}, not {wanted}: {why}", height(dossier)));
            }
        }
    }
    let mut shown: BTreeMap<Digest, usize> = BTreeMap::new();
    packages.values().for_each(|d| *shown.entry(header(d)).or_default() += 1);
    let most = shown.into_iter().max_by_key(|(header, count)| (*count, *header)).map(|(header, _)| header);
    let (packages, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        packages.into_iter().partition(|(_, d)| Some(header(d)) == most);
    for (node, other) in others {
        let own = header(&other);
        missing.insert(node, format!("shows another block {wanted}, {own}: keep its package as evidence of a fork"));
    }
    Meeting { height: wanted, newest: wanted, packages, missing }
}

async fn asked_again(
    node: usize,
    wanted: Height,
    behind: bool,
    ask: &impl AsyncFn(usize, Option<Height>) -> Answer,
) -> Answer {
    let mut given = ask(node, Some(wanted)).await;
    for _ in 1..TRIES {
        if given.is_ok() || !behind {
            break;
        }
        tokio::time::sleep(PATIENCE).await;
        given = ask(node, Some(wanted)).await;
    }
    given
}

fn height(dossier: &Dossier) -> Height {
    dossier.receipt.checkpoint.header.height
}

fn header(dossier: &Dossier) -> Digest {
    dossier.receipt.checkpoint.header.digest()
}

#[cfg(test)]
mod tests;

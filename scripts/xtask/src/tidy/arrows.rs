//! Which crate may know which: the doors of the house. It reads what cargo resolved, so a dependency of a dependency is
//! seen too; what a crate does through a door that is open is for clippy and a reader.

use serde_json::Value;

use super::checkout::Checkout;
use super::finding::{Fault, Finding};

/// A crate, the crates of ours that it may name, and what it is.
struct Room {
    package: &'static str,
    ours: &'static [&'static str],
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    /// No I/O, clock, randomness or async, its dependencies included.
    Pure,
    /// The node: may know the world.
    World,
    /// Drives the others in tests and tools: not shipped.
    Outside,
}

const PROTO: &str = "chirograph-proto";
const SIMPLEX: &str = "chirograph-simplex";
const LEDGER: &str = "chirograph-ledger";
const REPLICA: &str = "chirograph-replica";
const MODELS: &str = "chirograph-models";
const TRAIN: &str = "chirograph-train";
const GENESIS: &str = "chirograph-genesis";
const EVIDENCE: &str = "chirograph-evidence";
const TIMESTAMP: &str = "chirograph-timestamp";
const REPORT: &str = "chirograph-report";
const DOCUMENT: &str = "chirograph-document";
const NODE: &str = "chirograph";
const TESTS: &str = "chirograph-tests";

const ROOMS: [Room; 14] = [
    Room { package: PROTO, ours: &[], kind: Kind::Pure },
    Room { package: SIMPLEX, ours: &[PROTO], kind: Kind::Pure },
    Room { package: LEDGER, ours: &[PROTO], kind: Kind::Pure },
    Room { package: REPLICA, ours: &[PROTO, SIMPLEX, LEDGER], kind: Kind::Pure },
    Room { package: MODELS, ours: &[PROTO], kind: Kind::Pure },
    Room { package: TRAIN, ours: &[PROTO, MODELS], kind: Kind::Outside },
    Room { package: GENESIS, ours: &[PROTO], kind: Kind::Pure },
    Room { package: EVIDENCE, ours: &[REPORT, PROTO, GENESIS, MODELS, TIMESTAMP], kind: Kind::Pure },
    Room { package: REPORT, ours: &[PROTO, MODELS], kind: Kind::Pure },
    Room { package: TIMESTAMP, ours: &[PROTO], kind: Kind::Pure },
    Room { package: DOCUMENT, ours: &[PROTO, TIMESTAMP], kind: Kind::Pure },
    Room {
        package: NODE,
        ours: &[DOCUMENT, EVIDENCE, REPORT, TIMESTAMP, PROTO, SIMPLEX, LEDGER, REPLICA, MODELS, GENESIS],
        kind: Kind::World,
    },
    Room {
        package: TESTS,
        ours: &[PROTO, SIMPLEX, LEDGER, REPLICA, MODELS, GENESIS, DOCUMENT, EVIDENCE, TIMESTAMP, NODE],
        kind: Kind::Outside,
    },
    Room { package: "xtask", ours: &[], kind: Kind::Outside },
];

/// Sockets, disks, clocks and the runtime that waits for them. A name stands for its family (`tonic` for `tonic-web`).
const WORLD: [&str; 8] = ["tokio", "libp2p", "rocksdb", "librocksdb-sys", "tonic", "axum", "hyper", "mio"];
const RANDOMNESS: [&str; 2] = ["getrandom", "rand"];
/// LibTorch: only the models and what teaches them may name it.
const TORCH: [&str; 2] = ["tch", "torch-sys"];

/// One crate as cargo sees it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What it names itself, of any kind (normal, build, dev).
    pub names: Vec<String>,
    /// What it names itself and ships with (normal).
    pub ships: Vec<String>,
    /// Everything it reaches when built alone, normal dependencies only.
    pub reaches: Vec<String>,
}

/// Asks cargo about every crate of the workspace.
pub fn read(checkout: &Checkout) -> Result<Vec<Package>, Fault> {
    let text = checkout.ask("cargo", "metadata --no-deps --format-version 1 --locked")?;
    let mut packages = parse(&text);
    for package in &mut packages {
        let tree = format!("tree --locked --package {} --edges normal --prefix none --format {{p}}", package.name);
        package.reaches = reached(&checkout.ask("cargo", &tree)?);
    }
    Ok(packages)
}

fn parse(metadata: &str) -> Vec<Package> {
    let json: Value = serde_json::from_str(metadata).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let package = |package: &Value| Package {
        name: text(&package["name"]),
        names: list(&package["dependencies"]).iter().map(|d| text(&d["name"])).collect(),
        ships: list(&package["dependencies"])
            .iter()
            .filter(|d| d["kind"].is_null())
            .map(|d| text(&d["name"]))
            .collect(),
        reaches: Vec::new(),
    };
    list(&json["packages"]).iter().map(package).collect()
}

/// The names of `cargo tree`, without the crate itself.
fn reached(tree: &str) -> Vec<String> {
    let mut names: Vec<String> =
        tree.lines().skip(1).filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Every arrow that points the wrong way.
pub fn check(packages: &[Package]) -> Vec<Finding> {
    packages
        .iter()
        .flat_map(|package| match ROOMS.iter().find(|room| room.package == package.name) {
            Some(room) => check_room(room, package),
            None => {
                vec![Finding::whole(&package.name, "a crate that the house rules do not know: add its room".to_owned())]
            }
        })
        .collect()
}

fn check_room(room: &Room, package: &Package) -> Vec<Finding> {
    let is_ours = |name: &&String| ROOMS.iter().any(|room| room.package == name.as_str());
    let wrong = package.names.iter().filter(is_ours).filter(|name| !room.ours.contains(&name.as_str()));
    let mut findings: Vec<Finding> =
        wrong.map(|name| refuse(package, name, "the arrow points the wrong way")).collect();
    if room.kind == Kind::Pure {
        let reaches =
            |family: &[&str]| package.reaches.iter().filter(|name| in_family(family, name)).collect::<Vec<_>>();
        findings.extend(reaches(&WORLD).into_iter().map(|name| refuse(package, name, "only the node knows the world")));
        let randomness = "a pure crate has no randomness, not even through a dependency";
        findings.extend(reaches(&RANDOMNESS).into_iter().map(|name| refuse(package, name, randomness)));
    }
    if room.kind == Kind::Outside {
        let world = package.ships.iter().filter(|name| in_family(&WORLD, name));
        findings
            .extend(world.map(|name| refuse(package, name, "only the node ships it; tests may as a dev-dependency")));
    }
    if ![MODELS, TRAIN].contains(&room.package) {
        let torch = package.names.iter().filter(|name| in_family(&TORCH, name));
        findings.extend(torch.map(|name| refuse(package, name, "only the models may name LibTorch")));
    }
    findings
}

fn refuse(package: &Package, name: &str, why: &str) -> Finding {
    Finding::whole(&package.name, format!("depends on {name}: {why}"))
}

fn in_family(family: &[&str], name: &str) -> bool {
    family.iter().any(|head| name == *head || name.strip_prefix(head).is_some_and(|rest| rest.starts_with('-')))
}

#[cfg(test)]
mod tests;

//! The networks of a cross-validation, from the folder that learning wrote: one from everybody, one without each fold, one
//! without each two.

use models::graph::Network;
use std::collections::BTreeMap;
use std::path::Path;

/// Parts that the users are divided into: a user's part is the place of the number among all numbers, by this.
pub const FOLDS: usize = 5;

/// All sixteen.
pub struct Networks {
    by_name: BTreeMap<String, Network>,
}

impl Networks {
    /// Reads `full.weights`, `f0.weights` to `f4.weights` and `f01.weights` to `f34.weights`.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut by_name = BTreeMap::new();
        for name in names() {
            let path = folder.join(format!("{name}.weights"));
            let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}; scripts/train makes it", path.display()))?;
            let network = Network::parse(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
            by_name.insert(name, network);
        }
        Ok(Self { by_name })
    }
    /// The one that learnt from everybody outside the folds `a` and `b`, which may be the same.
    pub fn without(&self, a: usize, b: usize) -> &Network {
        let name = match (a.min(b), a.max(b)) {
            (a, b) if a == b => format!("f{a}"),
            (a, b) => format!("f{a}{b}"),
        };
        &self.by_name[&name]
    }
}

fn names() -> Vec<String> {
    let ones = (0..FOLDS).map(|a| format!("f{a}"));
    let twos = (0..FOLDS).flat_map(|a| (a + 1..FOLDS).map(move |b| format!("f{a}{b}")));
    ones.chain(twos).collect()
}

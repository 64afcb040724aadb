//! The networks of a cross-validation, from the folders that learning wrote: one without each fifth of the users, one without
//! each two. Of several folders, the networks of one name work together as a [`Team`]. Nothing is learnt or weighed here.

use crate::roll::Roll;
use crate::team::{Bring, Team};
use models::graph::Network;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Parts that the users are divided into: a user's part is the place of the number among all numbers, by this.
pub const FOLDS: usize = 5;

/// Which networks are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// All fifteen: what the fusion is fitted to comes from networks that had seen neither the scored fold nor the user.
    Nested,
    /// The five that leave out a user's own fold, whoever is scored: a third of the learning, to compare networks with one
    /// another. The fusion's distances come from networks that had seen the scored fold.
    OwnFold,
}

/// Every network that a protocol asks.
pub struct Networks {
    by_name: BTreeMap<String, Team>,
    roll: Roll,
    protocol: Protocol,
    backend: &'static str,
}

impl Networks {
    /// Reads `f0.weights` to `f4.weights` and, for [`Protocol::Nested`], `f01.weights` to `f34.weights` of every
    /// folder, and whom they learnt from, which must be the same.
    pub fn read(folders: &[PathBuf], protocol: Protocol) -> Result<Self, String> {
        let roll = same_roll(folders)?;
        let mut by_name = BTreeMap::new();
        for name in names(protocol) {
            let members = folders.iter().map(|folder| read(folder, &name)).collect::<Result<_, _>>()?;
            by_name.insert(name, Team::new(members)?);
        }
        Ok(Self { by_name, roll, protocol, backend: "native" })
    }
    /// The same, run by a backend of this name.
    pub fn brought(self, backend: &'static str, bring: &Bring) -> Result<Self, String> {
        let brought = |(name, team): (String, Team)| Ok::<_, String>((name, team.brought(bring)?));
        Ok(Self { by_name: self.by_name.into_iter().map(brought).collect::<Result<_, _>>()?, backend, ..self })
    }
    /// Those that learnt from everybody outside the folds `a` and `b`, which may be the same. The five of
    /// [`Protocol::OwnFold`] are found under `a` = `b` only.
    pub fn without(&self, a: usize, b: usize) -> &Team {
        let name = match (a.min(b), a.max(b)) {
            (a, b) if a == b => format!("f{a}"),
            (a, b) => format!("f{a}{b}"),
        };
        &self.by_name[&name]
    }
    /// Whom they learnt from.
    pub fn roll(&self) -> &Roll {
        &self.roll
    }
    /// Which code runs them.
    pub fn backend(&self) -> &'static str {
        self.backend
    }
    /// Which networks are asked.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }
}

fn same_roll(folders: &[PathBuf]) -> Result<Roll, String> {
    let (first, rest) = folders.split_first().ok_or("--networks is missing: the folder that scripts/train wrote")?;
    let roll = Roll::read(first)?;
    for folder in rest {
        if Roll::read(folder)? != roll {
            return Err(format!(
                "--networks: {} and {} learnt from different users",
                first.display(),
                folder.display()
            ));
        }
    }
    Ok(roll)
}

fn read(folder: &Path, name: &str) -> Result<Network, String> {
    let path = folder.join(format!("{name}.weights"));
    let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}; scripts/train makes it", path.display()))?;
    Network::parse(&bytes).map_err(|e| format!("{}: {e}", path.display()))
}

fn names(protocol: Protocol) -> Vec<String> {
    let ones = (0..FOLDS).map(|a| format!("f{a}"));
    let twos = (0..FOLDS).flat_map(|a| (a + 1..FOLDS).map(move |b| format!("f{a}{b}")));
    ones.chain(twos.filter(|_| protocol == Protocol::Nested)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_fold_needs_a_third_of_the_networks() {
        assert_eq!(names(Protocol::Nested).len(), 15);
        assert_eq!(names(Protocol::OwnFold), ["f0", "f1", "f2", "f3", "f4"]);
    }

    #[test]
    fn a_missing_network_is_named_with_the_remedy() {
        let missing = Networks::read(&["nowhere".into()], Protocol::OwnFold).err().unwrap();
        assert!(missing.starts_with("nowhere/users: ") && missing.contains("scripts/train"));
    }
}

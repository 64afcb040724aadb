//! Whom a folder of networks was learnt from: a file `users` beside the weights, one number a line. The fold of a user is the
//! place in this list, whoever else is there or missing when the networks are asked: a place among those present would
//! have a writer scored by networks that learnt from that very writer. Knows nothing of weights.

use crate::networks::FOLDS;
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the file.
const NAME: &str = "users";

/// The users that networks were learnt from, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    users: Vec<u32>,
}

impl Roll {
    /// Of these users; sorted numbers.
    pub fn new(users: Vec<u32>) -> Self {
        Self { users }
    }
    /// Reads the list of a folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(NAME);
        let text = std::fs::read_to_string(&path)
            .map_err(|e| format!("{}: {e}; scripts/train writes whom it learnt from", path.display()))?;
        let users: Vec<u32> = text
            .lines()
            .map(|line| line.parse().map_err(|_| format!("{}: `{line}` is no user's number", path.display())))
            .collect::<Result<_, _>>()?;
        if !users.is_sorted_by(|a, b| a < b) {
            return Err(format!("{}: the numbers must be sorted, each once", path.display()));
        }
        Ok(Self { users })
    }
    /// Writes the list before anything is learnt, so that weights are never there without it. Refuses a folder of networks
    /// of other users: their folds would be mixed.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let path = folder.join(NAME);
        if path.exists() && Self::read(folder)? != *self {
            return Err(format!("{}: networks of other users are there; give another --out", path.display()));
        }
        let text: String = self.users.iter().map(|user| format!("{user}\n")).collect();
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
    }
    /// The fold of every user there is. Those whom no network learnt from are dealt out among the folds: any network will do.
    pub fn folds(&self, present: &[u32]) -> BTreeMap<u32, usize> {
        let listed = present.iter().filter_map(|user| Some((*user, self.users.binary_search(user).ok()? % FOLDS)));
        let dealt = self.unseen(present).into_iter().enumerate().map(|(place, user)| (user, place % FOLDS));
        listed.chain(dealt).collect()
    }
    /// Those of the users present whom no network learnt from.
    pub fn unseen(&self, present: &[u32]) -> Vec<u32> {
        present.iter().copied().filter(|user| self.users.binary_search(user).is_err()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_user_moves_nobody_to_another_fold() {
        let roll = Roll::new(vec![1, 2, 4, 5, 6, 8, 9]);
        let all = roll.folds(&[1, 2, 4, 5, 6, 8, 9]);
        let fewer = roll.folds(&[1, 4, 5, 6, 8, 9]);
        assert_eq!((all[&4], all[&9]), (2, 1));
        assert!(fewer.iter().all(|(user, fold)| all[user] == *fold));
    }

    #[test]
    fn unknown_users_move_nobody_either_and_are_named() {
        let roll = Roll::new(vec![1, 2, 4]);
        let folds = roll.folds(&[0, 1, 2, 3, 4]);
        assert_eq!(folds.into_iter().collect::<Vec<_>>(), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)]);
        assert_eq!(roll.unseen(&[0, 1, 2, 3, 4]), [0, 3]);
    }

    #[test]
    fn networks_of_other_users_are_not_mixed_in() {
        let folder = std::env::temp_dir().join(format!("chirograph-roll-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let roll = Roll::new(vec![3, 20]);
        roll.write(&folder).unwrap();
        assert_eq!(Roll::read(&folder), Ok(roll.clone()));
        assert!(roll.write(&folder).is_ok());
        assert!(Roll::new(vec![3]).write(&folder).unwrap_err().ends_with("give another --out"));
        std::fs::write(folder.join(NAME), "3\n2\n").unwrap();
        assert!(Roll::read(&folder).unwrap_err().ends_with("sorted, each once"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

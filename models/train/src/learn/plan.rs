//! Which networks are learnt, and from whom: one from everybody, which is shipped, and for cross-validation one without
//! each fifth of the people and one without each two. Learns nothing.

/// Parts that the people are divided into.
pub const FOLDS: usize = 5;

/// One network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// `full`, or `f` and the folds that are left out; the name of its file, without `.weights`.
    pub name: String,
    /// Names its randomness; does not depend on what else is learnt.
    pub stream: u64,
    without: Vec<usize>,
}

impl Planned {
    fn new(without: Vec<usize>) -> Self {
        let folds: String = without.iter().map(usize::to_string).collect();
        let name = if folds.is_empty() { "full".to_owned() } else { format!("f{folds}") };
        // Folds as digits from 1: 0 is the full network.
        let stream = without.iter().fold(0, |stream, fold| stream * 10 + *fold as u64 + 1);
        Self { name, stream, without }
    }
    /// Whether a person may teach it: the fold of a person is the place of the number among all `numbers`, sorted.
    pub fn learns_from(&self, number: u32, numbers: &[u32]) -> bool {
        numbers.binary_search(&number).is_ok_and(|place| !self.without.contains(&(place % FOLDS)))
    }
}

/// All sixteen.
pub fn all() -> Vec<Planned> {
    let ones = (0..FOLDS).map(|a| vec![a]);
    let twos = (0..FOLDS).flat_map(|a| (a + 1..FOLDS).map(move |b| vec![a, b]));
    std::iter::once(vec![]).chain(ones).chain(twos).map(Planned::new).collect()
}

/// Those with these names, separated by commas. The error lists the names there are.
pub fn only(names: &str) -> Result<Vec<Planned>, String> {
    let all = all();
    let known = || all.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
    let find = |name: &str| all.iter().find(|p| p.name == name).cloned();
    names.split(',').map(|name| find(name).ok_or_else(|| format!("--only {name}: there are {}", known()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_networks_leave_out_what_their_names_say() {
        let names: Vec<String> = all().into_iter().map(|p| p.name).collect();
        assert_eq!(names[..8], ["full", "f0", "f1", "f2", "f3", "f4", "f01", "f02"]);
        assert_eq!((names.len(), names[15].as_str()), (16, "f34"));
        let (numbers, planned) = ([2, 5, 9, 11, 40, 41], only("f03").unwrap().remove(0));
        let taught: Vec<u32> = numbers.into_iter().filter(|n| planned.learns_from(*n, &numbers)).collect();
        assert_eq!(taught, [5, 9, 40]);
        assert!(!planned.learns_from(3, &numbers));
    }

    #[test]
    fn streams_differ_and_unknown_names_are_told() {
        let streams: std::collections::BTreeSet<u64> = all().iter().map(|p| p.stream).collect();
        assert_eq!(streams.len(), 16);
        assert!(only("full,f10").unwrap_err().starts_with("--only f10: there are full, f0"));
    }
}

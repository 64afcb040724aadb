//! A condition that error rates are stated for: which task, whether pressure is seen, how many references.

use models::evidence::Condition;
use serde::Serialize;

/// One condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Task of SVC2004, 1 or 2.
    pub task: usize,
    /// Whether pressure is seen. Task 1 has none; of task 2 it can be hidden.
    pub pressure: bool,
    /// References a template is made of.
    pub references: usize,
}

impl Setting {
    /// The conditions of a task, most references first.
    pub fn of_task(task: usize, references: &[usize]) -> Vec<Self> {
        let pressure: &[bool] = if task == 2 { &[true, false] } else { &[false] };
        let with =
            |p: &bool| references.iter().map(|n| Self { task, pressure: *p, references: *n }).collect::<Vec<_>>();
        pressure.iter().flat_map(with).collect()
    }
    /// The class that the model weighs and calibrates on its own.
    pub fn condition(self) -> Condition {
        Condition::new(self.references, self.pressure)
    }
    /// For the name of a file.
    pub fn slug(self) -> String {
        format!("task{}{}-{}", self.task, if self.pressure { "-pressure" } else { "" }, self.references)
    }
    /// For people.
    pub fn title(self) -> String {
        let pressure = match (self.task, self.pressure) {
            (1, _) => "no pressure",
            (_, true) => "pressure",
            (_, false) => "pressure hidden",
        };
        let s = if self.references == 1 { "" } else { "s" };
        format!("task {}, {pressure}, {} reference{s}", self.task, self.references)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressure_is_both_ways_only_where_there_is_some() {
        assert_eq!(Setting::of_task(1, &[5, 1]).len(), 2);
        let two = Setting::of_task(2, &[5, 1]);
        assert_eq!(two.len(), 4);
        assert_eq!((two[0].slug(), two[3].slug()), ("task2-pressure-5".to_owned(), "task2-1".to_owned()));
        assert_eq!(two[3].title(), "task 2, pressure hidden, 1 reference");
    }
}

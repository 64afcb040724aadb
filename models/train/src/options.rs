//! The command line of `evaluate`. Nothing is read or measured here.

use crate::networks::Protocol;
use std::path::PathBuf;

/// How it is called.
pub const USAGE: &str = "usage: evaluate --data DIR [--task 1|2] [--backend native|tch] [--json FILE] [--plots DIR] \
                         [--shipped] [--model NAME] [--networks DIR[,DIR...]] [--own-fold] [--attacks] [--curve FILE]";

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Folder with `task1/` or `task2/`.
    pub data: PathBuf,
    /// Tasks to evaluate.
    pub tasks: Vec<usize>,
    /// Code that computes.
    pub backend: Backend,
    /// File for the figures.
    pub json: Option<PathBuf>,
    /// Folder for the plots.
    pub plots: Option<PathBuf>,
    /// The committed model as it is, instead of cross-validation.
    pub shipped: bool,
    /// Which model; the current one by default.
    pub model: Option<String>,
    /// Folders with the networks of cross-validation, for a model that has a network; of several, those of one name are asked
    /// together.
    pub networks: Vec<PathBuf>,
    /// Which of them.
    pub protocol: Protocol,
    /// Whether attacks are made and counted too.
    pub attacks: bool,
    /// File for the plot of what the parts of the model are worth and cost; only that is measured then.
    pub curve: Option<PathBuf>,
}

/// Which code computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// The normative integers.
    Native,
    /// LibTorch.
    Tch,
}

impl Options {
    /// Reads the arguments. The error names the option and what it takes.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let mut options = Self::new();
        while let Some(option) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{option} needs a value\n{USAGE}"));
            match option.as_str() {
                "--data" => options.data = value()?.into(),
                "--task" => options.tasks = vec![task(&value()?)?],
                "--backend" => options.backend = backend(&value()?)?,
                "--json" => options.json = Some(value()?.into()),
                "--plots" => options.plots = Some(value()?.into()),
                "--model" => options.model = Some(value()?),
                "--networks" => options.networks = value()?.split(',').map(PathBuf::from).collect(),
                "--curve" => options.curve = Some(value()?.into()),
                "--own-fold" => options.protocol = Protocol::OwnFold,
                "--shipped" => options.shipped = true,
                "--attacks" => options.attacks = true,
                _ => return Err(format!("unknown option {option}\n{USAGE}")),
            }
        }
        if options.data.as_os_str().is_empty() { Err(format!("--data is missing\n{USAGE}")) } else { Ok(options) }
    }
    fn new() -> Self {
        Self {
            data: PathBuf::new(),
            tasks: vec![1, 2],
            backend: Backend::Native,
            json: None,
            plots: None,
            shipped: false,
            model: None,
            networks: Vec::new(),
            protocol: Protocol::Nested,
            attacks: false,
            curve: None,
        }
    }
}

fn task(value: &str) -> Result<usize, String> {
    match value {
        "1" => Ok(1),
        "2" => Ok(2),
        _ => Err(format!("--task {value}: 1 or 2")),
    }
}

fn backend(value: &str) -> Result<Backend, String> {
    match value {
        "native" => Ok(Backend::Native),
        "tch" => Ok(Backend::Tch),
        _ => Err(format!("--backend {value}: native or tch")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn everything_has_a_default_but_the_data() {
        let options = parse("--data d").unwrap();
        assert_eq!(options, Options { data: "d".into(), ..Options::new() });
        assert!(parse("").unwrap_err().starts_with("--data is missing"));
    }

    #[test]
    fn several_folders_of_networks_are_asked_together() {
        let options = parse("--data d --networks a,b --own-fold").unwrap();
        assert_eq!((options.networks, options.protocol), (vec!["a".into(), "b".into()], Protocol::OwnFold));
    }

    #[test]
    fn wrong_values_name_the_option() {
        assert!(parse("--data d --task 3").unwrap_err().starts_with("--task 3:"));
        assert!(parse("--data d --backend gpu").unwrap_err().starts_with("--backend gpu:"));
        assert!(parse("--data d --json").unwrap_err().starts_with("--json needs"));
        assert!(parse("--fast").unwrap_err().starts_with("unknown option --fast"));
        let all = parse("--data d --task 1 --shipped --attacks --model m --plots p --json j --backend tch").unwrap();
        assert_eq!((all.tasks, all.shipped, all.attacks, all.backend), (vec![1], true, true, Backend::Tch));
    }
}

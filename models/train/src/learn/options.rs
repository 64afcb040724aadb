//! The command line of `train`. Nothing is read or learnt here.

use super::plan::{self, Planned};
use super::recipe::Recipe;
use models::torch::Device;
use std::path::PathBuf;

/// How it is called.
pub const USAGE: &str = "usage: train --data DIR --out DIR [--device cpu|cuda] [--seed N] [--only NAME,...] [--jobs N] \
                         [--channels FIRST,HIDDEN,WIDTH] [--smoke]";

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Folder with `task1/` and `task2/`.
    pub data: PathBuf,
    /// Folder for the weights.
    pub out: PathBuf,
    /// What computes.
    pub device: Device,
    /// Networks to learn.
    pub planned: Vec<Planned>,
    /// Networks that are learnt at once.
    pub jobs: usize,
    /// How.
    pub recipe: Recipe,
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
                "--out" => options.out = value()?.into(),
                "--device" => options.device = value()?.parse().map_err(|e| format!("--device: {e}"))?,
                "--seed" => options.recipe.seed = number(&option, &value()?)?,
                "--jobs" => options.jobs = number(&option, &value()?)?.clamp(1, 64) as usize,
                "--channels" => options.widths(&value()?)?,
                "--only" => options.planned = plan::only(&value()?)?,
                "--smoke" => options.shorten()?,
                _ => return Err(format!("unknown option {option}\n{USAGE}")),
            }
        }
        let missing = |name: &str| Err(format!("{name} is missing\n{USAGE}"));
        match (options.data.as_os_str().is_empty(), options.out.as_os_str().is_empty()) {
            (true, _) => missing("--data"),
            (_, true) => missing("--out"),
            _ => Ok(options),
        }
    }
    fn new() -> Self {
        let (data, out) = (PathBuf::new(), PathBuf::new());
        Self { data, out, device: Device::Cpu, planned: plan::all(), jobs: 1, recipe: Recipe::default() }
    }
    /// Other widths than the recipe's: narrower networks are faster and see less.
    fn widths(&mut self, value: &str) -> Result<(), String> {
        let fault =
            || format!("--channels {value}: three numbers up to 64, such as 16,24,16; the last a multiple of 8");
        let widths: Vec<usize> = value.split(',').map(|w| w.parse().map_err(|_| fault())).collect::<Result<_, _>>()?;
        let [first, hidden, width] = widths[..] else { return Err(fault()) };
        if !widths.iter().all(|w| (1..=64).contains(w)) || !width.is_multiple_of(8) {
            return Err(fault());
        }
        (self.recipe.first, self.recipe.hidden, self.recipe.width) = (first, hidden, width);
        Ok(())
    }
    fn shorten(&mut self) -> Result<(), String> {
        self.recipe = std::mem::take(&mut self.recipe).smoke();
        self.planned = plan::only("full,f0")?;
        Ok(())
    }
}

fn number(option: &str, value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("{option} {value}: a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn sixteen_networks_by_default() {
        let options = parse("--data d --out o").unwrap();
        assert_eq!((options.planned.len(), options.jobs, options.recipe.seed), (16, 1, 1));
        let options = parse("--seed 7 --smoke --data d --out o --only f12 --jobs 2 --device cuda:1").unwrap();
        assert_eq!((options.planned.len(), options.jobs, options.recipe.seed), (1, 2, 7));
        assert_eq!((options.recipe.rounds_total(), options.device), (20, Device::Cuda(1)));
        let recipe = parse("--channels 16,24,8 --data d --out o").unwrap().recipe;
        assert_eq!((recipe.first, recipe.hidden, recipe.width), (16, 24, 8));
    }

    #[test]
    fn wrong_values_name_the_option() {
        assert!(parse("--data d").unwrap_err().starts_with("--out is missing"));
        assert!(parse("--out d").unwrap_err().starts_with("--data is missing"));
        assert!(parse("--seed x").unwrap_err().starts_with("--seed x:"));
        assert!(parse("--channels 16,24").unwrap_err().starts_with("--channels 16,24:"));
        assert!(parse("--channels 16,24,12").unwrap_err().ends_with("the last a multiple of 8"));
        assert!(parse("--device gpu").unwrap_err().starts_with("--device: "));
        assert!(parse("--only f9").unwrap_err().starts_with("--only f9"));
        assert!(parse("--quick").unwrap_err().starts_with("unknown option --quick"));
    }
}

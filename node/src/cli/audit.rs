//! `audit`: checks a stopped node against itself.

use super::outcome::{Failure, INDETERMINATE, INVALID, OK, Outcome, STDOUT};
use crate::audit::{Archive, Backend, Native, reappraise};
use crate::localnet::SavedNet;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What to check.
#[derive(Subcommand)]
pub enum Audit {
    /// Appraise every signing event again, by the model that it names, and report differences. The node must be stopped.
    Reappraise(Reappraise),
}

/// Which node, and who computes.
#[derive(Args)]
pub struct Reappraise {
    /// A stopped local network.
    #[arg(long, value_name = "DIR", conflicts_with = "store", required_unless_present = "store")]
    localnet: Option<PathBuf>,
    /// Which of its nodes.
    #[arg(long, default_value_t = 0, requires = "localnet")]
    node: usize,
    /// Home folder of a stopped node, or the data folder in it.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Who computes.
    #[arg(long, value_enum, default_value_t = Computer::Native)]
    backend: Computer,
    /// Where.
    #[arg(long, value_enum, default_value_t = Device::Cpu)]
    device: Device,
    /// Threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
    /// Print one JSON value instead of text, or write it to a file beside the text.
    #[arg(long = "json", id = "json", num_args = 0..=1, default_missing_value = STDOUT, value_name = "FILE")]
    _json: Option<PathBuf>,
}

/// An implementation of the models.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Computer {
    /// The one that validators vote with.
    Native,
    /// LibTorch, where this program was built with the feature `tch`.
    Tch,
}

/// A processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Device {
    /// The processor.
    Cpu,
    /// The first NVIDIA GPU; LibTorch only.
    Cuda,
}

impl Audit {
    /// Exit code 0: nothing differs; 1: something does; 2: nothing does, but not everything could be checked.
    pub fn run(self) -> Result<Outcome, Failure> {
        let Self::Reappraise(arguments) = self;
        let backend = arguments.backend()?;
        let report = reappraise(&Archive::open(&arguments.home()?)?, backend.as_ref())?;
        let code = match (report.differences.is_empty(), report.not_checked.is_empty()) {
            (false, _) => INVALID,
            (true, false) => INDETERMINATE,
            (true, true) => OK,
        };
        Ok(Outcome { text: report.text(), json: report.json(), code })
    }
}

impl Reappraise {
    fn home(&self) -> Result<PathBuf, Failure> {
        let Some(dir) = &self.localnet else {
            return self.store.clone().ok_or_else(|| Failure::Usage("name --localnet or --store".to_owned()));
        };
        let net = SavedNet::load(dir)?;
        if self.node >= net.nodes.len() {
            return Err(Failure::Usage(format!("--node: this network has {} nodes, from 0", net.nodes.len())));
        }
        Ok(net.home(self.node))
    }

    fn backend(&self) -> Result<Box<dyn Backend>, Failure> {
        match (self.backend, self.device) {
            (Computer::Native, Device::Cpu) => Ok(Box::new(Native::new(self.threads.into()))),
            (Computer::Native, Device::Cuda) => Err(Failure::Usage(
                "--device cuda: the native backend computes on the processor; add --backend tch".into(),
            )),
            (Computer::Tch, _) => self.torch(),
        }
    }

    #[cfg(feature = "tch")]
    fn torch(&self) -> Result<Box<dyn Backend>, Failure> {
        use models::torch::{Device as Place, Precision};
        let device = match self.device {
            Device::Cpu => Place::Cpu,
            Device::Cuda => Place::Cuda(0),
        };
        Ok(Box::new(crate::audit::torch::Torch::new((device, Precision::Exact), self.threads.into())))
    }

    #[cfg(not(feature = "tch"))]
    fn torch(&self) -> Result<Box<dyn Backend>, Failure> {
        Err(Failure::Usage(
            "--backend tch: this program was built without LibTorch; build it with the feature `tch`".into(),
        ))
    }
}

//! What can go wrong with LibTorch, as data. It never says anything of a signature: a fault here is no opinion.

use tch::TchError;

/// Why LibTorch computed nothing.
#[derive(Debug, thiserror::Error)]
pub enum TorchFault {
    /// There is no such device.
    #[error("device: LibTorch finds no {device} here; use cpu, or set LIBTORCH to a torch with CUDA and build again")]
    NoDevice {
        /// As asked for.
        device: String,
    },
    /// Not the name of a device.
    #[error("device: {found:?} is not one of cpu, cuda, cuda:0, cuda:1 ...")]
    UnknownDevice {
        /// As given.
        found: String,
    },
    /// No network computes anything of nothing; a trace never makes such a graph.
    #[error("graphs[{index}]: has no node; leave it out")]
    EmptyGraph {
        /// From 0.
        index: usize,
    },
    /// LibTorch itself, for example when memory is short.
    #[error("LibTorch: {0}")]
    Torch(#[from] TchError),
}

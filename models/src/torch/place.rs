//! Where tensors live and of what kind their numbers are. Nothing is computed here.

use super::TorchFault;
use std::fmt;
use std::str::FromStr;
use tch::{Cuda, Kind, Tensor};

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// The processor.
    Cpu,
    /// A GPU, by its number. Needs a LibTorch with CUDA.
    Cuda(usize),
}

impl FromStr for Device {
    type Err = TorchFault;
    /// `cpu`, `cuda` (the first) or `cuda:N`.
    fn from_str(text: &str) -> Result<Self, TorchFault> {
        let unknown = || TorchFault::UnknownDevice { found: text.to_owned() };
        match text {
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => text.strip_prefix("cuda:").and_then(|n| n.parse().ok()).map(Self::Cuda).ok_or_else(unknown),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

/// Of what numbers the sums are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// `f64`, in which every sum is exact: the native integers.
    #[default]
    Exact,
    /// `f32`: sums beyond 2^24 are rounded, so an activation may differ by one.
    Fast,
}

/// Processor threads that LibTorch uses inside one operation, in the whole process. Results do not depend on it.
pub fn set_threads(threads: usize) {
    tch::set_num_threads(i32::try_from(threads.max(1)).unwrap_or(i32::MAX));
}

/// A device and a kind of number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    device: tch::Device,
    kind: Kind,
}

impl Place {
    pub(super) fn new(device: Device, precision: Precision) -> Result<Self, TorchFault> {
        let kind = match precision {
            Precision::Exact => Kind::Double,
            Precision::Fast => Kind::Float,
        };
        let device = match device {
            Device::Cpu => tch::Device::Cpu,
            Device::Cuda(n) if Cuda::is_available() && (n as i64) < Cuda::device_count() => tch::Device::Cuda(n),
            Device::Cuda(_) => return Err(TorchFault::NoDevice { device: device.to_string() }),
        };
        Ok(Self { device, kind })
    }
    pub(super) fn zeros(self, [rows, columns]: [usize; 2]) -> Result<Tensor, TorchFault> {
        Ok(Tensor::f_zeros([rows as i64, columns as i64], (self.kind, self.device))?)
    }
    /// Integers as numbers of this kind, row after row.
    pub(super) fn matrix<T: tch::kind::Element>(
        self,
        values: &[T],
        [rows, columns]: [usize; 2],
    ) -> Result<Tensor, TorchFault> {
        let flat = Tensor::f_from_slice(values)?.f_to_device(self.device)?.f_to_kind(self.kind)?;
        Ok(flat.f_reshape([rows as i64, columns as i64])?)
    }
    /// Numbers of rows.
    pub(super) fn index(self, rows: &[i64]) -> Result<Tensor, TorchFault> {
        Ok(Tensor::f_from_slice(rows)?.f_to_device(self.device)?)
    }
    /// Back to integers, row after row.
    pub(super) fn integers(self, rows: &Tensor) -> Result<Vec<i16>, TorchFault> {
        let here = rows.f_to_kind(Kind::Int16)?.f_to_device(tch::Device::Cpu)?.f_contiguous()?;
        let mut values = vec![0; here.numel()];
        here.f_copy_data(&mut values, here.numel())?;
        Ok(values)
    }
}

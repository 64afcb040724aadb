//! A network of several validators on this machine, for trying out, tests and measurements: homes with keys, one
//! genesis, and real child processes. Loopback only, API in clear text, synthetic packets allowed: nothing for evidence.

mod files;
mod processes;

pub use files::{Member, NodeFiles, Plan, SavedNet, free_ports, params};
pub use processes::{Exit, Running};

//! The deterministic simulator. One seed picks the network's faults, the crashes, the clients and every delay.
//!
//! A run has two phases. In the *safety phase* messages are lost, delayed, doubled and cut off, and validators crash
//! between any two of the deeds that a step asks for. Then everything is healed, and in the *liveness phase* every
//! transaction must be committed and every validator must hold the same ledger within a bound. [`history`] holds what
//! outsiders saw and checks it; it shares no code with what it checks.
//!
//! A failing seed prints the command line that repeats it. [`mutant`] has broken shells, each of which must be caught.

pub mod clients;
pub mod consortium;
mod deeds;
pub mod dice;
pub mod disk;
pub mod history;
pub mod mutant;
pub mod plan;
pub mod shell;
pub mod simulation;
pub mod sweep;
pub mod weather;

pub use mutant::Mutant;
pub use plan::Plan;
pub use simulation::{Report, Violation, simulate};
pub use sweep::{Outcome, sweep};

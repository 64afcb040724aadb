//! The deterministic simulator. One seed picks the network's faults, the crashes, the clients and every delay.
//!
//! A run has two phases. In the *safety phase* messages are lost, delayed, doubled and cut off, and validators crash
//! between any two of the deeds that a step asks for. Then everything is healed, and in the *liveness phase* every
//! transaction must be committed and every validator must hold the same ledger within a bound. In some runs the set of
//! validators changes on the way. [`history`] holds what outsiders saw and checks it; it shares no code with what it
//! checks.
//!
//! A failing seed prints the command line that repeats it. [`mutant`] has broken shells, each of which must be caught.

pub mod audit;
pub mod byzantine;
pub mod clients;
pub mod clock;
pub mod consortium;
mod copies;
mod deeds;
pub mod dice;
pub mod disaster;
pub mod disk;
pub mod finding;
mod governor;
pub mod history;
pub mod mutant;
pub mod plan;
mod reports;
pub mod roll;
pub mod shell;
pub mod simulation;
pub mod summary;
pub mod sweep;
pub mod trace;
mod traffic;
pub mod twins;
mod verdict;
pub mod weather;
mod wire;
pub mod witness;

pub use byzantine::Kind;
pub use finding::{Finding, Rule};
pub use mutant::Mutant;
pub use plan::Plan;
pub use simulation::{Report, Violation, simulate, simulate_taped};
pub use sweep::{Outcome, sweep};

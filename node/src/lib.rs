//! THE HANDS: the daemon and every user's tool. The only crate that touches sockets, disks and clocks.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod admin;
pub mod admission;
pub mod api;
pub mod appraisers;
pub mod audit;
pub mod backup;
pub mod bench;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod copy;
pub mod daemon;
pub mod drill;
pub mod errors;
pub mod event_loop;
pub mod evidence;
pub mod fault;
pub mod fault_json;
pub mod fault_report;
pub mod fsck;
pub mod governance;
pub mod guard;
pub mod handle;
pub mod history;
pub mod inspect;
pub mod intake;
pub mod keyring;
pub mod keys;
pub mod localnet;
pub mod lru;
pub mod net;
pub mod packet_rows;
pub mod refusal;
pub mod registry;
pub mod roster;
pub mod shutdown;
pub mod software;
pub mod space;
pub mod status;
pub mod store;
pub mod strokes;
pub mod submission;
pub mod submissions;
pub mod svc2004;
pub mod telemetry;
pub mod templates;
pub mod tls;
pub mod vault;
pub mod waiters;
pub mod wire;

pub use software::SOFTWARE;

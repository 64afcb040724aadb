//! Evidence packages from this node's ledger: gathering what belongs to an event at one moment, dressing it for readers,
//! and the operations that clients ask after. What a package is and how it is checked is decided in `evidence`.

mod calibration;
mod disclose;
mod dress;
mod former;
mod gather;
mod meeting;
mod narrate;
mod operations;
mod unite;

pub use disclose::disclose;
pub use dress::dress;
pub use gather::{Wanted, entry, gather};
pub use meeting::{Meeting, meet};
pub use operations::{Finished, Operations, PIECE_BYTES, State};
pub use unite::unite;

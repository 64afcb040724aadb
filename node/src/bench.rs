//! Measurements: a network under open-loop load, and the parts by themselves. Every figure says what it is of; nothing
//! is scaled or estimated.

pub mod appraiser;
pub mod crypto;
mod figures;
mod lines;
mod load;
mod machine;
mod prepare;
mod running;

pub use figures::Figures;
pub use lines::Lines;
pub use load::Load;
pub use running::RunningLoad;

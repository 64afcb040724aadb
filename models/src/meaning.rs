//! What an opinion means, in words and as data for a report: how strongly a likelihood ratio supports which proposition,
//! what to do better at enrolment, when references are too old, and where a signature differs from its references.
//!
//! Nothing here changes an opinion or a band, and nothing here says who wrote.

pub mod advice;
pub mod ageing;
pub mod explanation;
pub mod scale;
pub mod session;
mod stretch;
mod track;

pub use advice::{Advice, Enrolment, Severity, advise};
pub use ageing::{Ageing, AgeingPolicy, ages_days};
pub use explanation::{Explanation, Whole, explain};
pub use scale::{Against, Circumstances, Statement, Support, state};
pub use stretch::{Aspect, Direction, Stretch};

//! THE SCHOOL: fits the appraiser's constants to signatures of people and measures how often it errs.
//!
//! Nothing that runs on a node depends on this crate. What it writes goes where its caller says; nothing of the data it
//! reads is ever written into the checkout, except the numbers fitted to all of it.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod attack;
pub mod boosting;
pub mod bootstrap;
pub mod calibration;
pub mod checked;
pub mod corpus;
pub mod crossed;
pub mod distances;
pub mod evaluation;
pub mod figures;
#[cfg(feature = "tch")]
pub mod learn;
pub mod limits;
pub mod logistic;
pub mod metrics;
pub mod nested;
pub mod networks;
pub mod options;
pub mod plots;
pub mod pooled;
pub mod population;
pub mod ranked;
pub mod refitted;
pub mod report;
pub mod roll;
pub mod scored;
pub mod setting;
pub mod shipped;
pub mod team;
pub mod tradeoff;
pub mod trials;
pub mod workers;

//! Pictures of error rates as SVG: a DET plot and a Tippett plot for each condition. They show rates of all draws together
//! and never a signature.

pub mod chart;
pub mod det;
pub mod probit;
pub mod tippett;
pub mod tradeoff;

use crate::scored::Scores;
use crate::setting::Setting;
use std::path::Path;

/// What both plots need.
pub struct Subject<'a> {
    /// The condition.
    pub setting: Setting,
    /// Its scores.
    pub scores: &'a Scores,
    /// Model and mode, for the line under the title.
    pub caption: String,
}

/// Writes `det-….svg` and `tippett-….svg` into a folder, which is made if need be.
pub fn write(folder: &Path, subject: &Subject<'_>) -> Result<(), String> {
    let fault = |e: std::io::Error| format!("--plots {}: {e}", folder.display());
    std::fs::create_dir_all(folder).map_err(fault)?;
    let slug = subject.setting.slug();
    std::fs::write(folder.join(format!("det-{slug}.svg")), det::plot(subject)).map_err(fault)?;
    std::fs::write(folder.join(format!("tippett-{slug}.svg")), tippett::plot(subject)).map_err(fault)
}

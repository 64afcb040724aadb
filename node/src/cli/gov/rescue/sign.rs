//! `gov rescue sign`: whoever holds a rescue key signs what was shown and said again, and not what a file happens to hold.

use super::appointed::Appointed;
use super::{Against, check_chain, read};
use crate::cli::outcome::{Failure, INDETERMINATE, Outcome, save};
use crate::fault::Fault;
use crate::keys;
use clap::Args;
use proto::{Canonical, Resolution};
use std::path::PathBuf;

/// A signature.
#[derive(Args)]
pub struct Sign {
    #[command(flatten)]
    against: Against,
    /// The resolution.
    file: PathBuf,
    /// The height that it goes on from, as all partners know it; with --validator.
    #[arg(long, value_name = "HEIGHT", requires = "validator")]
    height: Option<u64>,
    /// Whom it appoints, said as they were drafted, in order: another resolution is refused. With --height.
    #[arg(long, value_name = "ORG:KEY[:PEER:ADDRESS]", requires = "height")]
    validator: Vec<String>,
    /// Sign whatever the resolution is shown to say. Without this and without --height and --validator it is only shown.
    #[arg(long)]
    yes: bool,
}

impl Sign {
    /// Exit code 2 if it was only shown.
    pub async fn run(&self) -> Result<Outcome, Failure> {
        let mut resolution = read(&self.file)?;
        let genesis = self.against.genesis()?;
        let genesis =
            genesis.ok_or_else(|| Failure::Usage("give --genesis FILE, --home DIR or --localnet DIR".into()))?;
        check_chain(&resolution, &genesis)?;
        if !self.is_meant(&resolution)? {
            return self.only_shown(&resolution).await;
        }
        let path = self.against.access.key.as_deref();
        let path = path.ok_or_else(|| Failure::Usage("give the rescue key with --key".into()))?;
        if !resolution.sign(&genesis.rescue, &keys::read_secret(path)?) {
            return Err(Fault::key(path, "genesis does not name it as a rescue key").into());
        }
        // Shown first, so that nothing is signed of which it cannot be said what it does.
        let mut outcome = self.against.shown(&resolution).await?;
        save(&self.file, &resolution.to_bytes())?;
        outcome.json["signed"] = true.into();
        Ok(outcome)
    }
    /// Whether the holder said that this is to be signed; an error if another one was meant.
    fn is_meant(&self, resolution: &Resolution) -> Result<bool, Failure> {
        let Some(height) = self.height else { return Ok(self.yes) };
        if height != resolution.height.0 {
            let of = resolution.height;
            return Err(Failure::Refused(format!("nothing was signed: the resolution goes on from height {of}")));
        }
        if !Appointed::read(&self.validator)?.is(resolution) {
            let problem = "nothing was signed: the resolution appoints others, or in another order, or at other addresses; \
                           `gov rescue show` says whom";
            return Err(Failure::Refused(problem.into()));
        }
        Ok(true)
    }
    async fn only_shown(&self, resolution: &Resolution) -> Result<Outcome, Failure> {
        let mut outcome = self.against.shown(resolution).await?;
        outcome.text +=
            "\nnothing was signed; say --yes, or --height and every --validator again, to sign exactly this";
        outcome.json["signed"] = false.into();
        outcome.code = INDETERMINATE;
        Ok(outcome)
    }
}

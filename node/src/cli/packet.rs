//! `packet`: converts and shows stroke packets, and makes synthetic ones. Never prints samples.

use super::outcome::{Failure, Outcome, save};
use crate::strokes::{self, Format};
use clap::Subcommand;
use models::{Appraiser, StrokePacket, Writer};
use proto::Canonical;
use serde_json::json;
use std::path::PathBuf;

/// What to do.
#[derive(Subcommand)]
pub enum Packet {
    /// Convert between .packet, .iso and .inkml (SVC2004 text is read only).
    Convert {
        /// What to read; its format is read from the bytes.
        input: PathBuf,
        /// What to write; its format follows from the ending.
        output: PathBuf,
    },
    /// Show what is in a file: device, counts, grade, binding.
    Show {
        /// The file.
        file: PathBuf,
    },
    /// Let a model compare a signature with references: numbers, what they mean in words, and where it differs.
    Appraise(super::appraise::Appraise),
    /// Let the synthetic writer sign: for demonstration only.
    Synthetic {
        /// Which writer.
        #[arg(long)]
        seed: u64,
        /// Which of the writer's signatures.
        #[arg(long, default_value_t = 0)]
        number: u64,
        /// What to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

impl Packet {
    /// Runs it.
    pub fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Convert { input, output } => write(&strokes::read(&input)?, &output),
            Self::Show { file } => Ok(show(&strokes::read(&file)?)),
            Self::Appraise(appraise) => appraise.run(),
            Self::Synthetic { seed, number, out } => write(&Writer::new(seed).sign(number), &out),
        }
    }
}

fn write(packet: &StrokePacket, path: &PathBuf) -> Result<Outcome, Failure> {
    let format = Format::by_name(path)
        .ok_or_else(|| Failure::Usage(format!("{}: end it in .packet, .iso or .inkml", path.display())))?;
    let bytes = strokes::write(packet, format).map_err(Failure::Usage)?;
    save(path, &bytes)?;
    let text = format!("wrote {} ({} samples, {} bytes)", path.display(), packet.samples.len(), bytes.len());
    Ok(Outcome::ok(text, json!({ "path": path, "samples": packet.samples.len(), "bytes": bytes.len() })))
}

fn show(packet: &StrokePacket) -> Outcome {
    let model = Appraiser::current();
    let (grade, flags, refusal) = match model.inspect(packet) {
        Ok(i) => (i.grade.to_string(), proto::flags::names(i.flags), None),
        Err(r) => (String::new(), Vec::new(), Some(r.to_string())),
    };
    let verdict = refusal.clone().unwrap_or_else(|| format!("grade {grade}, flags {}", flags.join(" ")));
    let verdict = format!("{verdict} (by {})", model.name());
    let synthetic = packet.device.kind == models::packet::DigitiserKind::Synthetic;
    let text = format!(
        "{} samples in {} ms by `{}` `{}`{}\nbound to signer {}, document {}\nattested: {}\n{verdict}",
        packet.samples.len(),
        packet.duration_us() / 1000,
        packet.device.maker,
        packet.device.model,
        if synthetic { " (SYNTHETIC)" } else { "" },
        packet.binding.signer,
        packet.binding.document,
        packet.verify_attestation().map_or_else(|e| e.to_string(), |()| "yes".to_owned()),
    );
    let json = json!({
        "samples": packet.samples.len(), "duration_us": packet.duration_us(), "bytes": packet.to_bytes().len(),
        "maker": packet.device.maker, "model": packet.device.model, "synthetic": synthetic,
        "signer": packet.binding.signer.as_str(), "document": packet.binding.document.to_string(),
        "attested": packet.verify_attestation().is_ok(), "grade": grade, "refusal": refusal,
        "flags": flags, "appraiser": model.name(),
        "samples_digest": packet.samples_digest().to_string(),
    });
    Outcome::ok(text, json)
}

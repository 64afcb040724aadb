//! `key`: makes SM2 keys as PKCS#8 PEM that OpenSSL reads, and shows their public half.

use super::outcome::{Failure, Outcome};
use crate::fault::Fault;
use crate::keys;
use clap::Subcommand;
use proto::PublicKey;
use serde_json::json;
use std::path::PathBuf;

/// Keys.
#[derive(Subcommand)]
pub enum Key {
    /// Make a secret key; an existing file is never replaced.
    New {
        /// Where to write it.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Show the public half of a secret key.
    Show {
        /// The secret key.
        file: PathBuf,
    },
    /// Print the key id.
    Id {
        /// The secret key.
        file: PathBuf,
    },
}

impl Key {
    /// Runs it.
    pub fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::New { out } => {
                let secret = keys::new_secret()?;
                keys::write_secret(&out, &secret)?;
                show(secret.public())
            }
            Self::Show { file } => show(keys::read_secret(&file)?.public()),
            Self::Id { file } => {
                let id = keys::read_secret(&file)?.public().id().to_string();
                Ok(Outcome::ok(id.clone(), json!({ "key_id": id })))
            }
        }
    }
}

fn show(public: &PublicKey) -> Result<Outcome, Failure> {
    let pem = keys::public_pem(public).ok_or_else(|| Fault::system("public key", "cannot be written as PEM"))?;
    let (id, hex) = (public.id().to_string(), hex::encode(public.bytes()));
    let json = json!({ "key_id": id, "public_key": hex, "pem": pem });
    Ok(Outcome::ok(format!("key id      {id}\npublic key  {hex}\n{}", pem.trim_end()), json))
}

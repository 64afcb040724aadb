//! `init`: the home folder of a node. Prints what the author of a genesis file needs; never prints a secret.

use super::outcome::{Failure, Outcome};
use crate::config::{Config, FILE, Listen};
use crate::daemon::read_genesis;
use crate::fault::Fault;
use crate::guard::Guard;
use crate::{keys, tls};
use clap::Args;
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A new home.
#[derive(Args)]
pub struct Init {
    /// Folder to make; existing keys are never replaced.
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// Organisation that runs the node, for the lines to print.
    #[arg(long, value_name = "NAME", default_value = "…")]
    org: String,
    /// Genesis file to copy; can be added later as `genesis.toml`.
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// Where to listen for clients.
    #[arg(long, default_value = "127.0.0.1:7401")]
    api: SocketAddr,
    /// Where to listen for validators: /ip4/ADDRESS/tcp/PORT or /ip6/ADDRESS/tcp/PORT.
    #[arg(long, default_value = "/ip4/127.0.0.1/tcp/7400")]
    peer: String,
    /// Where to serve metrics.
    #[arg(long, default_value = "127.0.0.1:7402")]
    metrics: SocketAddr,
    /// Names or addresses that the TLS certificate is for, beside `localhost`.
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
}

impl Init {
    /// Runs it. After a failure half-way, remove the folder and run it again.
    pub fn run(self) -> Result<Outcome, Failure> {
        let home = &self.home;
        // Before anything is made: the node would not start with it.
        let listens = genesis::address::listening(&self.peer).map_err(|e| Failure::Usage(format!("--peer: {e}")))?;
        if listens.port() == 0 {
            return Err(Failure::Usage(
                "--peer: port 0 is another one at each start; the others need one to dial".into(),
            ));
        }
        std::fs::create_dir_all(home).map_err(|e| Fault::file(home, format!("cannot be created: {e}")))?;
        let mut config = Config::new(Listen { peer: self.peer.clone(), api: self.api, metrics: self.metrics });
        let secret = keys::new_secret()?;
        keys::write_secret(&home.join(&config.keys.validator), &secret)?;
        Guard::create(&home.join(&config.keys.guard), secret.public())?;
        let peer = hex::encode(keys::new_peer_key(&home.join(&config.keys.peer))?);
        keys::new_storage_key(&home.join(&config.keys.storage))?;
        let hosts = ["localhost".to_owned(), self.api.ip().to_string()].into_iter().chain(self.host.clone()).collect();
        config.tls = Some(tls::make(home, hosts)?);
        let path = home.join(FILE);
        std::fs::write(&path, config.to_toml()).map_err(|e| Fault::file(&path, format!("cannot be written: {e}")))?;
        if let Some(from) = &self.genesis {
            read_genesis(from)?;
            let to = home.join("genesis.toml");
            std::fs::copy(from, &to).map_err(|e| Fault::file(&to, format!("cannot be written: {e}")))?;
        }
        let key = hex::encode(secret.public().bytes());
        // Where it listens is not always where it is dialed.
        let is_dialed = genesis::address::dialed(&self.peer).is_ok();
        let address =
            if is_dialed { self.peer.clone() } else { format!("FILL-IN: where the others dial {}", self.peer) };
        let json = json!({ "home": home, "key": key, "peer": peer, "address": is_dialed.then(|| self.peer.clone()) });
        let text = format!(
            "made {}\n\nfor the genesis file:\n\n[[validator]]\norg = \"{}\"\nkey = \"{key}\"\npeer = \"{peer}\"\naddress = \"{address}\"",
            home.display(),
            self.org,
        );
        Ok(Outcome::ok(text, json))
    }
}

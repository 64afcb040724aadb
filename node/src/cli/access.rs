//! How a command reaches nodes and in whose name: `--localnet DIR`, or each of its parts by itself.

use super::outcome::Failure;
use crate::client::{Author, Client, Endpoint};
use crate::daemon::read_genesis;
use crate::keys;
use crate::localnet::SavedNet;
use clap::Args;
use genesis::Genesis;
use proto::{Kind, Name, Role};
use std::path::PathBuf;

/// Options of every command that talks to nodes.
#[derive(Args, Clone, Debug)]
pub struct Access {
    /// Folder of a local network: gives endpoints, genesis, organisation and key.
    #[arg(long, value_name = "DIR")]
    pub localnet: Option<PathBuf>,
    /// API of a node, such as https://node.example:7401; repeat for more nodes.
    #[arg(long, value_name = "URL")]
    pub endpoint: Vec<String>,
    /// Certificates to trust for https, PEM.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Genesis file of the network.
    #[arg(long, value_name = "FILE")]
    pub genesis: Option<PathBuf>,
    /// Organisation in whose name to submit.
    #[arg(long, value_name = "NAME")]
    pub org: Option<String>,
    /// Its secret key, PKCS#8 PEM.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

impl Access {
    fn net(&self) -> Result<Option<SavedNet>, Failure> {
        Ok(self.localnet.as_deref().map(SavedNet::load).transpose()?)
    }
    /// All nodes; at least one.
    pub fn endpoints(&self) -> Result<Vec<Endpoint>, Failure> {
        if !self.endpoint.is_empty() {
            return Ok(self.endpoint.iter().map(|url| Endpoint { url: url.clone(), ca: self.ca.clone() }).collect());
        }
        let net = self.net()?.ok_or_else(|| Failure::Usage("give --localnet DIR or --endpoint URL".into()))?;
        Ok(net.endpoints())
    }
    /// A client of the first node that answers.
    pub async fn client(&self) -> Result<Client, Failure> {
        let mut last = None;
        for endpoint in self.endpoints()? {
            match Client::connect(&endpoint).await {
                Ok(client) => return Ok(client),
                Err(e) => last = Some(e),
            }
        }
        Err(last.map_or_else(|| Failure::Usage("no endpoint was given".into()), Failure::Client))
    }
    /// The genesis.
    pub fn genesis(&self) -> Result<Genesis, Failure> {
        match (&self.genesis, self.net()?) {
            (Some(path), _) => Ok(read_genesis(path)?),
            (None, Some(net)) => Ok(net.genesis()?),
            (None, None) => Err(Failure::Usage("give --genesis FILE or --localnet DIR".into())),
        }
    }
    /// The genesis, if this command was told of one.
    pub fn genesis_at_hand(&self) -> Result<Option<Genesis>, Failure> {
        let told = self.genesis.is_some() || self.localnet.is_some();
        told.then(|| self.genesis()).transpose()
    }
    /// Who submits. In a local network: the organisation named, or one whose role may submit `kind`.
    pub fn author(&self, kind: Kind) -> Result<Author, Failure> {
        if let (Some(org), Some(key)) = (&self.org, &self.key) {
            return Ok(Author { org: name(org, "--org")?, key: keys::read_secret(key)? });
        }
        let net = self.net()?.ok_or_else(|| Failure::Usage("give --org and --key, or --localnet DIR".into()))?;
        let role_may = |role: &str| Role::parse(role).is_some_and(|r| ledger::role_may(r, kind));
        let fits = |name: &str, role: &str| self.org.as_ref().map_or_else(|| role_may(role), |org| org == name);
        let member = net.organisations.iter().find(|m| fits(&m.name, &m.role));
        let member =
            member.ok_or_else(|| Failure::Usage("--org: this local network has no such organisation".into()))?;
        Ok(Author { org: name(&member.name, "--org")?, key: keys::read_secret(&net.dir.join(&member.key))? })
    }
}

/// A name from an argument.
pub fn name(text: &str, argument: &'static str) -> Result<Name, Failure> {
    Name::new(text, argument).map_err(|e| Failure::Usage(e.to_string()))
}

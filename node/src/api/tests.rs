//! The client API of a whole node (one validator, real ports, real store), from the outside.

mod copies;
mod evidence;
mod exports;
mod members;
mod outside;
mod packets;
mod refusals;
mod submissions;
mod watching;

use crate::client::{Author, Client, Endpoint, Mode, Submitted};
use crate::config::Config;
use crate::daemon;
use crate::localnet::{Plan, SavedNet};
use crate::shutdown::Shutdown;
use crate::submission::Submission;
use proto::{Body, Digest, Name, Role};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;

const PATIENCE: Duration = Duration::from_secs(30);

/// A running node; it stops when this is dropped.
pub(crate) struct Node {
    pub(crate) net: SavedNet,
    pub(crate) client: Client,
    endpoint: Endpoint,
    shutdown: Shutdown,
    _dir: TempDir,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.shutdown.stop();
    }
}

impl Node {
    pub(crate) async fn start() -> Self {
        Self::with(|_, _| {}).await
    }
    /// Starts with a changed configuration; `change` is given the home folder too.
    async fn with(change: impl FnOnce(&mut Config, &std::path::Path)) -> Self {
        crate::tls::install_provider();
        let dir = tempfile::tempdir().unwrap();
        let net =
            Plan { dir: dir.path().join("net"), validators: 1, base_port: 0, model: models::Appraiser::current() }
                .make()
                .unwrap();
        let home = net.home(0);
        let mut config = Config::load(&home).unwrap();
        change(&mut config, &home);
        let (shutdown, (tell, told)) = (Shutdown::default(), oneshot::channel());
        let stop = shutdown.clone();
        tokio::spawn(async move {
            let ready = |r: daemon::Ready| tell.send(r.api).unwrap();
            daemon::run(&config, stop, ready).await.unwrap();
        });
        let address = told.await.unwrap();
        let tls = home.join("tls.pem");
        let endpoint = match tls.exists() {
            true => Endpoint { url: format!("https://localhost:{}", address.port()), ca: Some(tls) },
            false => Endpoint { url: format!("http://{address}"), ca: None },
        };
        let client = Client::connect(&endpoint).await.unwrap();
        Self { net, client, endpoint, shutdown, _dir: dir }
    }
    pub(crate) fn url(&self) -> &str {
        &self.endpoint.url
    }
    pub(crate) fn author(&self, role: Role) -> Author {
        let (org, key) = self.net.member(role).unwrap();
        Author { org, key }
    }
    pub(crate) async fn record(&self, matter: &str, note: &str) -> Submission {
        let terms = self.client.terms().await.unwrap();
        self.author(Role::Operator).submission(&terms, record(matter, note), Vec::new())
    }
    pub(crate) async fn commit(&self, submission: &Submission) -> Submitted {
        let answer =
            self.client.submit(&submission.transaction, &submission.packets, Mode::Wait(PATIENCE)).await.unwrap();
        assert!(answer.receipt.is_some(), "not committed in time");
        answer
    }
}

fn name(text: &str) -> Name {
    Name::new(text, "test").unwrap()
}

fn record(matter: &str, note: &str) -> Body {
    let content = Digest::sm3(note.as_bytes());
    Body::Record { matter: name(matter), kind: name("sent"), content, note: note.to_owned() }
}

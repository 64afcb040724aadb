//! The daemon: assembles the parts, runs them, and takes them down in order.
//!
//! The order of starting: read what must be there, open the store, bind every port, and only then vote. The order of
//! stopping stands in `shutdown`.

mod assembly;

use crate::api;
use crate::config::Config;
pub use crate::daemon::assembly::birth;
use crate::daemon::assembly::{Node, Ports};
use crate::fault::Fault;
use crate::handle::Handle;
use crate::shutdown::Shutdown;
use crate::store::Store;
use crate::waiters::Waiters;
use genesis::Genesis;
use libp2p::Multiaddr;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long requests in work may take after the node was asked to stop.
const DRAIN_MAX: Duration = Duration::from_secs(10);
/// How long answers to peers may still read the database after that.
const RELEASE_MAX: Duration = Duration::from_secs(5);

/// Where a node that has started can be reached.
pub struct Ready {
    /// The node.
    pub handle: Handle,
    /// The client API.
    pub api: SocketAddr,
    /// `/metrics` and `/healthz`.
    pub metrics: SocketAddr,
    /// The peer port.
    pub peer: Vec<Multiaddr>,
}

/// Runs a node until `shutdown`; calls `ready` when every port is bound and consensus runs.
pub async fn run(config: &Config, shutdown: Shutdown, ready: impl FnOnce(Ready)) -> Result<(), Fault> {
    let genesis = Arc::new(read_genesis(&config.genesis)?);
    let tls = config.tls.as_ref().map(crate::tls::load).transpose()?;
    let node = Node::open(config, genesis)?;
    let store = node.store.clone();
    let ports = Ports::bind(config, &node).await?;
    // The parts below the API run until it has finished.
    let below = Shutdown::default();
    let running = node.start(ports, &below).await?;
    ready(Ready {
        handle: running.handle.clone(),
        api: running.api_address,
        metrics: running.metrics_address,
        peer: running.peer_addresses,
    });

    let stop = either(&shutdown, &below, running.waiters.clone());
    let served = api::serve(running.handle, running.api, tls, stop);
    let drained = async {
        shutdown_or(&shutdown, &below).await;
        tokio::time::sleep(DRAIN_MAX).await;
    };
    tokio::select! {
        result = served => if let Err(error) = result {
            below.fail(Fault::system("client API", error));
        },
        () = drained => tracing::warn!("requests were still in work when the node stopped"),
    }
    below.stop();
    for task in running.tasks {
        let _ended = task.await;
    }
    // The loop performs its last turn and waits for the disk.
    let _joined = tokio::task::spawn_blocking(move || running.event_loop.join()).await;
    released(store).await;
    tracing::info!("stopped");
    below.take_fault().map_or(Ok(()), Err)
}

/// Waits until nobody reads the database any more, so that it is closed when the node has stopped: a stray answer to a
/// peer would keep it locked against a node that is started again, and reading from it while the process ends is a crash.
async fn released(store: Arc<Store>) {
    let start = tokio::time::Instant::now();
    while Arc::strong_count(&store) > 1 && start.elapsed() < RELEASE_MAX {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    if Arc::strong_count(&store) > 1 {
        tracing::debug!(readers = Arc::strong_count(&store) - 1, "the database is left open");
    }
}

/// Reads and checks a genesis file.
pub fn read_genesis(path: &Path) -> Result<Genesis, Fault> {
    let text = std::fs::read_to_string(path).map_err(|e| Fault::config(path, format!("cannot be read: {e}")))?;
    Genesis::parse(&text).map_err(|e| Fault::config(path, e))
}

fn either(shutdown: &Shutdown, below: &Shutdown, waiters: Arc<Waiters>) -> impl Future<Output = ()> + use<> {
    let stop = shutdown_or(shutdown, below);
    async move {
        stop.await;
        // Whoever waits for a commit is told to ask again elsewhere, or the API would wait for them.
        waiters.close();
    }
}

fn shutdown_or(shutdown: &Shutdown, below: &Shutdown) -> impl Future<Output = ()> + use<> {
    let (asked, failed) = (shutdown.wait(), below.wait());
    async move {
        tokio::select! {
            () = asked => {}
            () = failed => {}
        }
    }
}

#[cfg(test)]
mod tests;

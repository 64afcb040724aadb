//! One signal that ends the node, and the first fault that caused it, if one did.
//!
//! Order of an orderly end: the API takes no more requests and finishes those it has, the event loop performs its last
//! turn, links to peers close, the store is closed. A crash instead of this order is safe too; see `store`.

use crate::fault::Fault;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The signal. Cloning shares it.
#[derive(Clone)]
pub struct Shutdown {
    stopping: watch::Sender<bool>,
    fault: Arc<Mutex<Option<Fault>>>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { stopping: watch::Sender::new(false), fault: Arc::default() }
    }
}

impl Shutdown {
    /// Asks everything to stop.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }
    /// Asks everything to stop because of a fault; the first one counts.
    pub fn fail(&self, fault: Fault) {
        tracing::error!(%fault, "stopping");
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
        self.stop();
    }
    /// Whether the node is stopping.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
    /// Returns when the node is stopping.
    pub fn wait(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopping = self.stopping.subscribe();
        async move {
            // The sender lives in every clone; if all are gone, the node has stopped.
            let _gone = stopping.wait_for(|stopping| *stopping).await;
        }
    }
    /// The fault that caused the end, if one did.
    pub fn take_fault(&self) -> Option<Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
    /// Stops on SIGTERM or SIGINT.
    pub fn on_signals(&self) -> Result<(), Fault> {
        let listen = |kind| signal(kind).map_err(|e| Fault::system("signals", e));
        let (mut term, mut int) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
        let shutdown = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = term.recv() => tracing::info!("SIGTERM: stopping"),
                _ = int.recv() => tracing::info!("SIGINT: stopping"),
            }
            shutdown.stop();
        });
        Ok(())
    }
}

/// A bug must not leave half a node: the panic is logged, then the process aborts. Every promise is on the disk before
/// it is sent, so the next start recovers.
pub fn abort_on_panic() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        tracing::error!(%info, "bug: aborting");
        default(info);
        std::process::abort();
    }));
}

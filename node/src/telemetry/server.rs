//! `/metrics` and `/healthz` on a port of their own, meant for the operator's network only.
//!
//! Healthy means: the event loop turned lately and the node is not stopping. It says nothing about the other nodes.

use crate::fault::Fault;
use crate::shutdown::Shutdown;
use crate::telemetry::Metrics;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::registry::Registry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// The loop turns at least once in half this time.
const STALLED_AFTER: Duration = Duration::from_secs(10);

struct Shared {
    metrics: Arc<Metrics>,
    registry: Registry,
    shutdown: Shutdown,
    turns: std::sync::Mutex<(u64, Instant)>,
}

/// Binds the port.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Fault> {
    let fault = |e: std::io::Error| Fault::Listen {
        what: "telemetry port",
        address: address.to_string(),
        problem: e.to_string(),
    };
    TcpListener::bind(address).await.map_err(fault)
}

/// Serves until the node stops.
pub async fn serve(listener: TcpListener, metrics: Arc<Metrics>, shutdown: Shutdown) {
    let registry = metrics.registry();
    let turns = std::sync::Mutex::new((0, Instant::now()));
    let shared = Arc::new(Shared { metrics, registry, shutdown: shutdown.clone(), turns });
    let router = Router::new().route("/metrics", get(page)).route("/healthz", get(health)).with_state(shared);
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(shutdown.wait()).await {
        tracing::warn!(%error, "the telemetry port stopped");
    }
}

async fn page(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &shared.registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            (StatusCode::OK, [(header::CONTENT_TYPE, kind)], text)
        }
        Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain")], e.to_string()),
    }
}

async fn health(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    if shared.shutdown.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    let mut turns = shared.turns.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let now = shared.metrics.turns.get();
    if now != turns.0 {
        *turns = (now, Instant::now());
    }
    if turns.1.elapsed() > STALLED_AFTER {
        return (StatusCode::SERVICE_UNAVAILABLE, "the consensus loop does not turn\n");
    }
    (StatusCode::OK, "ok\n")
}

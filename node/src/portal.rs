//! The web page of the node: what `scripts/web` built, embedded in this program, served on the port of the API so that it
//! talks to its own node only. It reads nothing from disk and decides nothing: everything that the page does goes through
//! the API like any other client's calls.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// A file of the page.
struct Asset {
    /// Path in the address.
    path: &'static str,
    /// Its content type.
    kind: &'static str,
    /// Its name says its content, so a browser may keep it for ever.
    named_by_content: bool,
    /// Changes with the content.
    etag: &'static str,
    /// The content.
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// What the handwriting models say and do not say, for readers of the page.
const CARD: &str = include_str!("../../models/MODEL.md");

/// Where the page that verifies packages is given out.
const VERIFIER_PATH: &str = "/verify.html";

/// What the page may do: run its own scripts, draw what it made itself, talk to this node. Nothing else, from nowhere else;
/// and no page of others may hold it in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Sent with every answer.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Isolated from other sites a browser gives its finest clock: 5 µs instead of 100.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// What the handler needs beside the embedded files.
#[derive(Clone)]
struct Portal {
    genesis: Arc<Vec<u8>>,
}

/// Adds the page to the API: whatever no service answers is looked up among the files. `genesis` is given out as
/// `/genesis.bin`: canonical bytes, whose SM3 is the chain id. `/model.md` is the card of the models.
pub fn with_page(api: Router, genesis: Vec<u8>) -> Router {
    let portal = Portal { genesis: Arc::new(genesis) };
    api.fallback_service(Router::new().fallback(answer).with_state(portal))
}

async fn answer(State(portal): State<Portal>, request: Request) -> Response {
    // A call of a service that this node does not have: gRPC wants to hear so in its own way.
    if content_type(request.headers()).starts_with("application/grpc") {
        return tonic::Status::unimplemented("no such service").into_http::<Body>().into_response();
    }
    let found = find(&portal, request.method(), request.uri().path(), request.headers());
    let mut response = found.into_response();
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

fn find(portal: &Portal, method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    if path == "/genesis.bin" {
        let kind = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-cache")];
        return (kind, Bytes::from(portal.genesis.to_vec())).into_response();
    }
    if path == "/model.md" {
        let kind = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
        return (kind, CARD).into_response();
    }
    if path == VERIFIER_PATH {
        // To be saved and opened from the disk: whoever verifies a package takes the page from a node, not from the package.
        let kind = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"verify.html\""),
            (header::CACHE_CONTROL, "no-cache"),
        ];
        return (kind, Bytes::from_static(VERIFIER)).into_response();
    }
    let path = if path == "/" { "/index.html" } else { path };
    match ASSETS.iter().find(|asset| asset.path == path) {
        Some(asset) => asset.answer(headers),
        None => (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain")], "not found\n").into_response(),
    }
}

impl Asset {
    fn answer(&self, headers: &HeaderMap) -> Response {
        let keep = if self.named_by_content { "public, max-age=31536000, immutable" } else { "no-cache" };
        let about = [(header::CACHE_CONTROL, keep), (header::ETAG, self.etag)];
        if headers.get(header::IF_NONE_MATCH).is_some_and(|v| v == self.etag) {
            return (StatusCode::NOT_MODIFIED, about).into_response();
        }
        (about, [(header::CONTENT_TYPE, self.kind)], Bytes::from_static(self.bytes)).into_response()
    }
}

#[cfg(test)]
mod tests;

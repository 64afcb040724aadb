//! Who asks: where the connection comes from, and what it has not taken of our answers. Every bound of the API by origin
//! looks here, with and without TLS.
//!
//! Who the organisation behind it is, nobody knows here: that is what signatures are for.

use super::unread::Unread;
use std::net::IpAddr;
use std::sync::Arc;
use tonic::transport::server::TlsConnectInfo;
use tonic::{Extensions, Request};

/// A client's connection, as its requests know it.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Its address; `None` where it came through no network.
    pub from: Option<IpAddr>,
    /// Answers that lie ready for it.
    pub unread: Arc<Unread>,
}

impl Caller {
    /// Of a request's extensions, where the server put it; nobody's if it did not.
    pub fn of(extensions: &Extensions) -> Self {
        let secure = || extensions.get::<TlsConnectInfo<Self>>().map(TlsConnectInfo::get_ref);
        extensions.get::<Self>().or_else(secure).cloned().unwrap_or_default()
    }
    /// The address that a request comes from.
    pub fn address<T>(request: &Request<T>) -> Option<IpAddr> {
        Self::of(request.extensions()).from
    }
}

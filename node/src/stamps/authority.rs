//! Asking a time-stamp authority over plain HTTP (RFC 3161, 3.4). The answer proves itself; nothing in it is secret.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::fmt;
use timestamp::token::RESPONSE_BYTES_MAX;
use tokio::net::TcpStream;

/// Where an authority is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    uri: Uri,
    host: String,
    port: u16,
}

impl Authority {
    /// Reads an `http://` address.
    pub fn parse(url: &str) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|e| format!("not a URL: {e}"))?;
        if uri.scheme_str() != Some("http") {
            return Err("must begin with http:// (a token proves itself; put a proxy before an https one)".to_owned());
        }
        let host = uri.host().map(|h| h.trim_matches(['[', ']']).to_owned()).filter(|h| !h.is_empty());
        let port = uri.port_u16().unwrap_or(80);
        Ok(Self { host: host.ok_or("has no host")?, port, uri })
    }
    /// Sends a TimeStampReq; returns what comes back, at most as long as a token may be.
    pub async fn ask(&self, request: Vec<u8>) -> Result<Vec<u8>, String> {
        let text = |e: hyper::Error| e.to_string();
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|e| e.to_string())?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(text)?;
        // It ends with the sender, at the end of this function.
        tokio::spawn(connection);
        let path = self.uri.path_and_query().map_or("/", |p| p.as_str());
        let request = Request::post(path)
            .header(HOST, self.uri.authority().map_or(self.host.as_str(), |a| a.as_str()))
            .header(CONTENT_TYPE, "application/timestamp-query")
            .body(Full::new(Bytes::from(request)))
            .map_err(|e| e.to_string())?;
        let response = sender.send_request(request).await.map_err(text)?;
        if response.status() != StatusCode::OK {
            return Err(format!("the authority answered {}", response.status()));
        }
        let body = Limited::new(response.into_body(), RESPONSE_BYTES_MAX).collect().await.map_err(|e| e.to_string())?;
        Ok(body.to_bytes().to_vec())
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.uri)
    }
}

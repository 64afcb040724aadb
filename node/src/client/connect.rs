//! One connection to one node's API. Cloning shares it.

use super::ClientError;
use crate::wire::MESSAGE_BYTES_MAX;
use crate::wire::v1::access_service_client::AccessServiceClient;
use crate::wire::v1::evidence_service_client::EvidenceServiceClient;
use crate::wire::v1::query_service_client::QueryServiceClient;
use crate::wire::v1::status_service_client::StatusServiceClient;
use crate::wire::v1::submission_service_client::SubmissionServiceClient;
use crate::wire::v1::verification_service_client::VerificationServiceClient;
use std::path::PathBuf;
use std::time::Duration;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint as Transport};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than the server's own limit, so that its answer is what the caller sees.
const CALL_TIMEOUT: Duration = Duration::from_secs(100);

/// Where a node listens for clients.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// `http://…` on loopback or `https://…`.
    pub url: String,
    /// PEM file with the certificates to trust for https.
    pub ca: Option<PathBuf>,
}

/// A connected client.
#[derive(Clone, Debug)]
pub struct Client {
    url: String,
    channel: Channel,
}

impl Client {
    /// Connects.
    pub async fn connect(endpoint: &Endpoint) -> Result<Self, ClientError> {
        let channel = transport(endpoint)?.connect().await.map_err(|e| unreachable(endpoint, &e))?;
        Ok(Self { url: endpoint.url.clone(), channel })
    }
    /// Connects when first used, and again whenever the connection was lost.
    pub fn lazy(endpoint: &Endpoint) -> Result<Self, ClientError> {
        Ok(Self { url: endpoint.url.clone(), channel: transport(endpoint)?.connect_lazy() })
    }
    /// Where it is connected to.
    pub fn url(&self) -> &str {
        &self.url
    }
    pub(crate) fn submission(&self) -> SubmissionServiceClient<Channel> {
        SubmissionServiceClient::new(self.channel.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }
    pub(crate) fn query(&self) -> QueryServiceClient<Channel> {
        QueryServiceClient::new(self.channel.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }
    pub(crate) fn packages(&self) -> EvidenceServiceClient<Channel> {
        EvidenceServiceClient::new(self.channel.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }
    pub(crate) fn access(&self) -> AccessServiceClient<Channel> {
        AccessServiceClient::new(self.channel.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }
    pub(super) fn node(&self) -> StatusServiceClient<Channel> {
        StatusServiceClient::new(self.channel.clone())
    }
    /// The service that checks evidence against the node's genesis.
    pub fn verification(&self) -> VerificationServiceClient<Channel> {
        VerificationServiceClient::new(self.channel.clone()).max_encoding_message_size(MESSAGE_BYTES_MAX)
    }
}

fn transport(endpoint: &Endpoint) -> Result<Transport, ClientError> {
    let bad = |e: &dyn std::error::Error| unreachable(endpoint, e);
    let transport = Transport::from_shared(endpoint.url.clone())
        .map_err(|e| bad(&e))?
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .tcp_nodelay(true);
    let Some(ca) = &endpoint.ca else { return Ok(transport) };
    let pem = std::fs::read(ca).map_err(|e| bad(&e))?;
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem));
    transport.tls_config(tls).map_err(|e| bad(&e))
}

/// Tells the innermost cause: "transport error" helps nobody.
fn unreachable(endpoint: &Endpoint, error: &dyn std::error::Error) -> ClientError {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    ClientError::Unreachable { url: endpoint.url.clone(), problem: cause.to_string() }
}

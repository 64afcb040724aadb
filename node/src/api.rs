//! The client API: gRPC, gRPC-web and the web page on one port, one file per method.
//!
//! This file assembles services and limits. Methods turn messages into nouns, ask the [`Handle`], and turn the answer
//! back; no rule of the ledger and no cryptography is decided here.

mod answers;
mod caller;
mod canonicalize;
mod checkers;
mod connections;
mod copy_ledger;
mod create_export;
mod download_export;
mod explained;
mod export_packets;
mod find_document;
mod get_checkpoint;
mod get_event;
mod get_governance;
mod get_header;
mod get_matter;
mod get_members;
mod get_nonce;
mod get_receipt;
mod get_status;
mod get_trail;
mod guests;
mod list_faults;
mod list_matter_events;
mod list_stamps;
mod path;
mod places;
mod read_packets;
mod shares;
mod submit;
mod submit_batch;
mod unread;
mod upload;
mod verify;
mod verify_batch;
mod wait_for_commit;
mod watch_events;

use crate::export::Operations;
use crate::handle::Handle;
use crate::portal::with_page;
use crate::refusal::Refusal;
use crate::wire::v1::access_service_server::{AccessService, AccessServiceServer};
use crate::wire::v1::evidence_service_server::{EvidenceService, EvidenceServiceServer};
use crate::wire::v1::query_service_server::{QueryService, QueryServiceServer};
use crate::wire::v1::status_service_server::{StatusService, StatusServiceServer};
use crate::wire::v1::submission_service_server::{SubmissionService, SubmissionServiceServer};
use crate::wire::v1::verification_service_server::{VerificationService, VerificationServiceServer};
use crate::wire::{DESCRIPTORS, MESSAGE_BYTES_MAX, v1};
use proto::{Canonical, Malformed, Trust};
use shares::Room;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tonic::service::Routes;
use tonic::transport::{Server, ServerTlsConfig};
use tonic::{Request, Response, Status, Streaming};

/// Requests that one connection may have in work at a time; more wait in the connection.
const REQUESTS_PER_CONNECTION: usize = 256;
/// No call takes longer than this, waiting for a commit included.
const CALL_TIMEOUT: Duration = Duration::from_secs(90);
/// Answers that lie ready for clients, in bytes.
const ANSWER_BYTES: usize = 256 << 20;
/// A silent peer is asked for a sign of life this often, so that dead connections are given back.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// What every method needs.
#[derive(Clone)]
struct Api {
    handle: Handle,
    trust: Arc<Trust>,
    copies: shares::Shares,
    exports: Arc<Operations>,
    disclosures: Arc<Semaphore>,
    checkers: checkers::Checkers,
    watchers: watch_events::Watchers,
    /// Of requests in memory.
    bytes: shares::Shares,
}

/// A service with the message size limits of the API.
macro_rules! limited {
    ($server:ident, $api:ident) => {
        $server::new($api.clone())
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX)
    };
}
/// Serves until `shutdown` completes, then finishes what is in work. `tls` is `None` only on loopback.
pub async fn serve(
    handle: Handle,
    listener: TcpListener,
    tls: Option<ServerTlsConfig>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), tonic::transport::Error> {
    let trust = Arc::new(handle.genesis().trust());
    let (copies, disclosures) =
        (shares::Shares::new(copy_ledger::COPIES_MAX, 1), Arc::new(Semaphore::new(export_packets::MADE_MAX)));
    let (exports, checkers) = (Arc::default(), checkers::Checkers::default());
    let limits = handle.limits();
    let bytes = shares::Shares::new(limits.submission_bytes, MESSAGE_BYTES_MAX);
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let watchers = watch_events::Watchers::new(stopping);
    let api = Api { handle, trust, copies, exports, disclosures, checkers, watchers, bytes };
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<SubmissionServiceServer<Api>>().await;
    health.set_serving::<QueryServiceServer<Api>>().await;
    health.set_serving::<EvidenceServiceServer<Api>>().await;
    health.set_serving::<AccessServiceServer<Api>>().await;
    health.set_serving::<VerificationServiceServer<Api>>().await;
    health.set_serving::<StatusServiceServer<Api>>().await;
    let mut server = Server::builder()
        .accept_http1(true)
        .tcp_nodelay(true)
        .timeout(CALL_TIMEOUT)
        .concurrency_limit_per_connection(REQUESTS_PER_CONNECTION)
        .max_concurrent_streams(Some(REQUESTS_PER_CONNECTION as u32))
        .http2_keepalive_interval(Some(KEEPALIVE));
    if let Some(tls) = tls {
        server = server.tls_config(tls)?;
    }
    let services = Routes::new(health_service)
        .add_service(reflection_v1())
        .add_service(reflection_v1alpha())
        .add_service(limited!(SubmissionServiceServer, api))
        .add_service(limited!(QueryServiceServer, api))
        .add_service(limited!(EvidenceServiceServer, api))
        .add_service(limited!(AccessServiceServer, api))
        .add_service(limited!(VerificationServiceServer, api))
        .add_service(limited!(StatusServiceServer, api));
    // The layer answers for services only: it refuses every plain request, and the page's files are plain requests.
    let services = services.into_axum_router().layer(tonic_web::GrpcWebLayer::new());
    let uploads = upload::Uploads::new(limits.requests, api.bytes.clone(), MESSAGE_BYTES_MAX);
    let bounded = axum::middleware::from_fn_with_state(uploads, upload::bound);
    let counted =
        axum::middleware::from_fn_with_state(shares::Shares::new(ANSWER_BYTES, MESSAGE_BYTES_MAX), answers::bound);
    let routes = with_page(services, api.handle.genesis().to_bytes()).layer(bounded).layer(counted);
    let routes = Routes::from(routes).prepare();
    let shutdown = async move {
        shutdown.await;
        // What never ends by itself is ended, or the server would wait for it.
        stop.send_replace(true);
    };
    server.add_routes(routes).serve_with_incoming_shutdown(connections::accept(listener), shutdown).await
}

impl Api {
    /// Where what a request holds in memory is counted.
    fn room<T>(&self, request: &Request<T>) -> Room {
        Room { bytes: self.bytes.clone(), from: caller::Caller::address(request) }
    }
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

fn reflection_v1()
-> tonic_reflection::server::v1::ServerReflectionServer<impl tonic_reflection::server::v1::ServerReflection> {
    reflection().build_v1().expect("the descriptors were made by our own build")
}

/// The older name, which many tools still ask for.
fn reflection_v1alpha()
-> tonic_reflection::server::v1alpha::ServerReflectionServer<impl tonic_reflection::server::v1alpha::ServerReflection> {
    reflection().build_v1alpha().expect("the descriptors were made by our own build")
}

fn malformed(fault: Malformed) -> Refusal {
    crate::errors::malformed(&fault)
}

type Answer<T> = Result<Response<T>, Status>;

fn answer<T>(result: Result<T, Refusal>) -> Answer<T> {
    result.map(Response::new).map_err(Status::from)
}

#[tonic::async_trait]
impl SubmissionService for Api {
    async fn submit(&self, request: Request<v1::SubmitRequest>) -> Answer<v1::SubmitResponse> {
        let room = self.room(&request);
        answer(submit::submit((&self.handle, &room), request.into_inner()).await)
    }
    async fn submit_batch(&self, request: Request<Streaming<v1::SubmitRequest>>) -> Answer<v1::SubmitBatchResponse> {
        let room = self.room(&request);
        submit_batch::submit_batch((&self.handle, &room), request.into_inner()).await.map(Response::new)
    }
    async fn wait_for_commit(&self, request: Request<v1::WaitForCommitRequest>) -> Answer<v1::Receipt> {
        answer(wait_for_commit::wait_for_commit(&self.handle, request.into_inner()).await)
    }
    async fn canonicalize(&self, request: Request<v1::CanonicalizeRequest>) -> Answer<v1::CanonicalizeResponse> {
        answer(canonicalize::canonicalize(request.into_inner()))
    }
    async fn get_nonce(&self, _: Request<v1::GetNonceRequest>) -> Answer<v1::GetNonceResponse> {
        answer(get_nonce::get_nonce(&self.handle).await)
    }
}

#[tonic::async_trait]
impl QueryService for Api {
    async fn get_event(&self, request: Request<v1::GetEventRequest>) -> Answer<v1::Event> {
        answer(get_event::get_event(&self.handle, &request.into_inner().name).await)
    }
    async fn get_receipt(&self, request: Request<v1::GetReceiptRequest>) -> Answer<v1::Receipt> {
        answer(get_receipt::get_receipt(&self.handle, &request.into_inner().name).await)
    }
    async fn get_matter(&self, request: Request<v1::GetMatterRequest>) -> Answer<v1::MatterProof> {
        answer(get_matter::get_matter(&self.handle, &request.into_inner().name).await)
    }
    async fn prove_absence(&self, request: Request<v1::ProveAbsenceRequest>) -> Answer<v1::MatterProof> {
        answer(get_matter::prove_absence(&self.handle, &request.into_inner().name).await)
    }
    type WatchEventsStream = watch_events::Answers;
    async fn watch_events(&self, request: Request<v1::WatchEventsRequest>) -> Answer<Self::WatchEventsStream> {
        let from = caller::Caller::address(&request);
        answer(watch_events::watch_events(&self.handle, &self.watchers, (request.into_inner(), from)).await)
    }
    async fn list_matter_events(
        &self,
        request: Request<v1::ListMatterEventsRequest>,
    ) -> Answer<v1::ListMatterEventsResponse> {
        answer(list_matter_events::list_matter_events(&self.handle, request.into_inner()).await)
    }
    async fn get_checkpoint(&self, request: Request<v1::GetCheckpointRequest>) -> Answer<v1::GetCheckpointResponse> {
        answer(get_checkpoint::get_checkpoint(&self.handle, request.into_inner()).await)
    }
    async fn get_header(&self, request: Request<v1::GetHeaderRequest>) -> Answer<v1::Header> {
        answer(get_header::get_header(&self.handle, request.into_inner().height).await)
    }
    async fn get_trail(&self, request: Request<v1::GetTrailRequest>) -> Answer<v1::GetTrailResponse> {
        answer(get_trail::get_trail(&self.handle, request.into_inner().from_epoch).await)
    }
    async fn get_members(&self, request: Request<v1::GetMembersRequest>) -> Answer<v1::GetMembersResponse> {
        answer(get_members::get_members(&self.handle, request.into_inner()).await)
    }
    async fn get_governance(&self, request: Request<v1::GetGovernanceRequest>) -> Answer<v1::GetGovernanceResponse> {
        answer(get_governance::get_governance(&self.handle, request.into_inner().motion).await)
    }
    async fn list_faults(&self, _: Request<v1::ListFaultsRequest>) -> Answer<v1::ListFaultsResponse> {
        answer(list_faults::list_faults(&self.handle).await)
    }
    async fn find_document(&self, request: Request<v1::FindDocumentRequest>) -> Answer<v1::FindDocumentResponse> {
        answer(find_document::find_document(&self.handle, request.into_inner()).await)
    }
    async fn list_stamps(&self, request: Request<v1::ListStampsRequest>) -> Answer<v1::ListStampsResponse> {
        answer(list_stamps::list_stamps(&self.handle, request.into_inner()).await)
    }
    type CopyLedgerStream = copy_ledger::Pieces;
    async fn copy_ledger(&self, request: Request<v1::CopyLedgerRequest>) -> Answer<Self::CopyLedgerStream> {
        let from = caller::Caller::address(&request);
        answer(copy_ledger::copy_ledger(&self.handle, &self.copies, from).await)
    }
}

#[tonic::async_trait]
impl EvidenceService for Api {
    async fn create_export(&self, request: Request<v1::CreateExportRequest>) -> Answer<v1::Operation> {
        let from = caller::Caller::address(&request);
        answer(create_export::create_export(&self.handle, &self.exports, (request.into_inner(), from)).await)
    }
    async fn get_operation(&self, request: Request<v1::GetOperationRequest>) -> Answer<v1::Operation> {
        answer(create_export::get_operation(&self.exports, &request.into_inner().name))
    }
    type DownloadExportStream = download_export::Pieces;
    async fn download_export(&self, request: Request<v1::DownloadExportRequest>) -> Answer<Self::DownloadExportStream> {
        answer(download_export::download_export(&self.exports, &request.into_inner().name))
    }
}

#[tonic::async_trait]
impl AccessService for Api {
    async fn read_packets(&self, request: Request<v1::ReadPacketsRequest>) -> Answer<v1::ReadPacketsResponse> {
        answer(read_packets::read_packets(&self.handle, request.into_inner()).await)
    }
    type ExportPacketsStream = download_export::Pieces;
    async fn export_packets(&self, request: Request<v1::ExportPacketsRequest>) -> Answer<Self::ExportPacketsStream> {
        answer(export_packets::export_packets(&self.handle, &self.disclosures, request.into_inner()).await)
    }
}

#[tonic::async_trait]
impl VerificationService for Api {
    async fn verify(&self, request: Request<v1::VerifyRequest>) -> Answer<v1::VerifyResponse> {
        answer(verify::verify(&self.handle, (&self.checkers, self.trust.clone()), request.into_inner().evidence).await)
    }
    type VerifyBatchStream = verify_batch::Answers;
    async fn verify_batch(
        &self,
        request: Request<Streaming<v1::VerifyBatchRequest>>,
    ) -> Answer<Self::VerifyBatchStream> {
        let (room, basis) = (self.room(&request), (&self.checkers, self.trust.clone()));
        answer(verify_batch::verify_batch((&self.handle, room), basis, request.into_inner()).await)
    }
}

#[tonic::async_trait]
impl StatusService for Api {
    async fn get_status(&self, _: Request<v1::GetStatusRequest>) -> Answer<v1::GetStatusResponse> {
        answer(get_status::get_status(&self.handle).await)
    }
}

#[cfg(test)]
pub(crate) mod tests;

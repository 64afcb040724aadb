//! Requests while they come in: how many at a time, how many bytes of them, and how slowly they may come. Whoever begins
//! requests and does not end them must not fill this node's memory, or keep others' requests out for long.
//!
//! What a request asks for is not looked at; once its body is here it counts no more.

use crate::refusal::Refusal;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::{Stream, StreamExt, stream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use tonic::Status;

/// Bytes that one place in the budget stands for.
const UNIT: usize = 1 << 10;
/// How long we wait in all for the parts of one request.
const PATIENCE: Duration = Duration::from_secs(10);
/// And for a stream of requests, whose sender may be waiting for answers.
const STREAM_PATIENCE: Duration = Duration::from_secs(90);
/// What a sender must bring besides to be waited for any longer, in bytes a second.
const BYTES_PER_SECOND: usize = 32 << 10;

/// Bounds for all clients together. Cloning shares them.
#[derive(Clone)]
pub struct Uploads {
    places: Arc<Semaphore>,
    budget: Arc<Semaphore>,
    /// Most bytes that one request keeps in memory.
    message_max: usize,
}

impl Uploads {
    /// At most `requests` at a time, with `bytes` in all, of which one keeps at most `message_max`.
    pub fn new(requests: usize, bytes: usize, message_max: usize) -> Self {
        let places = Arc::new(Semaphore::new(requests));
        Self { places, budget: Arc::new(Semaphore::new(bytes / UNIT)), message_max }
    }
    fn begin(&self, data: BodyDataStream, patience: Duration) -> Result<Upload, Refusal> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Refusal::full("requests that come in"))?;
        let bounds = self.clone();
        Ok(Upload { data, bounds, held: vec![place], kept: 0, brought: 0, waited: Duration::ZERO, patience })
    }
}

/// Stands before all services: hands a request on with its body counted.
pub async fn bound(State(uploads): State<Uploads>, request: Request, next: Next) -> Response {
    // The names of methods that take a stream end so.
    let patience = if request.uri().path().ends_with("Batch") { STREAM_PATIENCE } else { PATIENCE };
    let (head, body) = request.into_parts();
    match uploads.begin(body.into_data_stream(), patience) {
        Ok(upload) => next.run(Request::from_parts(head, Body::from_stream(upload.parts()))).await,
        Err(refusal) => Status::from(refusal).into_http(),
    }
}

/// A request that comes in.
struct Upload {
    data: BodyDataStream,
    bounds: Uploads,
    /// Its place and its share of the budget, given back when it has come or is given up.
    held: Vec<OwnedSemaphorePermit>,
    kept: usize,
    brought: usize,
    waited: Duration,
    patience: Duration,
}

impl Upload {
    fn parts(self) -> impl Stream<Item = Result<Bytes, axum::BoxError>> {
        stream::unfold(Some(self), |upload| async {
            let mut upload = upload?;
            let part = upload.next().await?;
            let goes_on = part.is_ok();
            Some((part, goes_on.then_some(upload)))
        })
    }
    async fn next(&mut self) -> Option<Result<Bytes, axum::BoxError>> {
        let begun = Instant::now();
        let earned = Duration::from_secs((self.brought / BYTES_PER_SECOND) as u64);
        let left = (self.patience + earned).saturating_sub(self.waited);
        let part = match timeout(left, self.data.next()).await {
            Ok(part) => part?,
            Err(_) => return Some(Err(slow().into())),
        };
        self.waited += begun.elapsed();
        Some(part.map_err(axum::BoxError::from).and_then(|bytes| self.count(bytes)))
    }
    fn count(&mut self, bytes: Bytes) -> Result<Bytes, axum::BoxError> {
        self.brought += bytes.len();
        let wanted = self.brought.min(self.bounds.message_max).div_ceil(UNIT);
        if wanted > self.kept {
            let more = u32::try_from(wanted - self.kept).unwrap_or(u32::MAX);
            let budget = self.bounds.budget.clone().try_acquire_many_owned(more);
            self.held.push(budget.map_err(|_| Status::from(Refusal::full("bytes of requests that come in")))?);
            self.kept = wanted;
        }
        Ok(bytes)
    }
}

fn slow() -> Status {
    Status::deadline_exceeded("the request came too slowly; send it again over a better line")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a body whose parts come one by one, `pause` apart.
    async fn comes(uploads: &Uploads, parts: Vec<usize>, pause: Duration) -> Result<usize, String> {
        let source = stream::iter(parts).then(move |len| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, std::convert::Infallible>(Bytes::from(vec![0; len]))
        });
        let patience = Duration::from_secs(1);
        let upload =
            uploads.begin(Body::from_stream(source).into_data_stream(), patience).map_err(|r| r.code.to_owned())?;
        let (mut parts, mut brought) = (Box::pin(upload.parts()), 0);
        while let Some(part) = parts.next().await {
            brought += part.map_err(|e| e.to_string())?.len();
        }
        Ok(brought)
    }

    #[tokio::test]
    async fn what_does_not_come_gives_its_place_back() {
        let uploads = Uploads::new(1, 1 << 20, 1 << 16);
        let stalled = comes(&uploads, vec![10; 100], Duration::from_millis(50));
        let told = stalled.await.unwrap_err();
        assert!(told.contains("too slowly"), "{told}");
        assert_eq!(comes(&uploads, vec![10; 3], Duration::ZERO).await, Ok(30));
    }

    #[tokio::test]
    async fn more_requests_or_bytes_than_may_come_at_a_time_are_refused() {
        let uploads = Uploads::new(2, 64 << 10, 48 << 10);
        let slow = Duration::from_millis(60);
        let (first, second, third) = tokio::join!(
            comes(&uploads, vec![40 << 10, 1, 1, 1], slow),
            comes(&uploads, vec![1, 40 << 10], slow),
            comes(&uploads, vec![1], Duration::ZERO),
        );
        assert_eq!((first, third), (Ok((40 << 10) + 3), Err("NODE_OVERLOADED".to_owned())));
        let told = second.unwrap_err();
        assert!(told.contains("bytes of requests"), "{told}");
        // A stream may bring any number of messages; only what one of them keeps counts.
        assert_eq!(comes(&uploads, vec![16 << 10; 20], Duration::ZERO).await, Ok(320 << 10));
    }
}

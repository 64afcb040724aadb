//! Requests while they come in: how many at a time, how many bytes of them, and how slowly they may come. Whoever begins
//! requests and does not end them must not fill this node's memory, or keep others' requests out: they make room, and no
//! origin has more than its part of the bytes.
//!
//! What a request asks for is not looked at. One without a body has come already and takes no place. Of a stream, what is
//! being decoded counts here; what was decoded and is in work is counted by the method, with the same [`Shares`].

use super::caller::Caller;
use super::places::{Place, Places};
use super::shares::{Share, Shares};
use crate::refusal::Refusal;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tonic::Status;

/// Bytes are counted in pieces of this many.
const UNIT: usize = 1 << 10;
/// How long we wait in all for the parts of one request, and for the first part of a stream.
const PATIENCE: Duration = Duration::from_secs(10);
/// And for each further part of a stream of requests, whose sender may be waiting for answers.
const STREAM_PATIENCE: Duration = Duration::from_secs(90);
/// What a sender must bring besides to be waited for any longer, in bytes a second.
const BYTES_PER_SECOND: usize = 32 << 10;

/// Bounds for all clients together. Cloning shares them.
#[derive(Clone)]
pub struct Uploads {
    places: Places,
    bytes: Shares,
    /// Most bytes that one request keeps in memory.
    message_max: usize,
}

/// Of whom a request is, and how.
struct Manner {
    from: Option<IpAddr>,
    is_stream: bool,
    patience: Duration,
}

impl Uploads {
    /// At most `requests` at a time, of which one keeps at most `message_max` of the bytes.
    pub fn new(requests: usize, bytes: Shares, message_max: usize) -> Self {
        Self { places: Places::new(requests), bytes, message_max }
    }
    fn begin(&self, data: BodyDataStream, manner: Manner) -> Option<Upload> {
        let (place, bounds) = (self.places.take(manner.from)?, self.clone());
        let (held, waited) = (Vec::new(), Duration::ZERO);
        Some(Upload { data, bounds, manner, place, held, kept: 0, brought: 0, waited })
    }
}

/// Stands before all services: hands a request on with its body counted.
pub async fn bound(State(uploads): State<Uploads>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    if axum::body::HttpBody::is_end_stream(&body) {
        return next.run(Request::from_parts(head, body)).await;
    }
    // The names of methods that take a stream end so.
    let is_stream = head.uri.path().ends_with("Batch");
    let manner = Manner { from: Caller::of(&head.extensions).from, is_stream, patience: PATIENCE };
    match uploads.begin(body.into_data_stream(), manner) {
        Some(upload) => next.run(Request::from_parts(head, Body::from_stream(upload.parts()))).await,
        None => {
            full(head.headers.get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"application/grpc")))
        }
    }
}

/// There is no place, in the words of who asks.
fn full(is_grpc: bool) -> Response {
    let refusal = Refusal::full("requests that come in");
    if is_grpc {
        return Status::from(refusal).into_http();
    }
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], format!("{refusal}\n")).into_response()
}

/// A request that comes in.
struct Upload {
    data: BodyDataStream,
    bounds: Uploads,
    manner: Manner,
    /// Given back, as its bytes are, when it has come or is given up.
    place: Place,
    held: Vec<Share>,
    kept: usize,
    brought: usize,
    waited: Duration,
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
        let left = (self.manner.patience + earned).saturating_sub(self.waited);
        let part = match self.place.part(timeout(left, self.data.next())).await {
            Some(Ok(part)) => part?,
            Some(Err(_)) => return Some(Err(slow().into())),
            None => return Some(Err(sent_away().into())),
        };
        self.waited += begun.elapsed();
        if self.manner.is_stream {
            // Its place is lost to others when there are too few, so that waiting for its next message harms nobody.
            (self.waited, self.manner.patience) = (Duration::ZERO, STREAM_PATIENCE);
        }
        Some(part.map_err(axum::BoxError::from).and_then(|bytes| self.count(bytes)))
    }
    fn count(&mut self, bytes: Bytes) -> Result<Bytes, axum::BoxError> {
        self.brought = self.brought.saturating_add(bytes.len());
        let wanted = self.brought.min(self.bounds.message_max).div_ceil(UNIT) * UNIT;
        if wanted > self.kept {
            let share = self.bounds.bytes.take(self.manner.from, wanted - self.kept);
            self.held.push(share.ok_or_else(|| Status::from(Refusal::full("bytes of requests that come in")))?);
            self.kept = wanted;
        }
        Ok(bytes)
    }
}

fn slow() -> Status {
    Status::deadline_exceeded("the request came too slowly; send it again over a better line")
}

fn sent_away() -> Status {
    Refusal::full("requests that come in, of which this one came the slowest").into()
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
        let manner = Manner { from: None, is_stream: false, patience: Duration::from_secs(1) };
        let upload = uploads.begin(Body::from_stream(source).into_data_stream(), manner).ok_or("no place")?;
        let (mut parts, mut brought) = (Box::pin(upload.parts()), 0);
        while let Some(part) = parts.next().await {
            brought += part.map_err(|e| e.to_string())?.len();
        }
        Ok(brought)
    }

    #[tokio::test]
    async fn what_does_not_come_gives_its_place_back() {
        let uploads = Uploads::new(1, Shares::new(1 << 20, 1 << 16), 1 << 16);
        let stalled = comes(&uploads, vec![10; 100], Duration::from_millis(50));
        let told = stalled.await.unwrap_err();
        assert!(told.contains("too slowly"), "{told}");
        assert_eq!(comes(&uploads, vec![10; 3], Duration::ZERO).await, Ok(30));
    }

    #[tokio::test]
    async fn more_requests_or_bytes_than_may_come_at_a_time_are_refused() {
        let uploads = Uploads::new(2, Shares::new(72 << 10, 48 << 10), 48 << 10);
        let slow = Duration::from_millis(60);
        let (first, second, third) = tokio::join!(
            comes(&uploads, vec![40 << 10, 1, 1, 1], slow),
            comes(&uploads, vec![1, 40 << 10], slow),
            comes(&uploads, vec![1], Duration::ZERO),
        );
        assert_eq!((first, third), (Ok((40 << 10) + 3), Err("no place".to_owned())));
        let told = second.unwrap_err();
        assert!(told.contains("bytes of requests"), "{told}");
        // A stream may bring any number of messages; only what one of them keeps counts.
        assert_eq!(comes(&uploads, vec![16 << 10; 20], Duration::ZERO).await, Ok(320 << 10));
    }

    #[tokio::test]
    async fn a_stream_is_waited_for_message_by_message() {
        let uploads = Uploads::new(1, Shares::new(1 << 20, 1 << 16), 1 << 16);
        let source = stream::iter(0..30).then(|_| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, std::convert::Infallible>(Bytes::from_static(b"message"))
        });
        let manner = Manner { from: None, is_stream: true, patience: Duration::from_millis(500) };
        let upload = uploads.begin(Body::from_stream(source).into_data_stream(), manner).unwrap();
        let parts: Vec<_> = upload.parts().collect().await;
        assert!(parts.len() == 30 && parts.iter().all(Result::is_ok), "600 ms in all, 20 for each");
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::convert::Infallible>>());
        let manner = Manner { from: None, is_stream: true, patience: Duration::from_millis(50) };
        let upload = uploads.begin(never.into_data_stream(), manner).unwrap();
        let parts: Vec<_> = upload.parts().collect().await;
        assert!(parts.len() == 1 && parts[0].is_err(), "the first message is not waited for so long");
    }
}

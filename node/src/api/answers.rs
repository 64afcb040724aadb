//! Answers on their way out: what lies ready for clients is counted until the network took it, and no origin has more than its
//! part. Who asks for much and takes nothing is told that there is no room, and costs us no more memory.
//!
//! It ends nothing that lies too long: that is the connection's business. Answers are made one message at a time; what a
//! stream has not made yet counts for nothing. The page's files are the same bytes for everybody and are not counted.

use super::caller::Caller;
use super::explained::explained;
use super::shares::{Share, Shares};
use super::unread::Waiting;
use crate::refusal::Refusal;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body as _, Frame};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tonic::Status;

type Part = Result<Frame<Bytes>, axum::Error>;

/// Stands before all services: hands an answer on with its bytes counted.
pub async fn bound(State(bytes): State<Shares>, request: Request, next: Next) -> Response {
    let caller = Caller::of(request.extensions());
    let response = explained(next.run(request).await);
    let kind = response.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc")) {
        return response;
    }
    let (head, rest) = response.into_parts();
    let mut answer = Answer { first: None, rest, bytes, caller };
    // The message of a method with one answer is there already, as a noun of unknown size: written out it is smaller, and counted.
    let first = poll_fn(|cx| Poll::Ready(answer.next(cx))).await;
    match first {
        Poll::Ready(Some(Err(_))) => Status::from(full()).into_http(),
        Poll::Ready(part) => {
            answer.first = Some(part);
            Response::from_parts(head, Body::new(answer))
        }
        Poll::Pending => Response::from_parts(head, Body::new(answer)),
    }
}

fn full() -> Refusal {
    Refusal::full("bytes of answers that were not taken")
}

/// An answer that goes out.
struct Answer {
    /// What was made of it before anybody asked, if that was not handed on yet.
    first: Option<Option<Part>>,
    rest: Body,
    bytes: Shares,
    caller: Caller,
}

/// Bytes that count until the last of them is sent or the stream ends.
struct Counted {
    bytes: Bytes,
    _share: Share,
    _waiting: Waiting,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Answer {
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Part>> {
        let part = ready!(Pin::new(&mut self.rest).poll_frame(cx));
        Poll::Ready(part.map(|part| part.and_then(|frame| self.count(frame))))
    }
    fn count(&self, frame: Frame<Bytes>) -> Part {
        let bytes = match frame.into_data() {
            Ok(bytes) => bytes,
            Err(trailers) => return Ok(trailers),
        };
        let share = self.bytes.take(self.caller.from, bytes.len());
        let share = share.ok_or_else(|| axum::Error::new(Status::from(full())))?;
        let counted = Counted { bytes, _share: share, _waiting: self.caller.unread.begin() };
        Ok(Frame::data(Bytes::from_owner(counted)))
    }
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Part>> {
        match self.first.take() {
            Some(first) => Poll::Ready(first),
            None => self.next(cx),
        }
    }
    fn is_end_stream(&self) -> bool {
        match &self.first {
            Some(first) => first.is_none(),
            None => self.rest.is_end_stream(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    fn answer(bytes: &Shares, caller: &Caller, len: usize) -> Answer {
        let (bytes, caller) = (bytes.clone(), caller.clone());
        Answer { first: None, rest: Body::from(vec![7; len]), bytes, caller }
    }

    #[tokio::test]
    async fn what_is_not_taken_counts_and_what_was_taken_does_not() {
        let (bytes, caller) = (Shares::new(800, 100), Caller { from: "192.0.2.1".parse().ok(), ..Caller::default() });
        let held = answer(&bytes, &caller, 60).frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(held.len() == 60 && caller.unread.oldest().is_some());
        assert!(answer(&bytes, &caller, 60).frame().await.unwrap().is_err(), "its part is 100");
        let other = Caller { from: "192.0.2.2".parse().ok(), ..Caller::default() };
        assert!(answer(&bytes, &other, 60).frame().await.unwrap().is_ok());
        let half = held.slice(30..);
        drop(held);
        assert!(answer(&bytes, &caller, 60).frame().await.unwrap().is_err(), "a part of it is still there");
        drop(half);
        assert_eq!(caller.unread.oldest(), None);
        assert!(answer(&bytes, &caller, 60).frame().await.unwrap().is_ok());
    }
}

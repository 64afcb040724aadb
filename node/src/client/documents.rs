//! The client's questions about documents and time-stamps.

use super::error::missing;
use super::{Client, ClientError, asked, decode};
use crate::stamps::Stamped;
use crate::wire::v1;
use futures::Stream;
use proto::{Digest, Event, Height, TimeMs};

impl Client {
    /// The events that name a document, oldest first, at most `limit`.
    pub async fn find_document(&self, document: &Digest, limit: usize) -> Result<Vec<Event>, ClientError> {
        let (mut events, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = v1::FindDocumentRequest { digest: document.0.to_vec(), page_size: 200, page_token };
            let page = self.query().find_document(request).await?.into_inner();
            for event in page.events {
                let event = decode(&event.canonical, "event")?;
                asked::document(document, &event)?;
                events.push(event);
            }
            if page.next_page_token.is_empty() || events.len() >= limit {
                events.truncate(limit);
                return Ok(events);
            }
            page_token = page.next_page_token;
        }
    }
    /// Time-stamps from a height on, at most `limit`.
    pub async fn stamps(&self, from: Height, limit: usize) -> Result<Vec<Stamped>, ClientError> {
        let (mut stamps, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = v1::ListStampsRequest { from_height: from.0, page_size: 50, page_token };
            let page = self.query().list_stamps(request).await?.into_inner();
            for stamp in page.stamps {
                stamps.push(stamped(stamp)?);
            }
            if page.next_page_token.is_empty() || stamps.len() >= limit {
                stamps.truncate(limit);
                return Ok(stamps);
            }
            page_token = page.next_page_token;
        }
    }
    /// Answers to a stream of evidence and digests, in its order.
    pub async fn verify_batch(
        &self,
        requests: impl Stream<Item = v1::VerifyBatchRequest> + Send + 'static,
    ) -> Result<tonic::Streaming<v1::VerifyBatchResponse>, ClientError> {
        Ok(self.verification().verify_batch(requests).await?.into_inner())
    }
}

fn stamped(m: v1::Stamp) -> Result<Stamped, ClientError> {
    let time = m.time.ok_or_else(|| missing("time"))?;
    // A node may say any number of seconds.
    let millis = u64::try_from(time.seconds).unwrap_or(0).saturating_mul(1000);
    let millis = millis.saturating_add(u64::try_from(time.nanos).unwrap_or(0) / 1_000_000);
    let (height, time) = (Height(m.height), TimeMs(millis));
    Ok(Stamped { height, authority: m.authority, time, response: m.response, chain_pem: m.chain_pem })
}

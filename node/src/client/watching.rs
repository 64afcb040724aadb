//! The client's side of `WatchEvents`: events as they come. They are the node's word until somebody verifies them.

use super::{Client, ClientError, decode};
use crate::wanted::Wanted;
use crate::wire::v1;
use proto::{Event, Kind, Name, Seq};

/// A stream of events.
pub struct Watching {
    stream: tonic::Streaming<v1::WatchEventsResponse>,
    wanted: Wanted,
    next: Seq,
    size: u64,
}

impl Client {
    /// Events from one on; `end`: up to before that one, `None`: and so on as they are committed.
    pub async fn watch(&self, wanted: &Wanted, from: Seq, end: Option<Seq>) -> Result<Watching, ClientError> {
        let text = |name: &Option<Name>| name.as_ref().map_or_else(String::new, |n| n.as_str().to_owned());
        let request = v1::WatchEventsRequest {
            from_seq: from.0,
            end_seq: end.map_or(0, |end| end.0),
            kind: wanted.kind.map_or("", Kind::as_str).to_owned(),
            organisation: text(&wanted.organisation),
            signer: text(&wanted.signer),
        };
        let stream = self.query().watch_events(request).await?.into_inner();
        Ok(Watching { stream, wanted: wanted.clone(), next: from, size: 0 })
    }
}

impl Watching {
    /// The next events, perhaps none; `None` at the end. They are in order and of those that were asked for.
    pub async fn next(&mut self) -> Result<Option<Vec<Event>>, ClientError> {
        let Some(answer) = self.stream.message().await? else { return Ok(None) };
        let mut events: Vec<Event> = Vec::with_capacity(answer.events.len());
        for event in answer.events {
            let event: Event = decode(&event.canonical, "event")?;
            let expected = events.last().map_or(self.next, |last| Seq(last.seq.0.saturating_add(1)));
            if event.seq < expected || event.seq.0 >= answer.next_seq || !self.wanted.takes(&event) {
                let problem = format!("event {} was not asked for, or is out of order", event.seq);
                return Err(ClientError::Answer { field: "events", problem });
            }
            events.push(event);
        }
        self.next = Seq(self.next.0.max(answer.next_seq));
        self.size = answer.ledger_size;
        Ok(Some(events))
    }
    /// All before this one were sent, says the node.
    pub fn next_seq(&self) -> Seq {
        self.next
    }
    /// Whether all that the node has was sent.
    pub fn is_at_end(&self) -> bool {
        self.next.0 >= self.size
    }
}

//! `query events`: the events from one on, a line each, as they are committed if asked for. Which of them to show is decided by
//! the node; with a genesis at hand each is verified by its receipt, that none was left out is not (`monitor` does that).

use super::access::{Access, name};
use super::outcome::{Failure, INDETERMINATE, Outcome, show};
use super::proven::Verifier;
use super::query::{json_of, line};
use crate::client::{Client, ClientError};
use crate::wanted::Wanted;
use clap::Args;
use proto::{Event, Kind, Seq};
use serde_json::json;

/// Which events, and how to print them.
#[derive(Args, Clone, Debug)]
pub struct Choice {
    /// Only of this kind: enroll, sign, record, anchor, attest, access, govern or fault.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only those that this organisation submitted.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only of this signer.
    #[arg(long, value_name = "NAME")]
    signer: Option<String>,
    /// Print each as a line of JSON.
    #[arg(long)]
    jsonl: bool,
}

/// From where to where.
#[derive(Args)]
pub struct Range {
    /// Number of the first event.
    #[arg(long, default_value_t = 0, value_name = "SEQ")]
    from: u64,
    /// End before this one.
    #[arg(long, value_name = "SEQ")]
    to: Option<u64>,
    /// Go on with what is committed, until Ctrl-C.
    #[arg(long, conflicts_with = "to")]
    follow: bool,
}

impl Choice {
    /// As the node and the monitor understand it.
    pub fn wanted(&self) -> Result<Wanted, Failure> {
        let of = |text: &Option<String>, flag| text.as_deref().map(|t| name(t, flag)).transpose();
        let kind = |text: &String| {
            let rule = "--kind: enroll, sign, record, anchor, attest, access, govern or fault";
            Kind::parse(text).ok_or_else(|| Failure::Usage(rule.into()))
        };
        Ok(Wanted {
            kind: self.kind.as_ref().map(kind).transpose()?,
            organisation: of(&self.by, "--by")?,
            signer: of(&self.signer, "--signer")?,
        })
    }
    /// Prints one.
    pub fn print(&self, event: &Event) {
        show(&if self.jsonl { json_of(event).to_string() } else { line(event) });
    }
}

/// Prints them; exit code 2 when nothing was verified because no genesis is at hand.
pub async fn list(access: &Access, choice: &Choice, range: Range) -> Result<Outcome, Failure> {
    let client = access.client().await?;
    let verifier = match access.genesis_at_hand()? {
        Some(_) => Some(Verifier::new(access, &client).await?),
        None => None,
    };
    let (mut count, mut next) = (0u64, Seq(range.from));
    // For the node an end of 0 would mean: none.
    if range.to.is_none_or(|to| to > 0) {
        let mut events = client.watch(&choice.wanted()?, next, range.to.map(Seq)).await?;
        while let Some(some) = events.next().await? {
            for event in &some {
                if let Some(verifier) = &verifier {
                    verified(&client, verifier, event).await?;
                }
                choice.print(event);
            }
            count += some.len() as u64;
            next = events.next_seq();
            if events.is_at_end() && !range.follow {
                break;
            }
        }
    }
    let said = if verifier.is_some() { "verified each" } else { "says the node: give --genesis FILE to verify them" };
    let code = if verifier.is_some() || count == 0 { 0 } else { INDETERMINATE };
    let text = format!("{count} events, {said}; go on from {next}");
    Ok(Outcome { text, json: json!({ "events": count, "next_seq": next.0, "verified": verifier.is_some() }), code })
}

async fn verified(client: &Client, verifier: &Verifier, event: &Event) -> Result<(), Failure> {
    let receipt = client.receipt(&format!("events/{}", event.seq)).await?;
    if receipt.event != *event {
        let problem = format!("event {} is another one in its receipt", event.seq);
        return Err(Failure::Client(ClientError::Answer { field: "events", problem }));
    }
    verifier.demand(&receipt)
}

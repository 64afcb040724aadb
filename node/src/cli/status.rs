//! `status`: where each node stands, whether they stand at the same place, and what is wrong if something is.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | all nodes answer and name no trouble |
//! | 1 | alarm: a node names a grave trouble, or two nodes hold different blocks at one height |
//! | 2 | something to look at: a node does not answer, or names a lesser trouble |
//! | 3 | no node answers |
//!
//! Nodes that stand at different heights are compared at the least of them, where all have a block.

use super::access::Access;
use super::outcome::{ERROR, Failure, INDETERMINATE, INVALID, OK, Outcome};
use crate::client::{Client, ClientError, Endpoint};
use crate::wire::v1::{GetStatusResponse, PeerStatus};
use clap::Args;
use proto::{Canonical, Height};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Which nodes to ask.
#[derive(Args)]
pub struct Status {
    #[command(flatten)]
    access: Access,
    /// Tell of each node how it sees every other validator.
    #[arg(long)]
    peers: bool,
}

impl Status {
    /// Exit codes: see above.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let (mut seen, mut clients) = (Seen::default(), Vec::new());
        for endpoint in self.access.endpoints()? {
            match ask(&endpoint).await {
                Ok((client, answer)) => {
                    seen.add(&endpoint.url, Ok(answer), self.peers);
                    clients.push(client);
                }
                Err(e) => seen.add(&endpoint.url, Err(e), self.peers),
            }
        }
        if let Some(least) = seen.least() {
            for client in clients {
                // Whoever does not answer this has answered before, and is told of all the same.
                let Ok(header) = client.header(least).await else { continue };
                seen.blocks.push((client.url().to_owned(), least.0, header.digest().0.to_vec()));
            }
        }
        if let Some(fork) = seen.fork() {
            seen.lines.push(format!("ALARM: {fork}"));
        }
        let code = seen.code();
        let json = json!({ "nodes": seen.rows, "fork": seen.fork() });
        Ok(Outcome { text: seen.lines.join("\n"), json, code })
    }
}

/// What was heard so far.
#[derive(Default)]
struct Seen {
    lines: Vec<String>,
    rows: Vec<Value>,
    answers: Vec<(String, GetStatusResponse)>,
    /// Who holds which block at which height.
    blocks: Vec<(String, u64, Vec<u8>)>,
}

impl Seen {
    fn add(&mut self, url: &str, answer: Result<GetStatusResponse, ClientError>, peers: bool) {
        match answer {
            Ok(s) => {
                self.lines.push(line(url, &s));
                if peers {
                    self.lines.extend(s.peers.iter().map(peer_line));
                }
                let mark = |grave| if grave { "ALARM" } else { "note" };
                self.lines.extend(s.troubles.iter().map(|t| format!("    {}: {} [{}]", mark(t.grave), t.text, t.code)));
                self.rows.push(row(url, &s));
                let tip = s.tip.as_ref();
                self.blocks.extend(tip.map(|tip| (url.to_owned(), tip.height, tip.digest.clone())));
                self.answers.push((url.to_owned(), s));
            }
            Err(e) => {
                self.lines.push(format!("{url}  down: {e}"));
                self.rows.push(json!({ "url": url, "error": e.to_string() }));
            }
        }
    }
    /// The least height at which a node stands, if there are several heights: all have a block there.
    fn least(&self) -> Option<Height> {
        let heights = || self.blocks.iter().map(|(_, height, _)| *height);
        heights().min().filter(|least| heights().any(|height| height > *least)).map(Height)
    }
    /// Two nodes with different blocks at one height: what must never be.
    fn fork(&self) -> Option<String> {
        let mut at: BTreeMap<u64, (&str, &[u8])> = BTreeMap::new();
        for (url, height, block) in &self.blocks {
            let (other, digest) = at.entry(*height).or_insert((url, block));
            if *digest != block {
                return Some(format!("{other} and {url} hold different blocks at height {height}"));
            }
        }
        None
    }
    fn code(&self) -> u8 {
        let troubles = || self.answers.iter().flat_map(|(_, s)| &s.troubles);
        if self.answers.is_empty() {
            ERROR
        } else if self.fork().is_some() || troubles().any(|t| t.grave) {
            INVALID
        } else if troubles().next().is_some() || self.answers.len() < self.rows.len() {
            INDETERMINATE
        } else {
            OK
        }
    }
}

async fn ask(endpoint: &Endpoint) -> Result<(Client, GetStatusResponse), ClientError> {
    let client = Client::connect(endpoint).await?;
    let answer = client.status().await?;
    Ok((client, answer))
}

fn line(url: &str, s: &GetStatusResponse) -> String {
    let tip = s.tip.clone().unwrap_or_default();
    format!(
        "{url}  height {} epoch {} view {} ({} ms, leader {})  events {}  sum {}  peers {}/{} margin {}  pool {}  last \
         block {} ms ago{}",
        tip.height,
        s.epoch,
        s.view,
        s.view_age_ms,
        s.leader,
        tip.ledger_size,
        hex::encode(tip.ledger_sum.get(..4).unwrap_or_default()),
        s.peers_connected,
        s.validators.saturating_sub(1),
        s.margin,
        s.pool_transactions,
        s.since_tip_ms,
        match (s.voting || s.validator.is_none(), s.accepting) {
            (true, true) if s.validator.is_none() => "  observer",
            (true, true) => "",
            (true, false) => "  DISK NEARLY FULL: TAKES NOTHING IN",
            (false, true) => "  NOT VOTING",
            (false, false) => "  NOT VOTING, DISK NEARLY FULL",
        }
    )
}

fn peer_line(p: &PeerStatus) -> String {
    let heard = match (p.heard, p.silence_ms) {
        (true, Some(ms)) => format!("heard {ms} ms ago"),
        (false, Some(ms)) => format!("SILENT for {ms} ms"),
        _ => "NEVER HEARD".to_owned(),
    };
    let (place, org) = (p.validator, &p.organisation);
    format!("    validator {place} {org}  {heard}  height {} view {} voted in {}", p.height, p.view, p.voted_view)
}

fn row(url: &str, s: &GetStatusResponse) -> Value {
    let tip = s.tip.clone().unwrap_or_default();
    let peers: Vec<Value> = s.peers.iter().map(peer_row).collect();
    let troubles: Vec<Value> =
        s.troubles.iter().map(|t| json!({ "code": t.code, "grave": t.grave, "text": t.text })).collect();
    json!({
        "url": url, "version": s.version, "network": s.network, "chain_id": hex::encode(&s.chain_id),
        "organisation": s.organisation, "validator": s.validator, "height": tip.height, "view": s.view,
        "ledger_size": tip.ledger_size, "ledger_sum": hex::encode(tip.ledger_sum),
        "sm3_root": hex::encode(tip.sm3_root), "sha256_root": hex::encode(tip.sha256_root),
        "state_root": hex::encode(tip.state_root), "header": hex::encode(tip.digest),
        "peers_connected": s.peers_connected, "validators": s.validators,
        "pool_transactions": s.pool_transactions, "since_tip_ms": s.since_tip_ms,
        "voting": s.voting, "votes_from": s.votes_from, "accepting": s.accepting, "epoch": s.epoch, "leader": s.leader,
        "view_age_ms": s.view_age_ms, "quorum": s.quorum, "margin": s.margin, "peers": peers, "troubles": troubles,
    })
}

fn peer_row(p: &PeerStatus) -> Value {
    json!({
        "validator": p.validator, "organisation": p.organisation, "heard": p.heard, "silence_ms": p.silence_ms,
        "height": p.height, "view": p.view, "voted_view": p.voted_view,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::v1::{Header, Trouble};

    fn at(height: u64, digest: u8, troubles: &[bool]) -> GetStatusResponse {
        let tip = Some(Header { height, digest: vec![digest; 32], ..Header::default() });
        let trouble = |grave: &bool| Trouble { code: "X".into(), grave: *grave, text: "x".into() };
        GetStatusResponse { tip, troubles: troubles.iter().map(trouble).collect(), ..GetStatusResponse::default() }
    }

    fn code(answers: Vec<Option<GetStatusResponse>>) -> u8 {
        let mut seen = Seen::default();
        for (i, answer) in answers.into_iter().enumerate() {
            let down = || ClientError::Unreachable { url: "x".into(), problem: "down".into() };
            seen.add(&i.to_string(), answer.ok_or_else(down), true);
        }
        seen.code()
    }

    #[test]
    fn a_fork_is_seen_between_nodes_of_different_heights() {
        let mut seen = Seen::default();
        seen.add("a", Ok(at(101, 1, &[])), false);
        seen.add("b", Ok(at(100, 2, &[])), false);
        assert_eq!((seen.least(), seen.fork()), (Some(Height(100)), None));
        seen.blocks.push(("a".into(), 100, vec![3; 32]));
        assert!(seen.fork().is_some() && seen.code() == INVALID);
        let mut level = Seen::default();
        level.add("a", Ok(at(100, 2, &[])), false);
        assert_eq!(level.least(), None);
    }

    #[test]
    fn exit_codes_tell_what_to_do() {
        assert_eq!(code(vec![Some(at(5, 1, &[])), Some(at(6, 2, &[]))]), OK);
        assert_eq!(code(vec![Some(at(5, 1, &[])), None]), INDETERMINATE);
        assert_eq!(code(vec![Some(at(5, 1, &[false])), Some(at(5, 1, &[]))]), INDETERMINATE);
        assert_eq!(code(vec![Some(at(5, 1, &[false, true])), Some(at(5, 1, &[]))]), INVALID);
        assert_eq!(code(vec![Some(at(5, 1, &[])), Some(at(5, 2, &[]))]), INVALID, "a fork");
        assert_eq!(code(vec![None]), ERROR);
    }
}

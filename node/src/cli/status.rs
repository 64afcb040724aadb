//! `status`: where each node stands, and whether they stand at the same place.

use super::access::Access;
use super::outcome::{ERROR, Failure, INDETERMINATE, OK, Outcome};
use crate::client::{Client, ClientError, Endpoint};
use crate::wire::v1::GetStatusResponse;
use clap::Args;
use serde_json::{Value, json};

/// Which nodes to ask.
#[derive(Args)]
pub struct Status {
    #[command(flatten)]
    access: Access,
}

impl Status {
    /// Exit code 0: all answer; 2: some; 3: none.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let (mut lines, mut rows, mut up) = (Vec::new(), Vec::new(), 0);
        for endpoint in self.access.endpoints()? {
            match ask(&endpoint).await {
                Ok(s) => {
                    up += 1;
                    lines.push(line(&endpoint.url, &s));
                    rows.push(row(&endpoint.url, &s));
                }
                Err(e) => {
                    lines.push(format!("{}  down: {e}", endpoint.url));
                    rows.push(json!({ "url": endpoint.url, "error": e.to_string() }));
                }
            }
        }
        let code = match (up, rows.len()) {
            (0, _) => ERROR,
            (n, all) if n == all => OK,
            _ => INDETERMINATE,
        };
        Ok(Outcome { text: lines.join("\n"), json: json!({ "nodes": rows }), code })
    }
}

async fn ask(endpoint: &Endpoint) -> Result<GetStatusResponse, ClientError> {
    Client::connect(endpoint).await?.status().await
}

fn line(url: &str, s: &GetStatusResponse) -> String {
    let tip = s.tip.clone().unwrap_or_default();
    format!(
        "{url}  height {} view {}  events {}  sum {}  peers {}/{}  pool {}  last block {} ms ago{}",
        tip.height,
        s.view,
        tip.ledger_size,
        hex::encode(tip.ledger_sum.get(..4).unwrap_or_default()),
        s.peers_connected,
        s.validators.saturating_sub(1),
        s.pool_transactions,
        s.since_tip_ms,
        match (s.voting, s.accepting) {
            (true, true) => "",
            (true, false) => "  DISK NEARLY FULL: TAKES NOTHING IN",
            (false, true) => "  NOT VOTING",
            (false, false) => "  NOT VOTING, DISK NEARLY FULL",
        }
    )
}

fn row(url: &str, s: &GetStatusResponse) -> Value {
    let tip = s.tip.clone().unwrap_or_default();
    json!({
        "url": url, "version": s.version, "network": s.network, "chain_id": hex::encode(&s.chain_id),
        "organisation": s.organisation, "validator": s.validator, "height": tip.height, "view": s.view,
        "ledger_size": tip.ledger_size, "ledger_sum": hex::encode(tip.ledger_sum),
        "sm3_root": hex::encode(tip.sm3_root), "sha256_root": hex::encode(tip.sha256_root),
        "state_root": hex::encode(tip.state_root), "header": hex::encode(tip.digest),
        "peers_connected": s.peers_connected, "validators": s.validators,
        "pool_transactions": s.pool_transactions, "since_tip_ms": s.since_tip_ms,
        "voting": s.voting, "votes_from": s.votes_from, "accepting": s.accepting,
    })
}

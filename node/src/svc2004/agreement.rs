//! Whether all nodes hold the same ledger: same sum, roots and header at the highest height that all of them have.

use crate::client::{Client, ClientError};
use proto::{Canonical, Check, Header, Height, Outcome, Trust};
use std::time::{Duration, Instant};

/// How long a node may lag.
const PATIENCE: Duration = Duration::from_secs(30);

/// A node's ledger at the common height.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeState {
    /// Its API.
    pub url: String,
    /// The header there.
    pub header: Header,
    /// Whether its newest checkpoint verifies.
    pub checkpoint_valid: bool,
}

/// Waits until every node has the newest block that any of them had at the start, then compares.
pub async fn agreement(clients: &[Client], trust: &Trust) -> Result<(bool, Vec<NodeState>), ClientError> {
    let mut target = Height(0);
    for client in clients {
        target = target.max(height(client).await?);
    }
    let since = Instant::now();
    let mut states = Vec::new();
    for client in clients {
        while height(client).await? < target && since.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // A node that still lags has no such header: that is an error to report, not agreement.
        let header = client.header(target).await?;
        let (checkpoint, _) = client.checkpoint(0).await?;
        let checkpoint_valid = Check::overall(&checkpoint.checks(trust)) == Outcome::Valid;
        states.push(NodeState { url: client.url().to_owned(), header, checkpoint_valid });
    }
    let same = states.windows(2).all(|w| w[0].header.to_bytes() == w[1].header.to_bytes());
    Ok((same && states.iter().all(|s| s.checkpoint_valid), states))
}

async fn height(client: &Client) -> Result<Height, ClientError> {
    Ok(Height(client.status().await?.tip.unwrap_or_default().height))
}

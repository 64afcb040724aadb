//! `join`: gives a new node a ledger from another node's, verified against genesis, before its first start.

use super::outcome::{Failure, INVALID, Outcome};
use crate::client::{Client, Endpoint};
use crate::config::Config;
use crate::copy::{Copied, CopyError, Target};
use crate::daemon::{birth, read_genesis};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

/// A new node, and whom it copies from.
#[derive(Args)]
pub struct Join {
    /// Home folder of the new node, made with `init`; it must not have a database.
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// API of a node that has the ledger, such as https://node.example:7401. It need not be trusted.
    #[arg(long, value_name = "URL")]
    endpoint: String,
    /// Certificates to trust for https, PEM.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// Bytes between two lines of progress.
const PROGRESS: u64 = 64 << 20;

impl Join {
    /// Exit code 1 if the copy is not what the validators signed; the node still has no ledger then.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let config = Config::load(&self.home)?;
        let genesis = read_genesis(&config.genesis)?;
        let client = Client::connect(&Endpoint { url: self.endpoint.clone(), ca: self.ca.clone() }).await?;
        let mut target = Target::new(&config.data, birth(&genesis, genesis.chain_id()), genesis.trust())?;
        target = target.with_reserve(config.limits.disk_reserve_mib << 20)?;
        let (since, mut told) = (Instant::now(), 0);
        let mut parts = client.copy_ledger().await?;
        while let Some(part) = parts.next().await? {
            if let Err(error) = target.take(part) {
                return refused(error);
            }
            if target.copied().bytes >= told + PROGRESS {
                told = target.copied().bytes;
                eprintln!("{} MB", told >> 20);
            }
        }
        let (tip, copied) = match target.finish() {
            Ok(done) => done,
            Err(error) => return refused(error),
        };
        let Copied { leaves, headers, events, bytes } = copied;
        let (height, seconds) = (tip.header.height, since.elapsed().as_secs_f64());
        let text = format!(
            "height {height}, {events} events, {headers} headers and {leaves} leaves of state verified in {seconds:.1} s\n\
             ledger sum {}\nstart the node: it catches up from there and fetches the stroke packets",
            tip.header.ledger_sum
        );
        let json = json!({
            "height": height.0, "events": events, "headers": headers, "leaves": leaves, "bytes": bytes,
            "seconds": seconds, "ledger_sum": tip.header.ledger_sum.to_string(),
        });
        Ok(Outcome::ok(text, json))
    }
}

/// A copy that is not right is a finding about the other node, not a failure of this one.
fn refused(error: CopyError) -> Result<Outcome, Failure> {
    match error {
        CopyError::Fault(fault) => Err(fault.into()),
        wrong => {
            let text = format!("{wrong}; take it from another node");
            Ok(Outcome { json: json!({ "error": wrong.to_string() }), text, code: INVALID })
        }
    }
}

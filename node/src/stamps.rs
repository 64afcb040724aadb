//! Time-stamps: from time to time a time-stamp authority is asked (RFC 3161) to sign the newest certified header.
//!
//! What is stamped lies in the ledger already; nothing here delays, decides or stops anything. An authority that is away is
//! asked again, later and later. A stamp is kept only if it answers our request and its signature holds; who trusts the
//! authority is for whoever reads the evidence.
//!
//! If we crash after an answer and before its row is durable, the stamp is lost and the next one is asked for.

mod authority;
mod rows;

pub use authority::Authority;
pub use rows::{Stamped, first_from, of_height, page};

use crate::clock;
use crate::config::Tsa;
use crate::fault::Fault;
use crate::shutdown::Shutdown;
use crate::store::Store;
use crate::telemetry::Metrics;
use proto::{Checkpoint, Outcome};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use timestamp::stamp::{Stamp, verify};
use timestamp::{imprint, request};

/// How long an authority is first left alone after a failure; twice as long after each further one.
const RETRY_FIRST: Duration = Duration::from_secs(5);
/// No answer takes longer.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// How often a ledger without news is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How often the age of the newest stamp is shown.
const SHOW_EVERY: Duration = Duration::from_secs(5);
/// Longest file of certificates and revocation lists.
const CHAIN_BYTES_MAX: u64 = 1024 * 1024;

/// One authority's clerk.
pub struct Clerk {
    authority: Authority,
    every: Duration,
    chain: Option<PathBuf>,
    store: Arc<Store>,
    metrics: Arc<Metrics>,
    /// Events in the ledger when it was last stamped by this authority.
    stamped: Option<u64>,
}

/// Why there is no stamp this time.
#[derive(Debug, thiserror::Error)]
pub enum NoStamp {
    /// The authority was not reached, or its answer is no good.
    #[error("{0}")]
    Answer(String),
    /// The store or this machine.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Starts a clerk for each authority, and one that shows how old the newest stamp is.
pub fn spawn(
    list: &[Tsa],
    store: &Arc<Store>,
    metrics: &Arc<Metrics>,
    below: &Shutdown,
) -> Vec<tokio::task::JoinHandle<()>> {
    let clerk = |tsa: &Tsa| Clerk {
        authority: Authority::parse(&tsa.url).expect("the configuration was checked when it was read"),
        every: Duration::from_secs(tsa.every_seconds),
        chain: tsa.chain.clone(),
        store: store.clone(),
        metrics: metrics.clone(),
        stamped: None,
    };
    let mut tasks: Vec<_> = list.iter().map(|tsa| tokio::spawn(clerk(tsa).run(below.clone()))).collect();
    if !list.is_empty() {
        tasks.push(tokio::spawn(show_age(store.clone(), metrics.clone(), below.clone())));
    }
    tasks
}

impl Clerk {
    async fn run(mut self, below: Shutdown) {
        let mut failures = 0u32;
        loop {
            let pause = match self.stamp().await {
                Ok(stamped) => {
                    failures = 0;
                    if stamped { self.every } else { self.every.min(LOOK_EVERY) }
                }
                Err(why) => {
                    self.metrics.time_stamp_failures.inc();
                    tracing::warn!(authority = %self.authority, %why, "no time-stamp; asked again later");
                    failures = failures.saturating_add(1);
                    RETRY_FIRST.saturating_mul(1 << (failures - 1).min(10)).min(self.every.max(RETRY_FIRST))
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = below.wait() => return,
            }
        }
    }
    /// Stamps the newest certified header; false: no event came since the last time.
    async fn stamp(&mut self) -> Result<bool, NoStamp> {
        let store = self.store.clone();
        let newest = tokio::task::spawn_blocking(move || ledger::checkpoint(&store.snapshot())).await;
        let newest = newest.map_err(|e| NoStamp::Answer(e.to_string()))?.map_err(|e| self.store.fault(e))?;
        let Some(checkpoint) = newest.filter(|c| Some(c.header.ledger_size) != self.stamped) else { return Ok(false) };
        // A restart forgets what was stamped. The first stamp of a header proves the most, so it is asked for once only.
        if rows::is_there(&self.store.snapshot(), checkpoint.header.height, &self.authority.to_string())
            .map_err(|e| self.store.fault(e))?
        {
            self.stamped = Some(checkpoint.header.ledger_size);
            return Ok(false);
        }
        let stamped = self.ask(&checkpoint).await?;
        let mut batch = ledger::Batch::default();
        rows::put(&stamped, &mut batch);
        self.store.write(batch)?;
        self.stamped = Some(checkpoint.header.ledger_size);
        self.metrics.time_stamps.inc();
        tracing::info!(authority = %self.authority, height = stamped.height.0, "time-stamped");
        Ok(true)
    }
    async fn ask(&self, checkpoint: &Checkpoint) -> Result<Stamped, NoStamp> {
        let imprint = imprint(&checkpoint.header);
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).map_err(|e| Fault::system("randomness", e))?;
        let nonce = u64::from_be_bytes(nonce);
        let answer = tokio::time::timeout(ANSWER_MAX, self.authority.ask(request(&imprint, nonce))).await;
        let answer = answer.unwrap_or_else(|_| Err(format!("no answer within {} s", ANSWER_MAX.as_secs())));
        let response = answer.map_err(NoStamp::Answer)?;
        let chain_pem = match &self.chain {
            None => String::new(),
            Some(path) => read_chain(path)?,
        };
        let time = check(&response, (&imprint, nonce), &chain_pem).map_err(NoStamp::Answer)?;
        Ok(Stamped {
            height: checkpoint.header.height,
            authority: self.authority.to_string(),
            time,
            response,
            chain_pem,
        })
    }
}

/// What is kept beside a stamp must be readable for ever and fit into an answer.
fn read_chain(path: &Path) -> Result<String, Fault> {
    let size = std::fs::metadata(path).map_err(|e| Fault::file(path, e))?.len();
    if size > CHAIN_BYTES_MAX {
        return Err(Fault::file(path, format!("longer than {CHAIN_BYTES_MAX} bytes; keep what the chain needs")));
    }
    std::fs::read_to_string(path).map_err(|e| Fault::file(path, e))
}

/// The time of an answer that is to our request and whose signature holds.
fn check(response: &[u8], (imprint, nonce): (&proto::Digest, u64), chain_pem: &str) -> Result<proto::TimeMs, String> {
    let token = timestamp::Token::from_der(response).map_err(|e| e.to_string())?;
    if !token.info.answers(nonce) {
        return Err("the answer is to another request: its nonce differs".to_owned());
    }
    let appraised = verify(Stamp { token: response, chain_pem }, imprint, &[]);
    let said = &appraised.checks[0];
    if said.outcome != Outcome::Valid {
        return Err(said.detail.clone());
    }
    Ok(token.info.gen_time)
}

async fn show_age(store: Arc<Store>, metrics: Arc<Metrics>, below: Shutdown) {
    loop {
        let newest = rows::newest(&store).ok().flatten();
        let age =
            newest.map_or(-1, |time| i64::try_from(clock::now().0.saturating_sub(time.0) / 1000).unwrap_or(i64::MAX));
        metrics.time_stamp_age.set(age);
        tokio::select! {
            () = tokio::time::sleep(SHOW_EVERY) => {}
            () = below.wait() => return,
        }
    }
}

#[cfg(test)]
mod tests;

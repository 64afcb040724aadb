//! `query stamps`: the time-stamps of a node, each verified against the header that it is over.

use super::access::Access;
use super::outcome::{Failure, Outcome, exit_code};
use crate::client::Client;
use crate::fault::Fault;
use crate::stamps::Stamped;
use proto::{Check, Height};
use serde_json::{Value, json};
use std::path::PathBuf;
use timestamp::stamp::{Appraised, Stamp, verify};
use timestamp::{imprint, instant};

/// Most stamps that are shown.
const SHOWN_MAX: usize = 1000;

/// Shows them; writes each as `HEIGHT-N.tsr` with its `.chain.pem` and the header's bytes into `out`.
pub async fn list(
    access: &Access,
    from: u64,
    (roots, out): (Vec<PathBuf>, Option<PathBuf>),
) -> Result<Outcome, Failure> {
    let client = access.client().await?;
    let roots = roots.iter().map(|p| read(p)).collect::<Result<Vec<_>, _>>()?;
    let roots: Vec<&str> = roots.iter().map(String::as_str).collect();
    let (mut text, mut rows, mut all): (Vec<String>, Vec<Value>, Vec<Check>) = (Vec::new(), Vec::new(), Vec::new());
    for (n, stamp) in client.stamps(Height(from), SHOWN_MAX).await?.iter().enumerate() {
        let (appraised, header) = appraise(&client, stamp, &roots).await?;
        if let Some(dir) = &out {
            save_all(dir, (n, stamp), &header)?;
        }
        text.push(format!("height {} {} {}", stamp.height, instant::text(stamp.time), stamp.authority));
        text.extend(
            appraised.checks.iter().map(|c| format!("  {:<13} {:<22} {}", c.outcome.as_str(), c.code, c.detail)),
        );
        let checks = appraised
            .checks
            .iter()
            .map(|c| json!({ "code": c.code, "outcome": c.outcome.as_str(), "detail": c.detail }));
        rows.push(json!({
            "height": stamp.height.0, "time_ms": stamp.time.0, "authority": stamp.authority,
            "checks": checks.collect::<Vec<_>>(),
        }));
        all.extend(appraised.checks);
    }
    if text.is_empty() {
        return Ok(Outcome::ok("no header was time-stamped (yet)", json!({ "stamps": [] })));
    }
    let code = exit_code(Check::overall(&all));
    Ok(Outcome { text: text.join("\n"), json: json!({ "stamps": rows }), code })
}

async fn appraise(client: &Client, stamp: &Stamped, roots: &[&str]) -> Result<(Appraised, Vec<u8>), Failure> {
    let header = client.header(stamp.height).await?;
    let kept = Stamp { token: &stamp.response, chain_pem: &stamp.chain_pem };
    Ok((verify(kept, &imprint(&header), roots), proto::Canonical::to_bytes(&header)))
}

fn save_all(dir: &std::path::Path, (n, stamp): (usize, &Stamped), header: &[u8]) -> Result<(), Failure> {
    std::fs::create_dir_all(dir).map_err(|e| Fault::file(dir, e))?;
    let name = |end: &str| dir.join(format!("{}-{n}.{end}", stamp.height));
    super::outcome::save(&name("tsr"), &stamp.response)?;
    super::outcome::save(&name("chain.pem"), stamp.chain_pem.as_bytes())?;
    super::outcome::save(&name("header.bin"), header)
}

/// A text file.
pub fn read(path: &std::path::Path) -> Result<String, Failure> {
    Ok(std::fs::read_to_string(path).map_err(|e| Fault::file(path, format!("cannot be read: {e}")))?)
}

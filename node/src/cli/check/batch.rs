//! `check --batch`: thousands of documents, one line each. The documents stay here; the node sees digests. An event that it
//! names counts once its receipt is verified and names the document: the look-up itself is the node's word. The receipts in a
//! document or beside it are asked what `check` asks them of one document. Every document gets its line, or there is no table
//! at all.

use super::last_time;
use super::list::{Item, items};
use super::prover::Prover;
use super::receipts::{self, Basis};
use crate::cli::access::Access;
use crate::cli::bind::read;
use crate::cli::outcome::{Failure, Outcome, exit_code, save};
use crate::client::{Client, ClientError};
use crate::wire::v1::{
    VerifyBatchRequest, VerifyBatchResponse, verify_batch_request::Subject, verify_batch_response::Answer,
};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use proto::{Check, Digest, Outcome as Verdict};
use serde_json::json;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use timestamp::instant;
use tonic::Status;

/// Documents that are read and hashed ahead of the node.
const AHEAD: usize = 8;
/// Documents that one call asks about. They are hashed before it begins, so that no stream waits for a slow disk.
const ASKED_AT_ONCE: usize = 64;
/// Calls on their way.
const CALLS: usize = 2;
/// Most events of one document whose receipts are fetched.
const EVENTS_MAX: usize = 100;
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(2);

/// What a node names for the digests of a document.
#[derive(Debug, Default, PartialEq)]
struct Named {
    events: Vec<(Digest, u64)>,
    /// Whether it has more than it named.
    more: bool,
    /// Why it would not say.
    refused: String,
}

/// What is known of a document before the node is asked.
struct Local {
    name: String,
    digests: Vec<Digest>,
    signatures: usize,
    last: Option<u64>,
    changed: Option<bool>,
    /// The worst outcome of the document's own signatures and receipts.
    own: Verdict,
    /// The events whose receipts the document has, and which hold.
    receipts: Vec<u64>,
    problem: String,
}

/// Looks all of them up.
pub async fn run(access: &Access, what: &Path, (roots, csv): (Vec<String>, Option<&Path>)) -> Result<Outcome, Failure> {
    let items = items(what)?;
    let (client, total, roots) = (access.client().await?, items.len(), Arc::new(roots));
    let prover = Arc::new(Prover::new(access, client.clone()).await?);
    let known = prover.clone();
    let locals = stream::iter(items).map(move |item| {
        let (roots, known) = (roots.clone(), known.clone());
        let look = move || local(item, &roots, known.basis());
        async move { tokio::task::spawn_blocking(look).await.unwrap_or_else(|_| stopped()) }
    });
    let groups = locals.buffered(AHEAD).chunks(ASKED_AT_ONCE).map(|group| ask(client.clone(), group));
    let answered = groups.buffered(CALLS).map_ok(|group| stream::iter(group.into_iter().map(Ok))).try_flatten();
    let mut proven = pin!(answered.map_ok(|(local, named)| judged(prover.clone(), local, named)).try_buffered(AHEAD));
    let (mut lines, mut worst, mut told) = (vec![HEAD.to_owned()], Verdict::Valid, Instant::now());
    let mut counts = [0usize; 3];
    while let Some((verdict, line)) = proven.try_next().await? {
        counts[verdict as usize] += 1;
        worst = worst.max(verdict);
        lines.push(line);
        if told.elapsed() > TELL_EVERY {
            eprintln!("{} of {total}", lines.len() - 1);
            told = Instant::now();
        }
    }
    if lines.len() - 1 != total {
        return Err(left_out().into());
    }
    finish(lines, (worst, counts), csv)
}

/// Asks about a few documents.
async fn ask(client: Client, group: Vec<Local>) -> Result<Vec<(Local, Named)>, Failure> {
    let requests: Vec<VerifyBatchRequest> = group.iter().flat_map(|local| &local.digests).map(request).collect();
    let mut answers = client.verify_batch(stream::iter(requests)).await?;
    let mut answered = Vec::with_capacity(group.len());
    for local in group {
        let named = named(&local, &mut answers).await?;
        answered.push((local, named));
    }
    Ok(answered)
}

/// The events that the node names for each digest of a document, and why it would not say. A node that ends before it has
/// answered everything has answered nothing: what is missing is not known to be missing from the ledger.
async fn named(
    local: &Local,
    answers: &mut (impl Stream<Item = Result<VerifyBatchResponse, Status>> + Unpin),
) -> Result<Named, ClientError> {
    let mut named = Named::default();
    for digest in &local.digests {
        let answer = answers.try_next().await?.ok_or_else(left_out)?;
        match Some(answer).filter(|a| a.id == digest.to_string()).and_then(|a| a.answer) {
            Some(Answer::Document(found)) => {
                named.events.extend(found.events.into_iter().map(|seq| (*digest, seq)));
                named.more |= found.more;
            }
            Some(Answer::Refused(r)) => named.refused = format!("the node refused: {}: {}", r.reason, r.message),
            _ => named.refused = "the node answered another question".to_owned(),
        }
    }
    named.more |= named.events.len() > EVENTS_MAX;
    named.events.truncate(EVENTS_MAX);
    Ok(named)
}

fn left_out() -> ClientError {
    let problem = "it ended before every document had its answer; run the check again, or ask another node".to_owned();
    ClientError::Answer { field: "answers", problem }
}

/// The verdict on a document, and its line.
async fn judged(prover: Arc<Prover>, mut local: Local, named: Named) -> Result<(Verdict, String), Failure> {
    let (mut events, mut doubt) = (local.receipts.clone(), named.refused);
    for (digest, seq) in named.events.iter().filter(|(_, seq)| !local.receipts.contains(seq)) {
        match prover.prove(digest, *seq).await {
            Ok(()) => events.push(*seq),
            Err(why) => doubt = format!("event {seq} is named by the node, not verified: {why}"),
        }
    }
    events.sort_unstable();
    events.dedup();
    let verdict = concluded(&mut local, &events, doubt);
    if named.more && local.problem.is_empty() {
        local.problem = MORE.to_owned();
    }
    Ok((verdict, row(&local, verdict, &events)))
}

/// A document is valid once an event is shown to name it, and nothing in it or about it says otherwise.
fn concluded(local: &mut Local, events: &[u64], doubt: String) -> Verdict {
    let is_named = !events.is_empty() && doubt.is_empty();
    let doubt = if events.is_empty() && doubt.is_empty() { NOT_NAMED.to_owned() } else { doubt };
    if local.problem.is_empty() {
        local.problem = doubt;
    }
    if is_named { local.own } else { local.own.max(Verdict::Indeterminate) }
}

/// What the line of a document says that nobody knows.
const NOT_NAMED: &str = "no event names it";

/// What the line of a document says that more events name than are in it.
const MORE: &str = "more events name it: query document lists all";

const HEAD: &str = "document,outcome,events,signatures,last_signing_time,changed_after_last_signature,problem";

fn finish(lines: Vec<String>, (worst, counts): (Verdict, [usize; 3]), csv: Option<&Path>) -> Result<Outcome, Failure> {
    let table = lines.join("\n");
    if let Some(path) = csv {
        save(path, format!("{table}\n").as_bytes())?;
    }
    let [valid, indeterminate, invalid] = counts;
    let sum = format!("{} documents: {valid} VALID, {indeterminate} INDETERMINATE, {invalid} INVALID", lines.len() - 1);
    let text = if csv.is_some() { sum } else { format!("{table}\n{sum}") };
    let json =
        json!({ "documents": lines.len() - 1, "valid": valid, "indeterminate": indeterminate, "invalid": invalid });
    Ok(Outcome { text, json, code: exit_code(worst) })
}

fn request(digest: &Digest) -> VerifyBatchRequest {
    VerifyBatchRequest { id: digest.to_string(), subject: Some(Subject::Digest(digest.0.to_vec())) }
}

fn row(local: &Local, verdict: Verdict, events: &[u64]) -> String {
    let events: Vec<String> = events.iter().map(u64::to_string).collect();
    let last = local.last.map_or(String::new(), |ms| instant::text(proto::TimeMs(ms)));
    let changed = local.changed.map_or("", |c| if c { "yes" } else { "no" });
    let fields =
        [quoted(&local.name), verdict.as_str().to_owned(), events.join(" "), local.signatures.to_string(), last];
    format!("{},{changed},{}", fields.join(","), quoted(&local.problem))
}

/// RFC 4180. A field that a spreadsheet would compute is made a text.
fn quoted(field: &str) -> String {
    let field = if field.starts_with(['=', '+', '-', '@']) { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

fn stopped() -> Local {
    let (name, problem) = (String::new(), "the program is stopping".to_owned());
    let (digests, receipts, own) = (Vec::new(), Vec::new(), Verdict::Indeterminate);
    Local { name, digests, signatures: 0, last: None, changed: None, own, receipts, problem }
}

/// Hashes a document and looks at its own signatures and receipts.
fn local(item: Item, roots: &[String], basis: Basis<'_>) -> Local {
    let path = match item {
        Item::Named(name, digest) => {
            return Local { name, digests: vec![digest], own: Verdict::Valid, problem: String::new(), ..stopped() };
        }
        Item::File(path) => path,
    };
    let name = path.display().to_string();
    let opened = read(&path).and_then(|file| Ok((receipts::of_document(&path, &file)?, file)));
    let (attached, file) = match opened {
        Ok(opened) => opened,
        Err(e) => return Local { name, problem: e.to_string(), ..stopped() },
    };
    let subjects = document::subjects(&file);
    let said: Vec<receipts::Said> = attached.iter().map(|r| receipts::checks(r, &subjects, basis)).collect();
    let current = subjects.iter().filter(|s| s.is_current);
    let digests = current.flat_map(|s| [s.sm3, s.sha256]).collect();
    let pem: Vec<&str> = roots.iter().map(String::as_str).collect();
    let found = document::appraise(&file, document::Roots { pem: &pem, now: crate::clock::now() });
    // Without trusted roots who signed is open for every document alike; the line tells what differs.
    let is_open = |code: &str| matches!(code, document::appraise::SIGNER_TRUST | document::appraise::SEAL_TRUST);
    let signed = found.checks.iter().filter(|c| !roots.is_empty() || !is_open(c.code));
    let (own, problem) = worst(signed.chain(said.iter().flat_map(|s| &s.checks)));
    let holds = |s: &&receipts::Said| Check::overall(&s.checks) == Verdict::Valid;
    Local {
        name,
        digests,
        signatures: found.signatures.len(),
        last: last_time(&found),
        changed: found.changed_after_last,
        own,
        receipts: said.iter().filter(holds).filter_map(|s| s.event).collect(),
        problem,
    }
}

/// The worst outcome, and the first check that comes to it, unless all is well.
fn worst<'a>(checks: impl Iterator<Item = &'a Check>) -> (Verdict, String) {
    let (mut outcome, mut problem) = (Verdict::Valid, String::new());
    for c in checks.filter(|c| c.outcome != Verdict::Valid) {
        if c.outcome > outcome {
            (outcome, problem) = (c.outcome, format!("{} {}", c.code, c.detail));
        }
    }
    (outcome, problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::v1::DocumentEvents;

    /// More events than the node tells name this one.
    const MANY: Digest = Digest([3; 32]);

    fn answer(digest: &Digest) -> Result<VerifyBatchResponse, Status> {
        let answer = Some(Answer::Document(DocumentEvents { events: vec![7], more: *digest == MANY }));
        Ok(VerifyBatchResponse { id: digest.to_string(), overall: 0, answer })
    }

    #[tokio::test]
    async fn an_answer_that_does_not_come_is_an_error_and_not_an_end() {
        let digests = vec![Digest([1; 32]), Digest([2; 32])];
        let document = Local { name: "a.pdf".to_owned(), digests: digests.clone(), ..stopped() };
        let mut all = stream::iter(digests.iter().map(answer));
        let events = vec![(digests[0], 7), (digests[1], 7)];
        assert_eq!(named(&document, &mut all).await.unwrap(), Named { events, ..Named::default() });
        let mut one = stream::iter([answer(&digests[0])]);
        let error = named(&document, &mut one).await.unwrap_err();
        assert!(error.to_string().contains("every document"), "{error}");
        let broken = Err(Status::unavailable("the link is gone"));
        let mut lost = stream::iter([answer(&digests[0]), broken]);
        assert!(named(&document, &mut lost).await.is_err());
    }

    #[tokio::test]
    async fn events_that_are_not_in_the_line_are_told() {
        let of = async |digests: Vec<Digest>| {
            let document = Local { name: "a.pdf".to_owned(), digests: digests.clone(), ..stopped() };
            named(&document, &mut stream::iter(digests.iter().map(answer))).await.unwrap()
        };
        assert!(!of(vec![Digest([1; 32])]).await.more);
        assert!(of(vec![MANY, Digest([1; 32])]).await.more);
        let all = of(vec![Digest([1; 32]); EVENTS_MAX + 1]).await;
        assert_eq!((all.more, all.events.len()), (true, EVENTS_MAX));
    }
}

//! The command line: one file per command. Exit codes: 0 valid or done, 1 invalid or refused, 2 indeterminate or not
//! yet, 3 error. Results go to stdout, progress to stderr; secrets are read from files, never from arguments.

mod access;
mod appraise;
mod audit;
mod backup;
mod bench;
mod bind;
mod check;
mod document;
mod enroll;
mod events;
mod export;
mod faults;
mod fsck;
mod genesis;
mod gov;
mod init;
mod inspect;
mod intent;
mod join;
mod key;
mod localnet;
mod login;
mod monitor;
mod outcome;
mod packet;
mod proven;
mod query;
mod record;
mod sign;
mod stamps;
mod start;
mod status;
mod svc2004;
mod verify;

use clap::{Parser, Subcommand};
use outcome::{Failure, Outcome};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::Duration;

/// The version that people read, and the program number that motions go by.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (program number {})", env!("CARGO_PKG_VERSION"), crate::SOFTWARE));

/// Permissioned evidence blockchain for handwritten electronic signing.
#[derive(Parser)]
#[command(name = "chirograph", version = VERSION.as_str())]
struct Cli {
    /// Print one JSON value instead of text.
    #[arg(long, global = true, num_args = 0, default_missing_value = outcome::STDOUT)]
    json: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make and show SM2 keys.
    #[command(subcommand)]
    Key(key::Key),
    /// Make the home folder of a node: keys, TLS certificate, configuration.
    Init(init::Init),
    /// Check a genesis file.
    #[command(subcommand)]
    Genesis(genesis::Genesis),
    /// Give a new node a verified copy of the ledger, before its first start.
    Join(join::Join),
    /// Run a node.
    Start(start::Start),
    /// Make and run a local network of several validators.
    #[command(subcommand)]
    Localnet(localnet::Localnet),
    /// Show where nodes stand.
    Status(status::Status),
    /// Give a signer reference signatures.
    Enroll(enroll::Enroll),
    /// Submit a handwritten signing.
    Sign(sign::Sign),
    /// Submit a step of a matter that is not a signing.
    Record(record::Record),
    /// Anchor an archived record.
    Anchor(record::Anchor),
    /// State something about an earlier event.
    Attest(record::Attest),
    /// Let a person log in by signing under a one-time prompt.
    #[command(subcommand)]
    Login(login::Login),
    /// Evidence of will: sign a finding, put it on the ledger, check it.
    #[command(subcommand)]
    Intent(intent::Intent),
    /// Write the evidence package of an event.
    Export(export::Export),
    /// Ask for events, matters, receipts and proofs.
    #[command(subcommand)]
    Query(query::Query),
    /// Recompute the ledger from its events, and hold it against what the validators sign, of every node.
    Monitor(monitor::Monitor),
    /// Change the consortium: validators, organisations, keys.
    #[command(subcommand)]
    Gov(gov::Gov),
    /// Verify evidence offline against a genesis file.
    Verify(verify::Verify),
    /// Put a receipt into a PDF, or beside another document.
    Bind(bind::Bind),
    /// Show what a document proves: its receipts, its signatures, and what was changed after.
    Check(check::Check),
    /// Convert and show stroke packets.
    #[command(subcommand)]
    Packet(packet::Packet),
    /// Check a stopped node against itself.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Show what a stopped node's files say: where it stands, what it promised, how large it is.
    Inspect(inspect::Inspect),
    /// Check every row of a stopped node, and mend it from the other validators.
    Fsck(fsck::Fsck),
    /// Copy the database of a node, running or stopped.
    Backup(backup::Backup),
    /// Check a backup, or put it back.
    Restore(backup::Restore),
    /// Try the newest backup out.
    Drill(backup::Drill),
    /// Take signature data through a network: enrol, sign, verify every receipt.
    Svc2004(svc2004::Svc2004),
    /// Measure.
    #[command(subcommand)]
    Bench(bench::Bench),
}

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are no errors; everything else is one, and clap's own exit code 2 would mean "not yet".
            let code = if e.use_stderr() { outcome::ERROR } else { outcome::OK };
            let _closed = e.print();
            return ExitCode::from(code);
        }
    };
    let json = cli.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return Failure::Usage(format!("cannot start: {e}")).print(json.as_deref()),
    };
    let result = runtime.block_on(cli.command.run());
    // With the tasks go the worker pools, and then their threads.
    runtime.shutdown_timeout(Duration::from_secs(5));
    crate::appraisers::join(Duration::from_secs(5));
    match result {
        Ok(outcome) => outcome.print(json.as_deref()),
        Err(failure) => failure.print(json.as_deref()),
    }
}

impl Command {
    async fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Key(c) => c.run(),
            Self::Init(c) => c.run(),
            Self::Genesis(c) => c.run(),
            Self::Join(c) => c.run().await,
            Self::Start(c) => c.run().await,
            Self::Localnet(c) => c.run().await,
            Self::Status(c) => c.run().await,
            Self::Enroll(c) => c.run().await,
            Self::Sign(c) => c.run().await,
            Self::Record(c) => c.run().await,
            Self::Anchor(c) => c.run().await,
            Self::Attest(c) => c.run().await,
            Self::Login(c) => c.run().await,
            Self::Intent(c) => c.run().await,
            Self::Export(c) => c.run().await,
            Self::Query(c) => c.run().await,
            Self::Monitor(c) => c.run().await,
            Self::Gov(c) => c.run().await,
            Self::Verify(c) => c.run(),
            Self::Bind(c) => c.run(),
            Self::Check(c) => c.run().await,
            Self::Packet(c) => c.run(),
            Self::Audit(c) => c.run(),
            Self::Inspect(c) => c.run(),
            Self::Fsck(c) => c.run(),
            Self::Backup(c) => c.run().await,
            Self::Restore(c) => c.run(),
            Self::Drill(c) => c.run(),
            Self::Svc2004(c) => c.run().await,
            Self::Bench(c) => c.run().await,
        }
    }
}

#[cfg(test)]
mod tests;

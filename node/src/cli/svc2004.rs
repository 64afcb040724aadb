//! `svc2004`: the main job from the command line.

use super::access::Access;
use super::outcome::{ERROR, Failure, INVALID, OK, Outcome, STDOUT};
use crate::client::Client;
use crate::svc2004::{Job, People, Sender};
use clap::Args;
use proto::Kind;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// The job.
#[derive(Args)]
pub struct Svc2004 {
    #[command(flatten)]
    access: Access,
    /// Folder with task1/ or task2/ in it or below.
    #[arg(long, value_name = "DIR", conflicts_with = "synthetic", required_unless_present = "synthetic")]
    data: Option<PathBuf>,
    /// Let the built-in writer sign instead: for demonstration, says nothing about accuracy.
    #[arg(long)]
    synthetic: bool,
    /// Writers to invent.
    #[arg(long, default_value_t = 6)]
    writers: usize,
    /// 1 (without pressure) or 2.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=2))]
    task: u8,
    /// At most so many users.
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    users: usize,
    /// Other people's signatures that each user gets.
    #[arg(long, default_value_t = 5)]
    random: usize,
    /// Submissions in flight.
    #[arg(long, default_value_t = 16)]
    in_flight: usize,
    /// Print one JSON value instead of text, or write it to a file beside the text.
    #[arg(long = "json", id = "json", num_args = 0..=1, default_missing_value = STDOUT, value_name = "FILE")]
    _json: Option<PathBuf>,
}

impl Svc2004 {
    /// Exit code 0: all held; 1: something did not hold; 3: technical failures.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let people = match &self.data {
            Some(dir) => People::read(dir, self.task, self.users)?,
            None => People::invent(self.writers.min(self.users)),
        };
        let clients = self.access.endpoints()?.iter().map(Client::lazy).collect::<Result<Vec<_>, _>>()?;
        let sender = Sender {
            clients,
            author: self.access.author(Kind::Sign)?,
            trust: Arc::new(self.access.genesis()?.trust()),
            turn: AtomicUsize::new(0),
        };
        let job = Job { people, sender, random: self.random, in_flight: self.in_flight.clamp(1, 1024) };
        let report = job.run().await?;
        let mut json = report.json();
        json["task"] = if report.synthetic { json!(null) } else { json!(self.task) };
        let code = match (report.held(), report.failures.is_empty()) {
            (true, _) => OK,
            (false, true) => INVALID,
            (false, false) => ERROR,
        };
        Ok(Outcome { text: report.text(), json, code })
    }
}

//! `monitor`: recomputes the ledger from every event since genesis and holds it against what the validators sign, of every node
//! in turn, for as long as it runs. It submits nothing and needs no key.
//!
//! What it shows was in the ledger when it is shown, and nothing between was left out. A node that sends other events than were
//! signed, or validators who sign two ledgers, are told by exit code 1.

use super::access::Access;
use super::events::Choice;
use super::outcome::{Failure, INDETERMINATE, INVALID, OK, Outcome, save, show};
use super::proven::prefix;
use crate::client::{Client, ClientError, Endpoint};
use crate::evidence::Evidence;
use crate::monitor::{Discord, Monitor as Memory};
use crate::wanted::Wanted;
use clap::Args;
use proto::{Canonical, Check, Checkpoint, Event, Height, Outcome as Verdict, Seq, Trust};
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Events that are taken in before they are compared and remembered.
const CHUNK: u64 = 10_000;

/// Which nodes, and where to remember.
#[derive(Args)]
pub struct Monitor {
    #[command(flatten)]
    access: Access,
    /// What was taken in so far; made when it is not there.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// End when every node was asked once.
    #[arg(long)]
    once: bool,
    /// Seconds between two rounds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// Print the events too.
    #[arg(long)]
    events: bool,
    #[command(flatten)]
    choice: Choice,
}

/// Why a node's ledger was not taken in.
enum Trouble {
    /// It does not answer, or not to the question.
    Silent(ClientError),
    /// It is not the ledger that was seen, or not what was signed; with the signed state that it showed.
    Discord(String, Option<Box<Checkpoint>>),
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        Self::Silent(error)
    }
}

/// What a node's signed state is beside what is known.
enum Stand {
    /// All of it is known now. A state of fewer events is held against a node that has more.
    Known(Box<Checkpoint>),
    /// More was taken in, up to this state; there may be more still.
    Grown(Box<Checkpoint>),
}

/// One round with one node.
struct Visit<'a> {
    url: String,
    client: Client,
    trust: &'a Trust,
    wanted: Option<&'a Wanted>,
    choice: &'a Choice,
    /// The signed state that it has, once all of it is known.
    stands: Option<Box<Checkpoint>>,
}

impl Monitor {
    /// Exit code 1: some node showed another ledger than was seen or signed.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let (genesis, endpoints, wanted) = (self.access.genesis()?, self.access.endpoints()?, self.choice.wanted()?);
        let (trust, wanted) = (genesis.trust(), self.events.then_some(&wanted));
        let mut memory = match self.state.exists() {
            true => Memory::load(&self.state, trust.chain)?,
            false => Memory::new(trust.chain),
        };
        loop {
            let (mut visits, mut discords) = (Vec::new(), 0);
            for endpoint in &endpoints {
                let visited = match visit(endpoint, (&trust, wanted, &self.choice)).await {
                    Ok(visit) => self.take_in(visit, &mut memory).await?,
                    Err(error) => Err(error.into()),
                };
                match visited {
                    Ok(visit) => visits.push(visit),
                    Err(trouble) => discords += self.tell(&endpoint.url, trouble)?,
                }
            }
            for (url, trouble) in compared(&visits).await {
                discords += self.tell(&url, trouble)?;
            }
            let uncompared = uncompared(&visits, &memory);
            if uncompared {
                eprintln!("every node that answers has fewer events than are known: name more, or ask again");
            }
            if self.once || discords > 0 {
                let code = code(discords, visits.is_empty() || uncompared);
                return Ok(summary(&memory, (visits.len(), endpoints.len()), (discords, code)));
            }
            tokio::time::sleep(Duration::from_secs(self.every)).await;
        }
    }
    /// Takes in what a node has, chunk by chunk; what agreed is remembered at once. The outer error is this machine's.
    async fn take_in<'a>(
        &self,
        mut visit: Visit<'a>,
        memory: &mut Memory,
    ) -> Result<Result<Visit<'a>, Trouble>, Failure> {
        loop {
            let before = memory.size();
            match visit.chunk(memory).await {
                Ok(Stand::Known(state)) => {
                    visit.stands = Some(state);
                    return Ok(Ok(visit));
                }
                Ok(Stand::Grown(state)) => {
                    memory.save(&self.state)?;
                    let (h, votes) = (&state.header, state.certificate.votes.len());
                    let range = format!("events {before} to {}", h.ledger_size - 1);
                    let signed = format!("the roots and the sum that {votes} validators signed at height {}", h.height);
                    show(&format!("{range} give {signed} ({})", visit.url));
                }
                Err(trouble) => return Ok(Err(trouble)),
            }
        }
    }
    /// Tells what is wrong with a node, and how many ledgers too many there are: one or none. What a node showed is kept beside
    /// the state: with the state's own it is the proof.
    fn tell(&self, url: &str, trouble: Trouble) -> Result<usize, Failure> {
        let (why, shown) = match trouble {
            Trouble::Silent(why) => {
                eprintln!("{url}: {why}");
                return Ok(0);
            }
            Trouble::Discord(why, shown) => (why, shown),
        };
        show(&format!("ALARM {url}: {why}"));
        if let Some(checkpoint) = shown {
            let path = self.state.with_extension(format!("discord-{}", checkpoint.header.height));
            show(&format!("the signed state that it showed is in {}", path.display()));
            save(&path, &checkpoint.to_bytes())?;
        }
        Ok(1)
    }
}

async fn visit<'a>(
    endpoint: &Endpoint,
    (trust, wanted, choice): (&'a Trust, Option<&'a Wanted>, &'a Choice),
) -> Result<Visit<'a>, ClientError> {
    let client = Client::connect(endpoint).await?;
    Ok(Visit { url: endpoint.url.clone(), client, trust, wanted, choice, stands: None })
}

/// Whether no node that answered has all that is known: then nothing was held against it, nor they against one another.
fn uncompared(visits: &[Visit<'_>], memory: &Memory) -> bool {
    !visits.is_empty() && visits.iter().all(|v| v.events() < memory.size())
}

/// Holds the nodes that have fewer events than another against that one, which must show that theirs are its first.
async fn compared(visits: &[Visit<'_>]) -> Vec<(String, Trouble)> {
    let Some(ahead) = visits.iter().max_by_key(|v| v.events()) else { return Vec::new() };
    let mut troubles = Vec::new();
    for (v, state) in visits.iter().filter_map(|v| Some((v, v.stands.as_ref()?))) {
        if (1..ahead.events()).contains(&v.events())
            && let Err(trouble) = ahead.holds(state).await
        {
            troubles.push((v.url.clone(), trouble));
        }
    }
    troubles
}

impl Visit<'_> {
    /// Of the signed state that it has.
    fn events(&self) -> u64 {
        self.stands.as_ref().map_or(0, |c| c.header.ledger_size)
    }
    /// Takes in the next events up to a signed state.
    async fn chunk(&self, memory: &mut Memory) -> Result<Stand, Trouble> {
        let newest = self.checkpoint(Height(0)).await?;
        let (known, size) = (memory.size(), newest.header.ledger_size);
        if size < known {
            return Ok(Stand::Known(newest.into()));
        }
        let target = if size - known > CHUNK {
            let far = self.client.event(&format!("events/{}", known + CHUNK - 1)).await?;
            self.checkpoint(far.height).await?
        } else {
            newest
        };
        let mut after = memory.clone();
        let shown = self.take(&mut after, target.header.ledger_size).await.map_err(|t| t.about(&target))?;
        after.agree(&target).map_err(|d| Trouble::from(d).about(&target))?;
        *memory = after;
        shown.iter().for_each(|event| self.choice.print(event));
        let target = Box::new(target);
        Ok(if memory.size() > known { Stand::Grown(target) } else { Stand::Known(target) })
    }
    /// Whether this node, whose ledger is known, has the ledger of `state` as its beginning.
    async fn holds(&self, state: &Checkpoint) -> Result<(), Trouble> {
        let (newest, proofs) = self.client.checkpoint(state.header.ledger_size).await?;
        if Check::overall(&prefix(&state.header, &newest.header, &proofs)) == Verdict::Valid {
            return Ok(());
        }
        let why = format!("its {} events are not the first of those that {} has", state.header.ledger_size, self.url);
        Err(Trouble::Discord(why, Some(Box::new(state.clone()))))
    }
    /// A signed state whose certificate holds.
    async fn checkpoint(&self, height: Height) -> Result<Checkpoint, Trouble> {
        let (checkpoint, _) = self.client.checkpoint_at(0, height).await?;
        let trail = self.client.trail().await?;
        let checks = Evidence::Checkpoint(checkpoint.clone().into()).verify_along(self.trust, &trail);
        let bad: Vec<String> =
            checks.iter().filter(|c| c.outcome != Verdict::Valid).map(|c| c.detail.clone()).collect();
        if Check::overall(&checks) == Verdict::Valid && checkpoint.header.height >= height {
            return Ok(checkpoint);
        }
        Err(Trouble::Discord(format!("its signed state does not hold: {}", bad.join("; ")), Some(checkpoint.into())))
    }
    /// Takes in the events up to `size` and gives those that are to be shown.
    async fn take(&self, memory: &mut Memory, size: u64) -> Result<Vec<Event>, Trouble> {
        let mut shown = Vec::new();
        let from = memory.size();
        if from >= size {
            return Ok(shown);
        }
        let mut events = self.client.watch(&Wanted::default(), Seq(from), Some(Seq(size))).await?;
        while memory.size() < size {
            let Some(some) = events.next().await? else { return Err(ended(memory.size(), size)) };
            for event in some {
                memory.take(&event)?;
                if self.wanted.is_some_and(|w| w.takes(&event)) {
                    shown.push(event);
                }
            }
        }
        Ok(shown)
    }
}

impl Trouble {
    /// With the signed state that it is about.
    fn about(self, checkpoint: &Checkpoint) -> Self {
        match self {
            Self::Discord(why, _) => Self::Discord(why, Some(Box::new(checkpoint.clone()))),
            silent => silent,
        }
    }
}

impl From<Discord> for Trouble {
    fn from(discord: Discord) -> Self {
        Self::Discord(discord.to_string(), None)
    }
}

fn ended(at: u64, size: u64) -> Trouble {
    let problem = format!("the stream ended after event {at}, before the {size} that were signed");
    Trouble::Silent(ClientError::Answer { field: "events", problem })
}

fn code(discords: usize, nothing_compared: bool) -> u8 {
    match (discords, nothing_compared) {
        (0, true) => INDETERMINATE,
        (0, false) => OK,
        _ => INVALID,
    }
}

fn summary(memory: &Memory, (answered, asked): (usize, usize), (discords, code): (usize, u8)) -> Outcome {
    let (size, seen) = (memory.size(), memory.seen());
    let height = seen.as_ref().map_or(0, |c| c.header.height.0);
    let verdict = match code {
        OK => "one ledger",
        INDETERMINATE => "nothing was compared",
        _ => "another ledger was shown: see ALARM above",
    };
    let text = format!("{size} events up to height {height}, {answered} of {asked} nodes answered: {verdict}");
    let json = json!({
        "events": size, "height": height, "answered": answered, "compared": code != INDETERMINATE, "discords": discords
    });
    Outcome { text, json, code }
}

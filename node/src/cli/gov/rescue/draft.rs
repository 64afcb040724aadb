//! `gov rescue draft`: a resolution on the furthest of the nodes that are left, if it would do what a rescue is for.

use super::appointed::Appointed;
use super::shown::{Before, Shown};
use crate::cli::access::Access;
use crate::cli::outcome::{Failure, Outcome};
use crate::client::{Client, ClientError, Endpoint};
use crate::fault::Fault;
use crate::wire::v1::{GetGovernanceResponse, GetStatusResponse};
use clap::Args;
use proto::{Canonical, Epoch, Height, Name, Resolution, ValidatorSet};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to resolve.
#[derive(Args)]
pub struct Draft {
    /// Name every node that is left: --endpoint for each.
    #[command(flatten)]
    access: Access,
    /// Who votes from then on, in order; PEER and ADDRESS for a node that is no validator now.
    #[arg(long, required = true, value_name = "ORG:KEY[:PEER:ADDRESS]")]
    validator: Vec<String>,
    /// Write it here; a file that is there is never replaced.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Draft it although a quorum lives, or although what is final beyond the nodes that were asked would be lost.
    #[arg(long)]
    force: bool,
}

/// A node that answered.
pub(super) struct Asked {
    pub(super) client: Client,
    pub(super) url: String,
    pub(super) status: GetStatusResponse,
    pub(super) governance: GetGovernanceResponse,
    pub(super) set: ValidatorSet,
}

impl Draft {
    /// Nothing is written unless all of it can be.
    pub async fn run(&self) -> Result<Outcome, Failure> {
        if self.out.exists() {
            return Err(taken(&self.out));
        }
        let appointed = Appointed::read(&self.validator)?;
        let (asked, down) = ask_all(&self.access).await?;
        let furthest = furthest(&asked)?;
        self.check_network(furthest)?;
        check_appointed(&appointed, &furthest.set, &known(furthest).await?)?;
        let warnings = [beyond(&asked), living(&asked)];
        if let Some(problem) = warnings.iter().flatten().next().filter(|_| !self.force) {
            return Err(Failure::Refused(format!("nothing was drafted: {problem}")));
        }
        let resolution = resolution(&asked, furthest, &appointed).await?;
        write_new(&self.out, &resolution.to_bytes())?;
        let mut outcome = self.told(&resolution, furthest)?;
        warnings.iter().flatten().for_each(|w| outcome.text += &format!("\nFORCED although {w}"));
        down.iter().for_each(|e| outcome.text += &format!("\nnot asked: {e}"));
        Ok(outcome)
    }
    /// With a genesis at hand the nodes must be of its network, and somebody must be able to sign.
    fn check_network(&self, furthest: &Asked) -> Result<(), Failure> {
        let Some(genesis) = self.access.genesis_at_hand()? else { return Ok(()) };
        if furthest.status.chain_id != genesis.chain_id().0 {
            return Err(Failure::Usage(format!("{} is of another network than this genesis", furthest.url)));
        }
        if genesis.rescue.threshold == 0 {
            return Err(Failure::Refused("genesis names no rescue keys: nobody could sign a resolution".into()));
        }
        Ok(())
    }
    fn told(&self, resolution: &Resolution, furthest: &Asked) -> Result<Outcome, Failure> {
        let genesis = self.access.genesis_at_hand()?;
        let before = Before { set: furthest.set.clone(), says: furthest.url.clone() };
        let keys = genesis.as_ref().map(|g| &g.rescue);
        Ok(Shown { resolution, keys, before: Some(before) }.outcome())
    }
}

fn taken(out: &Path) -> Failure {
    Fault::file(out, "is there already, perhaps with signatures; it is not replaced, choose another name").into()
}

/// Whoever writes a file of that name meanwhile keeps it too.
pub(super) fn write_new(out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(out);
    match file.and_then(|mut file| file.write_all(bytes)) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(taken(out)),
        Err(e) => Err(Fault::file(out, format!("cannot be written: {e}")).into()),
    }
}

/// Those who answer, one at least, and what the others failed with.
async fn ask_all(access: &Access) -> Result<(Vec<Asked>, Vec<ClientError>), Failure> {
    let (mut asked, mut down) = (Vec::new(), Vec::new());
    for endpoint in access.endpoints()? {
        match ask(&endpoint).await {
            Ok(answer) => asked.push(answer),
            Err(Failure::Client(e)) => down.push(e),
            Err(other) => return Err(other),
        }
    }
    match down.pop() {
        Some(last) if asked.is_empty() => Err(last.into()),
        last => Ok((asked, down.into_iter().chain(last).collect())),
    }
}

async fn ask(endpoint: &Endpoint) -> Result<Asked, Failure> {
    let client = Client::connect(endpoint).await?;
    let (status, governance) = (client.status().await?, client.governance(None).await?);
    let set = ValidatorSet::from_bytes(&governance.validators).map_err(|e| Fault::system("the node's answer", e))?;
    Ok(Asked { url: client.url().to_owned(), client, status, governance, set })
}

/// The one whose ledger is the longest; all must be of one network.
fn furthest(asked: &[Asked]) -> Result<&Asked, Failure> {
    let mut best = asked.first().ok_or_else(|| Failure::Usage("no endpoint was given".into()))?;
    for node in asked {
        if node.status.chain_id != best.status.chain_id {
            return Err(Failure::Usage(format!("{} and {} are of different networks", best.url, node.url)));
        }
        best = if node.governance.height > best.governance.height { node } else { best };
    }
    Ok(best)
}

/// The members, as the furthest node says. Before the first certificate it says it of those who vote only.
async fn known(node: &Asked) -> Result<BTreeSet<Name>, Failure> {
    match node.client.members().await {
        Ok(names) => Ok(names.into_iter().collect()),
        Err(ClientError::Refused { reason, .. }) if reason == "NO_CHECKPOINT" => {
            let voters = node.governance.voters.iter().filter_map(|v| Name::new(v, "voters").ok());
            Ok(voters.chain(node.set.iter().map(|v| v.org.clone())).collect())
        }
        Err(e) => Err(e.into()),
    }
}

/// Who would vote must be known: whose it is, and where it is.
pub(super) fn check_appointed(new: &Appointed, now: &ValidatorSet, known: &BTreeSet<Name>) -> Result<(), Failure> {
    new.set()?;
    for v in &new.validators {
        if !known.contains(&v.org) {
            let names: Vec<&str> = known.iter().map(Name::as_str).collect();
            let problem = format!("--validator: `{}` is no member; the ledger has {}", v.org, names.join(", "));
            return Err(Failure::Refused(problem));
        }
        let id = v.key.id();
        if now.index_of(&v.key).is_none() && !new.has_place(&id) {
            let problem = format!(
                "--validator: key {id} of `{}` is no validator's now, so nobody knows where it is; say \
                 ORG:KEY:PEER:ADDRESS, as `chirograph init` printed them",
                v.org
            );
            return Err(Failure::Refused(problem));
        }
    }
    Ok(())
}

/// What may be final beyond every node that was asked.
pub(super) fn beyond(asked: &[Asked]) -> Option<String> {
    let ours = asked.iter().map(|a| a.governance.height).max()?;
    let claims = asked.iter().flat_map(|a| a.status.peers.iter().map(move |p| (p.height, p, &a.url)));
    let (best, peer, url) = claims.max_by_key(|(height, _, _)| *height).filter(|(height, _, _)| *height > ours)?;
    Some(format!(
        "validator {} ({}) told {url} that height {best} is final, and the best of the nodes that were asked has {ours}: wait \
         until they have caught up, or ask that one too; if it is lost for good, --force goes on from height {ours}, and what \
         was final beyond is lost",
        peer.validator, peer.organisation
    ))
}

/// Whether the validators in force can still decide by themselves.
pub(super) fn living(asked: &[Asked]) -> Option<String> {
    let node = asked.iter().find(|a| a.status.margin >= 0)?;
    Some(format!(
        "a quorum lives: {} hears and sees enough votes (margin {}), so the network needs no rescue, and a motion can replace \
         who is down. With --force the validators in force would lose their votes to those named here, and where some of them \
         have made another block final by then, the nodes would split",
        node.url, node.status.margin
    ))
}

async fn resolution(asked: &[Asked], furthest: &Asked, appointed: &Appointed) -> Result<Resolution, Failure> {
    // Of the nodes, not of their ledgers: a resolution that was taken up and decided nothing counts, so that this one follows it.
    let epoch = asked.iter().map(|a| a.status.epoch.max(a.set.epoch().0)).max().unwrap_or_default();
    let header = furthest.client.header(Height(furthest.governance.height)).await?;
    Ok(Resolution {
        chain: header.chain,
        height: header.height,
        block: header.digest(),
        validators: appointed.set()?.in_epoch(Epoch(epoch).next()),
        contacts: appointed.contacts.clone(),
        signatures: Vec::new(),
    })
}

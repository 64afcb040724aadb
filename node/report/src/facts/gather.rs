//! From what a package or a node holds to facts. The same sources give the same facts, whoever gathers.

use super::checkpoint::role;
use super::*;
use models::Appraiser;
use models::meaning::explain;
use models::packet::StrokePacket;
use proto::{Header, Link, MatterFile, Receipt, Trust, ValidatorSet};

/// Where facts come from. Nothing of it is checked here: the checks are brought along.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// How much may be shown.
    pub variant: Variant,
    /// The genesis file's name of the network.
    pub network: &'a str,
    /// What follows from genesis.
    pub trust: &'a Trust,
    /// The validators that signed the checkpoint, as the trail proves.
    pub validators: &'a ValidatorSet,
    /// Links of the trail.
    pub links: &'a [Link],
    /// The event with its proofs.
    pub receipt: &'a Receipt,
    /// Header of the block that a signing names, if at hand.
    pub nonce: Option<&'a Header>,
    /// The event's matter at the same checkpoint.
    pub matter: Option<&'a MatterFile>,
    /// The packet of this signing, if it may be shown.
    pub questioned: Option<&'a StrokePacket>,
    /// The references, if they may be shown.
    pub references: &'a [StrokePacket],
    /// The outcomes of the checks.
    pub checks: &'a [proto::Check],
}

impl Facts {
    /// Gathers. Enrolment, wills, accesses, faults, time-stamps and changes start empty: who has them fills them in.
    pub fn gather(sources: &Sources<'_>) -> Self {
        let (trust, receipt) = (sources.trust, sources.receipt);
        let (event, draft) = (&receipt.event, &receipt.event.transaction.draft);
        let votes = Vote::all(&receipt.checkpoint, sources.validators, &trust.organisations);
        Self {
            format: FORMAT,
            id: format!("E-{}-{}", trust.chain.short(), event.seq),
            variant: sources.variant,
            network: network(sources),
            event: Event::of(event, role(&trust.organisations, draft.org.as_str()).as_deref(), sources.nonce),
            document: Document::of(&draft.body),
            matter: sources.matter.and_then(|file| Matter::of(file, &trust.chain, event.seq)),
            checkpoint: Checkpoint::of(&receipt.checkpoint, sources.validators),
            independence: independence(&votes, draft.org.as_str(), sources.validators.quorum()),
            votes,
            appraisal: event.appraisal.as_ref().map(Appraisal::of),
            enrolment: None,
            model: event.appraisal.as_ref().and_then(|a| Model::by_digest(&a.model)),
            writing: writing(sources),
            wills: Vec::new(),
            accesses: Vec::new(),
            faults: Vec::new(),
            stamps: Vec::new(),
            changes: Vec::new(),
            checks: sources.checks.iter().map(Check::of).collect(),
        }
    }
}

fn network(sources: &Sources<'_>) -> Network {
    let (trust, validators) = (sources.trust, sources.validators);
    let organisation = |o: &proto::Organisation| Organisation {
        name: o.name.to_string(),
        role: o.role.as_str().to_owned(),
        validators: validators.iter().filter(|v| v.org == o.name).count() as u32,
    };
    Network {
        name: sources.network.to_owned(),
        chain: trust.chain.to_string(),
        organisations: trust.organisations.iter().map(organisation).collect(),
        links: sources.links.len() as u64,
        rescues: sources.links.iter().filter(|l| matches!(l, Link::Rescued(_))).map(|l| l.opens().0).collect(),
        rescue_need: trust.rescue.threshold.into(),
        rescue_keys: trust.rescue.keys.len() as u32,
        quorum: validators.quorum() as u32,
        faults_max: validators.faults_max() as u32,
        accept_at: trust.params.thresholds.accept_at,
        reject_below: trust.params.thresholds.reject_below,
        epsilon: trust.params.epsilon_mb,
        allow_synthetic: trust.params.allow_synthetic,
        nonce_age_max_ms: trust.params.nonce_age_max_ms,
        clock_skew_max_ms: trust.params.clock_skew_max_ms,
    }
}

fn independence(votes: &[Vote], submitter: &str, quorum: usize) -> Independence {
    let signed: Vec<&str> = votes.iter().filter(|v| v.signature.is_some()).map(|v| v.organisation.as_str()).collect();
    let mut organisations = signed.clone();
    organisations.sort_unstable();
    organisations.dedup();
    let others = signed.iter().filter(|name| **name != submitter).count();
    Independence {
        organisations: organisations.len() as u32,
        submitter: submitter.to_owned(),
        votes_without_submitter: others as u32,
        quorum_without_submitter: others >= quorum,
    }
}

fn writing(sources: &Sources<'_>) -> Writing {
    let mut strokes = sources.questioned.map_or_else(Vec::new, Stroke::all);
    let omitted = strokes.len().saturating_sub(STROKES_MAX);
    strokes.truncate(STROKES_MAX);
    Writing {
        questioned: sources.questioned.map(Recording::of),
        references: sources.references.iter().map(Recording::of).collect(),
        strokes,
        strokes_omitted: omitted as u32,
        explanation: explanation(sources),
    }
}

/// By the model that the event names; `None` if this build lacks it, or if the packets cannot be compared.
fn explanation(sources: &Sources<'_>) -> Option<Explanation> {
    let model = Appraiser::by_digest(&sources.receipt.event.appraisal.as_ref()?.model)?;
    let found = explain(sources.questioned?, sources.references, &model.constants().within).ok()?;
    Some(Explanation::of(&found))
}

//! What a package holds, as values: the one thing that is written into a package and read from one.

use crate::facts;
use crate::files::Files;
use crate::folder::Folder;
use crate::packet::SealedPacket;
use crate::presented::Presented;
use crate::reading;
use crate::stamp::Stamp;
use crate::state_file::StateFile;
use crate::variant::Variant;
use genesis::Genesis;
use proto::{
    Canonical, ChainId, Challenge, Digest, Event, Header, IntentResult, LightClient, MatterFile, Receipt, Trail, Trust,
    ValidatorSet,
};

/// The evidence about one event at one checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dossier {
    /// How much is disclosed.
    pub variant: Variant,
    /// The ledger that it says it is of; trusted only if a policy says so.
    pub genesis: Genesis,
    /// The event, as it stands in a file of its own.
    pub event: Event,
    /// Its receipt, under the checkpoint of the package.
    pub receipt: Receipt,
    /// From genesis to the checkpoint's epoch.
    pub trail: Trail,
    /// Organisations and retired keys at the checkpoint.
    pub state: StateFile,
    /// The event's matter at the checkpoint, if it has one.
    pub matter: Option<MatterFile>,
    /// The header that a signing names.
    pub nonce: Option<Header>,
    /// The document that was presented when the package was made.
    pub document: Option<Presented>,
    /// The prompt of a login.
    pub login: Option<Challenge>,
    /// A signing's stroke packet.
    pub packet: Option<SealedPacket>,
    /// The reference packets, in order.
    pub references: Vec<SealedPacket>,
    /// The enrolment of the references that a signing was compared with.
    pub enrolment: Option<Receipt>,
    /// The model that appraised, as the bytes that its digest is of.
    pub model: Option<Vec<u8>>,
    /// What providers found about the signer's will; steps of the matter carry their digests.
    pub intents: Vec<IntentResult>,
    /// Receipts of fault events at the checkpoint.
    pub faults: Vec<Receipt>,
    /// Time-stamps over headers that contain the event.
    pub stamps: Vec<Stamp>,
    /// Everything for people: readmes, reports, exchange formats. No check depends on it.
    pub readable: Files,
}

impl Dossier {
    /// Its name.
    pub fn folder(&self) -> Folder {
        Folder::of(&self.event, self.variant)
    }
    /// The package: the same bytes for the same dossier, wherever it is made.
    pub fn package(&self) -> Vec<u8> {
        self.files().package(&self.folder().to_string())
    }
    /// The files below the folder, without the bag.
    pub fn files(&self) -> Files {
        let mut files = self.readable.clone();
        files.put("data/package.json", self.variant.json());
        files.put("data/genesis.bin", self.genesis.to_bytes());
        files.put("data/event.bin", self.event.to_bytes());
        files.put("data/receipt.bin", self.receipt.to_bytes());
        files.put("data/trail.bin", self.trail.to_bytes());
        files.put("data/state.bin", self.state.to_bytes());
        files.put("data/facts.json", facts::of(self, self.validators().as_ref()));
        if let Some(matter) = &self.matter {
            files.put("data/matter.bin", matter.to_bytes());
        }
        if let Some(nonce) = &self.nonce {
            files.put("data/nonce.bin", nonce.to_bytes());
        }
        if let Some(document) = &self.document {
            files.put(reading::DOCUMENT, document.to_bytes());
        }
        if let Some(login) = &self.login {
            files.put(reading::LOGIN, login.to_bytes());
        }
        for (i, packet) in self.packets() {
            files.put(format!("data/packet/{i:02}.bin"), packet.packet.to_bytes());
            files.put(format!("data/packet/{i:02}.salt"), packet.salt);
        }
        if let Some(enrolment) = &self.enrolment {
            files.put(reading::ENROLMENT, enrolment.to_bytes());
        }
        if let Some(model) = &self.model {
            files.put(reading::MODEL, model.clone());
        }
        for (i, result) in self.intents.iter().enumerate() {
            files.put(format!("data/intent/{i:02}.bin"), result.to_bytes());
        }
        for (i, fault) in self.faults.iter().enumerate() {
            files.put(format!("data/faults/{i:02}.bin"), fault.to_bytes());
        }
        for (i, stamp) in self.stamps.iter().enumerate() {
            files.put(format!("data/time/{i:02}.bin"), stamp.receipt.to_bytes());
            files.put(format!("data/time/{i:02}.tsr"), stamp.token.clone());
            files.put(format!("data/time/{i:02}.chain.pem"), stamp.chain.clone());
        }
        files
    }
    /// All packets with their numbers: 0 the signing's, references from 1.
    pub fn packets(&self) -> impl Iterator<Item = (usize, &SealedPacket)> {
        self.packet.iter().map(|p| (0, p)).chain((1..).zip(&self.references))
    }
    /// What the genesis in it says; to be trusted only if a policy names it.
    pub fn trust(&self) -> Trust {
        self.genesis.trust()
    }
    /// The validators of the checkpoint's epoch, if the trail leads to them.
    pub fn validators(&self) -> Option<ValidatorSet> {
        // A genesis that was read and not checked yet may hold no set at all.
        self.genesis.check().ok()?;
        let mut client = LightClient::new(&self.trust());
        self.trail.links.iter().try_for_each(|link| client.step(link)).ok()?;
        client.validators(self.receipt.checkpoint.header.epoch).cloned()
    }
    /// The chain id of that genesis.
    pub fn genesis_id(&self) -> ChainId {
        self.genesis.chain_id()
    }
    /// The digest of the signer's template that was compared with, unless there was none.
    pub(crate) fn template(&self) -> Option<Digest> {
        self.event.appraisal.as_ref().map(|a| a.template).filter(|t| *t != Digest::ZERO)
    }
}

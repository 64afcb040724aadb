//! Signers' templates in memory: made from the reference packets in the vault when first needed, then cached.
//!
//! The ledger names the references; whether they may be used is its business. Bounded by bytes.

use crate::lru::Lru;
use crate::refusal::Refusal;
use crate::submission::SealedPacket;
use crate::vault::{Vault, VaultError};
use ledger::Read;
use models::{Appraiser, StrokePacket, Template};
use proto::state::SignerLeaf;
use proto::{Canonical, Digest};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Why there is no template to compare with. It is this node's trouble, never a verdict on the signer.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A reference packet is not here (yet).
    #[error("reference packet {0} is not on this node yet; it is being fetched from the other validators")]
    Missing(Digest),
    /// A reference packet cannot be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Packets that were accepted at enrolment are not accepted now.
    #[error("the references of template {0} are not accepted by this model")]
    Refused(Digest),
}

impl From<TemplateError> for Refusal {
    fn from(error: TemplateError) -> Self {
        match &error {
            TemplateError::Missing(_) => tracing::debug!(%error, "no template to compare with"),
            TemplateError::Vault(_) | TemplateError::Refused(_) => {
                tracing::warn!(%error, "no template to compare with")
            }
        }
        let message = "the signer's references cannot be read on this node now; try again later or use another node";
        Self::new("TEMPLATE_UNAVAILABLE", "body.signer", message).retry_after(Duration::from_secs(2))
    }
}

/// The cache.
pub struct Templates {
    cache: Mutex<Lru<Digest, Arc<Template>>>,
}

impl Templates {
    /// An empty cache of at most `bytes`.
    pub fn new(bytes: usize) -> Self {
        Self { cache: Mutex::new(Lru::new(bytes)) }
    }
    /// The template of an enrolled signer.
    pub fn load(
        &self,
        signer: &SignerLeaf,
        model: &Appraiser,
        vault: &Vault,
        disk: &dyn Read,
    ) -> Result<Arc<Template>, TemplateError> {
        if let Some(template) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&signer.template) {
            return Ok(template);
        }
        let packets = signer.references.iter().map(|c| reference(c, vault, disk)).collect::<Result<Vec<_>, _>>()?;
        let template = model.enrol(&packets).map_err(|_| TemplateError::Refused(signer.template))?;
        Ok(self.keep(signer.template, template))
    }
    /// Keeps a template that was just made for an enrolment, under the name that the ledger will give it.
    pub fn keep(&self, name: Digest, template: Template) -> Arc<Template> {
        let (template, mut cache) = (Arc::new(template), self.cache.lock().unwrap_or_else(PoisonError::into_inner));
        cache.put(name, template.clone(), template.memory_bytes());
        template
    }
}

fn reference(commitment: &Digest, vault: &Vault, disk: &dyn Read) -> Result<StrokePacket, TemplateError> {
    let SealedPacket { packet, .. } = vault.open(disk, commitment)?.ok_or(TemplateError::Missing(*commitment))?;
    StrokePacket::from_bytes(&packet).map_err(|_| VaultError::Damaged(*commitment).into())
}

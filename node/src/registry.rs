//! The handwriting models of this program by digest. Their weights are parsed once, when somebody first asks.

use models::Appraiser;
use proto::Digest;
use std::sync::OnceLock;

/// Every model, newest first.
pub fn models() -> &'static [Appraiser] {
    static MODELS: OnceLock<Vec<Appraiser>> = OnceLock::new();
    MODELS.get_or_init(Appraiser::all)
}

/// What people call a model; `None` if this program does not have it.
pub fn name(digest: &Digest) -> Option<&'static str> {
    models().iter().find(|m| m.digest() == *digest).map(Appraiser::name)
}

//! ExportPackets: the evidence package of a signing with the packets that an access event opens.
//!
//! Who may have them is decided as for ReadPackets. The package goes to the caller and nowhere else: it is neither kept nor
//! given a name by which another could ask for it.

use super::download_export::{Pieces, pieces};
use super::read_packets::released;
use crate::client::Released;
use crate::export::{Wanted, disclose, gather};
use crate::handle::Handle;
use crate::refusal::Refusal;
use crate::wire::v1::{self, PackageVariant};
use evidence::Variant;
use proto::Seq;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Packages that are made at the same time.
pub const MADE_MAX: usize = 2;

/// Checks the request, reads, and puts what was read into the package.
pub async fn export_packets(
    handle: &Handle,
    places: &Arc<Semaphore>,
    m: v1::ExportPacketsRequest,
) -> Result<Pieces, Refusal> {
    let variant = variant(&m)?;
    let place = places.clone().try_acquire_owned().map_err(|_| busy())?;
    let (signing, released) = released(handle, m.read.unwrap_or_default()).await?;
    let handle = handle.clone();
    let work = move || {
        let made = make(&handle, signing, (variant, &released));
        drop(place);
        made
    };
    let made = tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Refusal::stopping()));
    Ok(pieces(Arc::new(made?)))
}

fn variant(m: &v1::ExportPacketsRequest) -> Result<Variant, Refusal> {
    match m.variant() {
        PackageVariant::Party => Ok(Variant::Party),
        PackageVariant::Full => Ok(Variant::Full),
        PackageVariant::Unspecified => {
            let message = "variant: must be PARTY or FULL; a public package comes from EvidenceService";
            Err(Refusal::new("FIELD_INVALID", "variant", message))
        }
    }
}

fn make(handle: &Handle, signing: Seq, what: (Variant, &Released)) -> Result<Vec<u8>, Refusal> {
    let wanted = Wanted { seq: signing, keys: BTreeSet::new(), at: None };
    let dossier = gather((&handle.store(), &handle.vault()), handle.genesis(), wanted)?;
    let dossier = disclose(dossier, what.0, what.1).map_err(|damaged| {
        tracing::error!(%damaged, "a released packet cannot be read");
        Refusal::broken_store()
    })?;
    let bytes = dossier.package();
    if bytes.len() > evidence::BYTES_MAX {
        return Err(super::create_export::too_large());
    }
    Ok(bytes)
}

fn busy() -> Refusal {
    let message = format!("{MADE_MAX} packages with packets are being made; try again later or ask another node");
    Refusal::new("TOO_MANY_EXPORTS", "", message).retry_after(Duration::from_secs(2))
}

//! From a public package to a party's or a court's: the packets that the ledger released are put in, and everything that
//! follows from them. Done by who was given the packets, not by the node.

use crate::client::Released;
use crate::submission::SealedPacket;
use evidence::{Dossier, Variant};
use models::StrokePacket;
use proto::{Canonical, Malformed};

/// The dossier with the packets in it. A party's holds the packet of the signing only.
pub fn disclose(mut dossier: Dossier, variant: Variant, released: &Released) -> Result<Dossier, Malformed> {
    dossier.variant = variant;
    dossier.packet = Some(open(&released.packet)?);
    let all = variant == Variant::Full;
    let references = released.references.iter().filter(|_| all);
    dossier.references = references.map(open).collect::<Result<_, _>>()?;
    super::dress(&mut dossier);
    Ok(dossier)
}

fn open(sealed: &SealedPacket) -> Result<evidence::SealedPacket, Malformed> {
    Ok(evidence::SealedPacket { packet: StrokePacket::from_bytes(&sealed.packet)?, salt: sealed.salt })
}

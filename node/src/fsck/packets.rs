//! The packets of committed events: each must decrypt, and have the commitment that the ledger holds; or be marked as
//! still to be fetched.

use super::report::Report;
use crate::store::{Store, Table, key};
use crate::vault::Vault;
use ledger::Read;
use models::StrokePacket;
use proto::{Canonical, Digest, Event, Seq};

/// Examines the packets of every event.
pub(crate) fn examine(store: &Store, vault: &Vault, report: &mut Report) {
    for seq in (0..report.events).map(Seq) {
        // An event that cannot be read was reported when its block was executed.
        let Ok(Some(event)) = ledger::event(store, seq) else { continue };
        for commitment in event.transaction.draft.body.packets() {
            match check(store, vault, &event, commitment) {
                Ok(true) => report.packets += 1,
                Ok(false) => report.packets_awaited += 1,
                Err(problem) => report.damage(format!("packet {commitment}"), problem),
            }
        }
    }
}

/// False if it is still to be fetched.
fn check(store: &Store, vault: &Vault, event: &Event, commitment: &Digest) -> Result<bool, String> {
    vault.open_profile(store, commitment).map_err(|e| e.to_string())?;
    let Some(sealed) = vault.open(store, commitment).map_err(|e| e.to_string())? else {
        let mark = store.get(&key(Table::PacketMissing, &event.transaction.id().0)).map_err(|e| e.detail)?;
        return mark.map(|_| false).ok_or_else(|| "it is not here, and not marked as to be fetched".into());
    };
    let packet = StrokePacket::from_bytes(&sealed.packet).map_err(|e| e.to_string())?;
    if packet.commitment(&sealed.salt) != *commitment {
        return Err("it is not the packet that the ledger commits to".into());
    }
    Ok(true)
}

//! A fire drill: the newest backup is put back into a folder that goes away again, checked from end to end, and receipts
//! out of it are verified, as they would have to be on the day when nothing else is left.

use crate::backup::{DATABASE, Manifest, check_files, restore::put_database};
use crate::config::Config;
use crate::daemon::read_genesis;
use crate::evidence::Evidence;
use crate::fault::Fault;
use crate::fsck::{self, scratch};
use crate::store::Store;
use crate::store::site::Site;
use proto::light::LINKS_MAX;
use proto::{Epoch, Outcome, Seq, Trail, Trust};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What came of it.
pub struct Report {
    /// Which backup.
    pub backup: PathBuf,
    /// What its manifest says.
    pub manifest: Manifest,
    /// What the examination found.
    pub fsck: fsck::Report,
    /// Receipts that were verified.
    pub receipts: u64,
    /// Events whose receipt could not be made or does not hold.
    pub bad_receipts: Vec<u64>,
    /// Why it would not help even if all of it is right.
    pub lacks: Option<String>,
    /// How long it took, from the copy to the last receipt.
    pub seconds: f64,
}

/// The newest backup below a folder, by the time in its manifest.
pub fn newest(backups: &Path) -> Result<PathBuf, Fault> {
    let fault = |e: std::io::Error| Fault::file(backups, format!("cannot be read: {e}"));
    let folders = std::fs::read_dir(backups).map_err(fault)?.filter_map(Result::ok).map(|e| e.path());
    let mut dated = Vec::new();
    for path in folders {
        match Manifest::read(&path) {
            Ok(manifest) => dated.push((manifest.made_ms, path)),
            // It may be the newest, and nobody can tell.
            Err(damaged @ Fault::DamagedBackup { .. }) => return Err(damaged),
            Err(_) => {}
        }
    }
    let newest = dated.into_iter().max().map(|(_, path)| path);
    newest.ok_or_else(|| Fault::file(backups, "holds no backup; `chirograph backup` makes one"))
}

/// What is tried out.
pub struct Trial<'a> {
    /// Of the node whose keys open the packets. Its database is not touched; the copy stands beside it.
    pub config: Config,
    /// The backup.
    pub backup: &'a Path,
    /// How many receipts to verify.
    pub receipts: u64,
    /// Folder for the copies, instead of beside the database.
    pub scratch: Option<&'a Path>,
}

/// Puts a backup back into a folder that goes away again, and checks it. Nothing else is changed.
pub fn drill(trial: Trial<'_>) -> Result<Report, Fault> {
    let (since, Trial { mut config, backup, receipts, scratch }) = (Instant::now(), trial);
    let manifest = check_files(backup)?;
    // Twice: the copy, and the ledger that is executed again. A node that runs there keeps the room that it wants.
    let bytes = 2 * scratch::size(&backup.join(DATABASE))? + (config.limits.disk_reserve_mib << 20);
    let folder = fsck::Scratch::new(&config.data, scratch, bytes)?;
    config.data = folder.path.join("data");
    put_database(backup, &Site::vacant(&config.data)?)?;
    let genesis = read_genesis(&config.genesis)?;
    let found = fsck::examine_copy(&config, &folder)?;
    let count = receipts.min(found.events);
    let (mut verified, mut bad_receipts) = (0, Vec::new());
    if found.writes.is_some() {
        let store = Store::open_read_only(&config.data, &genesis.chain_id())?;
        let trail = ledger::trail(&store, Epoch(0), LINKS_MAX).map_err(|e| store.fault(e))?;
        for n in 0..count {
            // Spread over the whole ledger, the first and the last among them.
            let seq = if count > 1 { (found.events - 1) * n / (count - 1) } else { 0 };
            if holds(&store, seq, (&genesis.trust(), &trail)) { verified += 1 } else { bad_receipts.push(seq) }
        }
    }
    let (lacks, seconds) = (lacks(backup, &manifest), since.elapsed().as_secs_f64());
    Ok(Report { backup: backup.to_owned(), manifest, fsck: found, receipts: verified, bad_receipts, lacks, seconds })
}

/// Why a backup would not help however whole it is: it is empty, or another one beside it, of the same network and made
/// earlier, holds more.
fn lacks(backup: &Path, manifest: &Manifest) -> Option<String> {
    if manifest.ledger_size == 0 {
        return Some("it holds no event".into());
    }
    let entries = std::fs::read_dir(backup.parent()?).ok()?.flatten();
    let others = entries.filter_map(|e| Some((Manifest::read(&e.path()).ok()?, e.path())));
    let earlier = others.filter(|(m, _)| m.chain_id == manifest.chain_id && m.made_ms < manifest.made_ms);
    let (most, path) = earlier.max_by_key(|(m, _)| m.ledger_size)?;
    let (ours, theirs) = (manifest.ledger_size, most.ledger_size);
    (theirs > ours).then(|| format!("it holds {ours} events, and {}, made earlier, holds {theirs}", path.display()))
}

/// A key that an organisation got after genesis cannot be told offline from the receipt alone: that is no fault of a backup.
fn holds(store: &Store, seq: u64, known: (&Trust, &Trail)) -> bool {
    let receipt = ledger::receipt(store, Seq(seq)).ok().flatten().map(|r| Evidence::Receipt(Box::new(r)));
    let checks = receipt.map_or_else(Vec::new, |evidence| evidence.verify_along(known.0, known.1));
    let told = checks.iter().filter(|c| c.code != "TRANSACTION_SIGNATURE");
    let wrong = checks.iter().any(|c| c.outcome == Outcome::Invalid);
    !wrong && told.map(|c| c.outcome).max() == Some(Outcome::Valid)
}

impl Report {
    /// Whether the backup would save us.
    pub fn is_good(&self) -> bool {
        let is_whole = self.fsck.is_clean() && self.bad_receipts.is_empty();
        is_whole && self.manifest.ledger_size == self.fsck.events && self.lacks.is_none()
    }
    /// For people.
    pub fn text(&self) -> String {
        let age = crate::clock::now().0.saturating_sub(self.manifest.made_ms) / 1000;
        format!(
            "{}: made {age} s ago at height {} with {} events\n{}\nverified {} receipts, {} do not hold\n{}{} in {:.1} s",
            self.backup.display(),
            self.manifest.height,
            self.manifest.ledger_size,
            self.fsck.text(),
            self.receipts,
            self.bad_receipts.len(),
            self.lacks.as_ref().map_or_else(String::new, |l| format!("{l}\n")),
            if self.is_good() { "the backup is good" } else { "THE BACKUP IS NO GOOD" },
            self.seconds
        )
    }
    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "backup": self.backup, "good": self.is_good(), "height": self.manifest.height,
            "events": self.manifest.ledger_size, "made_ms": self.manifest.made_ms, "receipts": self.receipts,
            "bad_receipts": self.bad_receipts, "lacks": self.lacks, "seconds": self.seconds, "fsck": self.fsck.json(),
        })
    }
}

//! The store: one RocksDB that holds everything the node must not forget. One write batch per step.
//!
//! Durability. [`Store::write`] appends a step's batch to the write-ahead log without waiting for the disk;
//! [`Store::sync`] waits once for all that was written before. The event loop calls `sync` after the last step of a turn
//! and before the first send of that turn, so a promise is durable before anyone can see it. If we crash
//! - inside `write`: the log ends in a torn record; it is cut off at the next start, nobody was told of it;
//! - between `write` and `sync`: the batch is there (the process died) or cut off (the machine died), as a whole
//!   either way; nobody was told of it;
//! - after `sync`: everything is there, and sending again what may or may not have left is harmless, because recovery
//!   sends the identical stored votes.
//!
//! A damaged record in the middle of the log is no torn tail: opening refuses, rather than forget promises silently.
//! What the rows mean is the business of `ledger`, `replica` and `vault`.

pub mod site;

use crate::fault::Fault;
use ledger::{Batch, Birth, Read, ReadFault};
use proto::ChainId;
use rocksdb::checkpoint::Checkpoint;
use rocksdb::{BlockBasedOptions, Cache, DB, DBCompressionType, DBRecoveryMode, Direction, IteratorMode, Options};
use rocksdb::{ReadOptions, WriteBatch, WriteOptions};
use std::path::{Path, PathBuf};

/// Memory for data blocks, in bytes.
const CACHE_BYTES: usize = 64 << 20;
/// Memory for writes that are not yet sorted into files, in bytes.
const MEMTABLE_BYTES: usize = 32 << 20;

/// The node's own tables; `ledger::Table` has the numbers below 64.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Table {
    /// Commitment -> encrypted packet.
    Packet = 64,
    /// Commitment -> wrapped key of that packet. Deleting this row destroys the packet.
    PacketKey = 65,
    /// Transaction -> packets that were stored with a vote and are not committed.
    PacketPending = 66,
    /// Transaction -> nothing: committed, but its packets are still to be fetched from a peer.
    PacketMissing = 67,
    /// Commitment -> encrypted profile of that packet.
    PacketProfile = 68,
    /// Height, authority -> time-stamp over the header.
    Stamp = 69,
}

/// A key of one of the node's tables.
pub fn key(table: Table, parts: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + parts.len());
    key.push(table as u8);
    key.extend_from_slice(parts);
    key
}

/// A key without its table byte, and its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// An open database.
pub struct Store {
    db: DB,
    path: PathBuf,
}

/// A view of the store at one moment.
pub struct Snapshot<'a> {
    inner: rocksdb::Snapshot<'a>,
}

impl Store {
    /// Opens the database in `path`, and writes the genesis block if it is empty. Refuses another chain's.
    pub fn open(path: &Path, birth: &Birth) -> Result<Self, Fault> {
        let db = DB::open(&options(true), path).map_err(|e| Fault::store(path, e))?;
        let store = Self { db, path: path.to_owned() };
        match ledger::tip(&store).map_err(|e| store.fault(e))? {
            Some(tip) => store.check_chain(&tip.header.chain, &birth.chain)?,
            // If we crash before the sync, the store is empty or complete: both start the same way.
            None => {
                store.write(ledger::birth(birth).1)?;
                store.sync()?;
            }
        }
        Ok(store)
    }
    /// Makes an empty database in `path`, which must not exist: not a ledger until somebody writes one.
    pub fn open_empty(path: &Path) -> Result<Self, Fault> {
        let mut options = options(true);
        options.set_error_if_exists(true);
        let db = DB::open(&options, path).map_err(|e| Fault::store(path, e))?;
        Ok(Self { db, path: path.to_owned() })
    }
    /// Opens the database of a stopped node without changing it. Refuses an empty one and another chain's.
    pub fn open_read_only(path: &Path, chain: &ChainId) -> Result<Self, Fault> {
        // RocksDB would make the folder, and then something stands in the way of who puts a database there.
        if !site::holds_database(path) {
            return Err(Fault::NoDatabase { path: path.to_owned() });
        }
        let options = options(false);
        let db = DB::open_for_read_only(&options, path, false).map_err(|e| Fault::store(path, e))?;
        let store = Self { db, path: path.to_owned() };
        let tip = ledger::tip(&store).map_err(|e| store.fault(e))?.ok_or_else(|| store.fault("it holds no ledger"))?;
        store.check_chain(&tip.header.chain, chain)?;
        Ok(store)
    }
    /// Appends a batch, all or nothing. Durable after the next [`Store::sync`].
    pub fn write(&self, batch: Batch) -> Result<(), Fault> {
        let mut rows = WriteBatch::default();
        for (key, value) in batch.writes {
            match value {
                Some(value) => rows.put(key, value),
                None => rows.delete(key),
            }
        }
        self.db.write_opt(rows, &WriteOptions::default()).map_err(|e| self.fault(e))
    }
    /// Waits until all that was written is on the disk.
    pub fn sync(&self) -> Result<(), Fault> {
        self.db.flush_wal(true).map_err(|e| self.fault(e))
    }
    /// How many writes were made to it, ever: a copy that is put back has fewer.
    pub fn written(&self) -> u64 {
        self.db.latest_sequence_number()
    }
    /// A copy of the database at this moment, in a new folder.
    pub fn checkpoint(&self, to: &Path) -> Result<(), Fault> {
        let made = Checkpoint::new(&self.db).and_then(|c| c.create_checkpoint(to));
        made.map_err(|e| Fault::store(to, e))
    }
    /// A view that later writes do not change; take one for a query that reads several rows.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { inner: self.db.snapshot() }
    }
    /// Up to `limit` rows of a table in order of key, without the table byte; for work lists, not for queries.
    pub fn scan(&self, table: Table, limit: usize) -> Result<Vec<Row>, Fault> {
        self.scan_from(table, &[], limit)
    }
    /// The same from a key on, itself left out.
    pub fn scan_after(&self, table: Table, after: &[u8], limit: usize) -> Result<Vec<Row>, Fault> {
        self.scan_from(table, &[after, &[0]].concat(), limit)
    }
    fn scan_from(&self, table: Table, from: &[u8], limit: usize) -> Result<Vec<Row>, Fault> {
        let start = key(table, from);
        let rows = self.db.iterator(IteratorMode::From(&start, Direction::Forward));
        let ours = rows.take_while(|row| row.as_ref().map_or(true, |(k, _)| k.first() == Some(&start[0])));
        let split = |row: Result<_, rocksdb::Error>| {
            let (k, v): (Box<[u8]>, Box<[u8]>) = row.map_err(|e| self.fault(e))?;
            Ok((k[1..].to_vec(), v.into_vec()))
        };
        ours.take(limit).map(split).collect()
    }
    /// The last row of a table in order of key, without the table byte.
    pub fn last(&self, table: Table) -> Result<Option<Row>, Fault> {
        let end = [table as u8 + 1];
        let mut rows = self.db.iterator(IteratorMode::From(&end, Direction::Reverse));
        match rows.find(|row| row.as_ref().map_or(true, |(k, _)| k.first() < Some(&end[0]))) {
            Some(Ok((k, v))) if k.first() == Some(&(table as u8)) => Ok(Some((k[1..].to_vec(), v.into_vec()))),
            Some(Err(e)) => Err(self.fault(e)),
            _ => Ok(None),
        }
    }
    /// Every row in order of key, with its table byte. An error ends it.
    pub fn rows(&self) -> impl Iterator<Item = Result<Row, Fault>> + '_ {
        self.walk(0)
    }
    /// The rows of the table with this byte.
    pub fn rows_of(&self, table: u8) -> impl Iterator<Item = Result<Row, Fault>> + '_ {
        self.walk(table).take_while(move |row| row.as_ref().map_or(true, |(k, _)| k.first() == Some(&table)))
    }
    fn walk(&self, from: u8) -> impl Iterator<Item = Result<Row, Fault>> + '_ {
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        options.set_verify_checksums(true);
        let rows = self.db.iterator_opt(IteratorMode::From(&[from], Direction::Forward), options);
        rows.map(|row| row.map(|(k, v)| (k.into_vec(), v.into_vec())).map_err(|e| self.fault(e)))
    }
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// A fault of this store.
    pub fn fault(&self, problem: impl ToString) -> Fault {
        Fault::store(&self.path, problem)
    }
    fn check_chain(&self, found: &ChainId, expected: &ChainId) -> Result<(), Fault> {
        if found == expected {
            return Ok(());
        }
        let path = self.path.clone();
        Err(Fault::OtherChain { path, found: found.to_string(), expected: expected.to_string() })
    }
}

impl Snapshot<'_> {
    /// The rows of the table with this byte in order of key, without that byte. An error ends it.
    pub fn rows_of(&self, table: u8) -> impl Iterator<Item = Result<Row, ReadFault>> + '_ {
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        let rows = self.inner.iterator_opt(IteratorMode::From(&[table], Direction::Forward), options);
        let rows = rows.take_while(move |row| row.as_ref().map_or(true, |(k, _)| k.first() == Some(&table)));
        rows.map(|row| match row {
            Ok((k, v)) => Ok((k[1..].to_vec(), v.into_vec())),
            Err(e) => Err(ReadFault { detail: e.to_string() }),
        })
    }
}

impl Snapshot<'_> {
    /// The rest of each key that begins with `prefix`, from `from` on in order of key; at most `limit`.
    pub fn keys_under(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, ReadFault> {
        let start = [prefix, from].concat();
        let rows = self.inner.iterator(IteratorMode::From(&start, Direction::Forward));
        let ours = rows.take_while(|row| row.as_ref().map_or(true, |(k, _)| k.starts_with(prefix)));
        let rest = |row: Result<(Box<[u8]>, _), rocksdb::Error>| match row {
            Ok((k, _)) => Ok(k[prefix.len()..].to_vec()),
            Err(e) => Err(ReadFault { detail: e.to_string() }),
        };
        ours.take(limit).map(rest).collect()
    }
}

impl Read for Store {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault> {
        self.db.get(key).map_err(|e| ReadFault { detail: e.to_string() })
    }
}

impl Read for Snapshot<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadFault> {
        self.inner.get(key).map_err(|e| ReadFault { detail: e.to_string() })
    }
}

fn options(create: bool) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_bloom_filter(10.0, false); // most look-ups of requests and fingerprints find nothing
    table.set_cache_index_and_filter_blocks(true);
    if let Ok(cache) = Cache::new_lru_cache(CACHE_BYTES) {
        table.set_block_cache(&cache);
    }
    let mut options = Options::default();
    options.create_if_missing(create);
    options.set_block_based_table_factory(&table);
    options.set_write_buffer_size(MEMTABLE_BYTES);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options.set_keep_log_file_num(3);
    options.set_max_open_files(512);
    options
}

#[cfg(test)]
mod tests;

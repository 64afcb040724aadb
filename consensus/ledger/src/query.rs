//! What is written on the ledger, by its name. Proofs of it are made in [`crate::proof`].
//!
//! Answers are of the state that is passed in. Whoever asks more than one question passes a snapshot.

use crate::store::{Read, ReadFault, Table, key, load};
use crate::workspace::leaf;
use proto::state::{
    HistoryLeaf, MatterLeaf, MembersLeaf, MinSoftwareLeaf, OpenMotionsLeaf, RequestLeaf, RetiredKeyLeaf, SignerLeaf,
    StateKey,
};
use proto::{
    Block, Canonical, Certificate, Contact, Digest, Epoch, Event, Header, Height, Item, KeyId, Motion, Name,
    Organisation, Params, RESCUE_EPOCHS_MAX, RequestId, RescueKeys, Seq, TxId, ValidatorIndex, ValidatorSet,
};

/// The parameters in force.
pub fn params(state: &dyn Read) -> Result<Params, ReadFault> {
    leaf(state, &StateKey::Params)?.ok_or_else(|| ReadFault::missing("the parameters"))
}

/// The validators in force.
pub fn validators(state: &dyn Read) -> Result<ValidatorSet, ReadFault> {
    leaf(state, &StateKey::Validators)?.ok_or_else(|| ReadFault::missing("the validator set"))
}

/// The validators of an epoch, the one in force or an earlier one.
pub fn validators_of(state: &dyn Read, epoch: Epoch) -> Result<Option<ValidatorSet>, ReadFault> {
    leaf(state, &StateKey::ValidatorsOf(epoch))
}

/// The names of all members, in the order of their joining.
pub fn members(state: &dyn Read) -> Result<Vec<Name>, ReadFault> {
    Ok(leaf::<MembersLeaf>(state, &StateKey::Members)?.unwrap_or_default().0)
}

/// How to reach a validator that was not in genesis.
pub fn contact(state: &dyn Read, key: &KeyId) -> Result<Option<Contact>, ReadFault> {
    leaf(state, &StateKey::Contact(*key))
}

/// A motion by the transaction that made it.
pub fn motion(state: &dyn Read, tx: &TxId) -> Result<Option<Motion>, ReadFault> {
    leaf(state, &StateKey::Motion(*tx))
}

/// Motions that are undecided, oldest first; some may have expired since the last one was made.
pub fn open_motions(state: &dyn Read) -> Result<Vec<TxId>, ReadFault> {
    Ok(leaf::<OpenMotionsLeaf>(state, &StateKey::OpenMotions)?.unwrap_or_default().0)
}

/// A key that signed for an organisation and does no more.
pub fn retired_key(state: &dyn Read, key: &KeyId) -> Result<Option<RetiredKeyLeaf>, ReadFault> {
    leaf(state, &StateKey::RetiredKey(*key))
}

/// The lowest number of a program that may vote.
pub fn min_software(state: &dyn Read) -> Result<u32, ReadFault> {
    Ok(leaf::<MinSoftwareLeaf>(state, &StateKey::MinSoftware)?.unwrap_or_default().0)
}

/// Who may appoint validators when the quorum is lost.
pub fn rescue_keys(state: &dyn Read) -> Result<RescueKeys, ReadFault> {
    Ok(leaf(state, &StateKey::RescueKeys)?.unwrap_or_default())
}

/// The epoch that gave way to this one: the one before, unless rescues opened epochs between in vain. `None` for the first.
pub fn epoch_before(state: &dyn Read, epoch: Epoch) -> Result<Option<Epoch>, ReadFault> {
    let first = epoch.0.saturating_sub(RESCUE_EPOCHS_MAX);
    for below in (first..epoch.0).rev().map(Epoch) {
        if validators_of(state, below)?.is_some() {
            return Ok(Some(below));
        }
    }
    Ok(None)
}

/// The event that proves a fault of a validator of an epoch.
pub fn fault(state: &dyn Read, epoch: Epoch, validator: ValidatorIndex) -> Result<Option<Seq>, ReadFault> {
    read_seq(state, &key(Table::StateLeaf, &StateKey::Fault(epoch, validator).path().0))
}

/// All events that prove a fault, oldest epoch first, at most `limit`.
pub fn faults(state: &dyn Read, limit: usize) -> Result<Vec<Seq>, ReadFault> {
    let mut found = Vec::new();
    for epoch in 0..=validators(state)?.epoch().0 {
        let Some(set) = validators_of(state, Epoch(epoch))? else { continue };
        for index in set.indices() {
            found.extend(fault(state, Epoch(epoch), index)?);
        }
        if found.len() >= limit {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// An organisation with its role and keys.
pub fn organisation(state: &dyn Read, name: &Name) -> Result<Option<Organisation>, ReadFault> {
    leaf(state, &StateKey::Organisation(name.clone()))
}

/// A signer's references.
pub fn signer(state: &dyn Read, name: &Name) -> Result<Option<SignerLeaf>, ReadFault> {
    leaf(state, &StateKey::Signer(name.clone()))
}

/// How many packets of a signer were committed, references and signings together.
pub fn history(state: &dyn Read, name: &Name) -> Result<u64, ReadFault> {
    let leaf: Option<HistoryLeaf> = leaf(state, &StateKey::History(name.clone()))?;
    Ok(leaf.map_or(0, |l| l.packets))
}

/// Commitment of a signer's packet by its number in ledger order, from 0.
pub fn history_packet(state: &dyn Read, name: &Name, number: u64) -> Result<Option<Digest>, ReadFault> {
    let Some(bytes) = state.get(&history_key(name, number))? else { return Ok(None) };
    let bytes = bytes.try_into().map_err(|_| ReadFault { detail: "a history row is not a commitment".to_owned() })?;
    Ok(Some(Digest(bytes)))
}

/// The event with a packet of this fingerprint: there is one at most.
pub fn packet_event(state: &dyn Read, fingerprint: &Digest) -> Result<Option<Seq>, ReadFault> {
    read_seq(state, &key(Table::StateLeaf, &StateKey::Fingerprint(*fingerprint).path().0))
}

/// A matter's event count and sum.
pub fn matter(state: &dyn Read, name: &Name) -> Result<Option<MatterLeaf>, ReadFault> {
    leaf(state, &StateKey::Matter(name.clone()))
}

/// What was committed under an organisation's request id.
pub fn request(state: &dyn Read, org: &Name, id: &RequestId) -> Result<Option<RequestLeaf>, ReadFault> {
    leaf(state, &StateKey::Request(org.clone(), *id))
}

/// The header at `height`.
pub fn header(state: &dyn Read, height: Height) -> Result<Option<Header>, ReadFault> {
    load(state, &header_key(height))
}

/// The finalize certificate over the header at `height`, if that height was certified itself.
pub fn certificate(state: &dyn Read, height: Height) -> Result<Option<Certificate>, ReadFault> {
    load(state, &certificate_key(height))
}

/// The event at `seq`.
pub fn event(state: &dyn Read, seq: Seq) -> Result<Option<Event>, ReadFault> {
    load(state, &event_key(seq))
}

/// The event of a transaction.
pub fn seq_of(state: &dyn Read, tx: &TxId) -> Result<Option<Seq>, ReadFault> {
    read_seq(state, &key(Table::TxIndex, &tx.0))
}

/// Events of a matter from number `from` (the first is 1) on, at most `limit`.
pub fn matter_events(state: &dyn Read, name: &Name, from: u64, limit: usize) -> Result<Vec<Event>, ReadFault> {
    let mut events = Vec::new();
    for number in from.max(1)..=u64::MAX {
        let seq = if events.len() < limit { read_seq(state, &matter_key(name, number))? } else { None };
        let Some(seq) = seq else { break };
        events.push(event(state, seq)?.ok_or_else(|| ReadFault::missing("an event of a matter"))?);
    }
    Ok(events)
}

/// The block at `height`, put together from its header and its events.
pub fn block(state: &dyn Read, height: Height) -> Result<Option<Block>, ReadFault> {
    Ok(sized_block(state, height)?.map(|(block, _)| block))
}

/// The same with the bytes of its rows, which are a little more than its own.
pub fn sized_block(state: &dyn Read, height: Height) -> Result<Option<(Block, usize)>, ReadFault> {
    let Some(row) = state.get(&header_key(height))? else { return Ok(None) };
    let header = Header::from_bytes(&row).map_err(|e| ReadFault::damaged("a header", &e))?;
    let first = header.ledger_size - u64::from(header.event_count);
    let (mut items, mut bytes) = (Vec::new(), row.len());
    for seq in first..header.ledger_size {
        let row = state.get(&event_key(Seq(seq)))?.ok_or_else(|| ReadFault::missing("an event of a block"))?;
        let event = Event::from_bytes(&row).map_err(|e| ReadFault::damaged("an event", &e))?;
        items.push(Item { transaction: event.transaction, appraisal: event.appraisal });
        bytes += row.len();
    }
    Ok(Some((Block { header, items }, bytes)))
}

/// The block at which an epoch ended; `None` while it lasts.
pub fn epoch_end(state: &dyn Read, epoch: Epoch) -> Result<Option<Height>, ReadFault> {
    let Some(row) = state.get(&epoch_end_key(epoch))? else { return Ok(None) };
    let height = row.split_first().and_then(|(_, height)| height.try_into().ok());
    let height = height.ok_or_else(|| ReadFault { detail: "the end of an epoch is not nine bytes".to_owned() })?;
    Ok(Some(Height(u64::from_be_bytes(height))))
}

pub(crate) fn header_key(height: Height) -> Vec<u8> {
    key(Table::Header, &height.0.to_be_bytes())
}

/// Where the finalize certificate of a height is kept: written by whoever commits.
pub fn certificate_key(height: Height) -> Vec<u8> {
    key(Table::Certificate, &height.0.to_be_bytes())
}

pub(crate) fn epoch_end_key(epoch: Epoch) -> Vec<u8> {
    key(Table::EpochEnd, &epoch.0.to_be_bytes())
}

pub(crate) fn epoch_end_row(how: u8, height: Height) -> Vec<u8> {
    let mut row = vec![how];
    row.extend_from_slice(&height.0.to_be_bytes());
    row
}

pub(crate) fn event_key(seq: Seq) -> Vec<u8> {
    key(Table::Event, &seq.0.to_be_bytes())
}

pub(crate) fn matter_key(name: &Name, number: u64) -> Vec<u8> {
    numbered(Table::MatterIndex, name, number)
}

pub(crate) fn history_key(name: &Name, number: u64) -> Vec<u8> {
    numbered(Table::SignerPacket, name, number)
}

pub(crate) fn document_key(document: &Digest, seq: Seq) -> Vec<u8> {
    let mut key = key(Table::DocumentIndex, &document.0);
    key.extend_from_slice(&seq.0.to_be_bytes());
    key
}

fn numbered(table: Table, name: &Name, number: u64) -> Vec<u8> {
    let name = name.as_str().as_bytes();
    let mut parts = vec![u8::try_from(name.len()).expect("a name is at most NAME_MAX bytes")];
    parts.extend_from_slice(name);
    parts.extend_from_slice(&number.to_be_bytes());
    key(table, &parts)
}

fn read_seq(state: &dyn Read, key: &[u8]) -> Result<Option<Seq>, ReadFault> {
    let Some(bytes) = state.get(key)? else { return Ok(None) };
    let bytes = bytes.try_into().map_err(|_| ReadFault { detail: "an index row is not eight bytes".to_owned() })?;
    Ok(Some(Seq(u64::from_be_bytes(bytes))))
}

/// Encodes a row that holds nothing but a position.
pub(crate) fn seq_row(seq: Seq) -> Vec<u8> {
    seq.0.to_be_bytes().to_vec()
}

//! The vault: stroke packets at rest, each encrypted with SM4-GCM under a random key of its own.
//!
//! A packet's key is wrapped under a key that follows from the node's storage key and the commitment (NIST SP 800-108r1,
//! counter mode with HMAC-SM3), so that no key ever encrypts more than a few rows: SM4-GCM with random nonces is good for
//! 2^32 under one key (SP 800-38D, 8.3), which a busy node would reach within months. The commitment is authenticated with
//! both rows, so they cannot be swapped. Deleting the key row destroys the packet for good and leaves the ledger whole, because the ledger holds
//! only the salted commitment. Who may read a packet is not decided here. Packet bytes never reach a log.
//!
//! A packet's profile has a row of its own under another such key: later packets are compared with it whether or not the
//! packet is still here. [`Vault::destroy`] removes both. A validator that removes the profile of a *committed* packet
//! has no vote on that signer any more, so removing those is for all validators to do together.

use crate::fault::Fault;
use crate::store::{Table, key};
use crate::submission::SealedPacket;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{AesGcm, Nonce};
use ledger::{Batch, Read, ReadFault};
use proto::Digest;
use sm4::cipher::consts::U12;
use zeroize::Zeroizing;

type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

const NONCE_LEN: usize = 12;
const SALT_LEN: usize = 32;

/// What a derived key is for.
const WRAPPING: &str = "chirograph packet key";
const PROFILE: &str = "chirograph packet profile";

/// Encrypts and decrypts packets; holds the node's storage key in memory.
pub struct Vault {
    storage_key: Zeroizing<[u8; 16]>,
}

/// Why a packet cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] ReadFault),
    /// A row does not decrypt: it was changed, or the storage key is another one.
    #[error("packet {0}: does not decrypt; check that the storage key is the one of this store")]
    Damaged(Digest),
}

impl Vault {
    /// A vault under this storage key.
    pub fn new(storage_key: &[u8; 16]) -> Self {
        Self { storage_key: Zeroizing::new(*storage_key) }
    }
    /// The key of one row: SP 800-108r1, one block of counter mode.
    fn derived(&self, purpose: &str, commitment: &Digest) -> Sm4Gcm {
        let bits = 128u32.to_be_bytes();
        let input = [&1u32.to_be_bytes(), purpose.as_bytes(), &[0], &commitment.0, &bits].concat();
        let mut key = Zeroizing::new([0; 16]);
        key.copy_from_slice(&hmac_sm3(&self.storage_key, &input).0[..16]);
        cipher(&key)
    }
    /// Adds the rows of a packet to `batch`.
    pub fn seal(&self, commitment: &Digest, packet: &SealedPacket, batch: &mut Batch) -> Result<(), Fault> {
        let packet_key = Zeroizing::new(random::<16>()?);
        let mut plain = Zeroizing::new(Vec::with_capacity(SALT_LEN + packet.packet.len()));
        plain.extend_from_slice(&packet.salt);
        plain.extend_from_slice(&packet.packet);
        batch.put(key(Table::Packet, &commitment.0), encrypt(&cipher(&packet_key), commitment, &plain)?);
        batch.put(
            key(Table::PacketKey, &commitment.0),
            encrypt(&self.derived(WRAPPING, commitment), commitment, &*packet_key)?,
        );
        Ok(())
    }
    /// The packet with this commitment; `None` if it is not here or its key was destroyed.
    pub fn open(&self, disk: &dyn Read, commitment: &Digest) -> Result<Option<SealedPacket>, VaultError> {
        let Some(wrapped) = disk.get(&key(Table::PacketKey, &commitment.0))? else { return Ok(None) };
        let Some(row) = disk.get(&key(Table::Packet, &commitment.0))? else { return Ok(None) };
        let damaged = || VaultError::Damaged(*commitment);
        let packet_key = decrypt(&self.derived(WRAPPING, commitment), commitment, &wrapped).ok_or_else(damaged)?;
        let packet_key: &[u8; 16] = packet_key.as_slice().try_into().map_err(|_| damaged())?;
        let plain = decrypt(&cipher(packet_key), commitment, &row).ok_or_else(damaged)?;
        let (salt, packet) = plain.split_first_chunk::<SALT_LEN>().ok_or_else(damaged)?;
        Ok(Some(SealedPacket { salt: *salt, packet: Zeroizing::new(packet.to_vec()) }))
    }
    /// Adds the row of a packet's profile to `batch`.
    pub fn seal_profile(&self, commitment: &Digest, profile: &[u8], batch: &mut Batch) -> Result<(), Fault> {
        let row = encrypt(&self.derived(PROFILE, commitment), commitment, profile)?;
        batch.put(key(Table::PacketProfile, &commitment.0), row);
        Ok(())
    }
    /// The profile of the packet with this commitment, if it is here.
    pub fn open_profile(&self, disk: &dyn Read, commitment: &Digest) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let Some(row) = disk.get(&key(Table::PacketProfile, &commitment.0))? else { return Ok(None) };
        let plain = decrypt(&self.derived(PROFILE, commitment), commitment, &row);
        plain.map(Some).ok_or(VaultError::Damaged(*commitment))
    }
    /// Whether the packet can be read here.
    pub fn holds(disk: &dyn Read, commitment: &Digest) -> Result<bool, ReadFault> {
        Ok(disk.get(&key(Table::PacketKey, &commitment.0))?.is_some())
    }
    /// Adds to `batch` what destroys a packet and its profile.
    pub fn destroy(commitment: &Digest, batch: &mut Batch) {
        batch.delete(key(Table::PacketKey, &commitment.0));
        batch.delete(key(Table::Packet, &commitment.0));
        batch.delete(key(Table::PacketProfile, &commitment.0));
    }
}

fn cipher(key: &[u8; 16]) -> Sm4Gcm {
    Sm4Gcm::new(key.into())
}

/// HMAC (RFC 2104) with SM3, whose block has 64 bytes.
fn hmac_sm3(key: &[u8; 16], message: &[u8]) -> Digest {
    let pad = |byte: u8| {
        let mut block = Zeroizing::new([byte; 64]);
        block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
        block
    };
    Digest::sm3_pair(&*pad(0x5c), &Digest::sm3_pair(&*pad(0x36), message).0)
}

fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Fault::system("randomness", e))?;
    Ok(bytes)
}

fn encrypt(cipher: &Sm4Gcm, commitment: &Digest, plain: &[u8]) -> Result<Vec<u8>, Fault> {
    let nonce = random::<NONCE_LEN>()?;
    let sealed = cipher
        .encrypt(&Nonce::<U12>::from(nonce), Payload { msg: plain, aad: &commitment.0 })
        .map_err(|_| Fault::system("SM4-GCM", "a packet was too long to encrypt"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(cipher: &Sm4Gcm, commitment: &Digest, row: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = row.split_first_chunk::<NONCE_LEN>()?;
    let payload = Payload { msg: sealed, aad: &commitment.0 };
    cipher.decrypt(&Nonce::<U12>::from(*nonce), payload).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet() -> SealedPacket {
        SealedPacket { salt: [7; 32], packet: Zeroizing::new(b"pen pen pen pen".repeat(20)) }
    }

    fn sealed(vault: &Vault, commitment: &Digest) -> Batch {
        let mut batch = Batch::default();
        vault.seal(commitment, &packet(), &mut batch).unwrap();
        batch
    }

    #[test]
    fn a_packet_comes_back_and_is_not_in_clear() {
        let (vault, name) = (Vault::new(&[1; 16]), Digest([2; 32]));
        let disk = sealed(&vault, &name);
        let opened = vault.open(&disk, &name).unwrap().unwrap();
        assert_eq!((opened.salt, opened.packet), (packet().salt, packet().packet));
        for value in disk.writes.values().flatten() {
            assert!(!value.windows(7).any(|w| w == b"pen pen"));
        }
    }

    /// `printf Hi There | openssl dgst -sm3 -mac HMAC -macopt hexkey:0b…0b` (16 bytes).
    #[test]
    fn the_derivation_stands_on_hmac_as_openssl_has_it() {
        let mac = hmac_sm3(&[0x0b; 16], b"Hi There");
        assert_eq!(mac.to_string(), "12d66c84b4a40ad8035c263e419bd43c7e52fb438b930eba0c94e34cdb9b63f3");
    }

    #[test]
    fn a_destroyed_packet_is_gone() {
        let (vault, name) = (Vault::new(&[1; 16]), Digest([2; 32]));
        let mut disk = sealed(&vault, &name);
        disk.delete(key(Table::PacketKey, &name.0));
        assert!(vault.open(&disk, &name).unwrap().is_none());
        assert!(!Vault::holds(&disk, &name).unwrap());
    }

    #[test]
    fn a_profile_outlives_its_packet_and_is_bound_to_it() {
        let (vault, name) = (Vault::new(&[1; 16]), Digest([2; 32]));
        let mut disk = sealed(&vault, &name);
        vault.seal_profile(&name, b"profile profile", &mut disk).unwrap();
        disk.delete(key(Table::PacketKey, &name.0));
        assert_eq!(**vault.open_profile(&disk, &name).unwrap().unwrap(), *b"profile profile");
        assert!(vault.open_profile(&disk, &Digest([3; 32])).unwrap().is_none());
        let row = disk.get(&key(Table::PacketProfile, &name.0)).unwrap().unwrap();
        assert!(!row.windows(7).any(|w| w == b"profile"));
        disk.put(key(Table::PacketKey, &name.0), row);
        assert!(matches!(vault.open(&disk, &name), Err(VaultError::Damaged(_))));
        Vault::destroy(&name, &mut disk);
        assert!(vault.open_profile(&disk, &name).unwrap().is_none());
    }

    #[test]
    fn another_key_another_name_or_a_changed_row_does_not_decrypt() {
        let (name, other) = (Digest([2; 32]), Digest([3; 32]));
        let disk = sealed(&Vault::new(&[1; 16]), &name);
        assert!(matches!(Vault::new(&[9; 16]).open(&disk, &name), Err(VaultError::Damaged(_))));
        let mut moved = Batch::default();
        for (k, v) in &disk.writes {
            moved.put([&k[..1], other.0.as_slice()].concat(), v.clone().unwrap());
        }
        assert!(matches!(Vault::new(&[1; 16]).open(&moved, &other), Err(VaultError::Damaged(_))));
        let mut changed = disk.clone();
        let row = changed.writes.get_mut(&key(Table::Packet, &name.0)).unwrap().as_mut().unwrap();
        row[20] ^= 1;
        assert!(matches!(Vault::new(&[1; 16]).open(&changed, &name), Err(VaultError::Damaged(_))));
    }
}

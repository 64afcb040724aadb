//! Key files: SM2 keys as PKCS#8 PEM that OpenSSL reads, the Ed25519 transport key and the SM4 storage key as hex.
//!
//! A secret file is created with mode 0600, never overwritten, and refused when others may read it. It never shows a
//! secret.

use crate::fault::Fault;
use libp2p::identity;
use proto::{PublicKey, SecretKey};
use sm2::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use zeroize::{Zeroize, Zeroizing};

/// The longest key file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Draws a new SM2 key from the system's randomness.
pub fn new_secret() -> Result<SecretKey, Fault> {
    loop {
        let mut scalar = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *scalar).map_err(|e| Fault::system("randomness", e))?;
        // Out of range happens about once in 2^32 draws.
        if let Ok(secret) = SecretKey::from_scalar(&scalar, "key") {
            return Ok(secret);
        }
    }
}

/// Writes an SM2 key as PKCS#8 PEM.
pub fn write_secret(path: &Path, secret: &SecretKey) -> Result<(), Fault> {
    let mut scalar = secret.scalar();
    let key = sm2::SecretKey::from_slice(&scalar).map_err(|e| Fault::key(path, e))?;
    scalar.zeroize();
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|e| Fault::key(path, e))?;
    create(path, pem.as_bytes())
}

/// Reads an SM2 key from PKCS#8 PEM.
pub fn read_secret(path: &Path) -> Result<SecretKey, Fault> {
    let pem = read(path)?;
    let key = sm2::SecretKey::from_pkcs8_pem(&pem)
        .map_err(|_| Fault::key(path, "not an SM2 private key in PKCS#8 PEM; make one with `chirograph key new`"))?;
    let mut scalar: [u8; 32] = key.to_bytes().into();
    let secret = SecretKey::from_scalar(&scalar, "key").map_err(|e| Fault::key(path, e));
    scalar.zeroize();
    secret
}

/// The public half as SubjectPublicKeyInfo PEM.
pub fn public_pem(public: &PublicKey) -> Option<String> {
    sm2::PublicKey::from_sec1_bytes(public.bytes()).ok()?.to_public_key_pem(LineEnding::LF).ok()
}

/// Reads a public key from SubjectPublicKeyInfo PEM.
pub fn parse_public_pem(pem: &str) -> Option<PublicKey> {
    use sm2::elliptic_curve::sec1::ToSec1Point;
    let point = sm2::PublicKey::from_public_key_pem(pem).ok()?.to_sec1_point(false);
    PublicKey::from_bytes(point.as_bytes().try_into().ok()?, "key").ok()
}

/// Draws a new Ed25519 transport key, writes it as hex, and returns its public half.
pub fn new_peer_key(path: &Path) -> Result<[u8; 32], Fault> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(|e| Fault::system("randomness", e))?;
    write_hex(path, &*seed)?;
    Ok(peer_public(&read_peer_key(path)?))
}

/// Reads a transport key.
pub fn read_peer_key(path: &Path) -> Result<identity::ed25519::Keypair, Fault> {
    let mut seed = read_hex::<32>(path)?;
    let secret = identity::ed25519::SecretKey::try_from_bytes(&mut *seed).map_err(|e| Fault::key(path, e))?;
    Ok(secret.into())
}

/// The public half of a transport key, as genesis carries it.
pub fn peer_public(key: &identity::ed25519::Keypair) -> [u8; 32] {
    key.public().to_bytes()
}

/// Draws a new storage key and writes it as hex.
pub fn new_storage_key(path: &Path) -> Result<(), Fault> {
    let mut key = Zeroizing::new([0; 16]);
    getrandom::fill(&mut *key).map_err(|e| Fault::system("randomness", e))?;
    write_hex(path, &*key)
}

/// Reads a storage key.
pub fn read_storage_key(path: &Path) -> Result<Zeroizing<[u8; 16]>, Fault> {
    read_hex::<16>(path)
}

fn write_hex(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut text = Zeroizing::new(hex::encode(bytes));
    text.push('\n');
    create(path, text.as_bytes())
}

fn read_hex<const N: usize>(path: &Path) -> Result<Zeroizing<[u8; N]>, Fault> {
    let text = read(path)?;
    let mut out = Zeroizing::new([0; N]);
    let problem = format!("must hold {} hex digits; restore it from a backup", 2 * N);
    hex::decode_to_slice(text.trim(), &mut *out).map_err(|_| Fault::key(path, problem))?;
    Ok(out)
}

fn create(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let fault =
        |e: std::io::Error| Fault::key(path, format!("cannot be created: {e}; an existing key is never replaced"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fault)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fault)
}

fn read(path: &Path) -> Result<Zeroizing<String>, Fault> {
    let meta = std::fs::metadata(path).map_err(|e| Fault::key(path, format!("cannot be read: {e}")))?;
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(Fault::key(path, "other users may read it; run `chmod 600` on it"));
    }
    if meta.len() > FILE_BYTES_MAX {
        return Err(Fault::key(path, "too long for a key file"));
    }
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(|e| Fault::key(path, format!("cannot be read: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_files() {
        let dir = tempfile::tempdir().unwrap();
        let (sm2, peer, storage) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("c"));
        let secret = new_secret().unwrap();
        write_secret(&sm2, &secret).unwrap();
        assert_eq!(read_secret(&sm2).unwrap().public(), secret.public());
        let public = new_peer_key(&peer).unwrap();
        assert_eq!(peer_public(&read_peer_key(&peer).unwrap()), public);
        new_storage_key(&storage).unwrap();
        assert_ne!(*read_storage_key(&storage).unwrap(), [0; 16]);
    }

    #[test]
    fn the_public_half_survives_pem() {
        let public = new_secret().unwrap().public().clone();
        assert_eq!(parse_public_pem(&public_pem(&public).unwrap()), Some(public));
    }

    #[test]
    fn an_existing_key_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write_secret(&path, &new_secret().unwrap()).unwrap();
        let fault = write_secret(&path, &new_secret().unwrap()).unwrap_err().to_string();
        assert!(fault.contains("never replaced"), "{fault}");
    }

    #[test]
    fn a_readable_or_damaged_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        new_storage_key(&path).unwrap();
        assert!(read_peer_key(&path).unwrap_err().to_string().contains("64 hex digits"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read_storage_key(&path).unwrap_err().to_string().contains("chmod 600"));
    }
}

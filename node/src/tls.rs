//! TLS of the client API: loads a certificate, or makes a self-signed one for a new node.
//!
//! A self-signed certificate only keeps listeners out; evidence is trusted because of the validators' signatures in it,
//! never because of the link it came over. Which certificate clients trust is the operator's decision.

use crate::config::Tls;
use crate::fault::Fault;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;
use tonic::transport::{Identity, ServerTlsConfig};

/// File names in a home folder.
const CERTIFICATE: &str = "tls.pem";
const KEY: &str = "tls.key";
/// Whoever has not shaken hands by then is sent away: until then a connection holds a place.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// Chooses the cryptography of TLS for this process. Call it first thing in `main`: two libraries here bring different
/// ones along, and rustls refuses to choose.
pub fn install_provider() {
    // An error only says that it was chosen before.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
}

/// Reads certificate and key.
pub fn load(tls: &Tls) -> Result<ServerTlsConfig, Fault> {
    let certificate = read(&tls.certificate)?;
    let key = read(&tls.key)?;
    Ok(ServerTlsConfig::new().identity(Identity::from_pem(certificate, key)).timeout(HANDSHAKE_MAX))
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path).map_err(|e| Fault::key(path, format!("cannot be read: {e}; `chirograph init` makes one")))
}

/// Makes a self-signed certificate for `hosts` (names or addresses) in `home`, and returns the relative paths.
pub fn make(home: &Path, hosts: Vec<String>) -> Result<Tls, Fault> {
    let made = rcgen::generate_simple_self_signed(hosts).map_err(|e| Fault::system("TLS certificate", e))?;
    create(&home.join(KEY), &made.signing_key.serialize_pem(), 0o600)?;
    create(&home.join(CERTIFICATE), &made.cert.pem(), 0o644)?;
    Ok(Tls { certificate: CERTIFICATE.into(), key: KEY.into() })
}

fn create(path: &Path, text: &str, mode: u32) -> Result<(), Fault> {
    let fault = |e: std::io::Error| Fault::key(path, format!("cannot be created: {e}; an existing file is kept"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)
}

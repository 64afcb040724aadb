//! A certification authority and a time-stamp authority in a temporary folder, made and run by the `openssl` command.

use crate::request;
use proto::Digest;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What the authority is like.
#[derive(Clone)]
pub struct Plan {
    /// Arguments of `openssl req` or `genpkey` for the kind of key.
    pub key: &'static [&'static str],
    /// Extended key usage of its certificate; empty: none.
    pub usage: &'static str,
    /// Validity of its certificate, in `openssl ca`'s form.
    pub from: String,
    /// See `from`.
    pub to: String,
    /// Hash in signingCertificate.
    pub ess: &'static str,
    /// Hash of the signature.
    pub digest: &'static str,
}

pub const RSA: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
pub const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
pub const P384: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];

impl Default for Plan {
    fn default() -> Self {
        let (from, to) = ("20200101000000Z".to_owned(), "20400101000000Z".to_owned());
        Self { key: P256, usage: "critical,timeStamping", from, to, ess: "sha256", digest: "sha256" }
    }
}

pub struct Authority {
    dir: TempDir,
}

/// Whether the tests can run here.
pub fn openssl() -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|o| o.status.success());
    if !there {
        eprintln!("skipped: there is no openssl command");
    }
    there
}

impl Authority {
    pub fn new(plan: &Plan) -> Self {
        let this = Self { dir: tempfile::tempdir().unwrap() };
        this.write("ca.cnf", CA);
        this.write("index.txt", "");
        this.write("serial", "1001\n");
        this.write("tsaserial", "01\n");
        this.write("crlnumber", "01\n");
        this.key("root", P256);
        this.run(&[
            "req",
            "-new",
            "-x509",
            "-config",
            "ca.cnf",
            "-extensions",
            "v3_ca",
            "-key",
            "root.key",
            "-out",
            "root.pem",
            "-days",
            "7300",
            "-subj",
            "/O=Test/CN=Test Root",
        ]);
        this.key("tsa", plan.key);
        let usage = if plan.usage.is_empty() { String::new() } else { format!("extendedKeyUsage = {}\n", plan.usage) };
        this.write(
            "tsa.ext",
            format!("[v3]\nbasicConstraints = CA:FALSE\nkeyUsage = critical,digitalSignature\n{usage}"),
        );
        this.run(&[
            "req",
            "-new",
            "-config",
            "ca.cnf",
            "-key",
            "tsa.key",
            "-out",
            "tsa.csr",
            "-subj",
            "/O=Test/CN=Test Authority",
        ]);
        this.run(&[
            "ca",
            "-batch",
            "-notext",
            "-config",
            "ca.cnf",
            "-extfile",
            "tsa.ext",
            "-extensions",
            "v3",
            "-startdate",
            &plan.from,
            "-enddate",
            &plan.to,
            "-in",
            "tsa.csr",
            "-out",
            "tsa.pem",
        ]);
        this.write("ts.cnf", TS.replace("ESS", plan.ess).replace("DIGEST", plan.digest));
        this
    }
    fn key(&self, name: &str, kind: &[&str]) {
        let out = format!("{name}.key");
        self.run(&[&["genpkey", "-out", &out], kind].concat());
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }
    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }
    pub fn run(&self, arguments: &[&str]) {
        let (done, said) = run_in(self.dir.path(), arguments);
        assert!(done, "openssl {}: {said}", arguments.join(" "));
    }
    /// Whether a command succeeds.
    pub fn holds(&self, arguments: &[&str]) -> bool {
        run_in(self.dir.path(), arguments).0
    }
    /// Asks it for a stamp over SHA-256 of `data`, with our own request.
    pub fn stamp(&self, data: &[u8], nonce: u64) -> Vec<u8> {
        self.write("request.tsq", request(&Digest::sha256(&[data]), nonce));
        self.run(&["ts", "-reply", "-config", "ts.cnf", "-queryfile", "request.tsq", "-out", "response.tsr"]);
        self.read("response.tsr")
    }
    /// A revocation list, with the authority's certificate on it if `reason` is given.
    pub fn list(&self, reason: Option<&str>) -> String {
        if let Some(reason) = reason {
            self.run(&["ca", "-config", "ca.cnf", "-revoke", "tsa.pem", "-crl_reason", reason]);
        }
        self.run(&["ca", "-config", "ca.cnf", "-gencrl", "-out", "crl.pem"]);
        self.text("crl.pem")
    }
}

fn run_in(dir: &Path, arguments: &[&str]) -> (bool, String) {
    let out = Command::new("openssl").args(arguments).current_dir(dir).output().unwrap();
    (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
}

const CA: &str = "
[ca]
default_ca = own
[own]
dir = .
database = ./index.txt
new_certs_dir = .
serial = ./serial
crlnumber = ./crlnumber
certificate = ./root.pem
private_key = ./root.key
default_md = sha256
default_days = 3650
default_crl_days = 30
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[v3_ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
";

const TS: &str = "
[tsa]
default_tsa = own
[own]
dir = .
serial = ./tsaserial
signer_cert = ./tsa.pem
certs = ./root.pem
signer_key = ./tsa.key
signer_digest = DIGEST
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ESS
";

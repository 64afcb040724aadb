// A time-stamping authority for tests: OpenSSL's, which is a real one's software, with keys in a folder of its own.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPem, type Pem } from "../src/pem.ts";

/** Why tests with an authority cannot run here; false when they can. */
export const skip = spawnSync("openssl", ["version"]).status === 0 ? false : "openssl is not installed";
export const folder = mkdtempSync(join(tmpdir(), "token-"));
/** Takes the folder away. */
export function clear(): void {
  rmSync(folder, { recursive: true, force: true });
}

export function openssl(...words: string[]): void {
  execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
}

const CONFIG = `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = ignored
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
[tsa_config]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_chain = no
ess_cert_id_alg = sha256
tsa_name = yes
[ca_config]
database = index.txt
default_md = sha256
default_crl_days = 30
`;

const KEYS: Readonly<Record<string, readonly string[]>> = {
  rsa: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
};

interface Authority {
  readonly kind: string;
  readonly signing?: readonly string[];
}

/** A certificate authority and an authority for time under it, in files of the folder. */
export function found({ kind, signing = [] }: Authority): void {
  writeFileSync(join(folder, "config"), CONFIG);
  writeFileSync(join(folder, "serial"), "01\n");
  const key = KEYS[kind] ?? assert.fail(kind);
  for (const name of ["ca", "tsa"]) openssl("genpkey", ...key, "-out", `${name}.key`);
  openssl("req", "-new", "-x509", "-sha256", ...signing, "-config", "config", "-extensions", "ca", "-subj", "/O=Test/CN=Root of tests", "-key", "ca.key", "-days", "30", "-out", "ca.pem");
  openssl("req", "-new", "-config", "config", "-subj", "/O=Test/CN=Clock of tests", "-key", "tsa.key", "-out", "tsa.csr");
  openssl("x509", "-req", "-sha256", ...signing, "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "config", "-extensions", "tsa", "-days", "30", "-out", "tsa.pem");
}

/** A token over some bytes. */
export function stamp(data: Uint8Array): Uint8Array {
  writeFileSync(join(folder, "data"), data);
  openssl("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query");
  openssl("ts", "-reply", "-config", "config", "-section", "tsa_config", "-queryfile", "query", "-out", "reply");
  return readFileSync(join(folder, "reply"));
}

/** A PEM file of the folder. */
export function pem(name: string): Pem {
  return readPem(readFileSync(join(folder, name), "utf8")) ?? assert.fail(name);
}

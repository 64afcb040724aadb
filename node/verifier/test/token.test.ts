// Time-stamp tokens made by OpenSSL, which is a real authority's software: read, verified, and led to a root by the day in
// the token. Skipped where there is no openssl.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { equal } from "../src/bytes.ts";
import type { Certificate } from "../src/certificate.ts";
import { chainOutcome, type Material } from "../src/chain.ts";
import type { Outcome } from "../src/check.ts";
import { sha256 } from "../src/hash.ts";
import { id } from "../src/object.ts";
import { readToken, signingCertificate, verifyToken, type Token } from "../src/token.ts";
import { clear, folder, found, openssl, pem, skip, stamp } from "./authority.ts";

after(clear);

const DAY = 86_400_000;
const DATA = new TextEncoder().encode("a header");
const roots = (): readonly Certificate[] => pem("ca.pem").certificates;

/** What a chain of the token's own certificates comes to. */
function chain(token: Token, signer: Certificate, more: Partial<Material> = {}): Outcome {
  return chainOutcome(signer, { at: token.genTime, certificates: token.certificates, crls: token.crls, roots: roots(), ...more });
}

for (const [kind, signing] of [["rsa", []], ["rsa", ["-sigopt", "rsa_padding_mode:pss"]], ["p256", []], ["p384", []]] as const) {
  test(`a token of an authority with ${kind} keys ${signing[1] ?? ""}`, { skip }, () => {
    found({ kind, signing });
    const reply = stamp(DATA);
    const token = readToken(reply) ?? assert.fail("the reply is refused");
    assert.ok(equal(token.imprint, sha256(DATA)));
    assert.ok(Math.abs(token.genTime - Date.now()) < 120_000);
    const signer = signingCertificate(token, []) ?? assert.fail("no signer");
    assert.equal(verifyToken(token, signer), "valid");
    assert.equal(chain(token, signer), "VALID");
    assert.equal(chain(token, signer, { roots: [] }), "INDETERMINATE");
    assert.equal(chain(token, signer, { at: token.genTime + 365 * DAY }), "INVALID");
    assert.equal(chain(token, signer, { at: token.genTime - DAY }), "INVALID");
  });
}

test("no changed byte of a token passes", { skip }, () => {
  found({ kind: "p256" });
  const reply = stamp(DATA);
  const whole = readToken(reply) ?? assert.fail("the reply is refused");
  const signed = [whole.info, whole.signer.attributes.raw, whole.signer.signature];
  let tried = 0;
  for (const part of signed) {
    const start = part.byteOffset - reply.byteOffset;
    for (let at = start; at < start + part.length; at += 5, tried++) {
      const changed = Uint8Array.from(reply);
      changed[at] = (changed[at] ?? 0) ^ 4;
      const token = readToken(changed);
      const signer = token === undefined ? undefined : signingCertificate(token, []);
      assert.notEqual(token !== undefined && signer !== undefined && verifyToken(token, signer), "valid", `byte ${at}`);
    }
  }
  assert.ok(tried > 40);
});

test("a certificate that is not for time alone, or another authority's root, does not do", { skip }, () => {
  found({ kind: "p256" });
  const others = roots();
  found({ kind: "p256" });
  const token = readToken(stamp(DATA)) ?? assert.fail("the reply is refused");
  const signer = signingCertificate(token, []) ?? assert.fail("no signer");
  assert.equal(chain(token, signer, { roots: others }), "INVALID", "same name, other key");
  assert.equal(chain(token, signer, { roots: [signer] }), "VALID", "a policy may trust the authority itself");
  const altered = (dotted: string, critical: boolean): Certificate => {
    const value = signer.extensions.get(id(dotted))?.value ?? new Uint8Array(0);
    return { ...signer, raw: new Uint8Array(1), extensions: new Map([...signer.extensions, [id(dotted), { critical, value }]]) };
  };
  assert.equal(chain(token, altered("2.5.29.37", false)), "INVALID");
  assert.equal(chain(token, altered("1.2.3.4", true)), "INDETERMINATE");
  assert.equal(chain(token, altered("1.2.3.4", false)), "VALID");
});

test("a certificate that was revoked on the day, or whose key was stolen, does not do", { skip }, () => {
  found({ kind: "p256" });
  const token = readToken(stamp(DATA)) ?? assert.fail("the reply is refused");
  const signer = signingCertificate(token, []) ?? assert.fail("no signer");
  const revoked = (when: string): Material["crls"] => {
    const serial = Buffer.from(signer.serial).toString("hex").toUpperCase().replace(/^(00)+/, "");
    writeFileSync(join(folder, "index.txt"), `R\t491231235959Z\t${when}\t${serial}\tunknown\t/O=Test/CN=Clock of tests\n`);
    openssl("ca", "-gencrl", "-config", "config", "-name", "ca_config", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "crl.pem");
    const { crls } = pem("crl.pem");
    assert.equal(crls.length, 1);
    return crls;
  };
  assert.equal(chain(token, signer, { crls: revoked("200101000000Z") }), "INVALID");
  assert.equal(chain(token, signer, { crls: revoked("400101000000Z") }), "VALID", "revoked later for no bad reason");
  assert.equal(chain(token, signer, { crls: revoked("400101000000Z,keyCompromise") }), "INVALID");
  const forged = revoked("200101000000Z").map((crl) => ({ ...crl, signature: new Uint8Array(70) }));
  assert.equal(chain(token, signer, { crls: forged }), "VALID", "nobody but the issuer revokes");
});

// The portal's bytes against those of the Rust crates: golden packets and transactions, SM3's standard examples, keys.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { sm3 as reference } from "sm-crypto-v2";
import { describe, expect, it } from "vitest";
import { hex, unhex } from "../src/bytes";
import { Decoder } from "../src/canonical/decoder";
import { readBytes, signingBytes, transactionId } from "../src/canonical/draft";
import { Encoder } from "../src/canonical/encoder";
import { attestedBytes, commitment, decodePacket, encodePacket, samplesDigest } from "../src/canonical/packet";
import { Key, KeyFault, verify } from "../src/crypto/key";
import { Sm3, sm3 } from "../src/crypto/sm3";
import { areCompared } from "../src/node/references";

const ROOT = new URL("../../../", import.meta.url);

function golden(path: string): Map<string, string[]> {
  const lines = readFileSync(new URL(path, ROOT), "utf8").split("\n");
  return new Map(lines.filter((l) => l && !l.startsWith("#")).map((l) => [l.split(" ")[0]!, l.split(" ").slice(1)]));
}

const PACKET = golden("models/golden/packet.txt");
const VECTORS = golden("proto/golden/vectors.txt");
const bytes = (text: string | undefined) => unhex(text!)!;

describe("SM3", () => {
  it("gives the standard's examples", () => {
    const utf8 = new TextEncoder();
    expect(hex(sm3(utf8.encode("abc")))).toBe("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    expect(hex(sm3(utf8.encode("abcd".repeat(16))))).toBe(
      "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    );
  });
  it("agrees with another implementation at every length, however it is fed", () => {
    for (let n = 0; n < 300; n += 7) {
      const data = Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) & 255);
      const pieces = new Sm3();
      for (let at = 0; at < n; at += 11) pieces.update(data.subarray(at, at + 11));
      expect(hex(pieces.digest())).toBe(reference(data));
    }
  });
});

describe("stroke packet", () => {
  const golden = bytes(PACKET.get("packet")?.[0]);
  it("decodes the golden packet and encodes it to the same bytes", () => {
    const packet = decodePacket(golden);
    expect(packet.binding.signer).toBe("signer-7");
    expect(packet.binding.intent).toBe("同意");
    expect(packet.samples[3]).toMatchObject({ tUs: 19000, x: -3, y: -(2 ** 31), pressure: 65535, pen: 127, tilt: null });
    expect(hex(encodePacket(packet))).toBe(hex(golden));
  });
  it("gives the golden digests", () => {
    expect(hex(sm3(golden))).toBe(PACKET.get("digest")?.[0]);
    expect(hex(samplesDigest(decodePacket(golden).samples))).toBe(PACKET.get("samples_digest")?.[0]);
    expect(hex(commitment(golden, new Uint8Array(32).fill(1)))).toBe(PACKET.get("commitment_salt_01")?.[0]);
  });
  it("verifies the golden attestation, and not that of a changed packet", () => {
    const packet = decodePacket(golden);
    const { key, signature } = packet.attestation!;
    expect(verify(key, attestedBytes(packet), signature)).toBe(true);
    packet.samples[0]!.x += 1;
    expect(verify(key, attestedBytes(packet), signature)).toBe(false);
  });
  it("refuses what is not the one encoding, or reads a packet that encodes to what was read", () => {
    for (let at = 0; at < golden.length; at++) {
      for (const flip of [0x01, 0x80]) {
        const bad = golden.slice();
        bad[at]! ^= flip;
        try {
          expect(hex(encodePacket(decodePacket(bad)))).toBe(hex(bad));
        } catch (e) {
          expect((e as Error).name).toBe("Error"); // Malformed, never a RangeError or TypeError
        }
      }
      expect(() => decodePacket(golden.subarray(0, at))).toThrow();
    }
  }, 60_000); // every byte twice: seconds on a machine that has other things to do
});

describe("transaction", () => {
  // What was signed, read back from the golden draft: chain, organisation, key, request, expiry, then the body.
  const [draftHex] = VECTORS.get("draft")!;
  const d = new Decoder(bytes(draftHex)).tag("chirograph/draft");
  const head = { chain: d.digest("chain"), organisation: d.text(64, "org"), key: d.digest("key"), request: d.raw(16, "request"), expiry: d.u64("expiry") };
  expect(d.u8("kind")).toBe(2);
  const body = {
    kind: "sign" as const,
    matter: d.text(64, "matter"),
    signer: d.text(64, "signer"),
    document: d.digest("document"),
    packet: d.digest("packet"),
    nonce: { height: d.u64("height"), block: d.digest("block") },
  };
  it("signs the golden bytes and has the golden id", () => {
    const draft = { ...head, body };
    expect(hex(signingBytes(draft))).toBe(draftHex);
    const [whole, id] = VECTORS.get("transaction")!;
    expect(hex(transactionId(draft, bytes(whole).slice(-64)))).toBe(id);
  });
  it("encodes an enrolment as the golden body", () => {
    const [bodyHex] = VECTORS.get("body/enroll")!;
    const b = new Decoder(bytes(bodyHex)).tag("chirograph/body");
    b.u8("kind");
    const enrol = { kind: "enroll" as const, signer: b.text(64, "signer"), references: b.list(10, "references", () => b.digest("r")) };
    const tail = hex(bytes(bodyHex)).slice(2 * (1 + 15 + 1)); // after tag length, tag and version
    expect(hex(signingBytes({ ...head, body: enrol })).endsWith(tail)).toBe(true);
  });
});

describe("reading", () => {
  const draft = { chain: new Uint8Array(32), organisation: "court", key: new Uint8Array(32), request: new Uint8Array(16), expiry: 1n };
  it("encodes an access as the golden body", () => {
    const [bodyHex] = VECTORS.get("body/access")!;
    const b = new Decoder(bytes(bodyHex)).tag("chirograph/body");
    expect(b.u8("kind")).toBe(6);
    const [matter, target, targetHash] = [b.text(64, "matter"), b.u64("target"), b.digest("hash")];
    const body = { kind: "access" as const, matter, target, targetHash, authority: b.text(512, "authority"), order: b.digest("order") };
    expect(hex(signingBytes({ ...draft, body })).endsWith(hex(bytes(bodyHex)).slice(2 * 17))).toBe(true);
  });
  it("signs the golden bytes to read packets", () => {
    const [golden] = VECTORS.get("read-packets")!;
    const d = new Decoder(bytes(golden)).tag("chirograph/read-packets");
    expect(hex(readBytes(d.digest("chain"), d.u64("access"), d.u64("time")))).toBe(golden);
  });
});

describe("key", () => {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  it("reads what openssl writes and signs so that it verifies", () => {
    const key = Key.fromPem(openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"));
    const message = new TextEncoder().encode("message");
    const signature = key.sign(message);
    expect(verify(key.point, message, signature)).toBe(true);
    expect(verify(key.point, message.slice(1), signature)).toBe(false);
    expect(hex(key.id)).toBe(hex(sm3(Encoder.tagged("chirograph/key").raw(key.point).finish())));
  });
  it("refuses other keys and other files by name", () => {
    const p256 = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256");
    expect(() => Key.fromPem(p256)).toThrow(new KeyFault("notSm2"));
    expect(() => Key.fromPem("hello")).toThrow(new KeyFault("notPem"));
    expect(() => Key.fromPem("-----BEGIN ENCRYPTED PRIVATE KEY-----")).toThrow(new KeyFault("encrypted"));
  });
});

describe("references", () => {
  const [chain, one, two] = [7, 8, 9].map((n) => new Uint8Array(32).fill(n)) as [Uint8Array, Uint8Array, Uint8Array];
  const sealed = [one, two].map((salt) => ({ salt, packet: bytes(PACKET.get("packet")?.[0]) }));
  const commitments = sealed.map(({ packet, salt }) => commitment(packet, salt));
  // template = SM3(tag, chain, count, commitments), as proto/src/appraisal.rs has it.
  const due = sm3(Encoder.tagged("chirograph/template").raw(chain).raw(Uint8Array.of(0, 0, 0, 2)).raw(commitments[0]!).raw(commitments[1]!).finish());
  it("are drawn only if the signing was compared with them", () => {
    expect(areCompared(chain, sealed, due)).toBe(true);
    expect(areCompared(chain, [], due)).toBe(true);
    expect(areCompared(chain, [...sealed].reverse(), due)).toBe(false);
    expect(areCompared(chain, sealed.slice(0, 1), due)).toBe(false);
    expect(areCompared(one, sealed, due)).toBe(false);
    expect(areCompared(chain, sealed, undefined)).toBe(false);
  });
});

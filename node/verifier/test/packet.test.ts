// Stroke packets: the one with every field that the models' tests keep, and bytes that are no packet though nearly one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { concat, fromHex, toHex } from "../src/bytes.ts";
import { sm3 } from "../src/hash.ts";
import { commitment, readPacket } from "../src/packet.ts";
import { decode } from "../src/reader.ts";
import { verifySm2 } from "../src/sm2.ts";

const golden = new Map(readFileSync("../../models/golden/packet.txt", "utf8").split("\n").map((line) => line.split(" ") as [string, string]));
const bytes = fromHex(golden.get("packet") ?? "") ?? assert.fail("no packet");

test("the golden packet is read, and digested as the ledger digests it", () => {
  const packet = decode(bytes, readPacket) ?? assert.fail("the packet is refused");
  assert.equal(packet.signer, "signer-7");
  assert.equal(packet.intent, "同意");
  assert.equal(toHex(packet.samplesDigest), golden.get("samples_digest"));
  assert.equal(toHex(sm3(bytes)), golden.get("digest"));
  assert.equal(toHex(commitment(new Uint8Array(32).fill(1), bytes)), golden.get("commitment_salt_01"));
  assert.equal(packet.samples.t[0], 0);
  assert.equal(packet.samples.azimuth.length, packet.samples.tilted.filter((one) => one === 1).length);
  const { attestation } = packet;
  if (attestation !== null) assert.ok(verifySm2(attestation.key, packet.attested, attestation.signature));
});

test("a packet has one encoding: what is cut, longer or spelt otherwise is none", () => {
  for (let length = 0; length < bytes.length; length++) assert.equal(decode(bytes.subarray(0, length), readPacket), undefined);
  assert.equal(decode(concat(bytes, Uint8Array.of(0)), readPacket), undefined);
  assert.equal(decode(new Uint8Array(131073), readPacket), undefined);
});

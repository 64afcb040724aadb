// The values that the ledger's own code hashed and signed, read here and hashed again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { concat, equal, fromHex, toHex, utf8, bigEndian } from "../src/bytes.ts";
import { readBody } from "../src/body.ts";
import { readEventFile } from "../src/event.ts";
import { keyId } from "../src/genesis.ts";
import { sha256, sm3 } from "../src/hash.ts";
import { decode, tagBytes, type Reader } from "../src/reader.ts";
import { inLog, isComplete, leafShown, readMatterFile, readReceipt } from "../src/receipt.ts";
import { matterPath } from "../src/state.ts";
import { isKey, verifySm2 } from "../src/sm2.ts";
import { readHeaderFile } from "../src/vote.ts";

const FILE = "../../proto/golden/vectors.txt";

interface Vector {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

const vectors = new Map<string, Vector>();
for (const line of readFileSync(FILE, "utf8").split("\n")) {
  const [name = "", hex = "", hash = ""] = line.split(" ");
  if (name !== "" && name !== "#") vectors.set(name, { bytes: fromHex(hex) ?? assert.fail(name), hash });
}

function vector(name: string): Uint8Array {
  return vectors.get(name)?.bytes ?? assert.fail(`no vector ${name}`);
}

/** Reads a vector, and makes sure that every shorter and longer version of it is refused. */
function readAll<T>(name: string, read: (reader: Reader) => T): T {
  const bytes = vector(name);
  const value = decode(bytes, read) ?? assert.fail(`${name} is refused`);
  assert.equal(decode(concat(bytes, Uint8Array.of(0)), read), undefined);
  for (let length = 0; length < bytes.length; length += 7) assert.equal(decode(bytes.subarray(0, length), read), undefined);
  return value;
}

test("every vector has its SM3", () => {
  assert.ok(vectors.size >= 30);
  for (const [name, { bytes, hash }] of vectors) assert.equal(toHex(sm3(bytes)), hash, name);
});

test("bodies of all kinds are read", () => {
  for (const kind of ["enroll", "sign", "record", "anchor", "attest", "access", "fault"]) {
    const body = readAll(`body/${kind}`, (reader) => (reader.tag("body"), readBody(reader)));
    assert.equal(body.kind, kind);
  }
});

test("events of all kinds are read, and hash to themselves", () => {
  for (const kind of ["enroll", "sign", "record", "anchor", "attest"]) {
    const event = readAll(`event/${kind}`, readEventFile);
    assert.equal(event.transaction.body.kind, kind);
    assert.ok(equal(event.canonical, vector(`event/${kind}`)));
  }
});

test("a signing's signature holds under the platform's key, and under no changed byte", () => {
  const { transaction } = readAll("event/sign", readEventFile);
  const key = vector("organisation").subarray(-65);
  assert.ok(isKey(key));
  assert.equal(toHex(keyId(key)), toHex(vector("key-id")));
  assert.ok(equal(transaction.key, keyId(key)));
  assert.ok(equal(transaction.signingBytes, vector("draft")));
  assert.ok(verifySm2(key, transaction.signingBytes, transaction.signature));
  const changed = Uint8Array.from(transaction.signingBytes);
  changed[40] = (changed[40] ?? 0) ^ 1;
  assert.equal(verifySm2(key, changed, transaction.signature), false);
  assert.equal(verifySm2(key, transaction.signingBytes, new Uint8Array(64)), false);
  assert.equal(verifySm2(key, transaction.signingBytes, new Uint8Array(64).fill(255)), false);
});

test("a receipt leads to both roots", () => {
  const receipt = readAll("receipt", readReceipt);
  assert.ok(inLog(receipt, "sm3"));
  assert.ok(inLog(receipt, "sha256"));
  assert.equal(inLog({ ...receipt, event: { ...receipt.event, seq: receipt.event.seq + 1n } }, "sm3"), false);
  assert.equal(inLog({ ...receipt, sm3Path: receipt.sm3Path.slice(1) }, "sm3"), false);
  assert.ok(equal(receipt.checkpoint.header.canonical, vector("header")));
  assert.ok(equal(readAll("header", readHeaderFile).digest, receipt.checkpoint.header.digest));
  assert.equal(toHex(sha256(new Uint8Array(0))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("a matter is complete and in the state, and not when an event is left out", () => {
  const file = readAll("matter-file", readMatterFile);
  const chain = file.checkpoint.header.chain;
  assert.ok(leafShown(file));
  assert.ok(isComplete(file, chain));
  assert.equal(isComplete({ ...file, events: file.events.slice(1) }, chain), false);
  assert.equal(leafShown({ ...file, leaf: null }), false);
  assert.ok(equal(matterPath(file.matter), sm3(vector("state-key/matter"))));
  const name = utf8(file.matter);
  const zero = sm3(tagBytes("matter-sum"), chain, bigEndian(name.length, 4), name);
  assert.equal(toHex(zero), toHex(vector("matter-sum-zero")));
});

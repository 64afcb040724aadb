// Files that mean harm: whatever the bytes, there is an answer, it is not VALID, and it does not take long.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/bytes.ts";
import { readCertificate } from "../src/certificate.ts";
import { readCrl } from "../src/crl.ts";
import { SEQUENCE } from "../src/der.ts";
import { factsFile } from "../src/facts.ts";
import { readPacket } from "../src/packet.ts";
import { readPem } from "../src/pem.ts";
import { decode } from "../src/reader.ts";
import { readToken } from "../src/token.ts";
import { verifyPackage } from "../src/verify.ts";
import { packageOf, packed, filesOf, world } from "./author.ts";
import { readZip } from "../src/zip.ts";

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const made = world({ epochs: "change" });

function whole(): Uint8Array {
  const withFacts = (facts: Uint8Array): Uint8Array => packageOf(made, 1, "full", (files) => files.set("data/facts.json", facts));
  const { found } = verifyPackage(withFacts(utf8("{}\n")));
  assert.ok(found?.set !== undefined);
  return withFacts(factsFile(found, found.set));
}

const bytes = whole();

function codes(file: Uint8Array): string[] {
  return verifyPackage(file).checks.filter(({ outcome }) => outcome === "INVALID").map(({ code }) => code);
}

test("the package that is harmed below is right before", () => {
  assert.deepEqual(codes(bytes), []);
});

test("random bytes, and random bytes after a zip's end, are no package", () => {
  const roll = dice(1);
  for (let round = 0; round < 300; round++) {
    const junk = Uint8Array.from({ length: roll(400) }, () => roll(256));
    assert.deepEqual(codes(junk), ["PACKAGE"]);
    assert.deepEqual(codes(Uint8Array.from([...bytes.subarray(0, roll(bytes.length)), ...junk])), ["PACKAGE"]);
  }
  assert.deepEqual(codes(new Uint8Array(0)), ["PACKAGE"]);
});

test("every truncation is refused", () => {
  for (let length = 0; length < bytes.length; length += 97) assert.deepEqual(codes(bytes.subarray(0, length)), ["PACKAGE"]);
});

test("a bit that flips anywhere in the file is seen", () => {
  const roll = dice(2);
  for (let round = 0; round < 300; round++) {
    const changed = Uint8Array.from(bytes);
    const at = roll(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << roll(8));
    assert.notDeepEqual(codes(changed), [], `byte ${at}`);
  }
});

test("a bit that flips in a file, with the bag made right around it, is seen by a check", () => {
  const roll = dice(3);
  const held = readZip(bytes) ?? assert.fail("no zip");
  const paths = [...held.files.keys()].filter((path) => path.startsWith("data/"));
  for (let round = 0; round < 240; round++) {
    const path = paths[round % paths.length] ?? "";
    const changed = Uint8Array.from(held.files.get(path) ?? []);
    const at = roll(changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << roll(8));
    const files = new Map(filesOf(made, 1, "full")).set("data/facts.json", held.files.get("data/facts.json") ?? utf8("")).set(path, changed);
    const found = codes(packed(held.folder, files));
    // Without a policy another genesis is no contradiction by itself, so what it breaks is found further down.
    assert.notDeepEqual(found, [], `${path} byte ${at}`);
    assert.ok(!found.includes("PACKAGE") && !found.includes("BAG"));
  }
});

test("readers of other formats stand junk too", () => {
  const roll = dice(4);
  const packet = filesOf(made, 1, "full").get("data/packet/00.bin") ?? utf8("");
  for (let round = 0; round < 500; round++) {
    const junk = Uint8Array.from({ length: 1 + roll(120) }, (_, i) => (i === 0 ? 0x30 : roll(256)));
    const element = { tag: SEQUENCE, content: junk.subarray(2), raw: junk };
    assert.equal(readCertificate(element), undefined);
    assert.equal(readToken(junk), undefined);
    assert.equal(readCrl(element), undefined);
    const cut = Uint8Array.from(packet);
    for (let i = 0; i < 4; i++) cut[roll(cut.length)] = roll(256);
    decode(cut, readPacket);
  }
  assert.equal(readPem("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----"), undefined);
  assert.deepEqual(readPem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")?.certificates, []);
});

test("entries that overlap do not grow", () => {
  const bomb = Uint8Array.from(bytes);
  const view = new DataView(bomb.buffer);
  const end = bomb.length - 22;
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    view.setUint32(at + 20, 20_000, true);
    view.setUint32(at + 24, 20_000, true);
    view.setUint32(at + 42, 0, true);
    at += 46 + view.getUint16(at + 28, true);
  }
  assert.equal(readZip(bomb), undefined);
});

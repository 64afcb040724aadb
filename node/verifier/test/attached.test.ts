// Receipts inside documents: found where they stand, and nowhere else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attachedIn } from "../src/attached.ts";
import { concat, equal, utf8 } from "../src/bytes.ts";
import { sha256, sm3 } from "../src/hash.ts";
import { documentMatches } from "../src/summary.ts";
import { DOCUMENT, boundTo, receiptOf, world } from "./author.ts";

const made = world();
const receipt = receiptOf(made, 1);
const bound = boundTo(DOCUMENT, receipt);

test("a receipt is found with what it came after, and a second one too", () => {
  const [found, ...more] = attachedIn(bound);
  assert.equal(found?.before, DOCUMENT.length);
  assert.equal(found?.receipt.event.seq, 1n);
  assert.deepEqual(more, []);
  assert.equal(found?.end, bound.length, "where its update ends");
  assert.equal(attachedIn(concat(bound, utf8("7 0 obj")))[0]?.end, bound.length, "whatever stands behind it");
  const twice = attachedIn(boundTo(bound, receiptOf(made, 2)));
  assert.deepEqual(twice.map(({ before, receipt: { event } }) => [before, event.seq]), [[DOCUMENT.length, 1n], [bound.length, 2n]]);
});

test("the document is compared as it was before the receipt", () => {
  for (const [by, hash] of [["SM3", sm3], ["SHA-256", sha256]] as const) {
    assert.deepEqual(documentMatches(hash(DOCUMENT), bound), { by, length: DOCUMENT.length });
    assert.deepEqual(documentMatches(hash(bound), bound), { by, length: bound.length });
  }
  const changed = Uint8Array.from(bound);
  changed[3] = 0x20;
  assert.equal(documentMatches(sm3(DOCUMENT), changed), undefined);
});

test("what only looks like one is none", () => {
  const wrong = [
    concat(utf8("x"), bound.subarray(1)), // no PDF
    concat(DOCUMENT, utf8("\n"), bound.subarray(DOCUMENT.length)), // another length than it says
    boundTo(DOCUMENT, receipt.subarray(1)),
    boundTo(DOCUMENT, concat(receipt, utf8("."))),
    bound.subarray(0, DOCUMENT.length + receipt.length),
    bound.subarray(0, DOCUMENT.length + 15),
  ];
  for (const [i, file] of wrong.entries()) assert.deepEqual(attachedIn(file), [], `case ${i}`);
  const many = concat(utf8("%PDF-"), ...Array.from({ length: 5000 }, () => utf8("%chirograph-receipt 1\n")), bound);
  assert.ok(!attachedIn(many).some(({ before }) => equal(many.subarray(0, before), DOCUMENT)), "an end to looking");
});

// Packages of a ledger that the tests' own author wrote: right ones pass, and each thing that can be wrong is found by the
// check that is there for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, toHex, utf8 } from "../src/bytes.ts";
import type { Outcome } from "../src/check.ts";
import { factsFile } from "../src/facts.ts";
import { readPolicy, type Policy } from "../src/policy.ts";
import { documentMatches, documentNamed, summary } from "../src/summary.ts";
import { verifyPackage, type Verdict } from "../src/verify.ts";
import { certify, DOCUMENT, packageOf, pair, receiptOf, world, type Bytes, type World } from "./author.ts";

type Variant = "full" | "party" | "public";
type Change = (files: Map<string, Bytes>) => void;

const right = world();
const policyFor = (made: World, more = ""): Policy => readPolicy(utf8(`genesis = "${toHex(made.chain)}"\n${more}`));

/** Writes the facts that follow from the other files, as an exporter does. */
function verify(made: World, index: number, variant: Variant, change: Change = () => {}, policy: Policy | undefined = policyFor(made)): Verdict {
  const withFacts = (facts: Bytes): Bytes => packageOf(made, index, variant, (files) => {
    files.set("data/facts.json", facts);
    change(files);
  });
  const { found } = verifyPackage(withFacts(utf8("{}\n")), policy);
  const facts = found?.set === undefined ? utf8("{}\n") : factsFile(found, found.set);
  return verifyPackage(withFacts(facts), policy);
}

function outcome(verdict: Verdict, code: string): Outcome | undefined {
  return verdict.checks.find((check) => check.code === code)?.outcome;
}

/** The codes that are not VALID. */
function troubled({ checks }: Verdict): string[] {
  return checks.filter((check) => check.outcome !== "VALID").map(({ code, outcome: found }) => `${code} ${found}`);
}

test("every variant of every event is valid, and lists the checks that it can carry", () => {
  for (const index of [0, 1, 2]) {
    for (const variant of ["full", "party", "public"] as const) {
      const verdict = verify(right, index, variant);
      assert.deepEqual(troubled(verdict), [], `${index} ${variant}`);
      assert.equal(verdict.overall, "VALID");
      assert.equal(outcome(verdict, "NONCE"), index === 1 ? "VALID" : undefined);
      assert.equal(outcome(verdict, "COMPLETENESS"), index === 0 ? undefined : "VALID");
      assert.equal(outcome(verdict, "PACKET_COMMIT"), variant === "public" || index === 2 ? undefined : "VALID");
    }
  }
});

test("without a policy nobody says which ledger is meant; with another's it is the wrong one", () => {
  const bytes = packageOf(right, 1, "public", (files) => files.set("data/facts.json", utf8("{}\n")));
  assert.equal(outcome(verifyPackage(bytes), "GENESIS"), "INDETERMINATE");
  const other = verifyPackage(bytes, readPolicy(utf8(`genesis = "${"00".repeat(32)}"`)));
  assert.equal(outcome(other, "GENESIS"), "INVALID");
  assert.ok(other.checks.length > 10, "the list goes on");
});

test("independence is counted by organisation", () => {
  const asked = (rule: string): Outcome | undefined => outcome(verify(right, 1, "public", undefined, policyFor(right, `[independent]\n${rule}`)), "QUORUM_INDEPENDENT");
  assert.equal(asked("need = 3"), "VALID");
  assert.equal(asked("need = 4"), "INVALID");
  assert.equal(asked('need = 3\nexclude = ["platform"]'), "INVALID");
  assert.equal(asked('need = 1\ncount = ["notary-one"]'), "INVALID");
  assert.equal(asked('need = 1\ncount = ["court-one"]'), "VALID");
});

test("a set that changed, by its own votes or by rescue, is followed", () => {
  for (const epochs of ["change", "rescue"] as const) assert.deepEqual(troubled(verify(world({ epochs }), 1, "full")), []);
  const changed = world({ epochs: "change" });
  assert.deepEqual(troubled(verify(world({ epochs: "second" }), 1, "full")), [], "an epoch that made no final block is passed over");
  for (const epochs of ["both", "far"] as const) {
    assert.equal(outcome(verify(world({ epochs }), 1, "public"), "TRAIL"), "INVALID", epochs);
  }
  const cut = verify(changed, 1, "public", (files) => files.set("data/trail.bin", right.trail));
  assert.deepEqual(troubled(cut), ["TRAIL INVALID", "VALIDATORS INDETERMINATE", "CERTIFICATE INDETERMINATE", "FACTS INDETERMINATE"]);
  const forged = Uint8Array.from(changed.trail);
  forged[forged.length - 400] = (forged[forged.length - 400] ?? 0) ^ 1;
  assert.notEqual(verify(changed, 1, "public", (files) => files.set("data/trail.bin", forged)).overall, "VALID");
});

test("a quorum is needed, and its votes must be real", () => {
  assert.deepEqual(troubled(verify(world({ voting: [0, 1] }), 1, "public")), ["CERTIFICATE INVALID"]);
  assert.deepEqual(troubled(verify(world({ voting: [0, 1, 2, 3] }), 1, "public")), []);
  const forged = concat(right.header, certify(right.chain, right.header, 1, [0, 1, 3]));
  const made = { ...right, checkpoint: forged };
  const verdict = verify(made, 0, "public");
  assert.deepEqual(troubled(verdict), ["CERTIFICATE INVALID"]);
});

test("what the transaction and its writing must be", () => {
  assert.deepEqual(troubled(verify(world({ submitter: pair("a stranger") }), 1, "party")), ["TRANSACTION_SIGNATURE INDETERMINATE"]);
  assert.deepEqual(troubled(verify(world({ submitter: { ...pair("a stranger"), key: pair("platform").key } }), 1, "party")), ["TRANSACTION_SIGNATURE INVALID"]);
  assert.deepEqual(troubled(verify(world({ band: 3 }), 1, "party")), ["APPRAISAL INVALID"]);
  assert.deepEqual(troubled(verify(world({ nonceTime: 1_767_225_600_000 - 700_000 }), 1, "party")), ["NONCE INVALID"]);
  assert.deepEqual(troubled(verify(world({ attestedBy: null }), 1, "party")), ["DEVICE_SIG INDETERMINATE"]);
  assert.deepEqual(troubled(verify(world({ attestedBy: pair("a stranger") }), 1, "party")), ["DEVICE_SIG INDETERMINATE"]);
  assert.deepEqual(troubled(verify(world({ attestedBy: { ...pair("a stranger"), key: pair("platform").key } }), 1, "party")), ["DEVICE_SIG INVALID"]);
  assert.deepEqual(troubled(verify(world({ packetSigner: "李四" }), 1, "party")), ["PACKET_BINDING INVALID"]);
  assert.deepEqual(troubled(verify(world({ packetDocument: new Uint8Array(32) }), 1, "party")), ["PACKET_BINDING INVALID"]);
});

test("files that were swapped are found", () => {
  const swapped = (change: Change, index = 1): string[] => troubled(verify(right, index, "full", change));
  assert.deepEqual(swapped((files) => files.set("data/receipt.bin", receiptOf(right, 2))), ["EVENT_CANON INVALID"]);
  assert.deepEqual(swapped((files) => {
    files.set("data/packet/00.salt", files.get("data/packet/01.salt") ?? new Uint8Array(32));
  }), ["PACKET_COMMIT INVALID"]);
  assert.deepEqual(swapped((files) => {
    const [one, other] = [files.get("data/packet/01.bin"), files.get("data/packet/02.bin")];
    files.set("data/packet/01.bin", other ?? new Uint8Array(0)).set("data/packet/02.bin", one ?? new Uint8Array(0));
  }, 0), ["PACKET_COMMIT INVALID", "PACKET_BINDING INVALID"]);
  assert.deepEqual(swapped((files) => files.set("data/facts.json", utf8("{}\n"))), ["FACTS INVALID"]);
});

test("a content that is not the rule's ends the list", () => {
  const ends = (change: Change): string => {
    const { checks } = verify(right, 1, "full", change);
    return checks.map(({ code, outcome: found }) => `${code} ${found}`).join(" ");
  };
  const wrong = "PACKAGE VALID BAG VALID LAYOUT INVALID";
  assert.equal(ends((files) => files.delete("data/nonce.bin")), wrong);
  assert.equal(ends((files) => files.delete("data/packet/02.salt")), wrong);
  assert.equal(ends((files) => files.set("data/extra.txt", utf8("?"))), wrong);
  assert.equal(ends((files) => files.set("notes.txt", utf8("?"))), wrong);
  assert.equal(ends((files) => files.set("data/time/00.tsr", utf8("?"))), wrong);
  assert.equal(ends((files) => files.set("data/event.bin", concat(files.get("data/event.bin") ?? utf8(""), utf8("?")))), wrong);
  assert.equal(ends((files) => files.set("data/package.json", utf8("{}"))), wrong);
  const twice = world({ organisations: [] });
  assert.deepEqual(verify(twice, 2, "public").checks.map(({ code, outcome: found }) => `${code} ${found}`), ["PACKAGE VALID", "BAG VALID", "LAYOUT VALID", "GENESIS INVALID"]);
});

test("a policy that cannot be used is refused by name", () => {
  const refused = (toml: string, about: RegExp): void => assert.throws(() => readPolicy(utf8(toml)), about);
  const genesis = `genesis = "${"ab".repeat(32)}"\n`;
  refused("", /genesis/);
  refused('genesis = "12"', /genesis/);
  refused("genesis", /TOML/);
  refused(`${genesis}extra = 1`, /extra/);
  refused(`${genesis}[independent]\nneed = 0`, /need/);
  refused(`${genesis}[independent]\ncount = ["a"]`, /need/);
  refused(`${genesis}[independent]\nneed = 1\ncount = [1]`, /count/);
  refused(`${genesis}[time]\nroots = ["no certificate"]`, /roots/);
});

test("the summary and the document's digest", () => {
  const { found } = verify(right, 1, "full");
  assert.ok(found !== undefined);
  const said = JSON.stringify(summary(found));
  for (const word of ["张三", "platform", "Remarks", "17 times more probable", "不是司法鉴定意见"]) assert.ok(said.includes(word), word);
  const named = documentNamed(found);
  assert.ok(named !== undefined);
  assert.deepEqual(documentMatches(named, DOCUMENT), { by: "SM3", length: DOCUMENT.length });
  assert.equal(documentMatches(named, utf8("another")), undefined);
});

// Packages with time-stamps: over the header of their own checkpoint, as an exporter would lay them in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { toHex, utf8 } from "../src/bytes.ts";
import { readPolicy } from "../src/policy.ts";
import { verifyPackage } from "../src/verify.ts";
import { decode } from "../src/reader.ts";
import { readReceipt } from "../src/receipt.ts";
import { packageOf, receiptOf, world, type Bytes } from "./author.ts";
import { clear, folder, found, skip, stamp } from "./authority.ts";

after(clear);
const made = world();
const header = decode(receiptOf(made, 1), readReceipt)?.checkpoint.header.canonical ?? assert.fail("no header");

/** The outcomes of the two checks about time. */
function outcomes(change: (files: Map<string, Bytes>) => void, roots = true): string {
  const pem = readFileSync(join(folder, "ca.pem"), "utf8");
  const policy = readPolicy(utf8(`genesis = "${toHex(made.chain)}"\n${roots ? `[time]\nroots = ["""${pem}"""]\n` : ""}`));
  const bytes = packageOf(made, 1, "public", (files) => {
    files.set("data/facts.json", utf8("{}\n"));
    files.set("data/time/00.bin", receiptOf(made, 1));
    files.set("data/time/00.chain.pem", utf8(""));
    change(files);
  });
  const { checks } = verifyPackage(bytes, policy);
  return checks.filter(({ code }) => code.startsWith("TSA")).map(({ outcome }) => outcome).join(" ");
}

test("time-stamps of a package", { skip }, () => {
  found({ kind: "p256" });
  const [right, other] = [stamp(header), stamp(utf8("another header"))];
  const token = (bytes: Bytes) => (files: Map<string, Bytes>) => void files.set("data/time/00.tsr", bytes);
  assert.equal(outcomes(token(right)), "VALID VALID");
  assert.equal(outcomes(token(right), false), "VALID");
  assert.equal(outcomes(token(other)), "INVALID INDETERMINATE");
  assert.equal(outcomes(token(other), false), "INVALID");
  assert.equal(outcomes(token(utf8("no token"))), "INVALID INDETERMINATE");
  assert.equal(outcomes((files) => files.set("data/time/00.tsr", right).set("data/time/00.bin", receiptOf(made, 2))), "INVALID INDETERMINATE");
  assert.equal(outcomes((files) => files.set("data/time/00.tsr", right).set("data/time/00.chain.pem", Uint8Array.of(255))), "INVALID INDETERMINATE");
  // Without its three files a stamp is no stamp, and the content is not the rule's.
  assert.equal(outcomes((files) => files.delete("data/time/00.bin")), "");
});

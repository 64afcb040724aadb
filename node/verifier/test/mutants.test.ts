// The packages that the first verifier's tests mutate, with what the first verifier says about each: both must give the
// same list of checks. `scripts/agree` writes them and names their folder in MUTANTS; without it there is nothing to compare.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromHex } from "../src/bytes.ts";
import { readPem } from "../src/pem.ts";
import { readPolicy } from "../src/policy.ts";
import { stampOutcomes } from "../src/stamps.ts";
import { verifyPackage } from "../src/verify.ts";

const folder = process.env.MUTANTS;
const skip = folder === undefined ? "scripts/agree runs it" : false;
const LEAST = 200;

/** What both should say about one package: the overall outcome, then every code with its outcome, in order; and what no check
 * speaks for. */
function ours(name: string): readonly [string, string] {
  const at = (file: string): string => join(folder ?? "", file);
  const policy = existsSync(at(`${name}.toml`)) ? at(`${name}.toml`) : at("policy.toml");
  const { checks, overall, unchecked } = verifyPackage(readFileSync(at(`${name}.evidence.zip`)), readPolicy(readFileSync(policy)));
  return [[overall, ...checks.map(({ code, outcome }) => `${code}=${outcome}`)].join(" "), unchecked.join(" ")];
}

test("two verifiers say the same about time-stamps with any one bit changed", { skip }, () => {
  const at = (file: string): string => join(folder ?? "", file);
  const roots = readPem(readFileSync(at("roots.pem"), "utf8"))?.certificates ?? [];
  const due = fromHex(readFileSync(at("imprint"), "utf8")) ?? new Uint8Array(0);
  const letters = { VALID: "V", INVALID: "I", INDETERMINATE: "N" } as const;
  let bits = 0;
  const differences: string[] = [];
  for (const line of readFileSync(at("stamps.txt"), "utf8").split("\n").filter((line) => line !== "")) {
    const [name = "", theirs = ""] = line.split(" ");
    const token = Uint8Array.from(readFileSync(at(`${name}.tsr`)));
    assert.equal(theirs.length, 16 * token.length);
    for (let bit = 0; bit < 8 * token.length; bit++, bits++) {
      const [byte, mask] = [bit >> 3, 1 << (bit & 7)];
      token[byte] = (token[byte] ?? 0) ^ mask;
      const ours = stampOutcomes({ token, chain: new Uint8Array(0) }, due, roots).map((outcome) => letters[outcome]).join("");
      token[byte] = (token[byte] ?? 0) ^ mask;
      if (ours !== theirs.slice(2 * bit, 2 * bit + 2)) differences.push(`${name} bit ${bit}: first ${theirs.slice(2 * bit, 2 * bit + 2)}, second ${ours}`);
    }
  }
  assert.deepEqual(differences, []);
  assert.ok(bits > 10_000, `only ${bits} bits`);
  console.log(`${bits} time-stamps with one bit changed: the same two outcomes from both verifiers`);
});

test("two verifiers that share no code say the same about every package", { skip }, () => {
  const linesOf = (file: string): string[] => readFileSync(join(folder ?? "", file), "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const lines = linesOf("mutants.txt");
  const listed = new Map(linesOf("unchecked.txt").map((line) => [line.split(" ", 1)[0], line.split(" ").slice(1).join(" ")]));
  let wrong = 0;
  const differences: string[] = [];
  for (const line of lines) {
    const [name = "", ...theirs] = line.split(" ");
    const [said, unchecked] = ours(name);
    if (unchecked !== listed.get(name)) differences.push(`${name}\n  first, unchecked:  ${listed.get(name)}\n  second, unchecked: ${unchecked}`);
    if (said !== theirs.join(" ")) differences.push(`${name}\n  first:  ${theirs.join(" ")}\n  second: ${said}`);
    if (!said.startsWith("VALID")) wrong++;
  }
  assert.deepEqual(differences, []);
  assert.ok([...listed.values()].some((paths) => paths.includes("verify.html")), "no package has a file that nobody signed");
  assert.ok(wrong >= LEAST, `only ${wrong} packages are not right`);
  console.log(`${lines.length} packages, ${wrong} of them not right: the same list of checks from both verifiers`);
});

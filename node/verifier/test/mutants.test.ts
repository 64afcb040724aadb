// The packages that the first verifier's tests mutate, with what the first verifier says about each: both must give the
// same list of checks. `scripts/agree` writes them and names their folder in MUTANTS; without it there is nothing to compare.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readPolicy } from "../src/policy.ts";
import { verifyPackage } from "../src/verify.ts";

const folder = process.env.MUTANTS;
const skip = folder === undefined ? "scripts/agree runs it" : false;
const LEAST = 200;

/** What both should say about one package: the overall outcome, then every code with its outcome, in order. */
function ours(name: string): string {
  const at = (file: string): string => join(folder ?? "", file);
  const policy = existsSync(at(`${name}.toml`)) ? at(`${name}.toml`) : at("policy.toml");
  const { checks, overall } = verifyPackage(readFileSync(at(`${name}.evidence.zip`)), readPolicy(readFileSync(policy, "utf8")));
  return [overall, ...checks.map(({ code, outcome }) => `${code}=${outcome}`)].join(" ");
}

test("two verifiers that share no code say the same about every package", { skip }, () => {
  const lines = readFileSync(join(folder ?? "", "mutants.txt"), "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  let wrong = 0;
  const differences: string[] = [];
  for (const line of lines) {
    const [name = "", ...theirs] = line.split(" ");
    const said = ours(name);
    if (said !== theirs.join(" ")) differences.push(`${name}\n  first:  ${theirs.join(" ")}\n  second: ${said}`);
    if (!said.startsWith("VALID")) wrong++;
  }
  assert.deepEqual(differences, []);
  assert.ok(wrong >= LEAST, `only ${wrong} packages are not right`);
  console.log(`${lines.length} packages, ${wrong} of them not right: the same list of checks from both verifiers`);
});

// Packages of format 1 that were written once and are kept: they verify for ever, whatever changes here.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readPolicy } from "../src/policy.ts";
import { verifyPackage } from "../src/verify.ts";

const FOLDER = "../evidence/golden";

test("the first packages are valid still", () => {
  const policy = readPolicy(readFileSync(`${FOLDER}/v1-policy.toml`, "utf8"));
  const names = readdirSync(FOLDER).filter((name) => name.startsWith("v1-") && name.endsWith(".evidence.zip"));
  assert.ok(names.length >= 2);
  for (const name of names) {
    const { checks, overall } = verifyPackage(readFileSync(`${FOLDER}/${name}`), policy);
    assert.deepEqual(checks.filter(({ outcome }) => outcome !== "VALID"), [], name);
    assert.equal(overall, "VALID");
  }
});

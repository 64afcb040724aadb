// Packages of format 1 that were written once and are kept: they verify for ever, whatever changes here.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readPolicy } from "../src/policy.ts";
import { verifyPackage } from "../src/verify.ts";

const FOLDER = "../evidence/golden";

test("the first packages are valid still", () => {
  const names = readdirSync(FOLDER).filter((name) => name.startsWith("v1-") && name.endsWith(".evidence.zip"));
  assert.ok(names.length >= 5);
  for (const name of names) {
    const own = `${FOLDER}/${name.replace(".evidence.zip", ".toml")}`;
    const policy = readPolicy(readFileSync(existsSync(own) ? own : `${FOLDER}/v1-policy.toml`));
    const { checks, overall } = verifyPackage(readFileSync(`${FOLDER}/${name}`), policy);
    // It holds a result of a provider that was recorded only after the signing: that was called valid once, and is not shown.
    const late = name === "v1-everything-full.evidence.zip";
    const open = checks.filter(({ outcome }) => outcome !== "VALID").map(({ code, outcome }) => `${code} ${outcome}`);
    assert.deepEqual(open, late ? ["INTENT_STEP INDETERMINATE"] : [], name);
    assert.equal(overall, late ? "INDETERMINATE" : "VALID");
  }
});

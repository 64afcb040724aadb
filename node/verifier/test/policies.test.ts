// What a court can write into a policy, and what comes of it: the table that both verifiers' tests read. The command itself is
// run, because its exit code is what a clerk's script sees.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "smol-toml";
import { fromHex, utf8 } from "../src/bytes.ts";
import { exitCode } from "../src/check.ts";
import { PolicyError, readPolicy } from "../src/policy.ts";
import { verifyPackage } from "../src/verify.ts";

const GOLDEN = "../evidence/golden";
const PACKAGE = `${GOLDEN}/v1-sign-full.evidence.zip`;

interface Row {
  readonly name: string;
  readonly exit: number;
  readonly text?: string;
  readonly hex?: string;
  readonly fill?: number;
  readonly unmatched?: readonly string[];
}

const rows = parse(readFileSync(`${GOLDEN}/policies.toml`, "utf8")).policy as unknown as Row[];

function bytesOf({ fill = 0, hex, text = "" }: Row): Uint8Array {
  const written = hex === undefined ? utf8(text) : (fromHex(hex) ?? assert.fail("hex"));
  const bytes = new Uint8Array(Math.max(written.length, fill)).fill("#".charCodeAt(0));
  bytes.set(written);
  return bytes;
}

/** The exit code, and what the detail of QUORUM_INDEPENDENT says of names that match nothing. */
function judged(row: Row): readonly [number, string] {
  try {
    const { checks, overall } = verifyPackage(readFileSync(PACKAGE), readPolicy(bytesOf(row)));
    const said = checks.find(({ code }) => code === "QUORUM_INDEPENDENT")?.detail.en ?? "";
    return [exitCode(overall), /organisation here is called: (.*)\)$/su.exec(said)?.[1] ?? ""];
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    return [3, ""];
  }
}

test("every policy comes to what the table says", () => {
  assert.ok(rows.length >= 60);
  for (const row of rows) {
    const [exit, unmatched] = judged(row);
    assert.equal(exit, row.exit, row.name);
    if (row.unmatched !== undefined) assert.equal(unmatched, row.unmatched.join(", "), row.name);
  }
});

test("the command exits as the table says", () => {
  if (!existsSync("dist/cli.mjs")) execFileSync(process.execPath, ["scripts/build.mjs"]);
  const folder = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    for (const row of rows.filter(({ fill, hex, name }) => fill !== undefined || hex !== undefined || name.includes("2.0"))) {
      writeFileSync(join(folder, "policy.toml"), bytesOf(row));
      const { status } = spawnSync(process.execPath, ["dist/cli.mjs", PACKAGE, "--policy", join(folder, "policy.toml")]);
      assert.equal(status, row.exit, row.name);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("bytes before a package make it no package, and no failure of the command", () => {
  const folder = mkdtempSync(join(tmpdir(), "prefixed-"));
  try {
    for (const first of ["\x10chirograph/", '{"', ' {"kind":"chirograph/fault",', "\x12chirograph/receipt\x01"]) {
      writeFileSync(join(folder, "package"), Buffer.concat([Buffer.from(first), readFileSync(PACKAGE)]));
      const { status, stdout } = spawnSync(process.execPath, ["dist/cli.mjs", join(folder, "package"), "--policy", `${GOLDEN}/v1-policy.toml`, "--json"], { encoding: "utf8" });
      assert.equal(status, 1, first);
      assert.equal(JSON.parse(stdout).checks[0].code, "PACKAGE");
      assert.deepEqual(JSON.parse(stdout).unchecked, []);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

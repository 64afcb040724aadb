// A real network for the browser: four validators as processes on loopback, in a folder that goes afterwards.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_MS = 120_000;

/** The program under test. */
export const CHIROGRAPH = process.env.CHIROGRAPH ?? "chirograph";

/** Runs the program; its exit code and what it printed. */
export function run(...args) {
  try {
    return { code: 0, out: execFileSync(CHIROGRAPH, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }) };
  } catch (e) {
    if (typeof e.status !== "number") throw e;
    return { code: e.status, out: `${e.stdout}${e.stderr}` };
  }
}

export async function startNetwork() {
  const folder = mkdtempSync(join(tmpdir(), "chirograph-browser-"));
  const dir = join(folder, "net");
  const ready = join(folder, "ready.json");
  const child = spawn(CHIROGRAPH, ["localnet", "start", "--dir", dir, "--base-port", "0", "--ready-file", ready], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (piece) => (said += piece));
  const since = Date.now();
  while (!existsSync(ready)) {
    if (child.exitCode !== null || Date.now() - since > READY_MS) {
      child.kill("SIGTERM");
      throw new Error(`the network did not start:\n${said}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  const { endpoints, chain_id: chain } = JSON.parse(readFileSync(ready, "utf8"));
  const stop = async () => {
    child.kill("SIGTERM");
    await new Promise((end) => (child.exitCode === null ? child.once("exit", end) : end()));
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, dir, url: endpoints[0], chain, key: join(dir, "orgs/demo-operator.pem"), stop };
}

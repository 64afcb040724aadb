// The command: verifies one package, prints its checks, and tells the outcome by its exit code (0 valid, 1 invalid,
// 2 indeterminate, 3 it could not be run). It reads the files that it is given and nothing else.
import { closeSync, openSync, readSync } from "node:fs";
import { exitCode, type Check } from "./check.ts";
import { MOST_POLICY_BYTES, PolicyError, readPolicy, type Policy } from "./policy.ts";
import { UNCHECKED } from "./sentence.ts";
import { verifyPackage, type Verdict } from "./verify.ts";
import { MOST_BYTES } from "./zip.ts";

const USAGE = `usage: cli.mjs FILE [--policy FILE] [--json] [--lang en|zh]

Verifies an evidence package offline. Exit code: 0 VALID, 1 INVALID, 2 INDETERMINATE, 3 could not be run.
`;

/** Something that the caller must put right. */
class UsageError extends Error {}

interface Call {
  readonly file: string;
  readonly policy: string | undefined;
  readonly json: boolean;
  readonly lang: "en" | "zh";
}

function readCall(words: readonly string[]): Call {
  let [file, policy, json, lang]: [string | undefined, string | undefined, boolean, string] = [undefined, undefined, false, "en"];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--json") json = true;
    else if (word === "--policy") policy = words[++i];
    else if (word === "--lang") lang = words[++i] ?? "";
    else if (word.startsWith("-") || file !== undefined) throw new UsageError(`unexpected argument: ${word}`);
    else file = word;
  }
  if (file === undefined) throw new UsageError("name the package to verify");
  if (lang !== "en" && lang !== "zh") throw new UsageError("--lang: en or zh");
  return { file, policy, json, lang };
}

function line({ code, detail, outcome }: Check, lang: "en" | "zh"): string {
  return `${outcome.padEnd(13)}  ${code.padEnd(21)}  ${detail[lang]}`;
}

/** The verdict stands last; what it does not speak for stands right above it. */
function print({ checks, overall, unchecked }: Verdict, { json, lang }: Call): void {
  const flat = checks.map(({ code, detail, outcome }) => ({ code, outcome, detail: detail[lang] }));
  const beside = unchecked.length === 0 ? "" : `\n${UNCHECKED[lang]}\n  ${unchecked.join("\n  ")}\n`;
  if (json) process.stdout.write(JSON.stringify({ overall, checks: flat, unchecked }, null, 2) + "\n");
  else process.stdout.write(checks.map((check) => line(check, lang) + "\n").join("") + `${beside}\n${overall}\n`);
}

/** A file, and of a longer one than `most` bytes no more than shows that it is too long. */
function read(path: string, most: number): Uint8Array {
  const bytes = new Uint8Array(most + 1);
  try {
    const file = openSync(path, "r");
    let [length, more] = [0, 1];
    for (; length < bytes.length && more > 0; length += more) more = readSync(file, bytes, length, bytes.length - length, null);
    closeSync(file);
    return bytes.slice(0, length);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : path);
  }
}

function loadPolicy(path: string | undefined): Policy | undefined {
  return path === undefined ? undefined : readPolicy(read(path, MOST_POLICY_BYTES));
}

/** Runs the command; the result is the exit code. */
function main(words: readonly string[]): number {
  if (words.includes("--help")) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const call = readCall(words);
    const verdict = verifyPackage(read(call.file, MOST_BYTES), loadPolicy(call.policy));
    print(verdict, call);
    return exitCode(verdict.overall);
  } catch (error) {
    const known = error instanceof UsageError || error instanceof PolicyError;
    process.stderr.write(known ? `${error.message}\n${error instanceof UsageError ? USAGE : ""}` : `internal fault: ${String(error)}\n`);
    return 3;
  }
}

process.exitCode = main(process.argv.slice(2));

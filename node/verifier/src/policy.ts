// The court's policy (SPEC 8.1): a TOML file that says which ledger is meant, whose votes count, and which time-stamping
// authorities are trusted, and how old references may be. It comes from the reader of a package, never from the package.
import { parse } from "smol-toml";
import { fromHex, fromUtf8 } from "./bytes.ts";
import type { Certificate } from "./certificate.ts";
import { readPem } from "./pem.ts";

export interface Policy {
  readonly genesis: Uint8Array;
  readonly independent?: Independent;
  readonly roots?: readonly Certificate[];
  /** So many days may lie between the enrolment of references and a signing that was compared with them. */
  readonly referencesMaxAgeDays?: number;
}

/** How many organisations must have voted, and which count. */
export interface Independent {
  readonly need: number;
  readonly count?: readonly string[];
  readonly exclude: readonly string[];
}

/** A policy that cannot be used; the message names the member. */
export class PolicyError extends Error {}

/** No policy is longer. Of a longer file no more need be given than shows that. */
export const MOST_POLICY_BYTES = 1 << 20;
const MOST = 0xffff_ffff;

type Table = Record<string, unknown>;

function refuse(what: string): never {
  throw new PolicyError(what);
}

function table(value: unknown, name: string, members: readonly string[]): Table {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(`${name}: not a table`);
  for (const member of Object.keys(value)) if (!members.includes(member)) refuse(`${name}: unknown member "${member}"`);
  return value as Table;
}

function texts(value: unknown, name: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) refuse(`${name}: not a list of texts`);
  return value;
}

/** An integer as TOML has it: `2.0` is none, and what is too large for a number to hold exactly is not in range. */
function integer(value: unknown, name: string, least: number): number {
  if (typeof value !== "bigint" || value < BigInt(least) || value > BigInt(MOST)) refuse(`${name}: not an integer from ${least} to ${MOST}`);
  return Number(value);
}

function readIndependent(value: unknown): Independent {
  const { need, count, exclude } = table(value, "independent", ["need", "count", "exclude"]);
  const counting = count === undefined ? {} : { count: texts(count, "independent.count") };
  return { need: integer(need, "independent.need", 1), ...counting, exclude: exclude === undefined ? [] : texts(exclude, "independent.exclude") };
}

function readRoots(value: unknown): Certificate[] {
  const { roots } = table(value, "time", ["roots"]);
  return texts(roots, "time.roots").flatMap((pem) => {
    const found = readPem(pem)?.certificates ?? [];
    return found.length === 0 ? refuse("time.roots: not a certificate in PEM") : found;
  });
}

function readReferences(value: unknown): number {
  return integer(table(value, "references", ["max_age_days"]).max_age_days, "references.max_age_days", 0);
}

/** The text of a policy. What is not UTF-8 is refused: an excluded party whose name is read wrongly would be counted. */
function textOf(file: Uint8Array): string {
  if (file.length > MOST_POLICY_BYTES) refuse(`longer than ${MOST_POLICY_BYTES} bytes`);
  return fromUtf8(file) ?? refuse("not UTF-8: save it as UTF-8, not as GBK (ANSI) / 编码不是 UTF-8，请另存为 UTF-8（勿用 GBK 即 ANSI）");
}

/** Reads a policy file; throws `PolicyError` when it cannot be used. */
export function readPolicy(file: Uint8Array): Policy {
  const toml = textOf(file);
  let parsed: unknown;
  try {
    parsed = parse(toml, { integersAsBigInt: true });
  } catch (error) {
    refuse(`not TOML: ${error instanceof Error ? error.message : ""}`);
  }
  const top = table(parsed, "policy", ["genesis", "independent", "time", "references"]);
  const genesis = typeof top.genesis === "string" ? fromHex(top.genesis) : undefined;
  if (genesis?.length !== 32) refuse("genesis: not 64 hex digits");
  return {
    genesis,
    ...(top.independent === undefined ? {} : { independent: readIndependent(top.independent) }),
    ...(top.time === undefined ? {} : { roots: readRoots(top.time) }),
    ...(top.references === undefined ? {} : { referencesMaxAgeDays: readReferences(top.references) }),
  };
}

// Events: a transaction that an organisation signed, with its place in the ledger and the model's appraisal (SPEC 4.2).
import { concat } from "./bytes.ts";
import { readBody, type Body } from "./body.ts";
import { sm3 } from "./hash.ts";
import { tagBytes, type Reader } from "./reader.ts";

/** What the handwriting model said when the event was committed. */
export interface Appraisal {
  readonly model: Uint8Array;
  readonly template: Uint8Array;
  /** log10 of a likelihood ratio, in thousandths. */
  readonly llr: number | null;
  readonly llrRandom: number | null;
  readonly band: number;
  readonly grade: number;
  readonly flags: number;
  readonly seen: bigint;
  readonly fingerprints: readonly Uint8Array[];
}

/** What an organisation asked for, with its signature. */
export interface Transaction {
  readonly chain: Uint8Array;
  readonly org: string;
  readonly key: Uint8Array;
  readonly request: Uint8Array;
  readonly body: Body;
  readonly signature: Uint8Array;
  /** What the signature is over. */
  readonly signingBytes: Uint8Array;
  readonly id: Uint8Array;
}

/** One line of the ledger. */
export interface Event {
  readonly seq: bigint;
  readonly height: bigint;
  readonly time: bigint;
  readonly matterSeq: bigint;
  readonly transaction: Transaction;
  readonly appraisal: Appraisal | null;
  /** The top-level bytes. */
  readonly canonical: Uint8Array;
  readonly hash: Uint8Array;
}

/** Words for the numbers of an appraisal. */
export const BANDS: Readonly<Record<number, string>> = { 1: "accept", 2: "review", 3: "reject", 4: "uncompared" };
export const GRADES: Readonly<Record<number, string>> = { 1: "A", 2: "B", 3: "C", 4: "D" };
export const FLAGS: readonly string[] = [
  "SYNTHETIC", "NO_PRESSURE", "SAMPLES_LOST", "TIME_REPEATED", "SLOW_RATE", "EVEN_SPEED", "UNKNOWN_SCALE", "UNTRUSTED_SAMPLES",
  "OUTSIDE_VALIDATED", "FEW_REFERENCES", "TOO_LIKE_A_REFERENCE", "MACHINE_MADE", "REPLAY", "INCOMPLETE", "MERGED", "CLOCK_TAMPERED",
  "TOO_FEW_SESSIONS", "TEMPLATE_OLD",
];

/** Names of the flags that are set, by bit; a bit that has no name is left out. */
export function flagNames(flags: number): string[] {
  return FLAGS.filter((_, bit) => ((flags >>> bit) & 1) === 1);
}

function readAppraisal(reader: Reader): Appraisal {
  return {
    model: reader.digest(),
    template: reader.digest(),
    llr: reader.option((r) => r.i32()),
    llrRandom: reader.option((r) => r.i32()),
    band: reader.choice(1, 4),
    grade: reader.choice(1, 4),
    flags: reader.u32(),
    seen: reader.u64(),
    fingerprints: reader.list(10, (r) => r.digest()),
  };
}

function readTransaction(reader: Reader): Transaction {
  const start = reader.at;
  const [chain, org, key, request] = [reader.digest(), reader.name(), reader.digest(), reader.take(16)];
  reader.u64(); // expiry
  const body = readBody(reader);
  const signingBytes = concat(tagBytes("draft"), reader.since(start));
  const signature = reader.signature();
  const id = sm3(tagBytes("transaction"), reader.since(start));
  return { chain, org, key, request, body, signature, signingBytes, id };
}

/** An event as it stands inside other values. */
export function readEvent(reader: Reader): Event {
  const start = reader.at;
  const [seq, height, time, matterSeq] = [reader.u64(), reader.u64(), reader.u64(), reader.u64()];
  const transaction = readTransaction(reader);
  const appraisal = reader.option(readAppraisal);
  const canonical = concat(tagBytes("event"), reader.since(start));
  return { seq, height, time, matterSeq, transaction, appraisal, canonical, hash: sm3(canonical) };
}

/** An event as a file. */
export function readEventFile(reader: Reader): Event {
  reader.tag("event");
  return readEvent(reader);
}

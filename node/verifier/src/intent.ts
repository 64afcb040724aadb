// Evidence of will (SPEC 4.8): what a provider found about a signer, signed by it, and carried by a step of the matter. What
// a result is worth is for the reader to say.
import { concat, equal } from "./bytes.ts";
import { knownKey, standing, type Case } from "./case.ts";
import type { Outcome, Text } from "./check.ts";
import type { Event } from "./event.ts";
import { sm3 } from "./hash.ts";
import { tagBytes, type Reader } from "./reader.ts";
import type { MatterFile } from "./receipt.ts";
import { verifySm2 } from "./sm2.ts";
import type { Answer } from "./verify.ts";

/** What a provider found. */
export interface Intent {
  readonly chain: Uint8Array;
  readonly method: string;
  readonly signer: string;
  readonly document: Uint8Array;
  readonly passed: boolean;
  readonly time: bigint;
  readonly duration: bigint;
  readonly log: Uint8Array;
  readonly note: string;
  readonly provider: string;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
  readonly signingBytes: Uint8Array;
  readonly digest: Uint8Array;
}

const METHODS: readonly string[] = ["sms", "liveness", "password", "reading", "token", "speech"];
const NOTE_MOST = 512;
/** A provider's clock may be ahead of the ledger's by so many milliseconds. */
const CLOCKS_DIFFER = 60_000n;

/** A result as a file. */
export function readIntent(reader: Reader): Intent {
  reader.tag("intent-result");
  const start = reader.at;
  const chain = reader.digest();
  const method = METHODS[reader.choice(1, METHODS.length) - 1] ?? "";
  const [signer, document, passed, time, duration] = [reader.name(), reader.digest(), reader.bool(), reader.u64(), reader.u64()];
  const [log, note, provider, key] = [reader.digest(), reader.text(NOTE_MOST), reader.name(), reader.digest()];
  const signingBytes = concat(tagBytes("intent-finding"), reader.since(start));
  const signature = reader.signature();
  const digest = sm3(tagBytes("intent-result"), reader.since(start));
  return { chain, method, signer, document, passed, time, duration, log, note, provider, key, signature, signingBytes, digest };
}

/** The step of the matter that carries a result. */
export function stepOf({ digest, method }: Intent, matter: MatterFile | undefined): Event | undefined {
  return matter?.events.find(({ transaction: { body } }) => {
    return body.kind === "record" && body.what === `intent.${method}` && equal(body.content, digest);
  });
}

/** A step of the matter carries it, in time, and it is about the signer and the document of a signing. */
function isPlaced(intent: Intent, { event, genesis, matter }: Case): boolean {
  const { body } = event.transaction;
  const step = stepOf(intent, matter);
  if (!equal(intent.chain, genesis.chain) || step === undefined || intent.time > step.time + CLOCKS_DIFFER) return false;
  return body.kind !== "sign" || (body.signer === intent.signer && equal(body.document, intent.document));
}

/** A result that came into the matter after the signing is genuine, and says nothing about the will at the signing. */
function isLate(intent: Intent, { event, matter }: Case): boolean {
  const step = stepOf(intent, matter);
  return event.transaction.body.kind === "sign" && step !== undefined && step.matterSeq > event.matterSeq;
}

export function steps(found: Case): Answer {
  const { intents } = found;
  if (intents.length === 0) return undefined;
  const list = (passed: string, failed: string, late: string): string => {
    const one = (intent: Intent): string => `${intent.method} ${intent.passed ? passed : failed}${isLate(intent, found) ? late : ""} (${intent.provider})`;
    return intents.map(one).join(", ");
  };
  const why: Text = { en: list("passed", "not passed", ", recorded only after the signing"), zh: list("通过", "未通过", "，签署之后才载入") };
  if (!intents.every((intent) => isPlaced(intent, found))) return ["INVALID", why];
  return [intents.some((intent) => isLate(intent, found)) ? "INDETERMINATE" : "VALID", why];
}

function signatureOutcome(intent: Intent, found: Case): Outcome {
  const key = knownKey(found, intent.provider, intent.key);
  if (key === undefined) return "INDETERMINATE";
  if (!verifySm2(key, intent.signingBytes, intent.signature)) return "INVALID";
  const stands = standing(found, intent.provider, intent.key);
  if (stands === undefined) return "INDETERMINATE";
  const step = stepOf(intent, found.matter);
  return stands.until === undefined || (step !== undefined && step.height < stands.until) ? "VALID" : "INVALID";
}

export function signatures(found: Case): Answer {
  const outcomes = found.intents.map((intent) => signatureOutcome(intent, found));
  if (outcomes.length === 0) return undefined;
  if (outcomes.includes("INVALID")) return "INVALID";
  return outcomes.includes("INDETERMINATE") ? "INDETERMINATE" : "VALID";
}

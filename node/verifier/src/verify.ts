// The checks of a package, in the order of SPEC section 8. A pure function of the file and the policy: no clock, no
// network, and no input makes it fail other than by an answer.
import { overall, type Check, type Outcome, type Text } from "./check.ts";
import { wrongBagFile } from "./bag.ts";
import { caseOf, type Case } from "./case.ts";
import { LayoutError, readDossier, type Dossier } from "./dossier.ts";
import { brokenRule } from "./genesis.ts";
import * as intent from "./intent.ts";
import * as ledger from "./ledger.ts";
import * as login from "./login.ts";
import type { Policy } from "./policy.ts";
import * as presented from "./presented.ts";
import * as references from "./references.ts";
import { sentence, type Code } from "./sentence.ts";
import * as signing from "./signing.ts";
import * as stamps from "./stamps.ts";
import { uncheckedIn } from "./unchecked.ts";
import { readZip } from "./zip.ts";

/** What a check function answers: an outcome, with or without what was found. Undefined: the check is not listed. */
export type Answer = Outcome | readonly [Outcome, Text] | undefined;

/** The whole answer about a package. */
export interface Verdict {
  readonly overall: Outcome;
  readonly checks: readonly Check[];
  /** What is in the package and no check speaks for (SPEC 8.3); empty when it could not be decoded. */
  readonly unchecked: readonly string[];
  /** The decoded content, if it could be decoded. It is to be believed only as far as the checks say. */
  readonly found: Case | undefined;
}

function asCheck(code: Code, answer: Exclude<Answer, undefined>): Check {
  const [outcome, why] = typeof answer === "string" ? [answer, undefined] : answer;
  return { code, outcome, detail: sentence(code, outcome, why) };
}

const fileNamed = (path: string): Text => ({ en: `see ${path}`, zh: `见 ${path}` });

/** Told which check is next, how many were made, and how many there are at most. */
export type Told = (code: Code, done: number, all: number) => void;

/** The checks before anything else can be looked at; a dossier when there is one. */
function open(bytes: Uint8Array, told: (code: Code) => void): { checks: Check[]; dossier?: Dossier } {
  told("PACKAGE");
  const archive = readZip(bytes);
  if (archive === undefined) return { checks: [asCheck("PACKAGE", "INVALID")] };
  told("BAG");
  const wrong = wrongBagFile(archive);
  const checks = [asCheck("PACKAGE", "VALID"), asCheck("BAG", wrong === undefined ? "VALID" : ["INVALID", fileNamed(wrong)])];
  told("LAYOUT");
  const dossier = readDossier(archive);
  if (dossier instanceof LayoutError) return { checks: [...checks, asCheck("LAYOUT", ["INVALID", fileNamed(dossier.message)])] };
  return { checks: [...checks, asCheck("LAYOUT", "VALID")], dossier };
}

/** The checks of a decoded package, each by its code, in order. */
const CHECKS: readonly (readonly [Code, (found: Case) => Answer])[] = [
  ["GENESIS", ledger.genesis],
  ["EVENT_CANON", ledger.eventCanon],
  ["CHAIN", ledger.chain],
  ["TRAIL", ledger.trail],
  ["VALIDATORS", ledger.validators],
  ["CERTIFICATE", ledger.certificate],
  ["INCLUSION_SM3", ledger.inclusionSm3],
  ["INCLUSION_SHA256", ledger.inclusionSha256],
  ["STATE_ENTRIES", ledger.stateEntries],
  ["TRANSACTION_SIGNATURE", signing.transactionSignature],
  ["APPRAISAL", signing.appraisal],
  ["MODEL", signing.model],
  ["STATE", ledger.state],
  ["COMPLETENESS", ledger.completeness],
  ["NONCE", signing.nonce],
  ["DOCUMENT", presented.document],
  ["LOGIN_CHALLENGE", login.challenge],
  ["PACKET_COMMIT", signing.packetCommit],
  ["PACKET_BINDING", signing.packetBinding],
  ["DEVICE_SIG", signing.deviceSignature],
  ["REFERENCES_AGE", references.age],
  ["ACCESS", ledger.access],
  ["INTENT_STEP", intent.steps],
  ["INTENT_SIGNATURE", intent.signatures],
  ["FAULT_PROOFS", ledger.faultProofs],
  ["TSA_TOKEN", stamps.tokens],
  ["TSA_CHAIN_AT_GENTIME", stamps.chains],
  ["QUORUM_INDEPENDENT", ledger.quorumIndependent],
  ["FACTS", ledger.facts],
];

/** PACKAGE, BAG and LAYOUT. */
const OPENING = 3;

/** Verifies a package against a policy, if there is one. Whoever waits may be told how far it is. */
export function verifyPackage(bytes: Uint8Array, policy?: Policy, told: Told = () => {}): Verdict {
  let begun = 0;
  const next = (code: Code): void => told(code, begun++, OPENING + CHECKS.length);
  const { checks, dossier } = open(bytes, next);
  if (dossier === undefined) return { overall: overall(checks), checks, unchecked: [], found: undefined };
  const found = caseOf(dossier, policy);
  for (const [code, answer] of CHECKS) {
    next(code);
    const given = answer(found);
    if (given !== undefined) checks.push(asCheck(code, given));
    // Under a genesis that breaks its own rules no word of the others means anything.
    if (code === "GENESIS" && brokenRule(dossier.genesis) !== undefined) break;
  }
  return { overall: overall(checks), checks, unchecked: uncheckedIn(dossier), found };
}

// A receipt alone, checked in this browser with the verifier's own code: the checks of a package that need nothing but
// the receipt, the genesis and the trail. What a receipt does not carry is not listed.

import { equal } from "../../../verifier/src/bytes.ts";
import { type Case, caseOf } from "../../../verifier/src/case.ts";
import { type Check, overall } from "../../../verifier/src/check.ts";
import type { Genesis } from "../../../verifier/src/genesis.ts";
import * as ledger from "../../../verifier/src/ledger.ts";
import type { Policy } from "../../../verifier/src/policy.ts";
import type { Receipt } from "../../../verifier/src/receipt.ts";
import { type Code, sentence } from "../../../verifier/src/sentence.ts";
import * as signing from "../../../verifier/src/signing.ts";
import type { Link } from "../../../verifier/src/trail.ts";
import type { Answer, Verdict } from "../../../verifier/src/verify.ts";

const CHECKS: readonly (readonly [Code, (found: Case) => Answer])[] = [
  ["GENESIS", ledger.genesis],
  ["CHAIN", ledger.chain],
  ["TRAIL", ledger.trail],
  ["VALIDATORS", ledger.validators],
  ["CERTIFICATE", ledger.certificate],
  ["INCLUSION_SM3", ledger.inclusionSm3],
  ["INCLUSION_SHA256", ledger.inclusionSha256],
  ["TRANSACTION_SIGNATURE", signing.transactionSignature],
  ["APPRAISAL", signing.appraisal],
  ["QUORUM_INDEPENDENT", ledger.quorumIndependent],
];

/** Checks a receipt. `trail` may be longer than needed: it needs no trust in who gave it. */
export function verifyReceipt(receipt: Receipt, genesis: Genesis, trail: readonly Link[], policy?: Policy): Verdict {
  const epoch = Number(receipt.checkpoint.header.epoch);
  const nothing = { state: [], references: [], faults: [], stamps: [], forPeople: [], intents: [], facts: new Uint8Array(0) };
  const missing = { matter: undefined, nonce: undefined, presented: undefined, login: undefined, enrolment: undefined, questioned: undefined, model: undefined };
  const dossier = { ...nothing, ...missing, variant: "public" as const, genesis, event: receipt.event, receipt, trail: trail.slice(0, epoch) };
  const found = caseOf(dossier, policy);
  const checks = CHECKS.flatMap(([code, answer]) => listed(code, answer(found)));
  return { overall: overall(checks), checks, unchecked: [], found };
}

function listed(code: Code, answer: Answer): Check[] {
  if (answer === undefined) return [];
  const [outcome, why] = typeof answer === "string" ? [answer, undefined] : answer;
  return [{ code, outcome, detail: sentence(code, outcome, why) }];
}

/** Whether the receipt's chain is that of the genesis at hand. */
export function sameChain(receipt: Receipt, genesis: Genesis): boolean {
  return equal(receipt.checkpoint.header.chain, genesis.chain);
}

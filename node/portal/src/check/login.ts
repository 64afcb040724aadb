// Whether a committed signing answers the prompt that was shown, and whether the handwriting speaks for the signer. The
// event's own place in the ledger is its receipt's business; whether somebody is let in is nobody's here.

import { type Challenge, challengeDigest, loginMatter } from "../canonical/challenge";
import { equal } from "../../../verifier/src/bytes.ts";
import type { Outcome } from "../../../verifier/src/check.ts";
import { type Appraisal, BANDS, type Event, flagNames } from "../../../verifier/src/event.ts";

export interface LoginCheck {
  code: "LOGIN_CHALLENGE" | "LOGIN_WRITER";
  outcome: Outcome;
}

/** `shown` is the challenge of this visit: an answer to another one is none. */
export function loginChecks(event: Event, shown: Challenge): LoginCheck[] {
  return [
    { code: "LOGIN_CHALLENGE", outcome: answers(event, shown) ? "VALID" : "INVALID" },
    { code: "LOGIN_WRITER", outcome: writer(event.appraisal) },
  ];
}

function answers({ transaction: { chain, org, body } }: Event, shown: Challenge): boolean {
  if (body.kind !== "sign" || body.signer !== shown.signer || org !== shown.organisation || !equal(chain, shown.chain)) return false;
  return body.matter === loginMatter(shown) && equal(body.document, challengeDigest(shown));
}

const BY_BAND: Readonly<Record<string, Outcome>> = { accept: "VALID", review: "INDETERMINATE", uncompared: "INDETERMINATE", reject: "INVALID" };

function writer(appraisal: Appraisal | null): Outcome {
  if (appraisal === null) return "INVALID";
  if (flagNames(appraisal.flags).includes("SYNTHETIC")) return "INDETERMINATE";
  return BY_BAND[BANDS[appraisal.band] ?? ""] ?? "INVALID";
}

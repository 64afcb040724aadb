// What a verifier says: coded checks, each with one of three outcomes and a sentence in two languages. The words and
// codes are the specification's; nothing here decides anything.

/** The three answers. `INDETERMINATE` means that something is missing, not that something is wrong. */
export type Outcome = "VALID" | "INVALID" | "INDETERMINATE";

/** A text in both languages of the product. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** One line of the answer. */
export interface Check {
  readonly code: string;
  readonly outcome: Outcome;
  readonly detail: Text;
}

/** The worst of all outcomes; no check at all proves nothing. */
export function overall(checks: readonly Check[]): Outcome {
  if (checks.some((check) => check.outcome === "INVALID")) return "INVALID";
  return checks.length === 0 || checks.some((check) => check.outcome === "INDETERMINATE") ? "INDETERMINATE" : "VALID";
}

/** Exit code of a command for an outcome; 3 is kept for "it could not be run". */
export function exitCode(outcome: Outcome): number {
  return { VALID: 0, INVALID: 1, INDETERMINATE: 2 }[outcome];
}

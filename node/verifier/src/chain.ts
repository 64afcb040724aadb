// Chains of certificates from the signer of a time-stamp to a root that the policy trusts, judged by the day in the token
// and never by today's.
import { equal } from "./bytes.ts";
import { isForTimeStamping, isUnderstood, mayIssue, pathLimit, signedBy, type Certificate } from "./certificate.ts";
import { revokes, type Crl } from "./crl.ts";
import type { Outcome } from "./check.ts";

/** What there is to make a chain of, and the day that counts (milliseconds since 1970). */
export interface Material {
  readonly at: number;
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly roots: readonly Certificate[];
}

/** More certificates than this in one chain are not looked at, the signer and the root included. */
const LONGEST = 8;
/** So many steps are tried at most: certificates that all issue one another would be walked in every order. */
const MOST_STEPS = 256;

/** Whether a chain leads from the signer to a root: INDETERMINATE where something is missing or not understood. */
export function chainOutcome(signer: Certificate, material: Material): Outcome {
  return isForTimeStamping(signer) ? climb([signer], { material, stepsLeft: MOST_STEPS }) : "INVALID";
}

interface Search {
  readonly material: Material;
  stepsLeft: number;
}

/** What the best way from the last certificate of a chain to a root comes to. */
function climb(chain: readonly Certificate[], search: Search): Outcome {
  const { at, certificates, roots } = search.material;
  const last = chain.at(-1);
  if (last === undefined || search.stepsLeft-- <= 0) return "INDETERMINATE";
  if (at < last.notBefore || at > last.notAfter) return "INVALID";
  if (roots.some((root) => equal(root.raw, last.raw))) return isUnderstood(last) ? "VALID" : "INDETERMINATE";
  const issuers = [...roots, ...certificates].filter((one) => equal(one.subject, last.issuer) && !chain.some((lower) => equal(lower.raw, one.raw)));
  if (chain.length >= LONGEST) return "INDETERMINATE";
  const outcomes = issuers.map((issuer) => step(chain, issuer, search));
  if (outcomes.includes("VALID")) return "VALID";
  return outcomes.includes("INVALID") ? "INVALID" : "INDETERMINATE";
}

/** One step up, and what follows from there; a step that is wrong outweighs one that is not understood. */
function step(chain: readonly Certificate[], issuer: Certificate, search: Search): Outcome {
  const { at, crls } = search.material;
  const last = chain.at(-1) ?? issuer;
  // Below the issuer stand as many authorities as the chain has certificates, but for the signer's.
  if (!mayIssue(issuer) || (pathLimit(issuer) ?? LONGEST) < chain.length - 1) return "INVALID";
  const finding = signedBy(last, issuer);
  if (finding === "invalid" || crls.some((crl) => revokes(crl, last, issuer, at))) return "INVALID";
  const further = climb([...chain, issuer], search);
  return further === "VALID" && (finding === "unknown" || !isUnderstood(last)) ? "INDETERMINATE" : further;
}

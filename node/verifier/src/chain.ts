// Chains of certificates from the signer of a time-stamp to a root that the policy trusts, judged by the day in the token
// and never by today's.
import { equal } from "./bytes.ts";
import { isForTimeStamping, isUnderstood, mayIssue, signedBy, type Certificate } from "./certificate.ts";
import { isNamed, listSignedBy, revokes, type Crl } from "./crl.ts";
import type { Outcome } from "./check.ts";
import type { Finding } from "./signature.ts";

/** What there is to make a chain of, and the day that counts (milliseconds since 1970). */
export interface Material {
  readonly at: number;
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly roots: readonly Certificate[];
}

/** More certificates than this in one chain are not looked at, the signer and the root included. */
const LONGEST = 8;
/** So many signatures are verified at most: certificates that all issue one another would be walked in every order. */
const MOST_SIGNATURES = 64;

/** Whether a chain leads from the signer to a root: INDETERMINATE where something is missing or not understood. */
export function chainOutcome(signer: Certificate, material: Material): Outcome {
  return isForTimeStamping(signer) ? climb([signer], { material, left: MOST_SIGNATURES }) : "INVALID";
}

interface Search {
  readonly material: Material;
  /** Signatures that may still be verified. */
  left: number;
}

/** What the best way from the last certificate of a chain to a root comes to. */
function climb(chain: readonly Certificate[], search: Search): Outcome {
  const { at, roots } = search.material;
  const last = chain.at(-1);
  if (last === undefined || at < last.notBefore || at > last.notAfter) return "INVALID";
  if (roots.some((root) => equal(root.raw, last.raw))) return isUnderstood(last) ? "VALID" : "INDETERMINATE";
  if (chain.length >= LONGEST) return "INDETERMINATE";
  let best: Outcome = "INDETERMINATE";
  for (const issuer of issuersOf(last, chain, search.material)) {
    const outcome = step(chain, issuer, search);
    if (outcome === "VALID") return outcome;
    if (outcome === "INVALID") best = outcome;
  }
  return best;
}

/** Who may have issued the last of a chain: roots first, each once, and none that stands below already. */
function issuersOf(last: Certificate, chain: readonly Certificate[], { certificates, roots }: Material): Certificate[] {
  const found: Certificate[] = [];
  for (const one of [...roots, ...certificates]) {
    const known = [...chain, ...found].some((other) => equal(other.raw, one.raw));
    if (equal(one.subject, last.issuer) && !known) found.push(one);
  }
  return found;
}

/** One step up, and what follows from there; a step that is wrong outweighs one that is not understood. */
function step(chain: readonly Certificate[], issuer: Certificate, search: Search): Outcome {
  const last = chain.at(-1) ?? issuer;
  // Below the issuer stand as many authorities as the chain has certificates, but for the signer's.
  if (!mayIssue(issuer) || (issuer.known.pathLimit ?? LONGEST) < chain.length - 1) return "INVALID";
  const finding = within(search, () => signedBy(last, issuer));
  if (finding === "invalid") return "INVALID";
  const listed = finding === "exhausted" ? finding : revocation(last, issuer, search);
  if (listed === "exhausted") return "INDETERMINATE";
  if (listed === "INVALID") return listed;
  const further = climb([...chain, issuer], search);
  const unclear = finding === "unknown" || listed !== "VALID" || !isUnderstood(last);
  return further === "VALID" && unclear ? "INDETERMINATE" : further;
}

/** What the issuer's lists say of a certificate; what somebody else signed says nothing. */
function revocation(certificate: Certificate, issuer: Certificate, search: Search): Outcome | "exhausted" {
  let said: Outcome = "VALID";
  for (const crl of search.material.crls.filter((crl) => isNamed(crl, issuer))) {
    const finding = within(search, () => listSignedBy(crl, issuer));
    if (finding === "exhausted") return finding;
    if (finding === "invalid" || !revokes(crl, certificate, search.material.at)) continue;
    if (finding === "valid") return "INVALID";
    said = "INDETERMINATE";
  }
  return said;
}

/** Verifies a signature, while there may be more. */
function within(search: Search, verify: () => Finding): Finding | "exhausted" {
  return search.left-- > 0 ? verify() : "exhausted";
}

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
/** So many chains are tried at most: certificates that all issue one another would be walked in every order. */
const MOST_CHAINS = 64;
const MOST_STEPS = 4096;

/** Whether a chain leads from the signer to a root: INDETERMINATE where something is missing or not understood. */
export function chainOutcome(signer: Certificate, material: Material): Outcome {
  if (!isForTimeStamping(signer)) return "INVALID";
  const outcomes = chains(signer, material).map((chain) => judge(chain, material));
  if (outcomes.includes("VALID")) return "VALID";
  return outcomes.length > 0 && !outcomes.includes("INDETERMINATE") ? "INVALID" : "INDETERMINATE";
}

/** All ways by name from the signer to a root. */
function chains(signer: Certificate, { certificates, roots }: Material): Certificate[][] {
  const found: Certificate[][] = [];
  let steps = 0;
  const climb = (chain: Certificate[]): void => {
    const last = chain.at(-1) ?? signer;
    if (found.length >= MOST_CHAINS || steps++ > MOST_STEPS) return;
    if (roots.some((root) => equal(root.raw, last.raw))) found.push(chain);
    else if (chain.length < LONGEST) {
      const issuers = [...roots, ...certificates].filter((one) => equal(one.subject, last.issuer));
      for (const issuer of issuers) if (!chain.some((one) => equal(one.raw, issuer.raw))) climb([...chain, issuer]);
    }
  };
  climb([signer]);
  return found;
}

/** Whether every step of a chain holds; a step that is wrong outweighs one that is not understood. */
function judge(chain: readonly Certificate[], { at, crls }: Material): Outcome {
  let understood = chain.every(isUnderstood);
  for (const [i, certificate] of chain.entries()) {
    if (at < certificate.notBefore || at > certificate.notAfter) return "INVALID";
    const issuer = chain[i + 1];
    if (issuer === undefined) continue;
    // Below the issuer stand i + 1 certificates, the first of which is the signer's and no authority's.
    if (!mayIssue(issuer) || (pathLimit(issuer) ?? LONGEST) < i) return "INVALID";
    const finding = signedBy(certificate, issuer);
    if (finding === "invalid" || crls.some((crl) => revokes(crl, certificate, issuer, at))) return "INVALID";
    if (finding === "unknown") understood = false;
  }
  return understood ? "VALID" : "INDETERMINATE";
}

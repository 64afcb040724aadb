// Everything about the reader's files that takes time, as one pure function: it runs in a worker, or in the page itself
// where no worker can be had. Bytes in, words out.
import type { Case } from "../case.ts";
import type { Check, Outcome } from "../check.ts";
import { sm3 } from "../hash.ts";
import { PolicyError, readPolicy } from "../policy.ts";
import { documentMatches, documentNamed, summary, type Group, type Match } from "../summary.ts";
import { verifyPackage, type Told } from "../verify.ts";

/** The reader's files. */
export interface Asked {
  readonly evidence: Uint8Array;
  readonly policy: Uint8Array | undefined;
  readonly document: Uint8Array | undefined;
}

/** What the page shows. */
export interface Answer {
  readonly overall: Outcome;
  readonly checks: readonly Check[];
  /** What no check speaks for. */
  readonly unchecked: readonly string[];
  /** What the package says; undefined when it could not be decoded. */
  readonly groups: readonly Group[] | undefined;
  /** SM3 of the package's file. */
  readonly digest: Uint8Array;
  /** Whether the document is the one that is meant; undefined when there is no document, or nothing to compare it with. */
  readonly match: Match | "other" | "unnamed" | undefined;
}

/** A policy that cannot be used, and why. */
export interface BadPolicy {
  readonly badPolicy: string;
}

/** Examines the files. */
export function examine({ evidence, policy, document }: Asked, told: Told): Answer | BadPolicy {
  try {
    const read = policy === undefined ? undefined : readPolicy(policy);
    const { checks, found, overall, unchecked } = verifyPackage(evidence, read, told);
    const match = document === undefined || found === undefined ? undefined : compared(found, document);
    return { overall, checks, unchecked, groups: found === undefined ? undefined : summary(found), digest: sm3(evidence), match };
  } catch (error) {
    if (error instanceof PolicyError) return { badPolicy: error.message };
    throw error;
  }
}

function compared(found: Case, document: Uint8Array): Match | "other" | "unnamed" {
  const named = documentNamed(found);
  return named === undefined ? "unnamed" : (documentMatches(named, document) ?? "other");
}

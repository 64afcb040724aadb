// Checks of the time-stamps: tokens of outside authorities over headers that hold the event. The day that counts is the
// token's; whether a certificate has expired since then does not matter.
import { equal, fromUtf8 } from "./bytes.ts";
import type { Case } from "./case.ts";
import { commonName, type Certificate } from "./certificate.ts";
import { chainOutcome } from "./chain.ts";
import type { Outcome, Text } from "./check.ts";
import type { Stamp } from "./dossier.ts";
import { sha256 } from "./hash.ts";
import { readPem, type Pem } from "./pem.ts";
import { id } from "./object.ts";
import { inLog } from "./receipt.ts";
import { hashNamed } from "./signature.ts";
import { readToken, signingCertificate, verifyToken, type Token } from "./token.ts";
import type { Answer } from "./verify.ts";
import { notFinal } from "./vote.ts";

const SHA1 = id("1.3.14.3.2.26");
const SHA256 = id("2.16.840.1.101.3.4.2.1");

/** A token with what was kept beside it, and its signer's certificate if that is at hand. */
interface Opened {
  readonly token: Token;
  readonly beside: Pem;
  readonly signer: Certificate | undefined;
}

function open({ chain, token: bytes }: Pick<Stamp, "chain" | "token">): Opened | undefined {
  const token = readToken(bytes);
  const text = fromUtf8(chain);
  if (token === undefined || text === undefined) return undefined;
  const beside = readPem(text);
  if (beside === undefined) return undefined;
  return { token, beside, signer: signingCertificate(token, beside.certificates) };
}

/** Whether the header under the stamp is final and holds the event. */
function headerHolds({ receipt }: Stamp, { event, genesis, sets }: Case): boolean {
  const { checkpoint } = receipt;
  const set = sets?.find(({ epoch }) => epoch === checkpoint.header.epoch);
  if (set === undefined || !equal(receipt.event.canonical, event.canonical)) return false;
  const final = equal(checkpoint.header.chain, genesis.chain) && notFinal(checkpoint, set, genesis.chain) === undefined;
  return final && inLog(receipt, "sm3") && inLog(receipt, "sha256");
}

/** What one token comes to: what is not known here makes it INDETERMINATE before anything else can be looked at. */
function tokenOutcome(stamp: Stamp, found: Case): Outcome {
  return headerHolds(stamp, found) ? tokenOf(open(stamp), sha256(stamp.receipt.checkpoint.header.canonical)) : "INVALID";
}

function tokenOf(opened: Opened | undefined, due: Uint8Array): Outcome {
  if (opened === undefined) return "INVALID";
  const { signer, token } = opened;
  const imprint = imprintOutcome(token, due);
  if (imprint !== "VALID") return imprint;
  const finding = signer === undefined ? "unknown" : verifyToken(token, signer);
  return finding === "valid" ? "VALID" : finding === "unknown" ? "INDETERMINATE" : "INVALID";
}

function chainOf(opened: Opened | undefined, roots: readonly Certificate[]): Outcome {
  if (opened === undefined) return "INVALID";
  const { beside, signer, token } = opened;
  if (signer === undefined) return "INDETERMINATE";
  const certificates = [...token.certificates, ...beside.certificates];
  return chainOutcome(signer, { at: token.genTime, certificates, crls: [...token.crls, ...beside.crls], roots });
}

/** Both checks of a token by itself: over which digest, under which roots. */
export function stampOutcomes(stamp: Pick<Stamp, "chain" | "token">, due: Uint8Array, roots: readonly Certificate[]): [Outcome, Outcome] {
  const opened = open(stamp);
  return [tokenOf(opened, due), chainOf(opened, roots)];
}

function imprintOutcome({ imprint, imprintAlgorithm, isUnderstood }: Token, due: Uint8Array): Outcome {
  if (hashNamed(imprintAlgorithm) === undefined && imprintAlgorithm !== SHA1) return "INDETERMINATE";
  if (imprintAlgorithm !== SHA256 || !equal(imprint, due)) return "INVALID";
  return isUnderstood ? "VALID" : "INDETERMINATE";
}

/** The best of some outcomes; undefined of none. */
function best(outcomes: readonly Outcome[]): Outcome | undefined {
  return (["VALID", "INDETERMINATE", "INVALID"] as const).find((outcome) => outcomes.includes(outcome));
}

/** A stamp whose token holds: when it was made, by whom. Whether that is to be believed, the policy says. */
export interface Seen {
  readonly time: number;
  readonly authority: string;
  /** Its certificate leads to a root of the policy's. */
  readonly isTrusted: boolean;
}

function seen(stamp: Stamp, found: Case): Seen[] {
  const opened = open(stamp);
  if (opened === undefined || found.sets === undefined || tokenOutcome(stamp, found) !== "VALID") return [];
  const authority = opened.signer === undefined ? "" : commonName(opened.signer.subject);
  return [{ time: opened.token.genTime, authority, isTrusted: chainOf(opened, found.policy?.roots ?? []) === "VALID" }];
}

/** Time and authority of each token that holds. */
export function stampTimes(found: Case): Seen[] {
  return found.stamps.flatMap((stamp) => seen(stamp, found));
}

function asked({ policy }: Case): boolean {
  return policy?.roots !== undefined;
}

const UNASKED: Text = { en: "no policy says whether that is to be believed", zh: "没有策略说明其是否可信" };

/** More stamps never make it worse, unless one is forged; what cannot be told counts only where the policy asks for time. */
export function tokens(found: Case): Answer {
  const outcomes = found.stamps.map((stamp): Outcome => (found.sets === undefined ? "INDETERMINATE" : tokenOutcome(stamp, found)));
  const outcome = outcomes.includes("INVALID") ? "INVALID" : best(outcomes);
  if (outcome === "INDETERMINATE" && !asked(found)) return undefined;
  if (outcome !== "VALID") return outcome;
  const times = stampTimes(found).map(({ time, authority }) => `${new Date(time).toISOString()} ${authority}`).join("; ");
  return [outcome, asked(found) ? { en: times, zh: times } : { en: `${times}; ${UNASKED.en}`, zh: `${times}；${UNASKED.zh}` }];
}

export function chains(found: Case): Answer {
  if (!asked(found)) return undefined;
  const holding = found.sets === undefined ? [] : found.stamps.filter((stamp) => tokenOutcome(stamp, found) === "VALID");
  const outcome = best(holding.map((stamp) => chainOf(open(stamp), found.policy?.roots ?? [])));
  return outcome ?? ["INDETERMINATE", { en: "no time-stamp that holds", zh: "没有成立的时间戳" }];
}

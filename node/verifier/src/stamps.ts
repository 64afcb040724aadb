// Checks of the time-stamps: tokens of outside authorities over headers that hold the event. The day that counts is the
// token's; whether a certificate has expired since then does not matter.
import { equal, fromUtf8 } from "./bytes.ts";
import type { Case } from "./case.ts";
import { commonName, readPem, type Certificate } from "./certificate.ts";
import type { Outcome, Text } from "./check.ts";
import type { Stamp } from "./dossier.ts";
import { sha256 } from "./hash.ts";
import { inLog } from "./receipt.ts";
import { chainAtGenTime, readToken, signingCertificate, verifyToken, type Token } from "./token.ts";
import type { Answer } from "./verify.ts";
import { notFinal } from "./vote.ts";

const SHA256 = "2.16.840.1.101.3.4.2.1";

/** A token with its signer's certificate and what was kept beside it. */
interface Opened {
  readonly token: Token;
  readonly signer: Certificate;
  readonly beside: readonly Certificate[];
}

function open({ chain, token: bytes }: Stamp): Opened | undefined {
  const token = readToken(bytes);
  const text = fromUtf8(chain);
  const beside = text === undefined ? undefined : readPem(text);
  if (token === undefined || beside === undefined) return undefined;
  const signer = signingCertificate(token, beside);
  return signer === undefined ? undefined : { token, signer, beside };
}

/** Whether the header under the stamp is final and holds the event. */
function headerHolds({ receipt }: Stamp, { event, genesis, sets }: Case): boolean {
  const { checkpoint } = receipt;
  const set = sets?.find(({ epoch }) => epoch === checkpoint.header.epoch);
  if (set === undefined || !equal(receipt.event.canonical, event.canonical)) return false;
  const final = equal(checkpoint.header.chain, genesis.chain) && notFinal(checkpoint, set, genesis.chain) === undefined;
  return final && inLog(receipt, "sm3") && inLog(receipt, "sha256");
}

function tokenOutcome(stamp: Stamp, found: Case): Outcome {
  const opened = open(stamp);
  if (opened === undefined || !headerHolds(stamp, found)) return "INVALID";
  const { imprint, imprintAlgorithm } = opened.token;
  const due = sha256(stamp.receipt.checkpoint.header.canonical);
  if (imprintAlgorithm !== SHA256 || !equal(imprint, due)) return "INVALID";
  const finding = verifyToken(opened.token, opened.signer);
  return finding === "valid" ? "VALID" : finding === "unknown" ? "INDETERMINATE" : "INVALID";
}

function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes("INVALID")) return "INVALID";
  return outcomes.includes("INDETERMINATE") ? "INDETERMINATE" : "VALID";
}

/** Time and authority of each token, as far as it can be read. */
export function stampTimes({ stamps }: Case): { readonly time: number; readonly authority: string }[] {
  return stamps.flatMap((stamp) => {
    const opened = open(stamp);
    return opened === undefined ? [] : [{ time: opened.token.genTime, authority: commonName(opened.signer.subject) }];
  });
}

export function tokens(found: Case): Answer {
  if (found.stamps.length === 0) return undefined;
  if (found.sets === undefined) return "INDETERMINATE";
  const outcome = worst(found.stamps.map((stamp) => tokenOutcome(stamp, found)));
  const times = stampTimes(found).map(({ time, authority }) => `${new Date(time).toISOString()} ${authority}`).join("; ");
  const why: Text = { en: times, zh: times };
  return outcome === "VALID" ? [outcome, why] : outcome;
}

export function chains(found: Case): Answer {
  if (found.stamps.length === 0) return undefined;
  const roots = found.policy?.roots ?? [];
  if (roots.length === 0) return "INDETERMINATE";
  const all = found.stamps.every((stamp) => {
    const opened = open(stamp);
    return opened !== undefined && chainAtGenTime(opened.token, opened.signer, opened.beside, roots).reached;
  });
  return all ? "VALID" : "INVALID";
}

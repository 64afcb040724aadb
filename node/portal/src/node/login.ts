// A login by signature: the prompt, as it follows from a block of now, and the answer that is signed under it.

import { type Challenge, challengeDigest, digits, loginMatter } from "../canonical/challenge";
import { type LoginCheck, loginChecks } from "../check/login";
import { verifyReceipt } from "../check/receipt";
import { decode } from "../../../verifier/src/reader.ts";
import { readReceipt } from "../../../verifier/src/receipt.ts";
import type { Verdict } from "../../../verifier/src/verify.ts";
import type { Receipt } from "../gen/chirograph/v1/ledger_pb";
import type { GetNonceResponse } from "../gen/chirograph/v1/service_pb";
import type { Operator } from "../state";
import { query } from "./client";
import { genesis } from "./genesis";
import { type Captured, type Submission, nonceOf, signing, terms } from "./submit";
import { trail } from "./trail";

/** The node refuses what comes later; people are told a little earlier. */
const MARGIN_MS = 5_000;

export interface Prompt {
  terms: GetNonceResponse;
  challenge: Challenge;
  digits: string;
  /** Until when it can be answered, by this machine's clock. */
  until: number;
}

/** A new prompt. Its block may be some time old on a quiet ledger, and it is as old as its block. */
export async function prompt(operator: Operator, signer: string): Promise<Prompt> {
  const t = await terms();
  const nonce = nonceOf(t);
  const header = await query.getHeader({ height: nonce.height });
  const challenge = { chain: t.chainId, organisation: operator.organisation, signer, nonce };
  const made = Number(header.time?.seconds ?? 0n) * 1000;
  return { terms: t, challenge, digits: digits(challenge), until: made + Number(t.nonceAgeMaxMs) - MARGIN_MS };
}

/** The signing that answers a prompt. */
export function answer(operator: Operator, { terms: t, challenge, digits: shown }: Prompt, writing: Captured): Submission {
  const document = challengeDigest(challenge);
  const what = { matter: loginMatter(challenge), signer: challenge.signer, document, intent: `login ${shown}` };
  return signing(operator, t, what, writing)[0];
}

export interface Judged {
  login: LoginCheck[];
  verdict: Verdict;
}

/** What the receipt of an answer shows, under the genesis that this node gives out. */
export async function judge(receipt: Receipt, shown: Challenge): Promise<Judged> {
  const [founding, links] = await Promise.all([genesis(), trail()]);
  const read = decode(receipt.canonical, readReceipt);
  if (!read) throw new Error("the node's receipt cannot be read");
  const verdict = verifyReceipt(read, founding, links, { genesis: founding.chain });
  return { login: loginChecks(read.event, shown), verdict };
}

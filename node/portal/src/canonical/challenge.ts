// The challenge of a login by signature, as proto/src/login.rs specifies it: what is shown to the person follows from the
// organisation, the signer and a block that nobody could foresee.

import { hex } from "../bytes";
import { sm3 } from "../crypto/sm3";
import { Encoder } from "./encoder";
import type { Nonce } from "./packet";

export interface Challenge {
  chain: Uint8Array;
  organisation: string;
  signer: string;
  nonce: Nonce;
}

/** The document that a signing must name to answer it. */
export function challengeDigest({ chain, organisation, signer, nonce }: Challenge): Uint8Array {
  const e = Encoder.tagged("chirograph/login-challenge").raw(chain).text(organisation).text(signer);
  return sm3(e.u64(nonce.height).raw(nonce.block).finish());
}

/** The six digits to sign under. */
export function digits(challenge: Challenge): string {
  const head = challengeDigest(challenge).subarray(0, 8);
  const number = new DataView(head.buffer, head.byteOffset).getBigUint64(0);
  return String(number % 1_000_000n).padStart(6, "0");
}

/** The matter that holds the logins of that signer at that organisation. */
export function loginMatter({ organisation, signer }: Challenge): string {
  const account = sm3(Encoder.tagged("chirograph/login-account").text(organisation).text(signer).finish());
  return `login-${hex(account).slice(0, 24)}`;
}

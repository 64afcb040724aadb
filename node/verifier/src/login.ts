// The prompt of a login (SPEC 4.10), held against the event. Who logged in where, and how long ago, is for whoever relies on
// it to ask.
import { bigEndian, concat, equal, toHex, utf8 } from "./bytes.ts";
import type { Case } from "./case.ts";
import { sm3 } from "./hash.ts";
import { tagBytes, type Reader } from "./reader.ts";
import type { Answer } from "./verify.ts";

export interface Login {
  readonly chain: Uint8Array;
  readonly org: string;
  readonly signer: string;
  readonly nonceHeight: bigint;
  readonly nonceBlock: Uint8Array;
  readonly digest: Uint8Array;
}

const ACCOUNT_DIGITS = 24;

/** A prompt as a file. */
export function readLogin(reader: Reader): Login {
  reader.tag("login-challenge");
  const start = reader.at;
  const [chain, org, signer, nonceHeight, nonceBlock] = [reader.digest(), reader.name(), reader.name(), reader.u64(), reader.digest()];
  return { chain, org, signer, nonceHeight, nonceBlock, digest: sm3(tagBytes("login-challenge"), reader.since(start)) };
}

/** The six digits that a person was asked to sign under. */
export function promptOf({ digest }: Login): string {
  const number = digest.subarray(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return (number % 1_000_000n).toString().padStart(6, "0");
}

function text(value: string): Uint8Array {
  const bytes = utf8(value);
  return concat(bigEndian(bytes.length, 4), bytes);
}

/** The matter that holds the logins of a signer at an organisation. */
function matterOfLogins({ org, signer }: Login): string {
  const account = sm3(tagBytes("login-account"), text(org), text(signer));
  return `login-${toHex(account).slice(0, ACCOUNT_DIGITS)}`;
}

export function challenge({ event, login }: Case): Answer {
  if (login === undefined) return undefined;
  const { body, chain, org } = event.transaction;
  if (body.kind !== "sign") return "INVALID";
  const asked = equal(login.chain, chain) && login.org === org && login.signer === body.signer;
  const then = login.nonceHeight === body.nonceHeight && equal(login.nonceBlock, body.nonceBlock);
  const answered = equal(login.digest, body.document) && matterOfLogins(login) === body.matter;
  const prompt = promptOf(login);
  return asked && then && answered ? ["VALID", { en: `${login.signer}, ${prompt}`, zh: `${login.signer}，${prompt}` }] : "INVALID";
}

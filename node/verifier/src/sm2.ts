// SM2 signatures (GB/T 32918.2-2016) with the default user id. The package does the arithmetic; the ranges that the
// standard demands are checked here, because the package leaves some of them to its caller.
import { sm2 } from "sm-crypto-v2";
import { toHex, toNumber } from "./bytes.ts";

const PRIME = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
/** The curve is y² = x³ - 3x + B. */
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/** A public key as it stands in canonical bytes: 0x04, x, y. */
export const KEY_BYTES = 65;
/** A signature as it stands in canonical bytes: r, s. */
export const SIGNATURE_BYTES = 64;

/** Whether the bytes are an uncompressed point of the curve. */
export function isKey(key: Uint8Array): boolean {
  if (key.length !== KEY_BYTES || key[0] !== 4) return false;
  const x = toNumber(key.subarray(1, 33));
  const y = toNumber(key.subarray(33));
  return x < PRIME && y < PRIME && (y * y - (x * x - 3n) * x - B) % PRIME === 0n;
}

/** A key as the package takes it: hex, or a point with a table of its multiples. */
type Prepared = Parameters<typeof sm2.doVerifySignature>[2];

/** Keys that were used before. A validator's key is used for every block that it voted for, and a table makes that five
 * times faster; the number of tables is bounded because packages choose the keys. */
const used = new Map<string, Prepared>();
const MOST_TABLES = 256;
const WINDOW = 5;

function prepared(key: Uint8Array): Prepared {
  const hex = toHex(key);
  const before = used.get(hex);
  if (typeof before === "object") return before;
  if (used.size >= MOST_TABLES) used.clear();
  const now = before === undefined ? hex : sm2.precomputePublicKey(hex, WINDOW);
  used.set(hex, now);
  return now;
}

/** Whether r‖s is a signature of the message under the key. Never throws. */
export function verifySm2(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || !isKey(key)) return false;
  const r = toNumber(signature.subarray(0, 32));
  const s = toNumber(signature.subarray(32));
  if (r < 1n || r >= ORDER || s < 1n || s >= ORDER) return false;
  try {
    return sm2.doVerifySignature(message, toHex(signature), prepared(key), { hash: true });
  } catch {
    return false;
  }
}

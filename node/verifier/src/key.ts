// Public keys of certificates (SubjectPublicKeyInfo), as far as their kind is known here. A key of another kind is a key
// all the same: what is signed with it cannot be judged, which is not wrong.
import { toNumber } from "./bytes.ts";
import { INTEGER, natural, OBJECT_ID, parse, Row, SEQUENCE, wholeBits, type Element } from "./der.ts";
import { id, idOf } from "./object.ts";

export type Key =
  | { readonly kind: "rsa"; readonly modulus: bigint; readonly exponent: bigint; readonly bits: number }
  | { readonly kind: "p256" | "p384" | "sm2"; readonly point: Uint8Array }
  | { readonly kind: "unknown" };

const RSA = [id("1.2.840.113549.1.1.1"), id("1.2.840.113549.1.1.10")];
const EC = id("1.2.840.10045.2.1");
const CURVES = new Map([
  [id("1.2.840.10045.3.1.7"), "p256"],
  [id("1.3.132.0.34"), "p384"],
  [id("1.2.156.10197.1.301"), "sm2"],
] as const);
const POINT_BYTES = { p256: 65, p384: 97, sm2: 65 } as const;

/** Shorter RSA moduli prove nothing, longer ones only cost time. */
const LEAST_MODULUS_BITS = 2048;
const MOST_MODULUS_BITS = 8192;
const MOST_EXPONENT_BYTES = 8;

/** The key of a SubjectPublicKeyInfo; undefined when it is none. */
export function readKey(info: Element): Key | undefined {
  const row = new Row(info, SEQUENCE);
  const algorithm = new Row(row.take(SEQUENCE));
  const bits = wholeBits(row.take());
  const kind = idOf(algorithm.take(OBJECT_ID));
  if (!row.complete || !algorithm.holds || kind === undefined || bits === undefined) return undefined;
  if (RSA.includes(kind)) return readRsa(bits);
  const curve = kind === EC ? CURVES.get(idOf(algorithm.maybe(OBJECT_ID)) ?? "") : undefined;
  if (curve === undefined || bits.length !== POINT_BYTES[curve] || bits[0] !== 4) return { kind: "unknown" };
  return { kind: curve, point: bits };
}

function readRsa(bits: Uint8Array): Key | undefined {
  const row = new Row(parse(bits), SEQUENCE);
  const [modulus, exponent] = [natural(row.take(INTEGER).content), natural(row.take(INTEGER).content)];
  if (!row.complete || modulus === undefined || exponent === undefined) return undefined;
  const length = 8 * modulus.length - Math.clz32(modulus[0] ?? 0) + 24;
  // A key that is not relied on is as good as one of an unknown kind.
  const odd = ((modulus.at(-1) ?? 0) & 1) === 1 && ((exponent.at(-1) ?? 0) & 1) === 1;
  const usable = odd && length >= LEAST_MODULUS_BITS && length <= MOST_MODULUS_BITS && exponent.length <= MOST_EXPONENT_BYTES;
  if (!usable || (exponent.length === 1 && exponent[0] === 1)) return { kind: "unknown" };
  return { kind: "rsa", modulus: toNumber(modulus), exponent: toNumber(exponent), bits: length };
}

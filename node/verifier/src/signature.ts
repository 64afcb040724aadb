// Signatures in the certificates and tokens of time-stamping authorities: RSA, ECDSA over P-256 and P-384, SM2. Computed
// here instead of by WebCrypto, which browsers withhold from pages that an intranet serves without TLS.
import { p256, p384 } from "@noble/curves/nist";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2";
import { concat, equal, fromHex, isZero, toNumber } from "./bytes.ts";
import { CONTEXT, INTEGER, natural, only, parse, Row, SEQUENCE, small, type Element } from "./der.ts";
import { sm3 } from "./hash.ts";
import type { Key } from "./key.ts";
import { id, readAlgorithm, type Algorithm, type Id } from "./object.ts";
import { verifySm2 } from "./sm2.ts";

/** A hash function that signatures are still relied on with. */
export interface Hash {
  readonly of: (bytes: Uint8Array) => Uint8Array;
  /** Its identifier as DER, for PKCS#1. */
  readonly der: Uint8Array;
}

function hash(dotted: string, of: Hash["of"]): [Id, Hash] {
  const content = fromHex(id(dotted)) ?? new Uint8Array(0);
  return [id(dotted), { of, der: concat(Uint8Array.of(0x06, content.length), content) }];
}

const SHA256 = hash("2.16.840.1.101.3.4.2.1", sha256);
const SHA384 = hash("2.16.840.1.101.3.4.2.2", sha384);
const SHA512 = hash("2.16.840.1.101.3.4.2.3", sha512);
const SM3 = hash("1.2.156.10197.1.401", (bytes) => sm3(bytes));
/** GB/T 35275 names SM3 without a key by an arc below; it is the same function. */
const HASHES: ReadonlyMap<Id, Hash> = new Map([SHA256, SHA384, SHA512, SM3, [id("1.2.156.10197.1.401.1"), SM3[1]]]);

/** How a signature is made. */
type Scheme =
  | { readonly kind: "pkcs1"; readonly hash: Hash }
  | { readonly kind: "ecdsa"; readonly hash: Hash }
  | { readonly kind: "pss"; readonly hash: Hash; readonly salt: number }
  | { readonly kind: "sm2" };

const RSA = id("1.2.840.113549.1.1.1");
const RSA_PSS = id("1.2.840.113549.1.1.10");
const MGF1 = id("1.2.840.113549.1.1.8");
const EC = id("1.2.840.10045.2.1");
const SCHEMES: ReadonlyMap<Id, Scheme> = new Map<Id, Scheme>([
  [id("1.2.840.113549.1.1.11"), { kind: "pkcs1", hash: SHA256[1] }],
  [id("1.2.840.113549.1.1.12"), { kind: "pkcs1", hash: SHA384[1] }],
  [id("1.2.840.113549.1.1.13"), { kind: "pkcs1", hash: SHA512[1] }],
  [id("1.2.840.10045.4.3.2"), { kind: "ecdsa", hash: SHA256[1] }],
  [id("1.2.840.10045.4.3.3"), { kind: "ecdsa", hash: SHA384[1] }],
  [id("1.2.840.10045.4.3.4"), { kind: "ecdsa", hash: SHA512[1] }],
  [id("1.2.156.10197.1.501"), { kind: "sm2" }],
  [id("1.2.156.10197.1.301"), { kind: "sm2" }],
  [id("1.2.156.10197.1.301.1"), { kind: "sm2" }],
]);
const MOST_SALT = 512;

/** What a signature check says: `unknown` names an algorithm that is not relied on here, which proves nothing. */
export type Finding = "valid" | "invalid" | "unknown";

/** One signature to check. */
export interface Signed {
  readonly key: Key;
  readonly algorithm: Algorithm;
  /** The hash that CMS names beside an algorithm that names only the kind of key. */
  readonly beside?: Hash | undefined;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The hash function with this object identifier. */
export function hashNamed(name: Id | undefined): Hash | undefined {
  return name === undefined ? undefined : HASHES.get(name);
}

/** How a signature is made by its algorithm; undefined if it is not known here. */
function schemeOf({ id: name, parameters }: Algorithm, beside: Hash | undefined): Scheme | undefined {
  if (name === RSA_PSS) return pssOf(parameters);
  if (name === RSA || name === EC) return beside && (name === RSA ? { kind: "pkcs1", hash: beside } : { kind: "ecdsa", hash: beside });
  return SCHEMES.get(name);
}

/** Whether the algorithm is known here; whether it fits the key is another question. */
export function isKnown(algorithm: Algorithm, beside?: Hash): boolean {
  return schemeOf(algorithm, beside) !== undefined;
}

/** Checks one signature; never throws. */
export function verifySigned({ algorithm, beside, key, message, signature }: Signed): Finding {
  const scheme = schemeOf(algorithm, beside);
  if (scheme === undefined || key.kind === "unknown") return "unknown";
  const holds = verify(key, scheme, message, signature);
  return holds ? "valid" : "invalid";
}

function verify(key: Exclude<Key, { kind: "unknown" }>, scheme: Scheme, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.kind === "rsa") return scheme.kind === "pkcs1" || scheme.kind === "pss" ? verifyRsa(key, scheme, message, signature) : false;
  if (key.kind === "sm2") return scheme.kind === "sm2" && verifyPair(signature, 32, (pair) => verifySm2(key.point, message, pair));
  if (scheme.kind !== "ecdsa") return false;
  const [curve, width] = key.kind === "p256" ? [p256, 32] : [p384, 48];
  // Old authorities make no effort to keep s small, and nothing here depends on one form.
  return verifyPair(signature, width, (pair) => curve.verify(pair, scheme.hash.of(message), key.point, { lowS: false, prehash: false, format: "compact" }));
}

type RsaKey = Extract<Key, { kind: "rsa" }>;

function verifyRsa(key: RsaKey, scheme: Extract<Scheme, { kind: "pkcs1" | "pss" }>, message: Uint8Array, signature: Uint8Array): boolean {
  const size = Math.ceil(key.bits / 8);
  const value = toNumber(signature);
  if (signature.length !== size || value >= key.modulus) return false;
  const encoded = fromHex(raise(value, key.exponent, key.modulus).toString(16).padStart(2 * size, "0")) ?? new Uint8Array(0);
  const digest = scheme.hash.of(message);
  return scheme.kind === "pkcs1" ? equal(encoded, pkcs1(scheme.hash, digest, size)) : isPss(encoded, { ...scheme, digest, bits: key.bits });
}

/** EMSA-PKCS1-v1_5 (RFC 8017, 9.2): the whole encoding is made and compared, so no padding is ever parsed. */
function pkcs1({ der }: Hash, digest: Uint8Array, size: number): Uint8Array {
  const info = concat(Uint8Array.of(0x30, digest.length + der.length + 6, 0x30, der.length + 2), der, Uint8Array.of(0x05, 0x00, 0x04, digest.length), digest);
  const padding = new Uint8Array(Math.max(0, size - info.length - 3)).fill(0xff);
  return concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info);
}

interface Pss {
  readonly hash: Hash;
  readonly salt: number;
  readonly digest: Uint8Array;
  /** Of the modulus. */
  readonly bits: number;
}

/** EMSA-PSS (RFC 8017, 9.1.2), with MGF1 over the same hash. */
function isPss(encoded: Uint8Array, { bits, digest, hash, salt }: Pss): boolean {
  const size = Math.ceil((bits - 1) / 8);
  const block = encoded.subarray(encoded.length - size);
  if (!isZero(encoded.subarray(0, encoded.length - size))) return false;
  if (size < digest.length + salt + 2 || block.at(-1) !== 0xbc) return false;
  const masked = block.subarray(0, size - digest.length - 1);
  const seed = block.subarray(size - digest.length - 1, size - 1);
  const mask = mgf1(hash, seed, masked.length);
  const data = masked.map((byte, i) => byte ^ (mask[i] ?? 0));
  const spare = 8 * size - (bits - 1);
  if ((masked[0] ?? 0) >> (8 - spare) !== 0) return false;
  data[0] = (data[0] ?? 0) & (0xff >> spare);
  const before = data.subarray(0, data.length - salt);
  if (!isZero(before.subarray(0, -1)) || before.at(-1) !== 1) return false;
  return equal(hash.of(concat(new Uint8Array(8), digest, data.subarray(data.length - salt))), seed);
}

/** RSASSA-PSS-params; undefined when they are wrong, a default of old (SHA-1) or another mask function is meant. */
function pssOf([parameters, ...more]: readonly Element[]): Scheme | undefined {
  const row = new Row(parameters, SEQUENCE);
  const [digest, mask, salt, trailer] = CONTEXT.map((tag) => row.maybe(tag));
  if (!row.complete || more.length > 0 || digest === undefined || mask === undefined) return undefined;
  const hash = hashNamed(readAlgorithm(only(digest, CONTEXT[0]))?.id);
  const generator = new Row(only(mask, CONTEXT[1]), SEQUENCE);
  const function_ = generator.take();
  const inner = hashNamed(readAlgorithm(generator.take())?.id);
  if (hash === undefined || hash !== inner || !generator.complete || !isMgf1(function_)) return undefined;
  const length = salt === undefined ? 20 : number(salt, CONTEXT[2]);
  const one = trailer === undefined ? 1 : number(trailer, CONTEXT[3]);
  return length === undefined || length > MOST_SALT || one !== 1 ? undefined : { kind: "pss", hash, salt: length };
}

function isMgf1({ content, tag }: Element): boolean {
  return tag === 0x06 && equal(content, fromHex(MGF1) ?? new Uint8Array(0));
}

function number(holder: Element, tag: number): number | undefined {
  const value = only(holder, tag);
  return value?.tag === INTEGER ? small(value) : undefined;
}

function mgf1(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let made = 0, i = 0; made < length; i++) {
    const block = hash.of(concat(seed, Uint8Array.of(i >>> 24, i >>> 16, i >>> 8, i)));
    blocks.push(block);
    made += block.length;
  }
  return concat(...blocks).subarray(0, length);
}

function raise(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let bits = exponent, square = base; bits > 0n; bits >>= 1n, square = (square * square) % modulus) {
    if (bits & 1n) result = (result * square) % modulus;
  }
  return result;
}

/** `SEQUENCE { r, s }` as `r ‖ s` of fixed width, put to a check that may throw. */
function verifyPair(signature: Uint8Array, width: number, check: (pair: Uint8Array) => boolean): boolean {
  const row = new Row(parse(signature), SEQUENCE);
  const halves = [natural(row.take(INTEGER).content), natural(row.take(INTEGER).content)];
  if (!row.complete) return false;
  const pair = new Uint8Array(2 * width);
  for (const [i, half] of halves.entries()) {
    if (half === undefined || half.length > width) return false;
    pair.set(half, (i + 1) * width - half.length);
  }
  try {
    return check(pair);
  } catch {
    return false;
  }
}

// Signatures in the certificates and tokens of time-stamping authorities: RSA, ECDSA over P-256 and P-384, SM2. Computed
// here instead of by WebCrypto, which browsers withhold from pages that an intranet serves without TLS.
import { p256, p384 } from "@noble/curves/nist";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2";
import { concat, equal, isZero, toNumber } from "./bytes.ts";
import { children, inside, INTEGER, objectId, SEQUENCE, wholeBits, parse, type Element } from "./der.ts";
import { sm3 } from "./hash.ts";
import { verifySm2 } from "./sm2.ts";

type HashOfBytes = (bytes: Uint8Array) => Uint8Array;

/** Hash functions by object identifier. */
const HASHES: ReadonlyMap<string, HashOfBytes> = new Map<string, HashOfBytes>([
  ["2.16.840.1.101.3.4.2.1", sha256],
  ["2.16.840.1.101.3.4.2.2", sha384],
  ["2.16.840.1.101.3.4.2.3", sha512],
  ["1.2.156.10197.1.401", (bytes) => sm3(bytes)],
]);

const RSA_KEY = "1.2.840.113549.1.1.1";
const RSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";
const EC_KEY = "1.2.840.10045.2.1";
const SM2_CURVE = "1.2.156.10197.1.301";
const SM2_WITH_SM3 = "1.2.156.10197.1.501";
const RSA_WITH: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1"],
  ["1.2.840.113549.1.1.12", "2.16.840.1.101.3.4.2.2"],
  ["1.2.840.113549.1.1.13", "2.16.840.1.101.3.4.2.3"],
]);
const ECDSA_WITH: ReadonlyMap<string, string> = new Map([
  ["1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1"],
  ["1.2.840.10045.4.3.3", "2.16.840.1.101.3.4.2.2"],
  ["1.2.840.10045.4.3.4", "2.16.840.1.101.3.4.2.3"],
]);
const CURVES = new Map([
  ["1.2.840.10045.3.1.7", p256],
  ["1.3.132.0.34", p384],
]);

/** Shorter RSA moduli prove nothing, longer ones only cost time. */
const LEAST_MODULUS_BITS = 2048;
const MOST_MODULUS_BITS = 8192;

/** What a signature check says: `unknown` names an algorithm that is not implemented, which proves nothing. */
export type Finding = "valid" | "invalid" | "unknown";

/** One signature to check. */
export interface Signed {
  /** SubjectPublicKeyInfo. */
  readonly key: Element;
  /** AlgorithmIdentifier of the signature. */
  readonly algorithm: Element;
  /** Object identifier of the digest that CMS names beside a bare `rsaEncryption`. */
  readonly digest?: string | undefined;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The hash function with this object identifier. */
export function hashNamed(id: string | undefined): HashOfBytes | undefined {
  return id === undefined ? undefined : HASHES.get(id);
}

/** Checks one signature; never throws. */
export function verifySigned(signed: Signed): Finding {
  const [keyAlgorithm, keyBits] = inside(signed.key, SEQUENCE) ?? [];
  const [keyKind, keyParameters] = inside(keyAlgorithm, SEQUENCE) ?? [];
  const key = wholeBits(keyBits);
  if (key === undefined) return "invalid";
  const kind = objectId(keyKind);
  if (kind === RSA_KEY) return verifyRsa(signed, key);
  if (kind !== EC_KEY) return "unknown";
  return objectId(keyParameters) === SM2_CURVE ? verifySm(signed, key) : verifyEcdsa(signed, key, objectId(keyParameters));
}

function verifyRsa(signed: Signed, key: Uint8Array): Finding {
  const [n, e] = inside(parse(key), SEQUENCE) ?? [];
  if (n?.tag !== INTEGER || e?.tag !== INTEGER || e.content.length > 4) return "invalid";
  const modulus = toNumber(n.content);
  const bits = n.content.length > MOST_MODULUS_BITS / 8 + 1 ? MOST_MODULUS_BITS + 1 : modulus.toString(2).length;
  if (bits < LEAST_MODULUS_BITS || bits > MOST_MODULUS_BITS) return "unknown";
  const size = Math.ceil(bits / 8);
  if (signed.signature.length !== size) return "invalid";
  const value = toNumber(signed.signature);
  if (value >= modulus) return "invalid";
  const power = raise(value, toNumber(e.content), modulus).toString(16).padStart(2 * size, "0");
  const encoded = Uint8Array.from(power.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const [id, parameters] = inside(signed.algorithm, SEQUENCE) ?? [];
  const name = objectId(id);
  if (name === RSA_PSS) return verifyPss(encoded, signed.message, parameters, bits);
  const digest = name === RSA_KEY ? signed.digest : RSA_WITH.get(name ?? "");
  const hash = hashNamed(digest);
  if (hash === undefined || digest === undefined) return "unknown";
  return equal(encoded, pkcs1(digest, hash(signed.message), size)) ? "valid" : "invalid";
}

/** The object identifiers of the hash functions as DER. */
const HASH_IDS: ReadonlyMap<string, readonly number[]> = new Map([
  ["2.16.840.1.101.3.4.2.1", [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]],
  ["2.16.840.1.101.3.4.2.2", [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]],
  ["2.16.840.1.101.3.4.2.3", [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]],
  ["1.2.156.10197.1.401", [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11]],
]);

/** EMSA-PKCS1-v1_5 (RFC 8017, 9.2): the whole encoding is made and compared, so no padding is ever parsed. */
function pkcs1(digest: string, hash: Uint8Array, size: number): Uint8Array {
  const id = HASH_IDS.get(digest) ?? [];
  const info = Uint8Array.of(0x30, hash.length + id.length + 6, 0x30, id.length + 2, ...id, 0x05, 0x00, 0x04, hash.length, ...hash);
  const padding = new Uint8Array(Math.max(0, size - info.length - 3)).fill(0xff);
  return concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info);
}

/** EMSA-PSS (RFC 8017, 9.1.2), with MGF1 over the same hash. */
function verifyPss(encoded: Uint8Array, message: Uint8Array, parameters: Element | undefined, bits: number): Finding {
  const found = pssParameters(parameters);
  const hash = hashNamed(found?.digest);
  if (found === undefined || hash === undefined) return "unknown";
  const digest = hash(message);
  const size = Math.ceil((bits - 1) / 8);
  const block = encoded.subarray(encoded.length - size);
  if (size < encoded.length && !isZero(encoded.subarray(0, encoded.length - size))) return "invalid";
  if (size < digest.length + found.salt + 2 || block.at(-1) !== 0xbc) return "invalid";
  const masked = block.subarray(0, size - digest.length - 1);
  const seed = block.subarray(size - digest.length - 1, size - 1);
  const mask = mgf1(hash, seed, masked.length);
  const data = masked.map((byte, i) => byte ^ (mask[i] ?? 0));
  const spare = 8 * size - (bits - 1);
  if ((masked[0] ?? 0) >> (8 - spare) !== 0) return "invalid";
  data[0] = (data[0] ?? 0) & (0xff >> spare);
  const salt = data.subarray(data.length - found.salt);
  const before = data.subarray(0, data.length - found.salt);
  if (!isZero(before.subarray(0, -1)) || before.at(-1) !== 1) return "invalid";
  return equal(hash(concat(new Uint8Array(8), digest, salt)), seed) ? "valid" : "invalid";
}

/** The digest and salt length; undefined when a default of old (SHA-1) or another mask function is meant. */
function pssParameters(parameters: Element | undefined): { digest: string; salt: number } | undefined {
  let digest: string | undefined;
  let mask: string | undefined;
  let salt = 20;
  for (const field of inside(parameters, SEQUENCE) ?? []) {
    const [value] = children(field) ?? [];
    if (field.tag === 0xa0) digest = objectId(inside(value, SEQUENCE)?.[0]);
    if (field.tag === 0xa1) {
      const [id, inner] = inside(value, SEQUENCE) ?? [];
      mask = objectId(id) === MGF1 ? objectId(inside(inner, SEQUENCE)?.[0]) : undefined;
    }
    if (field.tag === 0xa2 && value?.tag === INTEGER && value.content.length <= 2) salt = Number(toNumber(value.content));
  }
  return digest !== undefined && digest === mask ? { digest, salt } : undefined;
}

function mgf1(hash: HashOfBytes, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let made = 0, i = 0; made < length; i++) {
    const block = hash(concat(seed, Uint8Array.of(i >>> 24, i >>> 16, i >>> 8, i)));
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

function verifyEcdsa(signed: Signed, key: Uint8Array, curveId: string | undefined): Finding {
  const curve = CURVES.get(curveId ?? "");
  const algorithm = objectId(inside(signed.algorithm, SEQUENCE)?.[0]);
  const hash = hashNamed(ECDSA_WITH.get(algorithm ?? ""));
  if (curve === undefined || hash === undefined) return "unknown";
  try {
    // Old authorities make no effort to keep s small, and nothing here depends on one form.
    return curve.verify(signed.signature, hash(signed.message), key, { lowS: false, prehash: false, format: "der" }) ? "valid" : "invalid";
  } catch {
    return "invalid";
  }
}

function verifySm(signed: Signed, key: Uint8Array): Finding {
  if (objectId(inside(signed.algorithm, SEQUENCE)?.[0]) !== SM2_WITH_SM3) return "unknown";
  const [r, s] = inside(parse(signed.signature), SEQUENCE) ?? [];
  if (r?.tag !== INTEGER || s?.tag !== INTEGER) return "invalid";
  const [left, right] = [toNumber(r.content), toNumber(s.content)];
  if (left >> 256n !== 0n || right >> 256n !== 0n) return "invalid";
  const hex = left.toString(16).padStart(64, "0") + right.toString(16).padStart(64, "0");
  const raw = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return verifySm2(key, signed.message, raw) ? "valid" : "invalid";
}

// The two hash functions of the ledger, each 32 bytes. Packages of others do the computing.
import { sha256 as sha256OfNoble } from "@noble/hashes/sha2";
import { sm3 as sm3OfPackage } from "sm-crypto-v2";
import { concat } from "./bytes.ts";
import { fromHex } from "./bytes.ts";

/** A hash function over the concatenation of its arguments. */
export type Hash = (...parts: Uint8Array[]) => Uint8Array;

/** SM3, GB/T 32905-2016. */
export const sm3: Hash = (...parts) => {
  const hex = sm3OfPackage(concat(...parts));
  return fromHex(hex) ?? new Uint8Array(0);
};

/** SHA-256, FIPS 180-4. */
export const sha256: Hash = (...parts) => sha256OfNoble(concat(...parts));

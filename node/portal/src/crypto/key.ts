// An organisation's SM2 key, read from the PKCS#8 PEM that `chirograph key new` and openssl write. It lives in memory
// only: nothing here stores or sends it, and `Key` gives out signatures, never the scalar.

import { sm2 } from "sm-crypto-v2";
import { equal, hex, unhex } from "../bytes";
import { Encoder } from "../canonical/encoder";
import { sm3 } from "./sm3";

const CURVE_OID = Uint8Array.of(0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d);
const PEM = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/;
const PEM_MAX = 16 * 1024;

/** Why a file is no key: a name for the reader's dictionary. */
export class KeyFault extends Error {
  constructor(readonly reason: "notPem" | "encrypted" | "notSm2") {
    super(reason);
  }
}

export class Key {
  readonly id: Uint8Array;

  private constructor(
    private readonly secret: string,
    readonly point: Uint8Array,
  ) {
    this.id = sm3(Encoder.tagged("chirograph/key").raw(point).finish());
  }

  static fromPem(text: string): Key {
    if (text.includes("BEGIN ENCRYPTED PRIVATE KEY")) throw new KeyFault("encrypted");
    const body = text.length <= PEM_MAX ? PEM.exec(text)?.[1] : undefined;
    if (!body) throw new KeyFault("notPem");
    const secret = hex(scalar(decode64(body)));
    const point = unhex(sm2.getPublicKeyFromPrivateKey(secret));
    if (point?.length !== 65) throw new KeyFault("notSm2");
    return new Key(secret, point);
  }

  /** 64 bytes r‖s over `message`, with the default user id. */
  sign(message: Uint8Array): Uint8Array {
    const publicKey = hex(this.point);
    const signature = unhex(sm2.doSignature(message, this.secret, { hash: true, der: false, publicKey }));
    if (signature?.length !== 64 || !verify(this.point, message, signature)) throw new Error("SM2 gave no valid signature");
    return signature;
  }
}

/** Whether `signature` is of `message` under the uncompressed `point`. */
export function verify(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return sm2.doVerifySignature(message, hex(signature), hex(point), { hash: true, der: false });
}

function decode64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, "")), (c) => c.charCodeAt(0));
  } catch {
    throw new KeyFault("notPem");
  }
}

/** PrivateKeyInfo { 0, { ecPublicKey, SM2 }, OCTET STRING { ECPrivateKey { 1, OCTET STRING scalar, … } } }. */
function scalar(der: Uint8Array): Uint8Array {
  const [version, algorithm, inner] = children(element(der, 0, 0x30));
  const [, curve] = children(tagged(algorithm, 0x30));
  if (!version || !curve || !equal(curve.whole, CURVE_OID)) throw new KeyFault("notSm2");
  const [one, secret] = children(element(tagged(inner, 0x04).content, 0, 0x30));
  if (!one) throw new KeyFault("notSm2");
  const bytes = tagged(secret, 0x04).content;
  if (bytes.length !== 32) throw new KeyFault("notSm2");
  return bytes;
}

interface Element {
  tag: number;
  content: Uint8Array;
  whole: Uint8Array;
}

function tagged(e: Element | undefined, tag: number): Element {
  if (e?.tag !== tag) throw new KeyFault("notSm2");
  return e;
}

function element(der: Uint8Array, at: number, tag?: number): Element {
  const kind = der[at];
  let length = der[at + 1] ?? 0xff;
  let start = at + 2;
  if (length === 0x81) {
    length = der[start] ?? 0;
    start += 1;
  } else if (length > 0x7f) throw new KeyFault("notSm2");
  const end = start + length;
  if (kind === undefined || end > der.length || (tag !== undefined && kind !== tag)) throw new KeyFault("notSm2");
  return { tag: kind, content: der.subarray(start, end), whole: der.subarray(at, end) };
}

function children(parent: Element): Element[] {
  const out: Element[] = [];
  for (let at = 0; at < parent.content.length; ) {
    const child = element(parent.content, at);
    out.push(child);
    at += child.whole.length;
  }
  return out;
}

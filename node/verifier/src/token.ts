// Time-stamp tokens (RFC 3161 in CMS, RFC 5652): what a token says and whether its signer signed it. Whether the signer may
// be trusted is the chain's business.
import { sha1 } from "@noble/hashes/legacy";
import { equal } from "./bytes.ts";
import { readCertificate, type Certificate } from "./certificate.ts";
import { readCrl, type Crl } from "./crl.ts";
import { BOOLEAN, CONTEXT, GENERALIZED_TIME, INTEGER, isStrict, OBJECT_ID, OCTET_STRING, outermost, parse, Row, SEQUENCE, SET, small, time, type Element } from "./der.ts";
import { id, idOf, readAlgorithm, readExtensions, type Algorithm, type Id } from "./object.ts";
import { hashNamed, isKnown, verifySigned, type Finding } from "./signature.ts";

/** Of CMS, and of GB/T 35275. */
const SIGNED_DATA: readonly Id[] = [id("1.2.840.113549.1.7.2"), id("1.2.156.10197.6.1.4.2.2")];
const TST_INFO = id("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE = id("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST = id("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2 = id("1.2.840.113549.1.9.16.2.47");
const SIGNING_CERTIFICATE = id("1.2.840.113549.1.9.16.2.12");
const SHA256 = id("2.16.840.1.101.3.4.2.1");
const MOST_PARTS = 32;
const MOST_ATTRIBUTES = 64;
const MOST_BYTES = 256 * 1024;

/** A token, taken apart; nothing in it is checked yet. */
export interface Token {
  readonly imprintAlgorithm: Id;
  readonly imprint: Uint8Array;
  /** Milliseconds since 1970. */
  readonly genTime: number;
  /** Whether it has no critical extension: none is known here. */
  readonly isUnderstood: boolean;
  readonly info: Uint8Array;
  readonly signer: Signer;
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
}

interface Signer {
  readonly issuer: Uint8Array | undefined;
  readonly serial: Uint8Array | undefined;
  readonly keyId: Uint8Array | undefined;
  readonly digest: Id;
  readonly attributes: Element;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
}

/** The token in a TimeStampResp, or that is the file itself. */
export function readToken(bytes: Uint8Array): Token | undefined {
  const whole = bytes.length > MOST_BYTES ? undefined : outermost(bytes);
  const row = new Row(whole, SEQUENCE);
  const token = row.maybe(OBJECT_ID) === undefined ? grantedToken(whole) : whole;
  return token && readContentInfo(token);
}

function grantedToken(whole: Element | undefined): Element | undefined {
  const row = new Row(whole, SEQUENCE);
  const [status, token] = [row.take(SEQUENCE), row.take(SEQUENCE)];
  const code = new Row(status).take(INTEGER);
  const granted = code.tag === INTEGER && (small(code) ?? 9) <= 1;
  return row.complete && isStrict(status) && granted ? token : undefined;
}

function readContentInfo(token: Element): Token | undefined {
  const row = new Row(token, SEQUENCE);
  const type = idOf(row.take(OBJECT_ID)) ?? "";
  const holder = new Row(row.take(CONTEXT[0]));
  const data = holder.take(SEQUENCE);
  return row.complete && holder.complete && SIGNED_DATA.includes(type) ? readSignedData(data) : undefined;
}

function readSignedData(data: Element): Token | undefined {
  const row = new Row(data);
  const [version, algorithms, encapsulated] = [row.take(INTEGER), row.take(SET), row.take(SEQUENCE)];
  const parts = [row.maybe(CONTEXT[0]), row.maybe(CONTEXT[1])].map(itemsOf);
  const last = row.take(SET);
  const [certificates, crls] = parts;
  if (!row.complete || certificates === undefined || crls === undefined) return undefined;
  if (![version, algorithms, encapsulated, last].every((element) => isStrict(element))) return undefined;
  const signers = new Row(last);
  const signer = readSigner(signers.take());
  const content = readContent(encapsulated);
  const info = content && readInfo(content);
  if (!signers.complete || signer === undefined || content === undefined || info === undefined) return undefined;
  return {
    ...info, info: content, signer,
    certificates: certificates.map(readCertificate).filter((one) => one !== undefined),
    crls: crls.map(readCrl).filter((one) => one !== undefined),
  };
}

/** The items of a set, if it is there. One that cannot be read is as good as absent; it must be an element all the same. */
function itemsOf(set: Element | undefined): readonly Element[] | undefined {
  if (set === undefined) return [];
  const row = new Row(set);
  const items = row.rest(MOST_PARTS);
  return row.complete ? items : undefined;
}

function readContent(encapsulated: Element): Uint8Array | undefined {
  const row = new Row(encapsulated);
  const type = idOf(row.take(OBJECT_ID));
  const holder = new Row(row.take(CONTEXT[0]));
  const { content } = holder.take(OCTET_STRING);
  return row.complete && holder.complete && type === TST_INFO ? content : undefined;
}

function readInfo(bytes: Uint8Array): Pick<Token, "genTime" | "imprint" | "imprintAlgorithm" | "isUnderstood"> | undefined {
  const row = new Row(parse(bytes), SEQUENCE);
  const version = row.take(INTEGER);
  row.take(OBJECT_ID);
  const message = new Row(row.take(SEQUENCE));
  const [algorithm, hashed] = [readAlgorithm(message.take()), message.take(OCTET_STRING)];
  row.take(INTEGER);
  const genTime = time(row.take(GENERALIZED_TIME));
  const accuracy = row.maybe(SEQUENCE);
  row.maybe(BOOLEAN);
  row.maybe(INTEGER);
  row.maybe(CONTEXT[0]);
  const last = row.maybe(CONTEXT[1]);
  const extensions = last === undefined ? new Map() : readExtensions(last);
  if (!row.complete || !message.complete || small(version) !== 1 || (accuracy !== undefined && !isAccuracy(accuracy))) return undefined;
  if (algorithm === undefined || genTime === undefined || extensions === undefined) return undefined;
  const isUnderstood = [...extensions.values()].every(({ critical }) => !critical);
  return { imprintAlgorithm: algorithm.id, imprint: hashed.content, genTime, isUnderstood };
}

/** Seconds, milliseconds and microseconds, each of which may be left out. */
function isAccuracy(accuracy: Element): boolean {
  const row = new Row(accuracy);
  const parts = [row.maybe(INTEGER), row.maybe(0x80), row.maybe(0x81)];
  return row.complete && parts.every((part) => part === undefined || small(part) !== undefined);
}

function readSigner(info: Element): Signer | undefined {
  const row = new Row(info, SEQUENCE);
  row.take(INTEGER);
  const named = readNamed(row.take());
  const digest = readAlgorithm(row.take());
  const attributes = row.take(CONTEXT[0]);
  const algorithm = readAlgorithm(row.take());
  const { content: signature } = row.take(OCTET_STRING);
  const unsigned = row.maybe(CONTEXT[1]);
  const lists = unsigned === undefined ? [attributes] : [attributes, unsigned];
  if (!row.complete || named === undefined || digest === undefined || algorithm === undefined) return undefined;
  if (lists.some((list) => attributesOf(list) === undefined)) return undefined;
  return { ...named, digest: digest.id, attributes, algorithm, signature };
}

function readNamed(sid: Element): Pick<Signer, "issuer" | "keyId" | "serial"> | undefined {
  if (sid.tag === 0x80) return { issuer: undefined, serial: undefined, keyId: sid.content };
  const row = new Row(sid, SEQUENCE);
  const [issuer, serial] = [row.take(SEQUENCE), row.take(INTEGER)];
  return row.complete ? { issuer: issuer.raw, serial: serial.content, keyId: undefined } : undefined;
}

interface Attribute {
  readonly name: Id;
  readonly values: Element;
}

/** Attributes, each `SEQUENCE { OID, SET }`. */
function attributesOf(list: Element): Attribute[] | undefined {
  const all = new Row(list);
  const found: Attribute[] = [];
  for (const item of all.rest(MOST_ATTRIBUTES)) {
    const row = new Row(item, SEQUENCE);
    const [name, values] = [idOf(row.take(OBJECT_ID)), row.take(SET)];
    if (!row.complete || name === undefined) return undefined;
    found.push({ name, values });
  }
  return all.complete ? found : undefined;
}

/** The one value of a signed attribute; "wrong" when it is double or has not one value. */
function attribute({ attributes }: Signer, name: Id): Element | "absent" | "wrong" {
  const found = (attributesOf(attributes) ?? []).filter((one) => one.name === name);
  if (found.length === 0) return "absent";
  return (found.length === 1 ? only(found[0]?.values) : undefined) ?? "wrong";
}

function only(values: Element | undefined): Element | undefined {
  const row = new Row(values, SET);
  const value = row.take();
  return row.complete ? value : undefined;
}

/** The certificate that the token's signer names, from the token or from what was kept beside it. */
export function signingCertificate(token: Token, beside: readonly Certificate[]): Certificate | undefined {
  const { issuer, serial, keyId } = token.signer;
  return [...token.certificates, ...beside].find((certificate) => {
    if (keyId !== undefined) return certificate.known.keyId !== undefined && equal(certificate.known.keyId, keyId);
    return issuer !== undefined && serial !== undefined && equal(certificate.issuer, issuer) && equal(certificate.serial, serial);
  });
}

/** Whether the certificate's key signed this token, and the token says so in a way that cannot be moved to another. */
export function verifyToken(token: Token, certificate: Certificate): Finding {
  const { signer } = token;
  const hash = hashNamed(signer.digest);
  if (hash === undefined || !isKnown(signer.algorithm, hash)) return "unknown";
  const [type, digest] = [attribute(signer, CONTENT_TYPE), attribute(signer, MESSAGE_DIGEST)];
  if (typeof type === "string" || idOf(type) !== TST_INFO) return "invalid";
  if (typeof digest === "string" || !isDigest(digest, hash.of(token.info))) return "invalid";
  // What is signed is the SET OF attributes, whose tag the message replaces (RFC 5652, 5.4).
  const message = Uint8Array.from(signer.attributes.raw);
  message[0] = SET;
  const finding = verifySigned({ key: certificate.key, algorithm: signer.algorithm, beside: hash, message, signature: signer.signature });
  return finding === "valid" && !namesCertificate(signer, certificate) ? "invalid" : finding;
}

/** Whether the attribute that binds the signature to one certificate names this one first (RFC 5816; RFC 2634 with SHA-1). */
function namesCertificate(signer: Signer, certificate: Certificate): boolean {
  const newer = attribute(signer, SIGNING_CERTIFICATE_V2);
  if (newer === "wrong") return false;
  if (newer !== "absent") {
    const row = firstNamed(newer);
    const algorithm = row.maybe(SEQUENCE);
    const hash = hashNamed(algorithm === undefined ? SHA256 : readAlgorithm(algorithm)?.id);
    return hash !== undefined && isDigest(row.take(), hash.of(certificate.raw));
  }
  // The older attribute knows SHA-1 only; that it binds weakly is no matter where the signature itself is over SHA-2.
  const older = attribute(signer, SIGNING_CERTIFICATE);
  return typeof older !== "string" && isDigest(firstNamed(older).take(), sha1(certificate.raw));
}

/** What the first entry of a signingCertificate holds. */
function firstNamed(value: Element): Row {
  return new Row(new Row(new Row(value, SEQUENCE).take(SEQUENCE)).take(SEQUENCE));
}

function isDigest(element: Element, digest: Uint8Array): boolean {
  return element.tag === OCTET_STRING && equal(element.content, digest);
}

// X.509 certificates (RFC 5280), as far as a time-stamping authority's chain needs them. No network: no revocation is
// fetched, and a name is only ever compared byte for byte.
import { equal, fromUtf8 } from "./bytes.ts";
import { BIT_STRING, BOOLEAN, children, CONTEXT, INTEGER, isStrict, OBJECT_ID, OCTET_STRING, parse, Row, SEQUENCE, small, time, wholeBits, type Element } from "./der.ts";
import { readKey, type Key } from "./key.ts";
import { id, idOf, readAlgorithm, readExtensions, type Algorithm, type Extension, type Id } from "./object.ts";
import { verifySigned, type Finding } from "./signature.ts";

/** A certificate, taken apart. Times are milliseconds since 1970. */
export interface Certificate {
  readonly raw: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: Key;
  readonly extensions: ReadonlyMap<Id, Extension>;
  readonly known: Known;
  readonly tbs: Uint8Array;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
}

/** What the extensions say that are known here. */
interface Known {
  readonly isCa: boolean;
  readonly pathLimit: number | undefined;
  /** First byte of the key usage. */
  readonly usage: number | undefined;
  readonly purposes: readonly Id[] | undefined;
  readonly keyId: Uint8Array | undefined;
}

const BASIC_CONSTRAINTS = id("2.5.29.19");
const KEY_USAGE = id("2.5.29.15");
const EXTENDED_KEY_USAGE = id("2.5.29.37");
const CERTIFICATE_POLICIES = id("2.5.29.32");
const SUBJECT_KEY_ID = id("2.5.29.14");
const TIME_STAMPING = id("1.3.6.1.5.5.7.3.8");
const COMMON_NAME = id("2.5.4.3");
const ORGANIZATION = id("2.5.4.10");
const UNDERSTOOD: readonly Id[] = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, CERTIFICATE_POLICIES];
const KEY_CERT_SIGN = 0x04;
const MOST_PURPOSES = 64;

/** What an issuer signed: the part, with which algorithm, and the signature. */
export function readSignedPart(element: Element): { tbs: Element; outer: Element; algorithm: Algorithm; signature: Uint8Array } | undefined {
  if (!isStrict(element)) return undefined;
  const row = new Row(element, SEQUENCE);
  const [tbs, outer, bits] = [row.take(SEQUENCE), row.take(), row.take()];
  const [algorithm, signature] = [readAlgorithm(outer), wholeBits(bits)];
  if (!row.complete || algorithm === undefined || signature === undefined) return undefined;
  return { tbs, outer, algorithm, signature };
}

/** The certificate that the element is. */
export function readCertificate(element: Element): Certificate | undefined {
  const part = readSignedPart(element);
  if (part === undefined) return undefined;
  const row = new Row(part.tbs);
  const version = row.maybe(CONTEXT[0]);
  const serial = row.take(INTEGER);
  const [inner, issuer, validity, subject] = [row.take(), row.take(SEQUENCE), new Row(row.take(SEQUENCE)), row.take(SEQUENCE)];
  const [notBefore, notAfter] = [time(validity.take()), time(validity.take())];
  const key = readKey(row.take(SEQUENCE));
  row.maybe(0x81);
  row.maybe(0x82);
  const extensions = readHeld(row.maybe(CONTEXT[3]));
  const known = extensions === undefined ? undefined : readKnown(extensions);
  if (!row.complete || !validity.complete || !isVersion(version) || !equal(inner.raw, part.outer.raw)) return undefined;
  if (notBefore === undefined || notAfter === undefined || key === undefined || extensions === undefined || known === undefined) return undefined;
  return {
    raw: element.raw, serial: serial.content, issuer: issuer.raw, subject: subject.raw, notBefore, notAfter, key, extensions, known,
    tbs: part.tbs.raw, algorithm: part.algorithm, signature: part.signature,
  };
}

function isVersion(holder: Element | undefined): boolean {
  if (holder === undefined) return true;
  const row = new Row(holder);
  row.take(INTEGER);
  return row.complete;
}

function readHeld(holder: Element | undefined): Map<Id, Extension> | undefined {
  if (holder === undefined) return new Map();
  const row = new Row(holder);
  const list = row.take(SEQUENCE);
  return row.complete ? readExtensions(list) : undefined;
}

/** Undefined when one that is known here cannot be read. */
function readKnown(extensions: ReadonlyMap<Id, Extension>): Known | undefined {
  const value = (name: Id): Element | undefined => {
    const found = extensions.get(name);
    return found === undefined ? undefined : (parse(found.value) ?? UNREADABLE);
  };
  const constraints = readConstraints(value(BASIC_CONSTRAINTS));
  const purposes = readPurposes(value(EXTENDED_KEY_USAGE));
  const [usage, keyId] = [value(KEY_USAGE), value(SUBJECT_KEY_ID)];
  if (constraints === undefined || purposes === undefined) return undefined;
  if ((usage !== undefined && usage.tag !== BIT_STRING) || (keyId !== undefined && keyId.tag !== OCTET_STRING)) return undefined;
  return { ...constraints, ...purposes, usage: usage === undefined ? undefined : (usage.content[1] ?? 0), keyId: keyId?.content };
}

/** Of no tag that belongs anywhere. */
const UNREADABLE: Element = { tag: 0, content: new Uint8Array(0), raw: new Uint8Array(0) };

function readConstraints(value: Element | undefined): Pick<Known, "isCa" | "pathLimit"> | undefined {
  if (value === undefined) return { isCa: false, pathLimit: undefined };
  const row = new Row(value, SEQUENCE);
  const isCa = row.maybe(BOOLEAN)?.content[0] === 0xff;
  const limit = row.maybe(INTEGER);
  const pathLimit = small(limit);
  return row.complete && (limit === undefined) === (pathLimit === undefined) ? { isCa, pathLimit } : undefined;
}

function readPurposes(value: Element | undefined): Pick<Known, "purposes"> | undefined {
  if (value === undefined) return { purposes: undefined };
  const row = new Row(value, SEQUENCE);
  const purposes = row.rest(MOST_PURPOSES).map(idOf);
  return row.complete && purposes.every((one) => one !== undefined) ? { purposes } : undefined;
}

/** Whether the issuer's key signed the certificate. */
export function signedBy(certificate: Certificate, issuer: Certificate): Finding {
  const { algorithm, signature, tbs } = certificate;
  return verifySigned({ key: issuer.key, algorithm, message: tbs, signature });
}

/** Whether a certificate may issue others: a CA by its basic constraints, and by its key usage where it has one. */
export function mayIssue({ known }: Certificate): boolean {
  return known.isCa && (known.usage === undefined || (known.usage & KEY_CERT_SIGN) !== 0);
}

/** Whether every extension that must be understood is understood here. */
export function isUnderstood(certificate: Certificate): boolean {
  return [...certificate.extensions].every(([name, { critical }]) => !critical || UNDERSTOOD.includes(name));
}

/** Whether the certificate is for time-stamping and nothing else, and says so critically (RFC 3161, 2.3). */
export function isForTimeStamping({ extensions, known }: Certificate): boolean {
  return extensions.get(EXTENDED_KEY_USAGE)?.critical === true && known.purposes?.length === 1 && known.purposes[0] === TIME_STAMPING;
}

/** The common name of a distinguished name, else its organisation, else nothing. For people only. */
export function commonName(name: Uint8Array): string {
  let organisation = "";
  const top = parse(name);
  for (const set of (top && children(top)) ?? []) {
    for (const pair of children(set) ?? []) {
      const row = new Row(pair, SEQUENCE);
      const [kind, value] = [idOf(row.take(OBJECT_ID)), row.take()];
      const text = row.complete ? (fromUtf8(value.content) ?? "") : "";
      if (kind === COMMON_NAME) return text;
      if (kind === ORGANIZATION) organisation = text;
    }
  }
  return organisation;
}

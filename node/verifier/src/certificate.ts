// X.509 certificates (RFC 5280), as far as a time-stamping authority's chain needs them. No network: no revocation is
// fetched, and a name is only ever compared byte for byte.
import { equal, fromUtf8 } from "./bytes.ts";
import { BIT_STRING, BOOLEAN, children, inside, INTEGER, objectId, OCTET_STRING, parse, SEQUENCE, SET, time, wholeBits, type Element } from "./der.ts";
import { verifySigned, type Finding } from "./signature.ts";

/** A certificate, taken apart. Times are milliseconds since 1970. */
export interface Certificate {
  readonly raw: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: Element;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly tbs: Uint8Array;
  readonly algorithm: Element;
  readonly signature: Uint8Array;
}

/** One extension: whether it must be understood, and its DER. */
export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const CERTIFICATE_POLICIES = "2.5.29.32";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/** The certificate that the DER is. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  const [tbs, algorithm, bits] = inside(parse(der), SEQUENCE) ?? [];
  const signature = wholeBits(bits);
  const fields = inside(tbs, SEQUENCE);
  if (tbs === undefined || algorithm === undefined || signature === undefined || fields === undefined) return undefined;
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, inner, issuer, validity, subject, key, ...rest] = fields;
  const [from, until] = inside(validity, SEQUENCE) ?? [];
  const [notBefore, notAfter] = [time(from), time(until)];
  const extensions = readExtensions(rest.find((field) => field.tag === 0xa3));
  if (objectId(inside(inside(key, SEQUENCE)?.[0], SEQUENCE)?.[0]) === undefined) return undefined;
  if (serial?.tag !== INTEGER || inner === undefined || !equal(inner.raw, algorithm.raw)) return undefined;
  if (issuer === undefined || subject === undefined || key === undefined || extensions === undefined) return undefined;
  if (notBefore === undefined || notAfter === undefined) return undefined;
  return {
    raw: der, serial: serial.content, issuer: issuer.raw, subject: subject.raw, notBefore, notAfter, key, extensions,
    tbs: tbs.raw, algorithm, signature,
  };
}

function readExtensions(holder: Element | undefined): Map<string, Extension> | undefined {
  const found = new Map<string, Extension>();
  if (holder === undefined) return found;
  const items = inside(children(holder)?.[0], SEQUENCE);
  if (items === undefined) return undefined;
  for (const item of items) {
    const parts = inside(item, SEQUENCE) ?? [];
    const id = objectId(parts[0]);
    const value = parts.at(-1);
    if (id === undefined || value?.tag !== OCTET_STRING || found.has(id)) return undefined;
    const critical = parts[1]?.tag === BOOLEAN && parts[1].content[0] === 0xff;
    found.set(id, { critical, value: value.content });
  }
  return found;
}

/** Whether the issuer's key signed the certificate. */
export function signedBy(certificate: Certificate, issuer: Certificate): Finding {
  const { algorithm, signature, tbs } = certificate;
  return verifySigned({ key: issuer.key, algorithm, message: tbs, signature });
}

/** Whether a certificate may issue others: a CA by its basic constraints, and by its key usage where it has one. */
export function mayIssue(certificate: Certificate): boolean {
  const constraints = certificate.extensions.get(BASIC_CONSTRAINTS);
  const [isCa] = inside(constraints && parse(constraints.value), SEQUENCE) ?? [];
  if (isCa?.tag !== BOOLEAN || isCa.content[0] !== 0xff) return false;
  const usage = certificate.extensions.get(KEY_USAGE);
  if (usage === undefined) return true;
  const bits = parse(usage.value);
  return bits?.tag === BIT_STRING && ((bits.content[1] ?? 0) & 0x04) !== 0;
}

/** Whether every extension that must be understood is understood here. */
export function isUnderstood(certificate: Certificate): boolean {
  const known = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, CERTIFICATE_POLICIES];
  return [...certificate.extensions].every(([id, { critical }]) => !critical || known.includes(id));
}

/** How many CA certificates may stand between this one and the last (RFC 5280, 4.2.1.9); undefined: no limit. */
export function pathLimit(certificate: Certificate): number | undefined {
  const constraints = certificate.extensions.get(BASIC_CONSTRAINTS);
  const [, limit] = inside(constraints && parse(constraints.value), SEQUENCE) ?? [];
  return limit?.tag === INTEGER && limit.content.length === 1 ? limit.content[0] : undefined;
}

/** Whether the certificate is for time-stamping and nothing else, and says so critically (RFC 3161, 2.3). */
export function isForTimeStamping(certificate: Certificate): boolean {
  const usage = certificate.extensions.get(EXTENDED_KEY_USAGE);
  const purposes = inside(usage && parse(usage.value), SEQUENCE);
  return usage?.critical === true && purposes?.length === 1 && objectId(purposes[0]) === TIME_STAMPING;
}

/** The common name of a distinguished name, else its organisation, else nothing. */
export function commonName(name: Uint8Array): string {
  let organisation = "";
  for (const set of inside(parse(name), SEQUENCE) ?? []) {
    for (const pair of inside(set, SET) ?? []) {
      const [id, value] = inside(pair, SEQUENCE) ?? [];
      const text = value === undefined ? "" : (fromUtf8(value.content) ?? "");
      if (objectId(id) === "2.5.4.3") return text;
      if (objectId(id) === "2.5.4.10") organisation = text;
    }
  }
  return organisation;
}

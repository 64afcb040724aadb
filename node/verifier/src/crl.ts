// Certificate revocation lists (RFC 5280, section 5), as they were kept on the day of a time-stamp. None is ever fetched.
import { equal } from "./bytes.ts";
import type { Certificate } from "./certificate.ts";
import { children, GENERALIZED_TIME, inside, INTEGER, objectId, OCTET_STRING, parse, SEQUENCE, time, UTC_TIME, wholeBits, type Element } from "./der.ts";
import { verifySigned } from "./signature.ts";

export interface Crl {
  readonly issuer: Uint8Array;
  readonly revoked: readonly Revoked[];
  readonly tbs: Uint8Array;
  readonly algorithm: Element;
  readonly signature: Uint8Array;
}

interface Revoked {
  readonly serial: Uint8Array;
  readonly since: number;
  readonly compromised: boolean;
}

const REASON = "2.5.29.21";
const ENUMERATED = 0x0a;
const KEY_COMPROMISE = 1;
const CA_COMPROMISE = 2;

/** The list that the DER is. */
export function readCrl(der: Uint8Array): Crl | undefined {
  const [tbs, algorithm, bits] = inside(parse(der), SEQUENCE) ?? [];
  const fields = inside(tbs, SEQUENCE);
  const signature = wholeBits(bits);
  if (tbs === undefined || algorithm === undefined || fields === undefined || signature === undefined) return undefined;
  if (fields[0]?.tag === INTEGER) fields.shift();
  const [inner, issuer, , ...rest] = fields;
  if (inner === undefined || issuer?.tag !== SEQUENCE || !equal(inner.raw, algorithm.raw)) return undefined;
  const afterTimes = rest.filter(({ tag }) => tag !== UTC_TIME && tag !== GENERALIZED_TIME);
  const revoked = readRevoked(afterTimes[0]?.tag === SEQUENCE ? afterTimes[0] : undefined);
  return revoked === undefined ? undefined : { issuer: issuer.raw, revoked, tbs: tbs.raw, algorithm, signature };
}

function readRevoked(list: Element | undefined): Revoked[] | undefined {
  const found: Revoked[] = [];
  for (const item of list === undefined ? [] : (children(list) ?? [])) {
    const [serial, date, extensions] = inside(item, SEQUENCE) ?? [];
    const since = time(date);
    if (serial?.tag !== INTEGER || since === undefined) return undefined;
    const reason = reasonOf(extensions);
    found.push({ serial: serial.content, since, compromised: reason === KEY_COMPROMISE || reason === CA_COMPROMISE });
  }
  return found;
}

function reasonOf(extensions: Element | undefined): number | undefined {
  for (const item of inside(extensions, SEQUENCE) ?? []) {
    const parts = inside(item, SEQUENCE) ?? [];
    const value = parts.at(-1);
    if (objectId(parts[0]) !== REASON || value?.tag !== OCTET_STRING) continue;
    const reason = parse(value.content);
    return reason?.tag === ENUMERATED ? reason.content[0] : undefined;
  }
  return undefined;
}

/** Whether a list of the issuer takes the certificate's word at that time away. */
export function revokes(crl: Crl, certificate: Certificate, issuer: Certificate, at: number): boolean {
  if (!equal(crl.issuer, certificate.issuer)) return false;
  const entry = crl.revoked.find(({ serial }) => equal(serial, certificate.serial));
  // A key that was stolen may have been used with any date, so only then the date does not help.
  if (entry === undefined || !(entry.since <= at || entry.compromised)) return false;
  return verifySigned({ key: issuer.key, algorithm: crl.algorithm, message: crl.tbs, signature: crl.signature }) === "valid";
}

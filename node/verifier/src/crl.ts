// Certificate revocation lists (RFC 5280, section 5), as they were kept on the day of a time-stamp. None is ever fetched.
import { equal } from "./bytes.ts";
import { readSignedPart, type Certificate } from "./certificate.ts";
import { CONTEXT, ENUMERATED, GENERALIZED_TIME, INTEGER, parse, Row, SEQUENCE, time, UTC_TIME, type Element } from "./der.ts";
import { id, readExtensions, type Algorithm } from "./object.ts";
import { verifySigned, type Finding } from "./signature.ts";

export interface Crl {
  readonly issuer: Uint8Array;
  readonly revoked: readonly Revoked[];
  readonly tbs: Uint8Array;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
}

interface Revoked {
  readonly serial: Uint8Array;
  readonly since: number;
  readonly compromised: boolean;
}

const REASON = id("2.5.29.21");
const KEY_COMPROMISE = 1;
const CA_COMPROMISE = 2;
const MOST_ENTRIES = 100_000;

/** The list that the element is. */
export function readCrl(element: Element): Crl | undefined {
  const part = readSignedPart(element);
  if (part === undefined) return undefined;
  const row = new Row(part.tbs);
  row.maybe(INTEGER);
  const [inner, issuer, thisUpdate] = [row.take(), row.take(SEQUENCE), row.take()];
  const nextUpdate = row.maybe(UTC_TIME, GENERALIZED_TIME);
  const list = row.maybe(SEQUENCE);
  row.maybe(CONTEXT[0]);
  if (!row.complete || !equal(inner.raw, part.outer.raw) || time(thisUpdate) === undefined) return undefined;
  if (nextUpdate !== undefined && time(nextUpdate) === undefined) return undefined;
  const revoked = list === undefined ? [] : readRevoked(list);
  return revoked && { issuer: issuer.raw, revoked, tbs: part.tbs.raw, algorithm: part.algorithm, signature: part.signature };
}

function readRevoked(list: Element): Revoked[] | undefined {
  const all = new Row(list);
  const found: Revoked[] = [];
  for (const item of all.rest(MOST_ENTRIES)) {
    const row = new Row(item, SEQUENCE);
    const [serial, date, extensions] = [row.take(INTEGER), row.take(), row.maybe(SEQUENCE)];
    const since = time(date);
    const compromised = extensions === undefined ? false : isCompromise(extensions);
    if (!row.complete || since === undefined || compromised === undefined) return undefined;
    found.push({ serial: serial.content, since, compromised });
  }
  return all.complete ? found : undefined;
}

/** Whether the reason is a key that somebody else may have; undefined when the extensions cannot be read. */
function isCompromise(list: Element): boolean | undefined {
  const extensions = readExtensions(list);
  if (extensions === undefined) return undefined;
  const stated = extensions.get(REASON);
  if (stated === undefined) return false;
  const reason = parse(stated.value);
  if (reason?.tag !== ENUMERATED) return undefined;
  return reason.content.length === 1 && (reason.content[0] === KEY_COMPROMISE || reason.content[0] === CA_COMPROMISE);
}

/** Whether the list names the issuer. What its key signed against a certificate counts, whatever its key usage says of lists. */
export function isNamed(crl: Crl, issuer: Certificate): boolean {
  return equal(crl.issuer, issuer.subject);
}

/** Whether the issuer's key signed the list. */
export function listSignedBy({ algorithm, signature, tbs }: Crl, issuer: Certificate): Finding {
  return verifySigned({ key: issuer.key, algorithm, message: tbs, signature });
}

/** Whether a list takes the certificate's word at that time away. */
export function revokes(crl: Crl, certificate: Certificate, at: number): boolean {
  // A key that was stolen may have been used with any date, so only then the date does not help.
  return crl.revoked.some(({ compromised, serial, since }) => equal(serial, certificate.serial) && (since <= at || compromised));
}

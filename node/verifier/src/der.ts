// DER (X.690): a strict reader of definite, minimal lengths. It deliberately gives up (undefined) instead of guessing;
// depth is the caller's, who opens one level at a time, so hostile nesting costs nothing.

/** One element: its tag byte, its content, and all its bytes with tag and length. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_ID = 0x06;
export const BOOLEAN = 0x01;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;

/** More children than this in one element is refused. */
const MOST_CHILDREN = 10_000;

/** The element that starts at the offset. */
function readAt(bytes: Uint8Array, at: number): Element | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  // A tag of several bytes occurs in nothing that is read here.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const count = first - 0x80;
    if (count < 1 || count > 4 || start + count > bytes.length) return undefined;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0);
    if (length < 0x80 || length < 256 ** (count - 1)) return undefined;
    start += count;
  }
  if (start + length > bytes.length) return undefined;
  return { tag, content: bytes.subarray(start, start + length), raw: bytes.subarray(at, start + length) };
}

/** The one element that the bytes are, with nothing after it. */
export function parse(bytes: Uint8Array): Element | undefined {
  const element = readAt(bytes, 0);
  return element !== undefined && element.raw.length === bytes.length ? element : undefined;
}

/** The elements inside; undefined where the content is not a row of elements. */
export function children(element: Element | undefined): Element[] | undefined {
  if (element === undefined || (element.tag & 0x20) === 0) return undefined;
  const found: Element[] = [];
  for (let at = 0; at < element.content.length; ) {
    const child = readAt(element.content, at);
    if (child === undefined || found.length >= MOST_CHILDREN) return undefined;
    found.push(child);
    at += child.raw.length;
  }
  return found;
}

/** The elements inside when the tag is the expected one. */
export function inside(element: Element | undefined, tag: number): Element[] | undefined {
  return element?.tag === tag ? children(element) : undefined;
}

/** The dotted text of an object identifier. */
export function objectId(element: Element | undefined): string | undefined {
  if (element?.tag !== OBJECT_ID || element.content.length === 0 || element.content.length > 64) return undefined;
  const parts: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER / 256) return undefined;
    if (byte < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  if ((element.content.at(-1) ?? 0) >= 0x80) return undefined;
  const [first = 0, ...rest] = parts;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join(".");
}

/** The bits of a BIT STRING whose bits fill whole bytes. */
export function wholeBits(element: Element | undefined): Uint8Array | undefined {
  if (element?.tag !== BIT_STRING || element.content[0] !== 0) return undefined;
  return element.content.subarray(1);
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime that ends in Z. */
export function time(element: Element | undefined): number | undefined {
  if (element === undefined || element.content.length > 32) return undefined;
  const text = String.fromCharCode(...element.content);
  const long = element.tag === GENERALIZED_TIME;
  const pattern = long ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d+))?Z$/ : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
  const found = long || element.tag === UTC_TIME ? pattern.exec(text) : null;
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const full = long ? year : year < 50 ? 2000 + year : 1900 + year;
  const date = Date.UTC(full, month - 1, day, hour, minute, second);
  const back = new Date(date);
  const real = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  const part = long && found[7] !== undefined ? Math.floor(Number("0." + found[7]) * 1000) : 0;
  return real ? date + part : undefined;
}

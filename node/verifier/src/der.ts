// DER (X.690), strictly: definite and shortest lengths, and values that are what their universal types demand. It
// deliberately gives up (undefined) instead of guessing. Depth is the caller's, who opens one level at a time, but for the
// walk over everything inside (`isStrict`), which has a limit.

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
export const NULL = 0x05;
export const OBJECT_ID = 0x06;
export const ENUMERATED = 0x0a;
export const BOOLEAN = 0x01;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
/** `[0]` to `[3]`, holding other elements. */
export const CONTEXT = [0xa0, 0xa1, 0xa2, 0xa3] as const;

/** The outermost element counts. */
const DEEPEST = 32;

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

/** The one element that the bytes are, with nothing after it; what is inside it is not looked at. */
export function outermost(bytes: Uint8Array): Element | undefined {
  const element = readAt(bytes, 0);
  return element !== undefined && element.raw.length === bytes.length ? element : undefined;
}

/** The one element that the bytes are, with nothing after it, DER through and through. */
export function parse(bytes: Uint8Array): Element | undefined {
  const element = outermost(bytes);
  return element !== undefined && isStrict(element) ? element : undefined;
}

/** The elements inside; undefined where the content is not a row of elements. */
export function children({ content }: Element): Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < content.length; ) {
    const child = readAt(content, at);
    if (child === undefined) return undefined;
    found.push(child);
    at += child.raw.length;
  }
  return found;
}

/** Whether an element and all inside it are what their types demand. */
export function isStrict(element: Element, depth = 1): boolean {
  const { content, tag } = element;
  if (depth > DEEPEST) return false;
  if (tag === BOOLEAN) return content.length === 1 && (content[0] === 0 || content[0] === 0xff);
  if (tag === INTEGER || tag === ENUMERATED) return isShortest(content);
  if (tag === BIT_STRING) return areBits(content);
  if (tag === NULL) return content.length === 0;
  if (tag === OBJECT_ID) return isObjectId(content);
  const holds = (tag & 0x20) !== 0;
  // What else is universal is a string or a time, in one piece; tag 0 is the end of what has no length.
  if (tag < 0x40 && tag !== SEQUENCE && tag !== SET) return !holds && ![0, 0x10, 0x11].includes(tag);
  return !holds || (children(element)?.every((child) => isStrict(child, depth + 1)) ?? false);
}

/** Whether no byte of a number could be left out. */
function isShortest([first, second]: Uint8Array): boolean {
  if (first === undefined) return false;
  if (second === undefined) return true;
  return !(first === 0 && second < 0x80) && !(first === 0xff && second >= 0x80);
}

function areBits(content: Uint8Array): boolean {
  const unused = content[0];
  if (unused === undefined || unused > 7) return false;
  const last = content.length > 1 ? content.at(-1) : undefined;
  return last === undefined ? unused === 0 : (last & ((1 << unused) - 1)) === 0;
}

function isObjectId(content: Uint8Array): boolean {
  let begins = true;
  for (const byte of content) {
    if (begins && byte === 0x80) return false;
    begins = byte < 0x80;
  }
  return content.length > 0 && begins;
}

/** The digits of a whole number that is not negative, without the zero that may stand before them. */
export function natural(content: Uint8Array): Uint8Array | undefined {
  if (!isShortest(content) || (content[0] ?? 0) >= 0x80) return undefined;
  return content[0] === 0 && content.length > 1 ? content.subarray(1) : content;
}

/** A whole number below 2^32 that is not negative. */
export function small(element: Element | undefined): number | undefined {
  const digits = element === undefined ? undefined : natural(element.content);
  return digits === undefined || digits.length > 4 ? undefined : digits.reduce((number, digit) => number * 256 + digit, 0);
}

/** The bits of a BIT STRING whose bits fill whole bytes. */
export function wholeBits(element: Element | undefined): Uint8Array | undefined {
  if (element?.tag !== BIT_STRING || element.content[0] !== 0) return undefined;
  return element.content.subarray(1);
}

/**
 * The elements of another one, taken one after the other. Whoever has taken all that belongs there asks `complete`: it is
 * false when something was missing, of another tag, or left over. Until then what was missing is an empty element.
 */
export class Row {
  private readonly elements: readonly Element[];
  private at = 0;
  private sound = true;

  constructor(holder: Element | undefined, tag?: number) {
    const fits = holder !== undefined && (tag === undefined || holder.tag === tag);
    const elements = fits ? children(holder) : undefined;
    this.sound = elements !== undefined;
    this.elements = elements ?? [];
  }

  /** The next element, of one of these tags; of any, when none is named. */
  take(...tags: number[]): Element {
    const next = this.elements[this.at];
    const fits = next !== undefined && (tags.length === 0 || tags.includes(next.tag));
    if (!fits) this.sound = false;
    else this.at++;
    return fits ? next : MISSING;
  }

  /** The next element, if it is of one of these tags. */
  maybe(...tags: number[]): Element | undefined {
    const next = this.elements[this.at];
    return next !== undefined && tags.includes(next.tag) ? this.take() : undefined;
  }

  /** All that are left, unless there are more than so many. */
  rest(most: number): readonly Element[] {
    const left = this.elements.slice(this.at);
    this.at = this.elements.length;
    if (left.length > most) this.sound = false;
    return left.length > most ? [] : left;
  }

  /** Whether everything that was asked for was there. */
  get holds(): boolean {
    return this.sound;
  }

  /** Whether everything that was asked for was there, and nothing else is. */
  get complete(): boolean {
    return this.sound && this.at === this.elements.length;
  }
}

const MISSING: Element = { tag: 0, content: new Uint8Array(0), raw: new Uint8Array(0) };

/** The one element inside another of that tag. */
export function only(holder: Element | undefined, tag: number): Element | undefined {
  const row = new Row(holder, tag);
  const found = row.take();
  return row.complete ? found : undefined;
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime that ends in Z, from 1970 on. */
export function time(element: Element | undefined): number | undefined {
  if (element === undefined || element.content.length > 32) return undefined;
  const text = String.fromCharCode(...element.content);
  const long = element.tag === GENERALIZED_TIME;
  const pattern = long ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/ : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
  const found = long || element.tag === UTC_TIME ? pattern.exec(text) : null;
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const full = long ? year : year < 50 ? 2000 + year : 1900 + year;
  if (full < 1970) return undefined;
  const date = Date.UTC(full, month - 1, day, hour, minute, second);
  const back = new Date(date);
  const real = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  const milliseconds = long ? Number((found[7] ?? "").padEnd(3, "0").slice(0, 3)) : 0;
  return real ? date + milliseconds : undefined;
}

// Canonical bytes, read once from front to back (SPEC section 2). Each value has exactly one encoding; the reader gives up
// on any other. It gives up by `Malformed`, which never leaves `decode`: callers see a value or nothing.
import { fromUtf8 } from "./bytes.ts";
import { isKey, KEY_BYTES, SIGNATURE_BYTES } from "./sm2.ts";

/** Why reading stopped. */
export class Malformed extends Error {}

/** Stops reading unless the condition holds. */
export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Malformed(what);
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const SPACE_AT_END = /^\p{White_Space}|\p{White_Space}$/u;
const VERSION = 1;
const TAG = "chirograph/";

/** Reads canonical bytes; every method takes what it names and moves on. */
export class Reader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(count: number): Uint8Array {
    demand(count <= this.bytes.length - this.at, "the bytes end too early");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** The bytes from an earlier position up to here. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.at);
  }

  private unsigned(count: number): number {
    let value = 0;
    for (const byte of this.take(count)) value = value * 256 + byte;
    return value;
  }

  u8(): number {
    return this.unsigned(1);
  }

  u16(): number {
    return this.unsigned(2);
  }

  u32(): number {
    return this.unsigned(4);
  }

  u64(): bigint {
    const high = BigInt(this.unsigned(4));
    return (high << 32n) | BigInt(this.unsigned(4));
  }

  i32(): number {
    return this.unsigned(4) | 0;
  }

  /** A number of one byte that stands for one of a few things. */
  choice(least: number, most: number): number {
    const value = this.u8();
    demand(value >= least && value <= most, "a number that stands for nothing");
    return value;
  }

  bool(): boolean {
    return this.choice(0, 1) === 1;
  }

  digest(): Uint8Array {
    return this.take(32);
  }

  key(): Uint8Array {
    const key = this.take(KEY_BYTES);
    demand(isKey(key), "a key that is not on the curve");
    return key;
  }

  signature(): Uint8Array {
    return this.take(SIGNATURE_BYTES);
  }

  text(most: number): string {
    const length = this.u32();
    demand(length <= most, "a text that is too long");
    const text = fromUtf8(this.take(length));
    demand(text !== undefined && !CONTROL.test(text), "a text that is not plain UTF-8");
    return text;
  }

  name(): string {
    const name = this.text(64);
    demand(name !== "" && !name.includes("/") && !SPACE_AT_END.test(name), "a name that is not allowed");
    return name;
  }

  list<T>(most: number, item: (reader: Reader) => T): T[] {
    const count = this.u32();
    demand(count <= most, "a list that is too long");
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(item(this));
    return items;
  }

  option<T>(item: (reader: Reader) => T): T | null {
    return this.bool() ? item(this) : null;
  }

  /** Tag and version of a top-level value. */
  tag(name: string): void {
    const expected = TAG + name;
    demand(this.u8() === expected.length, "another kind of value");
    demand(fromUtf8(this.take(expected.length)) === expected, "another kind of value");
    demand(this.u8() === VERSION, "another version");
  }
}

/** The bytes that stand before every hashed or signed value of a kind. */
export function tagBytes(name: string): Uint8Array {
  const text = new TextEncoder().encode(TAG + name);
  return Uint8Array.of(text.length, ...text, VERSION);
}

/** Reads a whole value, with nothing after it; undefined when the bytes are anything else. */
export function decode<T>(bytes: Uint8Array, read: (reader: Reader) => T): T | undefined {
  const reader = new Reader(bytes);
  try {
    const value = read(reader);
    return reader.at === bytes.length ? value : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

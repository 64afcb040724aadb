// Canonical bytes, as proto/src/encode.rs specifies them: big-endian integers, length-prefixed texts, one encoding per
// value. It writes only; what is written is checked by the node, and by the decoder here before it is shown.

import { join } from "../bytes";

const FORMAT_VERSION = 1;
const UTF8 = new TextEncoder();

export class Encoder {
  private readonly parts: Uint8Array[] = [];

  /** Starts a value of its own: tag length, tag, format version. */
  static tagged(tag: string): Encoder {
    const name = UTF8.encode(tag);
    return new Encoder().u8(name.length).raw(name).u8(FORMAT_VERSION);
  }
  finish(): Uint8Array {
    return join(...this.parts);
  }
  raw(v: Uint8Array): this {
    this.parts.push(v);
    return this;
  }
  u8(v: number): this {
    return this.raw(Uint8Array.of(v));
  }
  u16(v: number): this {
    return this.number(2, (view) => view.setUint16(0, v));
  }
  u32(v: number): this {
    return this.number(4, (view) => view.setUint32(0, v));
  }
  i32(v: number): this {
    return this.number(4, (view) => view.setInt32(0, v));
  }
  u64(v: bigint): this {
    return this.number(8, (view) => view.setBigUint64(0, v));
  }
  bool(v: boolean): this {
    return this.u8(v ? 1 : 0);
  }
  bytes(v: Uint8Array): this {
    return this.u32(v.length).raw(v);
  }
  text(v: string): this {
    return this.bytes(UTF8.encode(v));
  }
  list<T>(items: readonly T[], each: (item: T) => void): this {
    this.u32(items.length);
    items.forEach(each);
    return this;
  }
  option<T>(v: T | null, each: (value: T) => void): this {
    this.bool(v !== null);
    if (v !== null) each(v);
    return this;
  }
  private number(width: number, write: (view: DataView) => void): this {
    const bytes = new Uint8Array(width);
    write(new DataView(bytes.buffer));
    return this.raw(bytes);
  }
}

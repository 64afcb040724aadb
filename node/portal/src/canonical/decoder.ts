// Reads canonical bytes from anywhere. Whatever is not the one encoding of a value is refused with a `Malformed` that
// names the field; nothing is allocated beyond what has really arrived.

/** The input is not what it claims to be. */
export class Malformed extends Error {
  constructor(
    readonly field: string,
    readonly rule: string,
  ) {
    super(`${field}: ${rule}`);
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

export class Decoder {
  private at = 0;

  constructor(private readonly input: Uint8Array) {}

  /** Reads tag and format version. */
  tag(tag: string): this {
    const name = this.raw(this.u8("tag"), "tag");
    if (new TextDecoder().decode(name) !== tag) throw new Malformed("tag", `expected a value tagged ${tag}`);
    if (this.u8("format_version") !== 1) throw new Malformed("format_version", "unknown version");
    return this;
  }
  finish(): void {
    if (this.at !== this.input.length) throw new Malformed("end", "bytes are left over after the value");
  }
  raw(n: number, field: string): Uint8Array {
    if (this.input.length - this.at < n) throw new Malformed(field, "the input ends inside this field");
    this.at += n;
    return this.input.slice(this.at - n, this.at);
  }
  private view(n: number, field: string): DataView {
    return new DataView(this.raw(n, field).buffer);
  }
  u8(field: string): number {
    return this.view(1, field).getUint8(0);
  }
  u16(field: string): number {
    return this.view(2, field).getUint16(0);
  }
  u32(field: string): number {
    return this.view(4, field).getUint32(0);
  }
  i32(field: string): number {
    return this.view(4, field).getInt32(0);
  }
  u64(field: string): bigint {
    return this.view(8, field).getBigUint64(0);
  }
  bool(field: string): boolean {
    const v = this.u8(field);
    if (v > 1) throw new Malformed(field, "must be 0 or 1");
    return v === 1;
  }
  digest(field: string): Uint8Array {
    return this.raw(32, field);
  }
  count(max: number, field: string): number {
    const n = this.u32(field);
    if (n > max) throw new Malformed(field, `${n} is over the maximum of ${max}`);
    return n;
  }
  text(max: number, field: string): string {
    const bytes = this.raw(this.count(max, field), field);
    try {
      return UTF8.decode(bytes);
    } catch {
      throw new Malformed(field, "not UTF-8");
    }
  }
  list<T>(max: number, field: string, each: () => T): T[] {
    const n = this.count(max, field);
    const out: T[] = [];
    for (let i = 0; i < n; i++) out.push(each());
    return out;
  }
  option<T>(field: string, each: () => T): T | null {
    return this.bool(field) ? each() : null;
  }
}

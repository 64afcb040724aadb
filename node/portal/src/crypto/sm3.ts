// SM3 (GB/T 32905) in pieces, so that a document of any size is digested without being held in memory. The padding and
// the feeding are those of @noble/hashes for Merkle–Damgård hashes; only the compression function is here.

import { HashMD } from "@noble/hashes/_md";

const IV = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

function rotl(x: number, n: number): number {
  return n === 0 ? x : (x << n) | (x >>> (32 - n));
}

/** Fed with `update`, finished with `digest`. */
export class Sm3 extends HashMD<Sm3> {
  private readonly v = Int32Array.from(IV);
  private readonly w = new Int32Array(68);

  constructor() {
    super(64, 32, 8, false);
  }

  protected get(): number[] {
    return [...this.v];
  }
  protected set(...values: number[]): void {
    this.v.set(values);
  }
  protected process(view: DataView, offset: number): void {
    this.expand(view, offset);
    this.compress();
  }
  private expand(view: DataView, offset: number): void {
    const w = this.w;
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(offset + 4 * i, false);
    for (let i = 16; i < 68; i++) {
      const x = w[i - 16]! ^ w[i - 9]! ^ rotl(w[i - 3]!, 15);
      w[i] = x ^ rotl(x, 15) ^ rotl(x, 23) ^ rotl(w[i - 13]!, 7) ^ w[i - 6]!;
    }
  }
  private compress(): void {
    const w = this.w;
    let [a, b, c, d, e, f, g, h] = this.v as unknown as [number, number, number, number, number, number, number, number];
    for (let j = 0; j < 64; j++) {
      const early = j < 16;
      const a12 = rotl(a, 12);
      const ss1 = rotl((a12 + e + rotl(early ? 0x79cc4519 : 0x7a879d8a, j % 32)) | 0, 7);
      const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ a12) + (w[j]! ^ w[j + 4]!)) | 0;
      const tt2 = (gg + h + ss1 + w[j]!) | 0;
      [d, c, b, a] = [c, rotl(b, 9), a, tt1];
      [h, g, f, e] = [g, rotl(f, 19), e, tt2 ^ rotl(tt2, 9) ^ rotl(tt2, 17)];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => (this.v[i]! ^= x));
  }
  protected roundClean(): void {
    this.w.fill(0);
  }
  destroy(): void {
    this.v.fill(0);
  }
  _cloneInto(to: Sm3 = new Sm3()): Sm3 {
    to.v.set(this.v);
    to.buffer.set(this.buffer);
    to.length = this.length;
    to.pos = this.pos;
    to.finished = this.finished;
    return to;
  }
}

/** SM3 over the concatenation of `parts`. */
export function sm3(...parts: Uint8Array[]): Uint8Array {
  const hash = new Sm3();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

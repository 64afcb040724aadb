// Columns of integers as differences, byte for byte as models/src/packet/column.rs: zigzag-folded, base 128 with the
// fewest bytes; in steady kinds a zero is followed by how many more zeros follow it.

import type { Decoder } from "./decoder";
import { Malformed } from "./decoder";
import type { Encoder } from "./encoder";

/** Slope: second differences. Steady: zeros are counted. */
export interface Kind {
  readonly slope: boolean;
  readonly steady: boolean;
}

export const STEP: Kind = { slope: false, steady: false };
export const SLOPE: Kind = { slope: true, steady: false };
export const STEADY_STEP: Kind = { slope: false, steady: true };
export const STEADY_SLOPE: Kind = { slope: true, steady: true };

/** Predicts the next value. The first one is a position, not a movement. */
class State {
  private last = 0;
  private slope = 0;
  private started = false;

  constructor(private readonly kind: Kind) {}

  difference(value: number): number {
    const step = value - this.last;
    const difference = this.kind.slope ? step - this.slope : step;
    this.advance(value, step);
    return difference;
  }
  value(difference: number): number {
    const step = this.kind.slope ? difference + this.slope : difference;
    const value = this.last + step;
    this.advance(value, step);
    return value;
  }
  private advance(value: number, step: number): void {
    this.slope = this.started ? step : 0;
    this.last = value;
    this.started = true;
  }
}

export class Column {
  constructor(
    readonly field: string,
    readonly kind: Kind,
    readonly min: number,
    readonly max: number,
  ) {}

  encode(values: readonly number[], e: Encoder): void {
    const state = new State(this.kind);
    let zeros = 0;
    const flush = () => {
      if (zeros > 0) write(zeros - 1, e.u8(0));
      zeros = 0;
    };
    for (const value of values) {
      const difference = state.difference(value);
      if (difference === 0 && this.kind.steady) {
        zeros++;
        continue;
      }
      flush();
      write(fold(difference), e);
    }
    flush();
  }

  decode(n: number, d: Decoder): number[] {
    const state = new State(this.kind);
    const out: number[] = [];
    let afterRun = false;
    while (out.length < n) {
      const difference = unfold(this.read(d));
      const counted = difference === 0 && this.kind.steady;
      if (counted && afterRun) throw new Malformed(this.field, "two runs of equal values must be one");
      afterRun = counted;
      const more = counted ? this.read(d) : 0;
      if (more >= n - out.length) throw new Malformed(this.field, "a run is longer than the column");
      for (let i = 0; i <= more; i++) out.push(this.accept(state.value(difference)));
    }
    return out;
  }

  private accept(value: number): number {
    if (value >= this.min && value <= this.max) return value;
    throw new Malformed(this.field, "a value is outside the channel's range");
  }
  /** Every channel's differences lie far below 2^49, so seven bytes are enough and a number stays exact. */
  private read(d: Decoder): number {
    let value = 0;
    for (let i = 0; i < 7; i++) {
      const byte = d.u8(this.field);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte & 0x80) continue;
      if (byte === 0 && i > 0) break;
      return value;
    }
    throw new Malformed(this.field, "a number must take the fewest bytes and be in range");
  }
}

function fold(v: number): number {
  return v >= 0 ? 2 * v : -2 * v - 1;
}

function unfold(v: number): number {
  return v % 2 === 0 ? v / 2 : -(v + 1) / 2;
}

function write(value: number, e: Encoder): void {
  while (value >= 0x80) {
    e.u8((value % 0x80) | 0x80);
    value = Math.floor(value / 0x80);
  }
  e.u8(value);
}

// What can be measured in a writing, for plots: speed and pressure over time, strokes, lengths. Derived for the eye only;
// the packet's raw samples are what counts, and nothing here is sent anywhere.

import { Pen, type Sample, type StrokePacket } from "../canonical/packet";

/** Speeds are measured over at least this long, because shorter stretches divide the jitter of the clock. */
const SPAN_US = 8_000;
/** Where a device does not say, its unit is taken as 0.01 mm. */
const NM_PER_UNIT_DEFAULT = 10_000;

export interface Measures {
  durationMs: number;
  strokes: number;
  lengthMm: number;
  /** Time without contact between the first and the last stroke. */
  upMs: number;
  meanSpeed: number;
  topSpeed: number;
  rateHz: number;
}

/** A curve over time: null where the pen was up. */
export type Curve = (number | null)[];

export function isDown(s: Sample): boolean {
  return (s.pen & Pen.CONTACT) !== 0;
}

export function millimetresPerUnit(packet: StrokePacket): number {
  return (packet.device.nmPerUnit || NM_PER_UNIT_DEFAULT) / 1e6;
}

/** Samples of each stroke, by index: from contact to lifting. */
export function strokes(samples: readonly Sample[]): number[][] {
  const out: number[][] = [];
  samples.forEach((s, i) => {
    if (!isDown(s)) return;
    const before = samples[i - 1];
    if (before && isDown(before)) out.at(-1)!.push(i);
    else out.push([i]);
  });
  return out;
}

/** Speed of each sample in mm/s. */
export function speeds(packet: StrokePacket): Curve {
  const { samples } = packet;
  const scale = millimetresPerUnit(packet);
  const out: Curve = samples.map(() => null);
  for (const stroke of strokes(samples)) {
    for (const [k, i] of stroke.entries()) {
      let [from, to] = [k, k];
      const span = () => samples[stroke[to]!]!.tUs - samples[stroke[from]!]!.tUs;
      while (span() < SPAN_US && (from > 0 || to < stroke.length - 1)) {
        if (from > 0) from--;
        if (to < stroke.length - 1) to++;
      }
      const [a, b] = [samples[stroke[from]!]!, samples[stroke[to]!]!];
      out[i] = span() > 0 ? (Math.hypot(b.x - a.x, b.y - a.y) * scale * 1e6) / span() : null;
    }
  }
  return out;
}

/** Pressure of each sample, 0 to 1; all null if the device senses none. */
export function pressures(packet: StrokePacket): Curve {
  const levels = packet.device.pressureLevels;
  return packet.samples.map((s) => (levels > 1 && isDown(s) ? s.pressure / (levels - 1) : null));
}

export function measure(packet: StrokePacket): Measures {
  const { samples } = packet;
  const all = strokes(samples);
  const scale = millimetresPerUnit(packet);
  const time = (i: number | undefined) => (i === undefined ? 0 : samples[i]!.tUs / 1000);
  const spans = all.map((s) => [time(s[0]), time(s.at(-1))] as const);
  const downMs = spans.reduce((sum, [a, b]) => sum + (b - a), 0);
  const durationMs = (spans.at(-1)?.[1] ?? 0) - (spans[0]?.[0] ?? 0);
  const lengthMm = all.reduce((sum, stroke) => sum + lengthOf(stroke, samples) * scale, 0);
  const topSpeed = speeds(packet).reduce<number>((top, v) => Math.max(top, v ?? 0), 0);
  const meanSpeed = downMs > 0 ? (lengthMm * 1000) / downMs : 0;
  return { durationMs, strokes: all.length, lengthMm, upMs: durationMs - downMs, meanSpeed, topSpeed, rateHz: rate(all, samples) };
}

function lengthOf(stroke: readonly number[], samples: readonly Sample[]): number {
  let sum = 0;
  for (let k = 1; k < stroke.length; k++) {
    const [a, b] = [samples[stroke[k - 1]!]!, samples[stroke[k]!]!];
    sum += Math.hypot(b.x - a.x, b.y - a.y);
  }
  return sum;
}

/** Median reports a second while the pen is down. */
function rate(all: readonly number[][], samples: readonly Sample[]): number {
  const steps = all.flatMap((stroke) => stroke.slice(1).map((i, k) => samples[i]!.tUs - samples[stroke[k]!]!.tUs)).filter((d) => d > 0);
  steps.sort((a, b) => a - b);
  const median = steps[steps.length >> 1];
  return median ? 1e6 / median : 0;
}

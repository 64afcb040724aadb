// One act of writing with its circumstances: attempts, discarded ones by digest, and how long the writer took. It ends in
// what a packet needs besides its binding.

import { samplesDigest } from "../canonical/packet";
import type { Captured } from "../node/submit";
import { deviceOf, instrumentOf, micrometres, pressureLevels, tilted } from "./device";
import { type Field, Recorder, samplesOf } from "./recorder";

const DISCARDED_MAX = 16;

export class Attempt {
  recorder: Recorder;
  private attempts = 1;
  private discarded: Uint8Array[] = [];
  private readonly promptedAt = performance.now();

  constructor(field: Field) {
    this.recorder = new Recorder(field);
  }

  /** The writer cleared the field: the attempt is counted and its strokes are kept as a digest only. */
  clear(field: Field): void {
    if (this.recorder.hasInk) {
      this.attempts += 1;
      this.discarded = [...this.discarded, samplesDigest(this.capture("").samples)].slice(-DISCARDED_MAX);
    }
    this.recorder = new Recorder(field);
  }

  /** What was written until now. `prompt` is what the writer was asked to write beside the name. */
  capture(prompt: string, posture = 0): Captured {
    const reports = this.recorder.trimmed();
    const { width, height } = this.recorder.field;
    const start = reports[0]?.timeMs ?? performance.now();
    const elapsed = (ms: number) => Math.max(0, Math.round(ms - this.promptedAt));
    return {
      device: deviceOf(this.recorder, reports),
      session: {
        deviceTime: BigInt(Math.round(performance.timeOrigin + start)),
        canvasWidthUm: micrometres(width),
        canvasHeightUm: micrometres(height),
        guideLine: true,
        shown: null,
        attempts: this.attempts,
        discarded: this.discarded,
        prompt,
        promptToPenMs: elapsed(start),
        totalMs: elapsed(performance.now()),
        posture,
        instrument: instrumentOf(this.recorder.pointerType),
        place: null,
      },
      samples: samplesOf(reports, height, pressureLevels(reports), tilted(reports)),
    };
  }
}

// Draws strokes on a canvas: reports while they come in, samples when a writing is shown again. Width follows pressure.

import { Pen, type Sample } from "../canonical/packet";

const WIDTH_MIN = 1.2;
const WIDTH_MAX = 4.2;
const WIDTH_WITHOUT_PRESSURE = 2.4;

export interface Point {
  x: number;
  y: number;
  /** 0 to 1; null if the device senses none. */
  force: number | null;
  down: boolean;
}

/** Makes the canvas as fine as the screen and returns a context in CSS pixels. */
export function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const scale = devicePixelRatio || 1;
  const { width, height } = canvas.getBoundingClientRect();
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const c = canvas.getContext("2d")!;
  c.setTransform(scale, 0, 0, scale, 0, 0);
  c.lineCap = c.lineJoin = "round";
  c.strokeStyle = c.fillStyle = getComputedStyle(canvas).color;
  return c;
}

export function wipe(c: CanvasRenderingContext2D): void {
  c.clearRect(0, 0, c.canvas.width, c.canvas.height);
}

/** One step of the pen; nothing is drawn between strokes. */
export function draw(c: CanvasRenderingContext2D, from: Point | undefined, to: Point): void {
  if (!to.down) return;
  const start = from?.down ? from : to;
  c.lineWidth = to.force === null ? WIDTH_WITHOUT_PRESSURE : WIDTH_MIN + (WIDTH_MAX - WIDTH_MIN) * to.force;
  c.beginPath();
  c.moveTo(start.x, start.y);
  c.lineTo(to.x, to.y);
  c.stroke();
}

/** Samples in a box of this size, as large as they fit, y downward. */
export function fitted(samples: readonly Sample[], levels: number, width: number, height: number, margin = 12): Point[] {
  const down = samples.filter((s) => s.pen & Pen.CONTACT);
  const [x, y] = [range(down.map((s) => s.x)), range(down.map((s) => s.y))];
  const scale = Math.min((width - 2 * margin) / Math.max(1, x.span), (height - 2 * margin) / Math.max(1, y.span));
  const [left, top] = [(width - x.span * scale) / 2, (height - y.span * scale) / 2];
  return samples.map((s) => ({
    x: left + (s.x - x.min) * scale,
    y: top + (y.min + y.span - s.y) * scale,
    force: levels > 1 ? s.pressure / (levels - 1) : null,
    down: (s.pen & Pen.CONTACT) !== 0,
  }));
}

export function range(values: readonly number[]): { min: number; span: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const v of values) [min, max] = [Math.min(min, v), Math.max(max, v)];
  return min <= max ? { min, span: max - min } : { min: 0, span: 0 };
}

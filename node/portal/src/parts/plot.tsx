// A curve over time with a cursor: one quantity, its axis and unit. The words beside it say the same in numbers.

import type { Curve } from "../capture/kinematics";

interface Props {
  title: string;
  unit: string;
  timesMs: readonly number[];
  curve: Curve;
  cursorMs: number;
  onSeek: (ms: number) => void;
}

const WIDTH = 800;
const HEIGHT = 130;
const LEFT = 46;
const BOTTOM = 20;
const TOP = 8;

export function Plot({ title, unit, timesMs, curve, cursorMs, onSeek }: Props) {
  const end = Math.max(1, timesMs.at(-1) ?? 1);
  const top = nice(curve.reduce<number>((m, v) => Math.max(m, v ?? 0), 0));
  const x = (ms: number) => LEFT + ((WIDTH - LEFT - 6) * ms) / end;
  const y = (v: number) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * v) / top;
  const seek = (e: PointerEvent) => {
    const box = (e.currentTarget as SVGElement).getBoundingClientRect();
    const at = ((e.clientX - box.left) / box.width) * WIDTH;
    onSeek(Math.min(end, Math.max(0, ((at - LEFT) / (WIDTH - LEFT - 6)) * end)));
  };
  return (
    <figure class="plot">
      <figcaption>
        {title} <span class="hint">{unit}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}, ${unit}`} onPointerDown={seek}>
        {[0, top / 2, top].map((v) => (
          <g key={v}>
            <line class="grid" x1={LEFT} x2={WIDTH - 6} y1={y(v)} y2={y(v)} />
            <text class="tick" x={LEFT - 6} y={y(v) + 4} text-anchor="end">
              {label(v)}
            </text>
          </g>
        ))}
        {seconds(end).map((s) => (
          <text class="tick" key={s} x={x(s * 1000)} y={HEIGHT - 5} text-anchor="middle">
            {s} s
          </text>
        ))}
        <path class="curve" d={path(timesMs, curve, x, y)} />
        <line class="cursor" x1={x(cursorMs)} x2={x(cursorMs)} y1={TOP} y2={HEIGHT - BOTTOM} />
      </svg>
    </figure>
  );
}

function path(timesMs: readonly number[], curve: Curve, x: (ms: number) => number, y: (v: number) => number): string {
  let up = true;
  return curve
    .map((v, i) => {
      const command = v === null ? "" : `${up ? "M" : "L"}${x(timesMs[i]!).toFixed(1)} ${y(v).toFixed(1)}`;
      up = v === null;
      return command;
    })
    .join("");
}

function seconds(end: number): number[] {
  const step = [0.5, 1, 2, 5, 10].find((s) => end / 1000 / s <= 8) ?? 20;
  return Array.from({ length: Math.floor(end / 1000 / step) + 1 }, (_, i) => i * step);
}

/** The next of 1, 2, 5 times a power of ten, so that half of it is a short number too. */
function nice(v: number): number {
  const power = 10 ** Math.floor(Math.log10(v || 1));
  return power * ([1, 2, 5, 10].find((n) => n * power >= v) ?? 10);
}

function label(v: number): string {
  return v >= 10 || Number.isInteger(v) ? v.toFixed(0) : v.toFixed(v < 0.1 ? 2 : 1);
}

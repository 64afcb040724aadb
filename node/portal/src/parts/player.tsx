// Plays a writing as it was written: at its own speed, slower or faster, or wherever the slider is put. Strokes may be
// numbered. What is drawn are the raw samples, joined by straight lines.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { StrokePacket } from "../canonical/packet";
import { measure, pressures, speeds, strokes } from "../capture/kinematics";
import { theme } from "../state";
import { count, words } from "../words";
import { type Point, context, draw, fitted, wipe } from "./ink";
import { Plot } from "./plot";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2] as const;

export function Player({ packet }: { packet: StrokePacket }) {
  const w = words();
  const timesMs = useMemo(() => packet.samples.map((s) => s.tUs / 1000), [packet]);
  const end = timesMs.at(-1) ?? 0;
  const [at, setAt] = useState(end);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [numbers, setNumbers] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const curves = useMemo(() => [speeds(packet), pressures(packet)] as const, [packet]);

  useEffect(() => setAt(end), [packet]);
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let last = performance.now();
    const tick = (now: number) => {
      const step = (now - last) * speed;
      last = now;
      setAt((was) => Math.min(end, was + step));
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, end]);
  useEffect(() => {
    if (playing && at >= end) setPlaying(false);
  }, [playing, at, end]);
  useEffect(() => {
    const element = canvas.current!;
    const show = () => paint(element, packet, at, numbers);
    show();
    const observer = new ResizeObserver(show);
    observer.observe(element);
    return () => observer.disconnect();
  }, [packet, at, numbers, theme.value]);

  const toggle = () => {
    if (!playing && at >= end) setAt(0);
    setPlaying(!playing);
  };
  return (
    <div class="player">
      <canvas ref={canvas} role="img" aria-label={w.replay.picture} />
      <div class="row controls">
        <button type="button" class="primary" onClick={toggle}>
          {playing ? w.replay.pause : w.replay.play}
        </button>
        <input
          type="range"
          min="0"
          max={Math.ceil(end)}
          step="1"
          value={at}
          aria-label={w.replay.position}
          aria-valuetext={`${(at / 1000).toFixed(2)} s`}
          onInput={(e) => {
            setPlaying(false);
            setAt(Number(e.currentTarget.value));
          }}
        />
        <output class="clock">{(at / 1000).toFixed(2)} s</output>
      </div>
      <div class="row">
        <label class="inline">
          {w.replay.speed}{" "}
          <select value={speed} onChange={(e) => setSpeed(Number(e.currentTarget.value))}>
            {SPEEDS.map((s) => (
              <option key={s} value={s}>
                {s === 1 ? w.replay.real : `× ${s}`}
              </option>
            ))}
          </select>
        </label>
        <label class="inline">
          <input type="checkbox" checked={numbers} onChange={(e) => setNumbers(e.currentTarget.checked)} /> {w.replay.numbers}
        </label>
      </div>
      <Plot title={w.replay.plotSpeed} unit="mm/s" timesMs={timesMs} curve={curves[0]} cursorMs={at} onSeek={setAt} />
      {curves[1].some((v) => v !== null) ? (
        <Plot title={w.replay.plotPressure} unit={w.replay.ofFull} timesMs={timesMs} curve={curves[1]} cursorMs={at} onSeek={setAt} />
      ) : (
        <p class="hint">{w.replay.noPressure}</p>
      )}
      <Figures packet={packet} />
    </div>
  );
}

/** Everything until `at`, with what is to come as a faint trace. */
function paint(element: HTMLCanvasElement, packet: StrokePacket, at: number, numbers: boolean): void {
  const c = context(element);
  const { width, height } = element.getBoundingClientRect();
  const points = fitted(packet.samples, packet.device.pressureLevels, width, height, 28);
  wipe(c);
  const past = packet.samples.findIndex((s) => s.tUs / 1000 > at);
  const until = past < 0 ? points.length : past;
  c.globalAlpha = 0.13;
  for (let i = until; i < points.length; i++) draw(c, points[i - 1], points[i]!);
  c.globalAlpha = 1;
  for (let i = 0; i < until; i++) draw(c, points[i - 1], points[i]!);
  if (numbers) number(c, packet, points, until);
}

function number(c: CanvasRenderingContext2D, packet: StrokePacket, points: readonly Point[], until: number): void {
  c.font = "600 12px system-ui, sans-serif";
  c.fillStyle = getComputedStyle(c.canvas).getPropertyValue("--accent");
  strokes(packet.samples).forEach((stroke, n) => {
    const first = stroke[0]!;
    if (first < until) c.fillText(String(n + 1), points[first]!.x - 14, points[first]!.y - 6);
  });
}

function Figures({ packet }: { packet: StrokePacket }) {
  const w = words();
  const m = useMemo(() => measure(packet), [packet]);
  const rows: [string, string][] = [
    [w.replay.duration, `${(m.durationMs / 1000).toFixed(2)} s`],
    [w.replay.strokes, count(m.strokes)],
    [w.replay.length, `${m.lengthMm.toFixed(0)} mm`],
    [w.replay.up, `${(m.upMs / 1000).toFixed(2)} s`],
    [w.replay.mean, `${m.meanSpeed.toFixed(0)} mm/s`],
    [w.replay.top, `${m.topSpeed.toFixed(0)} mm/s`],
    [w.replay.rate, `${m.rateHz.toFixed(0)} Hz`],
    [w.replay.reports, count(packet.samples.length)],
  ];
  return (
    <>
      <dl class="figures">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        {w.replay.device(`${packet.device.maker} ${packet.device.model}`.trim(), [packet.device.system, packet.device.app].filter(Boolean).join(", "))}{" "}
        {packet.device.scaleUncertaintyPermille > 0 && w.replay.scale(packet.device.scaleUncertaintyPermille / 10)}
      </p>
    </>
  );
}

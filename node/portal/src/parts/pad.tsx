// The writing field: hands pointer events to the recorder and draws what was recorded. It decides nothing about the
// writing; clearing it counts an attempt.

import { useEffect, useRef, useState } from "preact/hooks";
import { Attempt } from "../capture/attempt";
import { fieldOf } from "../capture/device";
import { Pen } from "../canonical/packet";
import type { Recorder } from "../capture/recorder";
import { words } from "../words";
import { type Point, context, draw, wipe } from "./ink";

interface Props {
  /** Told after each stroke and when the field was cleared. */
  onChange: (attempt: Attempt) => void;
  disabled?: boolean;
  /** Another value starts anew. */
  round?: number;
}

export function Pad({ onChange, disabled = false, round = 0 }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const attempt = useRef<Attempt | null>(null);
  const [inked, setInked] = useState(false);
  const [touched, setTouched] = useState(false);
  const [summary, setSummary] = useState("");
  const w = words();

  useEffect(() => {
    attempt.current = new Attempt(fieldOf(canvas.current!));
    wipe(context(canvas.current!));
    setInked(false);
    setTouched(false);
    setSummary("");
  }, [round]);

  useEffect(() => {
    const element = canvas.current!;
    const redraw = () => attempt.current && redrawn(element, attempt.current.recorder);
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    const names = ["pointerdown", "pointermove", "pointerup", "pointercancel"] as const;
    const take = (event: PointerEvent) => {
      if (disabled) return;
      taken(element, attempt.current, event, stroke);
      if (event.type === "pointerdown") setTouched(true);
    };
    const stroke = () => {
      setInked(true);
      setSummary(summaryOf(attempt.current!.recorder));
      onChange(attempt.current!);
    };
    for (const name of names) element.addEventListener(name, take);
    return () => {
      observer.disconnect();
      for (const name of names) element.removeEventListener(name, take);
    };
  }, [disabled, onChange]);

  const clear = () => {
    attempt.current?.clear(fieldOf(canvas.current!));
    wipe(context(canvas.current!));
    setInked(false);
    setTouched(false);
    setSummary("");
    if (attempt.current) onChange(attempt.current);
  };
  return (
    <div class="pad">
      <canvas ref={canvas} role="img" aria-label={w.pad.label} class={disabled ? "off" : ""} />
      {!inked && !touched && (
        <span class="pad-hint" aria-hidden="true">
          {w.pad.hint}
        </span>
      )}
      <div class="row spread pad-foot">
        <span class="hint" role="status">
          {summary}
        </span>
        <button type="button" class="quiet" onClick={clear} disabled={!inked || disabled}>
          {w.clear}
        </button>
      </div>
    </div>
  );
}

function taken(element: HTMLCanvasElement, attempt: Attempt | null, event: PointerEvent, stroke: () => void): void {
  if (!attempt) return;
  const { recorder } = attempt;
  recorder.field = fieldOf(element);
  const before = recorder.reports.length;
  if (!recorder.take(event)) return;
  event.preventDefault();
  if (event.type === "pointerdown") element.setPointerCapture(event.pointerId);
  const c = context(element);
  for (let i = before; i < recorder.reports.length; i++) draw(c, point(recorder, i - 1), point(recorder, i)!);
  if (event.type === "pointerup" && recorder.hasInk) stroke();
}

function point(recorder: Recorder, i: number): Point | undefined {
  const r = recorder.reports[i];
  const force = recorder.pointerType === "pen" ? (r?.pressure ?? 0) : null;
  return r && { x: r.x, y: r.y, force, down: (r.pen & Pen.CONTACT) !== 0 };
}

/** After the field changed its size, in which everything on a canvas is lost. */
function redrawn(element: HTMLCanvasElement, recorder: Recorder): void {
  const c = context(element);
  wipe(c);
  recorder.reports.forEach((_, i) => draw(c, point(recorder, i - 1), point(recorder, i)!));
}

function summaryOf(recorder: Recorder): string {
  const w = words().pad;
  const reports = recorder.trimmed();
  const seconds = ((reports.at(-1)?.timeMs ?? 0) - (reports[0]?.timeMs ?? 0)) / 1000;
  const parts = [w.pointer[recorder.pointerType] ?? "", w.reports(reports.length, seconds.toFixed(1))];
  return (recorder.isFull ? [w.full] : parts).join(" · ");
}

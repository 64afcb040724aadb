// Pointer events to samples. Takes coalesced events as they are and never asks for predicted ones; nothing is smoothed.
// One pointer at a time; once a pen has been seen, fingers and palms are ignored.

import { Pen, type Sample, SAMPLES_MAX, type Tilt } from "../canonical/packet";

/** How fine positions are recorded: a CSS pixel has so many units. Pens report fractions of a pixel. */
export const UNITS_PER_PX = 64;
/** Hover before the first contact and after the last one that belongs to the writing. */
const LEAD_MS = 300;
const TAIL_MS = 300;

/** One report, as the browser gave it. */
export interface Report {
  timeMs: number;
  x: number;
  y: number;
  pressure: number;
  pen: number;
  tilt: Tilt | null;
}

/** Where the writing field lies in the window, in CSS pixels. */
export interface Field {
  left: number;
  top: number;
  width: number;
  height: number;
}

export class Recorder {
  readonly reports: Report[] = [];
  /** Of the pointer that writes: "pen", "touch", "mouse"; empty before the first contact. */
  pointerType = "";
  /** Whether any event did not come from the user agent itself. */
  untrusted = false;
  private pointer: number | null = null;
  private penSeen = false;

  /** The caller measures `field` again before each event: the page may scroll. */
  constructor(public field: Field) {}

  get isFull(): boolean {
    return this.reports.length >= SAMPLES_MAX;
  }
  get hasInk(): boolean {
    return this.reports.some((r) => r.pen & Pen.CONTACT);
  }

  /** Takes an event; true if it belongs to the writing. */
  take(event: PointerEvent): boolean {
    this.penSeen ||= event.pointerType === "pen";
    if (this.penSeen && event.pointerType !== "pen") return false;
    if (event.type === "pointerdown" && this.pointer === null && event.button === 0) this.begin(event);
    const ours = this.pointer === null ? event.pointerType !== "touch" : event.pointerId === this.pointer;
    if (!ours) return false;
    const parts = event.getCoalescedEvents?.() ?? [];
    (parts.length > 0 ? parts : [event]).forEach((part, i) => this.report(part, event, i > 0));
    if (event.type === "pointerup" || event.type === "pointercancel") this.pointer = null;
    return true;
  }

  private begin(event: PointerEvent): void {
    this.pointer = event.pointerId;
    this.pointerType = event.pointerType;
  }

  private report(part: PointerEvent, event: PointerEvent, coalesced: boolean): void {
    if (this.isFull) return;
    this.untrusted ||= !event.isTrusted;
    const contact = this.pointer !== null && (event.buttons & 33) !== 0;
    this.reports.push({
      timeMs: part.timeStamp,
      x: part.clientX - this.field.left,
      y: part.clientY - this.field.top,
      pressure: contact ? part.pressure : 0,
      pen: this.state(event, contact, coalesced),
      tilt: event.pointerType === "pen" ? tiltOf(part) : null,
    });
  }

  private state(event: PointerEvent, contact: boolean, coalesced: boolean): number {
    // A finger is not sensed above the surface: its lifting is neither contact nor hover.
    const above = event.pointerType === "touch" ? 0 : Pen.HOVER;
    return (
      (contact ? Pen.CONTACT : above) |
      (event.buttons & 32 ? Pen.ERASER : 0) |
      (event.buttons & 2 ? Pen.BARREL : 0) |
      (event.buttons & 4 ? Pen.BARREL2 : 0) |
      (coalesced ? Pen.COALESCED : 0) |
      (event.isTrusted ? 0 : Pen.UNTRUSTED)
    );
  }

  /** The reports of the writing itself: what hovered long before and long after is not part of it. */
  trimmed(): Report[] {
    const inked = this.reports.filter((r) => r.pen & Pen.CONTACT);
    const [first, last] = [inked[0], inked.at(-1)];
    if (!first || !last) return [];
    return this.reports.filter((r) => r.timeMs >= first.timeMs - LEAD_MS && r.timeMs <= last.timeMs + TAIL_MS);
  }
}

/** Angles above the surface and clockwise from away-from-the-writer, in tenths of a degree. */
function tiltOf(e: PointerEvent): Tilt | null {
  const angles = anglesOf(e);
  if (!angles) return null;
  const tenths = (radians: number) => Math.round((radians * 1800) / Math.PI);
  const altitudeDdeg = Math.min(900, Math.max(0, tenths(angles.altitude)));
  const azimuthDdeg = (((tenths(angles.azimuth) + 900) % 3600) + 3600) % 3600;
  return { azimuthDdeg, altitudeDdeg };
}

/** Older browsers report the pen's direction as two tilts only. */
function anglesOf(e: PointerEvent): { altitude: number; azimuth: number } | null {
  if (typeof e.altitudeAngle === "number") return { altitude: e.altitudeAngle, azimuth: e.azimuthAngle };
  if (typeof e.tiltX !== "number") return null;
  const slope = (degrees: number) => Math.tan((degrees * Math.PI) / 180);
  const [x, y] = [slope(e.tiltX), slope(e.tiltY)];
  return { altitude: Math.atan2(1, Math.hypot(x, y)), azimuth: Math.atan2(y, x) };
}

/** Reports as the packet carries them: units, y upward, microseconds since the first. */
export function samplesOf(reports: readonly Report[], height: number, levels: number, tilted: boolean): Sample[] {
  const start = reports[0]?.timeMs ?? 0;
  return reports.map((r) => ({
    tUs: Math.max(0, Math.round((r.timeMs - start) * 1000)),
    x: Math.round(r.x * UNITS_PER_PX),
    y: Math.round((height - r.y) * UNITS_PER_PX),
    pressure: levels === 0 ? 0 : Math.round(r.pressure * (levels - 1)),
    pen: r.pen,
    tilt: tilted ? r.tilt : null,
  }));
}

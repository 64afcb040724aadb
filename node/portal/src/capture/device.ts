// What can honestly be said of the digitiser behind a browser. Claims are kept low: what the browser does not tell is
// "unknown", and an automated browser is always declared synthetic.

import { type Device, DigitiserKind, Instrument, Pen } from "../canonical/packet";
import type { Field, Recorder, Report } from "./recorder";
import { UNITS_PER_PX } from "./recorder";

/** A CSS pixel is 1/96 inch by definition; on real screens it is off by up to a fifth. */
const NM_PER_PX = 25_400_000 / 96;
const SCALE_UNCERTAINTY_PERMILLE = 200;
/** Grids on which digitisers report pressure. */
const LEVELS = [256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
/** Claimed when values lie on no known grid: below what the best grade asks for, as more cannot be shown. */
const LEVELS_UNSHOWN = 1000;

const CLOCK_STEPS_US = [1000, 100, 20, 5];

export function micrometres(px: number): number {
  return Math.round((px * NM_PER_PX) / 1000);
}

/** The number of pressure levels that the values show; 0 if pressure does not vary. */
export function pressureLevels(reports: readonly Report[]): number {
  const values = reports.filter((r) => r.pen & Pen.CONTACT).map((r) => r.pressure);
  if (new Set(values).size < 4) return 0;
  const onGrid = (n: number) => values.every((v) => Math.abs(v * n - Math.round(v * n)) < 0.01);
  return LEVELS.find((n) => onGrid(n - 1)) ?? LEVELS.find(onGrid) ?? LEVELS_UNSHOWN;
}

/** Whether the pen's direction is sensed, rather than always upright. */
export function tilted(reports: readonly Report[]): boolean {
  return reports.some((r) => r.tilt !== null && r.tilt.altitudeDdeg < 900);
}

export function deviceOf(recorder: Recorder, reports: readonly Report[]): Device {
  const { width, height } = recorder.field;
  return {
    maker: "",
    model: "",
    serial: "",
    system: systemName(),
    app: appName(),
    kind: kindOf(recorder),
    nmPerUnit: Math.round(NM_PER_PX / UNITS_PER_PX),
    scaleUncertaintyPermille: SCALE_UNCERTAINTY_PERMILLE,
    areaWidth: Math.round(width * UNITS_PER_PX),
    areaHeight: Math.round(height * UNITS_PER_PX),
    orientation: [0, 90, 180, 270].indexOf(screen.orientation?.angle ?? -1) + 1,
    pressureLevels: pressureLevels(reports),
    rateMhz: 0,
    timeQuantumUs: quantum(reports),
    hover: reports.some((r) => r.pen & Pen.HOVER),
    tilt: tilted(reports),
  };
}

/** The coarsest of the steps to which browsers round their clocks that all times lie on; 0 if none. */
function quantum(reports: readonly Report[]): number {
  const start = reports[0]?.timeMs ?? 0;
  const times = reports.map((r) => Math.round((r.timeMs - start) * 1000));
  return CLOCK_STEPS_US.find((q) => times.every((t) => t % q === 0)) ?? 0;
}

function kindOf(recorder: Recorder): number {
  if (recorder.untrusted || navigator.webdriver) return DigitiserKind.Synthetic;
  if (recorder.pointerType === "pen") return DigitiserKind.ActivePen;
  return recorder.pointerType === "touch" ? DigitiserKind.Finger : DigitiserKind.Mouse;
}

export function instrumentOf(pointerType: string): number {
  if (pointerType === "pen") return Instrument.Stylus;
  return pointerType === "touch" ? Instrument.Finger : Instrument.Mouse;
}

interface AgentData {
  platform: string;
  brands: { brand: string; version: string }[];
}

function agentData(): AgentData | undefined {
  return (navigator as { userAgentData?: AgentData }).userAgentData;
}

function systemName(): string {
  return printable(agentData()?.platform || navigator.platform);
}

function appName(): string {
  const brand = agentData()?.brands.find((b) => !/not.*brand/i.test(b.brand));
  return printable(`${brand ? `${brand.brand} ${brand.version}` : navigator.userAgent.split(" ").at(-1)}; portal`);
}

/** At most 64 bytes without control characters, as the packet demands. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "").slice(0, 64).trim();
}

/** Kept here because the field is measured when the first pointer comes near. */
export function fieldOf(element: Element): Field {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

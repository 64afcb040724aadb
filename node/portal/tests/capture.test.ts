// From pointer events to samples: what is kept, what is claimed of the device, and what is measured in the result.

import { describe, expect, it } from "vitest";
import { Pen, type StrokePacket } from "../src/canonical/packet";
import { pressureLevels } from "../src/capture/device";
import { measure, speeds, strokes } from "../src/capture/kinematics";
import { Recorder, type Report, samplesOf } from "../src/capture/recorder";

const FIELD = { left: 100, top: 50, width: 600, height: 200 };

interface Made {
  type: string;
  t: number;
  x: number;
  y: number;
  buttons?: number;
  pressure?: number;
  pointerType?: string;
  trusted?: boolean;
  parts?: Made[];
  id?: number;
}

function event(made: Made): PointerEvent {
  const { type, t, x, y, buttons = 1, pressure = 0.5, pointerType = "pen", trusted = true, parts = [], id = 1 } = made;
  const common = { type, timeStamp: t, clientX: x, clientY: y, buttons, pressure, pointerType, isTrusted: trusted, pointerId: id, button: 0 };
  const angles = { altitudeAngle: Math.PI / 4, azimuthAngle: 0 };
  return { ...common, ...angles, getCoalescedEvents: () => parts.map(event) } as unknown as PointerEvent;
}

function recorded(...made: Made[]): Recorder {
  const recorder = new Recorder(FIELD);
  for (const one of made) recorder.take(event(one));
  return recorder;
}

describe("recorder", () => {
  it("keeps coalesced reports, each at its own time, and marks those that shared an event", () => {
    const down = { type: "pointerdown", t: 1000, x: 110, y: 60 };
    const parts = [2, 4, 6].map((d) => ({ type: "pointermove", t: 1000 + d, x: 110 + d, y: 60 }));
    const { reports } = recorded(down, { type: "pointermove", t: 1006, x: 116, y: 60, parts });
    expect(reports.map((r) => r.timeMs)).toEqual([1000, 1002, 1004, 1006]);
    expect(reports.map((r) => (r.pen & Pen.COALESCED) !== 0)).toEqual([false, false, true, true]);
    expect(reports.map((r) => r.x)).toEqual([10, 12, 14, 16]);
  });
  it("says hover above the surface, and nothing of a lifted finger", () => {
    const pen = recorded(
      { type: "pointermove", t: 0, x: 110, y: 60, buttons: 0 },
      { type: "pointerdown", t: 10, x: 110, y: 60 },
      { type: "pointerup", t: 20, x: 110, y: 60, buttons: 0 },
    );
    expect(pen.reports.map((r) => r.pen)).toEqual([Pen.HOVER, Pen.CONTACT, Pen.HOVER]);
    const touch = { pointerType: "touch" };
    const finger = recorded({ type: "pointerdown", t: 10, x: 1, y: 1, ...touch }, { type: "pointerup", t: 20, x: 1, y: 1, buttons: 0, ...touch });
    expect(finger.reports.map((r) => r.pen)).toEqual([Pen.CONTACT, 0]);
  });
  it("ignores palms once a pen was seen, and a second finger always", () => {
    const recorder = recorded(
      { type: "pointerdown", t: 0, x: 110, y: 60 },
      { type: "pointerdown", t: 1, x: 300, y: 200, pointerType: "touch", id: 2 },
    );
    expect(recorder.reports).toHaveLength(1);
    const touch = { pointerType: "touch" };
    const fingers = recorded({ type: "pointerdown", t: 0, x: 1, y: 1, ...touch }, { type: "pointerdown", t: 1, x: 9, y: 9, ...touch, id: 2 });
    expect(fingers.reports).toHaveLength(1);
  });
  it("marks what software sent", () => {
    const recorder = recorded({ type: "pointerdown", t: 0, x: 110, y: 60, trusted: false });
    expect(recorder.untrusted).toBe(true);
    expect(recorder.reports[0]!.pen & Pen.UNTRUSTED).toBe(Pen.UNTRUSTED);
  });
  it("takes no more than a packet holds", () => {
    const recorder = recorded({ type: "pointerdown", t: 0, x: 1, y: 1 });
    for (let i = 1; i < 9000; i++) recorder.take(event({ type: "pointermove", t: i, x: 1, y: 1 }));
    expect(recorder.reports).toHaveLength(8192);
  });
  it("leaves out what hovered long before and after", () => {
    const recorder = recorded(
      { type: "pointermove", t: 0, x: 1, y: 1, buttons: 0 },
      { type: "pointermove", t: 4900, x: 1, y: 1, buttons: 0 },
      { type: "pointerdown", t: 5000, x: 1, y: 1 },
      { type: "pointerup", t: 5100, x: 1, y: 1, buttons: 0 },
      { type: "pointermove", t: 9000, x: 1, y: 1, buttons: 0 },
    );
    expect(recorder.trimmed().map((r) => r.timeMs)).toEqual([4900, 5000, 5100]);
  });
  it("turns y upward, counts time from the first report, and azimuth clockwise from away", () => {
    const { reports } = recorded({ type: "pointerdown", t: 500.1, x: 101, y: 51 }, { type: "pointermove", t: 510.1, x: 102, y: 51 });
    const samples = samplesOf(reports, FIELD.height, 1024, true);
    expect(samples[0]).toEqual({ tUs: 0, x: 64, y: 199 * 64, pressure: 512, pen: Pen.CONTACT, tilt: { azimuthDdeg: 900, altitudeDdeg: 450 } });
    expect(samples[1]).toMatchObject({ tUs: 10_000, x: 128 });
  });
});

describe("tilt", () => {
  it("is the same from angles and from the two tilts of older browsers", () => {
    const made = event({ type: "pointerdown", t: 0, x: 101, y: 51 });
    const older = { ...made, altitudeAngle: undefined, azimuthAngle: undefined, tiltX: 45, tiltY: 0, getCoalescedEvents: () => [] };
    const [one, other] = [new Recorder(FIELD), new Recorder(FIELD)];
    one.take(made);
    other.take(older as unknown as PointerEvent);
    expect(other.reports[0]!.tilt).toEqual(one.reports[0]!.tilt);
  });
});

describe("device", () => {
  const reports = (values: number[]): Report[] => values.map((pressure, i) => ({ timeMs: i, x: 0, y: 0, pressure, pen: Pen.CONTACT, tilt: null }));
  it("claims as many pressure levels as the values show", () => {
    expect(pressureLevels(reports([0.5, 0.5, 0.5, 0.5]))).toBe(0);
    expect(pressureLevels(reports([1, 77, 200, 254, 255].map((v) => v / 255)))).toBe(256);
    expect(pressureLevels(reports([1, 77, 2000, 4095].map((v) => v / 4095)))).toBe(4096);
    expect(pressureLevels(reports([0.1234567, 0.2345678, 0.3456789, 0.456789]))).toBe(1000);
  });
});

describe("kinematics", () => {
  const step = (i: number, pen: number) => ({ tUs: i * 10_000, x: i * 100, y: 0, pressure: 0, pen, tilt: null });
  const samples = [0, 1, 2, 3].map((i) => step(i, Pen.CONTACT)).concat(step(4, Pen.HOVER), step(5, Pen.CONTACT), step(6, Pen.CONTACT));
  const packet = { device: { nmPerUnit: 10_000, pressureLevels: 0 }, samples } as unknown as StrokePacket;
  it("finds strokes, lengths and speeds, and none where the pen was up", () => {
    expect(strokes(samples)).toEqual([[0, 1, 2, 3], [5, 6]]);
    expect(speeds(packet).map((v) => v && Math.round(v))).toEqual([100, 100, 100, 100, null, 100, 100]);
    const m = measure(packet);
    expect([m.strokes, Math.round(m.lengthMm * 10), m.durationMs, m.upMs, Math.round(m.rateHz)]).toEqual([2, 40, 60, 20, 100]);
  });
});

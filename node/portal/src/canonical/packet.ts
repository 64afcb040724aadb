// The stroke packet: what a pen did, bound to what was signed. Bytes as models/src/packet.rs documents them; the samples
// are raw, so nothing here smooths, resamples or derives.

import { sm3 } from "../crypto/sm3";
import { Column, SLOPE, STEADY_SLOPE, STEADY_STEP, STEP } from "./column";
import { Decoder, Malformed } from "./decoder";
import { Encoder } from "./encoder";

export const SAMPLES_MAX = 8192;
export const PACKET_BYTES_MAX = 128 * 1024;
const DISCARDED_MAX = 16;

export interface Nonce {
  height: bigint;
  block: Uint8Array;
}

export interface Binding {
  signer: string;
  document: Uint8Array;
  nonce: Nonce;
  intent: string;
}

/** Codes as in models/src/packet/device.rs. */
export const DigitiserKind = { Unknown: 0, EmrPen: 1, ActivePen: 2, Finger: 3, Mouse: 4, Synthetic: 5 } as const;

export interface Device {
  maker: string;
  model: string;
  serial: string;
  system: string;
  app: string;
  kind: number;
  nmPerUnit: number;
  scaleUncertaintyPermille: number;
  areaWidth: number;
  areaHeight: number;
  orientation: number;
  pressureLevels: number;
  rateMhz: number;
  timeQuantumUs: number;
  hover: boolean;
  tilt: boolean;
}

/** Codes as in models/src/packet/session.rs. */
export const Instrument = { Unknown: 0, Stylus: 1, PassivePen: 2, Finger: 3, Mouse: 4 } as const;

export interface Place {
  latitudeCdeg: number;
  longitudeCdeg: number;
}

export interface Session {
  deviceTime: bigint;
  canvasWidthUm: number;
  canvasHeightUm: number;
  guideLine: boolean;
  shown: Uint8Array | null;
  attempts: number;
  discarded: Uint8Array[];
  prompt: string;
  promptToPenMs: number;
  totalMs: number;
  posture: number;
  instrument: number;
  place: Place | null;
}

/** Bits as in models/src/packet/sample.rs. */
export const Pen = { CONTACT: 1, HOVER: 2, ERASER: 4, BARREL: 8, BARREL2: 16, COALESCED: 32, UNTRUSTED: 64 } as const;

export interface Tilt {
  azimuthDdeg: number;
  altitudeDdeg: number;
}

/** One report: microseconds since the first, device units to the right and upward, raw pressure. */
export interface Sample {
  tUs: number;
  x: number;
  y: number;
  pressure: number;
  pen: number;
  tilt: Tilt | null;
}

export interface Attestation {
  key: Uint8Array;
  signature: Uint8Array;
}

export interface StrokePacket {
  binding: Binding;
  device: Device;
  session: Session;
  samples: Sample[];
  attestation: Attestation | null;
}

const I32_MIN = -(2 ** 31);
const I32_MAX = 2 ** 31 - 1;
const T = new Column("samples.t_us", STEADY_SLOPE, 0, 2 ** 32 - 1);
const X = new Column("samples.x", SLOPE, I32_MIN, I32_MAX);
const Y = new Column("samples.y", SLOPE, I32_MIN, I32_MAX);
const PRESSURE = new Column("samples.pressure", STEP, 0, 65535);
const PEN = new Column("samples.pen", STEADY_STEP, 0, 127);
const TILTED = new Column("samples.tilt", STEADY_STEP, 0, 1);
const AZIMUTH = new Column("samples.tilt.azimuth_ddeg", STEADY_STEP, 0, 3599);
const ALTITUDE = new Column("samples.tilt.altitude_ddeg", STEADY_STEP, 0, 900);

function encodeSamples(samples: readonly Sample[], e: Encoder): Encoder {
  const tilts = samples.flatMap((s) => (s.tilt ? [s.tilt] : []));
  e.u32(samples.length);
  T.encode(samples.map((s) => s.tUs), e);
  X.encode(samples.map((s) => s.x), e);
  Y.encode(samples.map((s) => s.y), e);
  PRESSURE.encode(samples.map((s) => s.pressure), e);
  PEN.encode(samples.map((s) => s.pen), e);
  TILTED.encode(samples.map((s) => (s.tilt ? 1 : 0)), e);
  AZIMUTH.encode(tilts.map((t) => t.azimuthDdeg), e);
  ALTITUDE.encode(tilts.map((t) => t.altitudeDdeg), e);
  return e;
}

function decodeSamples(d: Decoder): Sample[] {
  const n = d.count(SAMPLES_MAX, "samples");
  const [t, x, y] = [T.decode(n, d), X.decode(n, d), Y.decode(n, d)];
  if (n > 0 && t[0] !== 0) throw new Malformed("samples.t_us", "the first sample must have time 0");
  const [pressure, pen, tilted] = [PRESSURE.decode(n, d), PEN.decode(n, d), TILTED.decode(n, d)];
  const tilts = tilted.filter((v) => v === 1).length;
  const [azimuth, altitude] = [AZIMUTH.decode(tilts, d), ALTITUDE.decode(tilts, d)];
  let next = 0;
  return t.map((tUs, i) => {
    const k = tilted[i] === 1 ? next++ : -1;
    const tilt = k < 0 ? null : { azimuthDdeg: azimuth[k]!, altitudeDdeg: altitude[k]! };
    return { tUs, x: x[i]!, y: y[i]!, pressure: pressure[i]!, pen: pen[i]!, tilt };
  });
}

function encodeBinding(b: Binding, e: Encoder): void {
  e.text(b.signer).raw(b.document).u64(b.nonce.height).raw(b.nonce.block).text(b.intent);
}

function encodeDevice(d: Device, e: Encoder): void {
  e.text(d.maker).text(d.model).text(d.serial).text(d.system).text(d.app).u8(d.kind);
  e.u32(d.nmPerUnit).u16(d.scaleUncertaintyPermille).u32(d.areaWidth).u32(d.areaHeight).u8(d.orientation);
  e.u32(d.pressureLevels).u32(d.rateMhz).u32(d.timeQuantumUs).bool(d.hover).bool(d.tilt);
}

function encodeSession(s: Session, e: Encoder): void {
  e.u64(s.deviceTime).u32(s.canvasWidthUm).u32(s.canvasHeightUm).bool(s.guideLine);
  e.option(s.shown, (v) => e.raw(v)).u16(s.attempts).list(s.discarded, (v) => e.raw(v));
  e.text(s.prompt).u32(s.promptToPenMs).u32(s.totalMs).u8(s.posture).u8(s.instrument);
  e.option(s.place, (p) => e.i32(p.latitudeCdeg).i32(p.longitudeCdeg));
}

function encodeUnsigned(p: StrokePacket, e: Encoder): Encoder {
  encodeBinding(p.binding, e);
  encodeDevice(p.device, e);
  encodeSession(p.session, e);
  return encodeSamples(p.samples, e);
}

/** The canonical bytes. */
export function encodePacket(p: StrokePacket): Uint8Array {
  const e = encodeUnsigned(p, Encoder.tagged("chirograph/packet"));
  return e.option(p.attestation, (a) => e.raw(a.key).raw(a.signature)).finish();
}

/** What an attestation signs. */
export function attestedBytes(p: StrokePacket): Uint8Array {
  return encodeUnsigned(p, Encoder.tagged("chirograph/packet-attestation")).finish();
}

/** Equal for one piece of writing whatever document it is attached to. */
export function samplesDigest(samples: readonly Sample[]): Uint8Array {
  return sm3(encodeSamples(samples, Encoder.tagged("chirograph/packet-samples")).finish());
}

/** What the ledger carries in place of the packet. */
export function commitment(packet: Uint8Array, salt: Uint8Array): Uint8Array {
  return sm3(Encoder.tagged("chirograph/packet-commitment").raw(salt).raw(packet).finish());
}

/** Reads canonical bytes; throws `Malformed`. */
export function decodePacket(bytes: Uint8Array): StrokePacket {
  if (bytes.length > PACKET_BYTES_MAX) throw new Malformed("packet", "is too long");
  const d = new Decoder(bytes).tag("chirograph/packet");
  const packet = {
    binding: decodeBinding(d),
    device: decodeDevice(d),
    session: decodeSession(d),
    samples: decodeSamples(d),
    attestation: d.option("attestation", () => ({ key: d.raw(65, "attestation.key"), signature: d.raw(64, "attestation.signature") })),
  };
  d.finish();
  return packet;
}

function decodeBinding(d: Decoder): Binding {
  const signer = d.text(64, "binding.signer");
  const document = d.digest("binding.document");
  const nonce = { height: d.u64("binding.nonce.height"), block: d.digest("binding.nonce.block") };
  return { signer, document, nonce, intent: d.text(256, "binding.intent") };
}

function decodeDevice(d: Decoder): Device {
  const text = (field: string) => d.text(64, `device.${field}`);
  return {
    maker: text("maker"),
    model: text("model"),
    serial: text("serial"),
    system: text("system"),
    app: text("app"),
    kind: d.u8("device.kind"),
    nmPerUnit: d.u32("device.nm_per_unit"),
    scaleUncertaintyPermille: d.u16("device.scale_uncertainty_permille"),
    areaWidth: d.u32("device.area_width"),
    areaHeight: d.u32("device.area_height"),
    orientation: d.u8("device.orientation"),
    pressureLevels: d.u32("device.pressure_levels"),
    rateMhz: d.u32("device.rate_mhz"),
    timeQuantumUs: d.u32("device.time_quantum_us"),
    hover: d.bool("device.hover"),
    tilt: d.bool("device.tilt"),
  };
}

function decodeSession(d: Decoder): Session {
  return {
    deviceTime: d.u64("session.device_time"),
    canvasWidthUm: d.u32("session.canvas_width_um"),
    canvasHeightUm: d.u32("session.canvas_height_um"),
    guideLine: d.bool("session.guide_line"),
    shown: d.option("session.shown", () => d.digest("session.shown")),
    attempts: d.u16("session.attempts"),
    discarded: d.list(DISCARDED_MAX, "session.discarded", () => d.digest("session.discarded")),
    prompt: d.text(64, "session.prompt"),
    promptToPenMs: d.u32("session.prompt_to_pen_ms"),
    totalMs: d.u32("session.total_ms"),
    posture: d.u8("session.posture"),
    instrument: d.u8("session.instrument"),
    place: d.option("session.place", () => ({ latitudeCdeg: d.i32("session.place"), longitudeCdeg: d.i32("session.place") })),
  };
}

// Stroke packets (SPEC 4.7): read completely, because a packet has one encoding only, and digested as the ledger does.
// Nothing here judges the writing.
import { bigEndian, concat } from "./bytes.ts";
import { sm3 } from "./hash.ts";
import { demand, tagBytes, type Reader } from "./reader.ts";

/** One moment of the pen. Time is in microseconds, x and y in the device's unit. */
export interface Samples {
  readonly t: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly pressure: readonly number[];
  readonly pen: readonly number[];
  readonly tilted: readonly number[];
  readonly azimuth: readonly number[];
  readonly altitude: readonly number[];
}

export interface Packet {
  readonly signer: string;
  readonly document: Uint8Array;
  readonly nonceHeight: bigint;
  readonly nonceBlock: Uint8Array;
  readonly intent: string;
  readonly device: Device;
  readonly samples: Samples;
  /** SM3 of the samples as they are written. */
  readonly samplesDigest: Uint8Array;
  readonly attestation: { readonly key: Uint8Array; readonly signature: Uint8Array } | null;
  /** What the attestation's signature is over. */
  readonly attested: Uint8Array;
}

/** What recorded the writing. */
export interface Device {
  readonly maker: string;
  readonly model: string;
  readonly serial: string;
  readonly system: string;
  readonly app: string;
  readonly nmPerUnit: number;
  readonly rateMhz: number;
}

const MOST_BYTES = 131072;
const MOST_SAMPLES = 8192;

/** A packet as a file. */
export function readPacket(reader: Reader): Packet {
  demand(reader.bytes.length <= MOST_BYTES, "a packet that is too large");
  reader.tag("packet");
  const start = reader.at;
  const [signer, document, nonceHeight, nonceBlock, intent] = [reader.name(), reader.digest(), reader.u64(), reader.digest(), reader.text(256)];
  const device = readDevice(reader);
  readSession(reader);
  const beforeSamples = reader.at;
  const samples = readSamples(reader);
  const samplesDigest = sm3(tagBytes("packet-samples"), reader.since(beforeSamples));
  const attested = concat(tagBytes("packet-attestation"), reader.since(start));
  const attestation = reader.option((r) => ({ key: r.key(), signature: r.signature() }));
  return { signer, document, nonceHeight, nonceBlock, intent, device, samples, samplesDigest, attestation, attested };
}

function readDevice(reader: Reader): Device {
  const text = (): string => reader.text(64);
  const [maker, model, serial, system, app] = [text(), text(), text(), text(), text()];
  reader.choice(0, 5); // kind
  const nmPerUnit = reader.u32();
  reader.u16(); // scale_uncertainty_permille
  reader.u32(); // area_width
  reader.u32(); // area_height
  reader.choice(0, 4); // orientation
  reader.u32(); // pressure_levels
  const rateMhz = reader.u32();
  reader.u32(); // time_quantum_us
  reader.bool(); // hover
  reader.bool(); // tilt
  return { maker, model, serial, system, app, nmPerUnit, rateMhz };
}

function readSession(reader: Reader): void {
  reader.u64(); // device_time
  reader.u32(); // canvas_width_um
  reader.u32(); // canvas_height_um
  reader.bool(); // guide_line
  reader.option((r) => r.digest()); // shown
  reader.u16(); // attempts
  reader.list(16, (r) => r.digest()); // discarded
  reader.text(64); // prompt
  reader.u32(); // prompt_to_pen_ms
  reader.u32(); // total_ms
  reader.choice(0, 4); // posture
  reader.choice(0, 4); // instrument
  reader.option(readPlace);
}

function readPlace(reader: Reader): void {
  const [latitude, longitude] = [reader.i32(), reader.i32()];
  demand(Math.abs(latitude) <= 9000 && Math.abs(longitude) <= 18000, "a place that is not on earth");
}

/** How a column is written, and what its values may be. */
interface Column {
  readonly slope: boolean;
  readonly steady: boolean;
  readonly least: number;
  readonly most: number;
}

const TIME: Column = { slope: true, steady: true, least: 0, most: 0xffffffff };
const PLACE: Column = { slope: true, steady: false, least: -0x80000000, most: 0x7fffffff };

function steps(most: number, steady: boolean): Column {
  return { slope: false, steady, least: 0, most };
}

function readSamples(reader: Reader): Samples {
  const count = reader.u32();
  demand(count <= MOST_SAMPLES, "too many samples");
  const t = readColumn(reader, count, TIME);
  demand(count === 0 || t[0] === 0, "time that does not start at 0");
  const [x, y] = [readColumn(reader, count, PLACE), readColumn(reader, count, PLACE)];
  const pressure = readColumn(reader, count, steps(65535, false));
  const pen = readColumn(reader, count, steps(127, true));
  const tilted = readColumn(reader, count, steps(1, true));
  const some = tilted.reduce((sum, value) => sum + value, 0);
  const [azimuth, altitude] = [readColumn(reader, some, steps(3599, true)), readColumn(reader, some, steps(900, true))];
  return { t, x, y, pressure, pen, tilted, azimuth, altitude };
}

/** The values of one column, from the differences that are written. */
function readColumn(reader: Reader, count: number, column: Column): number[] {
  const values: number[] = [];
  let [value, step] = [0, 0];
  for (const difference of differences(reader, count, column.steady)) {
    const slope = column.slope && values.length >= 2 ? step : 0;
    step = difference + slope;
    value += step;
    demand(value >= column.least && value <= column.most, "a sample out of range");
    values.push(value);
  }
  return values;
}

/** The differences of a column; in a steady one a zero brings the number of further zeros with it. */
function* differences(reader: Reader, count: number, steady: boolean): Generator<number> {
  let afterRun = false;
  for (let left = count; left > 0; left--) {
    const difference = unfold(readVariable(reader));
    yield difference;
    if (!steady || difference !== 0) {
      afterRun = false;
      continue;
    }
    demand(!afterRun, "two runs of zeros where one would do");
    const further = readVariable(reader);
    demand(further <= left - 1, "more zeros than values");
    for (let i = 0; i < further; i++) yield 0;
    left -= further;
    afterRun = true;
  }
}

/** A number in base 128. Above 2^53 its last digits are lost, which matters to nothing: every range ends far below. */
function readVariable(reader: Reader): number {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = reader.u8();
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) {
      demand(byte !== 0 || i === 0, "a number with idle digits");
      return value;
    }
  }
  demand(false, "a number that does not end");
}

function unfold(folded: number): number {
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

/** What the ledger carries in a packet's place. */
export function commitment(salt: Uint8Array, packet: Uint8Array): Uint8Array {
  return sm3(tagBytes("packet-commitment"), salt, packet);
}

/** By what a packet is known again, without giving it away. */
export function fingerprint(chain: Uint8Array, packet: Packet): Uint8Array {
  return sm3(tagBytes("fingerprint"), chain, packet.samplesDigest);
}

/** The digest of a signer's references. */
export function template(chain: Uint8Array, commitments: readonly Uint8Array[]): Uint8Array {
  return sm3(tagBytes("template"), chain, bigEndian(commitments.length, 4), ...commitments);
}

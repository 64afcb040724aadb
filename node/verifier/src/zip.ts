// The zip of a package (SPEC section 5). There is one way to write it, and the reader takes nothing else: it writes the
// archive again and compares all bytes. So no gap can hold a second content, and nothing is ever inflated.
import { bigEndian, compare, concat, equal, fromUtf8, utf8 } from "./bytes.ts";

/** One file, by its path below the folder. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** What a package holds. */
export interface Archive {
  readonly folder: string;
  readonly files: Files;
}

/** A package is no longer. */
export const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ENTRIES = 1000;
const LONGEST_NAME = 200;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const SEGMENTS = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)+$/;

interface Entry {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ (CRC_TABLE[(value ^ byte) & 0xff] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}

/** Little-endian, as zip has it. */
function little(value: number, count: number): Uint8Array {
  return bigEndian(value, count).reverse();
}

/** What local and central header share: version, flags, method, time, date, checksum, sizes, lengths. */
function common({ name, data }: Entry): Uint8Array {
  const fixed = Uint8Array.of(20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0);
  return concat(fixed, little(crc32(data), 4), little(data.length, 4), little(data.length, 4), little(name.length, 2), little(0, 2));
}

/** The archive as the rule writes it. */
function write(entries: readonly Entry[]): Uint8Array {
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const shared = common(entry);
    locals.push(Uint8Array.of(0x50, 0x4b, 3, 4), shared, entry.name, entry.data);
    const rest = concat(little(0, 6), little(0x81a40000, 4), little(offset, 4));
    centrals.push(Uint8Array.of(0x50, 0x4b, 1, 2, 0x14, 3), shared, rest, entry.name);
    offset += LOCAL_BYTES + entry.name.length + entry.data.length;
  }
  const central = concat(...centrals);
  const counts = concat(little(entries.length, 2), little(entries.length, 2));
  const end = concat(Uint8Array.of(0x50, 0x4b, 5, 6, 0, 0, 0, 0), counts, little(central.length, 4), little(offset, 4), little(0, 2));
  return concat(...locals, central, end);
}

/** The entries that the central directory lists, as far as they can be found. */
function listed(bytes: Uint8Array): Entry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - END_BYTES;
  if (end < 0) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  let total = 0;
  if (count < 1 || count > MOST_ENTRIES) return undefined;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > end) return undefined;
    const [size, nameLength, offset] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true), view.getUint32(at + 42, true)];
    const name = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength);
    const from = offset + LOCAL_BYTES + nameLength;
    total += size;
    // Entries that lie over one another would make the archive written again larger than memory.
    if (nameLength > LONGEST_NAME || from + size > end || total > end) return undefined;
    entries.push({ name, data: bytes.subarray(from, from + size) });
    at += CENTRAL_BYTES + nameLength;
  }
  return entries;
}

/** The files by their paths below the one folder that all names start with. */
function inFolder(entries: readonly Entry[]): Archive | undefined {
  const files = new Map<string, Uint8Array>();
  let folder: string | undefined;
  for (const [i, { name, data }] of entries.entries()) {
    const text = fromUtf8(name) ?? "";
    const before = entries[i - 1];
    if (!SEGMENTS.test(text) || (before !== undefined && compare(before.name, name) >= 0)) return undefined;
    const [first = "", ...path] = text.split("/");
    if ([first, ...path].some((segment) => segment === "." || segment === "..") || first !== (folder ?? first)) return undefined;
    folder = first;
    files.set(path.join("/"), data);
  }
  return folder === undefined ? undefined : { folder, files };
}

/** The archive that the bytes are; undefined when they are not what the rule writes. */
export function readZip(bytes: Uint8Array): Archive | undefined {
  if (bytes.length > MOST_BYTES) return undefined;
  const entries = listed(bytes);
  const archive = entries === undefined ? undefined : inFolder(entries);
  return entries !== undefined && archive !== undefined && equal(write(entries), bytes) ? archive : undefined;
}

/** Writes an archive; for tests, which need packages of their own. */
export function writeZip({ folder, files }: Archive): Uint8Array {
  const entries = [...files].map(([path, data]) => ({ name: utf8(`${folder}/${path}`), data }));
  return write(entries.sort((a, b) => compare(a.name, b.name)));
}

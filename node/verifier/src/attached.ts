// Receipts that were put into a PDF by an incremental update: found by the line before the update, read, and told with how
// many bytes of the file were there before. It reads no PDF: what the bytes after them change is not known here.
import { fromUtf8, utf8 } from "./bytes.ts";
import { decode } from "./reader.ts";
import { readReceipt, type Receipt } from "./receipt.ts";

/** A receipt inside a file. */
export interface Attached {
  /** So many bytes of the file are what it was before. */
  readonly before: number;
  readonly receipt: Receipt;
  /** Where the update that brought it says that it ends; undefined when it does not say so within reach. */
  readonly end: number | undefined;
}

/** The line before the update; the length of the file before it follows. */
export const MARK = utf8("%chirograph-receipt ");
/** Longest receipt that is attached, with what stands around it. */
export const ATTACHED_MOST = (1 << 20) + (1 << 17);
const MARKS_MOST = 64;
const HEAD = /^(\d{1,15})\n\d+ \d+ obj\n<< \/Type \/EmbeddedFile [^\n]*\/Length (\d{1,7}) >>\nstream\n/;
const HEAD_MOST = 512;
const END = /\nstartxref\n\d{1,15}\n%%EOF\n/;
/** What an update has beside the receipt: a name, the catalogue and cross-references. */
const REST_MOST = 1 << 16;

const latin = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);
const isPdf = (file: Uint8Array): boolean => fromUtf8(file.subarray(0, 5)) === "%PDF-";

/** Where the mark stands next, from a place on; -1 if nowhere. */
export function nextMark(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(MARK[0]!, from); at >= 0; at = bytes.indexOf(MARK[0]!, at + 1)) {
    if (at + MARK.length > bytes.length) return -1;
    if (MARK.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** The receipt behind a mark. `bytes` begin with the mark, which stands at `at` in the file. */
export function attachedAt(bytes: Uint8Array, at: number): Attached | undefined {
  const text = latin(bytes.subarray(MARK.length, MARK.length + HEAD_MOST));
  const [head = "", before = "", length = ""] = HEAD.exec(text) ?? [];
  // A line end is put before the mark where the file had none.
  if (head === "" || (Number(before) !== at && Number(before) !== at - 1)) return undefined;
  const from = MARK.length + head.length;
  const receipt = decode(bytes.subarray(from, from + Number(length)), readReceipt);
  if (receipt === undefined) return undefined;
  const rest = latin(bytes.subarray(from + Number(length), from + Number(length) + REST_MOST));
  const last = END.exec(rest);
  const end = last === null ? undefined : at + from + Number(length) + last.index + last[0].length;
  return { before: Number(before), receipt, end };
}

/** All receipts in a file, the oldest first. */
export function attachedIn(file: Uint8Array): Attached[] {
  const found: Attached[] = [];
  let at = isPdf(file) ? nextMark(file, 0) : -1;
  for (let marks = 0; at >= 0 && marks < MARKS_MOST; marks++) {
    const attached = attachedAt(file.subarray(at, at + ATTACHED_MOST), at);
    if (attached !== undefined) found.push(attached);
    at = nextMark(file, at + 1);
  }
  return found;
}

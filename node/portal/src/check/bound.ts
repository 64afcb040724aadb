// Receipts that were put into a PDF: found in the browser, in pieces, with the digests of what the file was before each. What
// the bytes after that change in the document is not known here.

import { ATTACHED_MOST, MARK, attachedAt, nextMark } from "../../../verifier/src/attached.ts";
import { equal } from "../../../verifier/src/bytes.ts";
import type { Receipt } from "../../../verifier/src/receipt.ts";
import { documentNamed } from "../../../verifier/src/summary.ts";
import { digestsOf } from "../capture/document";

export interface Bound {
  receipt: Receipt;
  /** So many bytes of the file are what it was before the receipt. */
  before: number;
  /** SM3 and SHA-256 of them. */
  digests: Uint8Array[];
  /** Whether something other than a further receipt stands behind the update that brought it. When nothing does, that
   * update itself is still unexamined. */
  changed: boolean;
}

const PIECE = 1 << 20;
/** Each costs reading the file again. */
const BOUND_MAX = 16;
const MARKS_MAX = 64;

/** All receipts in a file, the oldest first; none in what is no PDF. */
export async function boundIn(file: File): Promise<Bound[]> {
  const found: Bound[] = [];
  if ((await file.slice(0, 5).text()) !== "%PDF-") return found;
  let marks = 0;
  for (let at = 0; at < file.size; at += PIECE) {
    // A mark may lie across two pieces; one that begins in the next piece is that one's.
    const piece = await bytesOf(file, at, at + PIECE + MARK.length - 1);
    for (let mark = nextMark(piece, 0); mark >= 0 && mark < PIECE; mark = nextMark(piece, mark + 1)) {
      const attached = attachedAt(await bytesOf(file, at + mark, at + mark + ATTACHED_MOST), at + mark);
      if (attached) found.push({ ...attached, digests: await digested(file.slice(0, attached.before)), changed: await followed(file, attached.end) });
      if (++marks === MARKS_MAX || found.length === BOUND_MAX) return found;
    }
  }
  return found;
}

async function followed(file: Blob, end: number | undefined): Promise<boolean> {
  if (end === undefined || end >= file.size) return false;
  const next = nextMark(await bytesOf(file, end, end + MARK.length + 1), 0);
  return next !== 0 && next !== 1;
}

async function bytesOf(file: Blob, from: number, to: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

async function digested(part: Blob): Promise<Uint8Array[]> {
  const { sm3, sha256 } = await digestsOf(part);
  return [sm3, sha256];
}

/** Whether the receipt's event names what the file was before it was attached. */
export function namesIt({ receipt, digests }: Bound): boolean {
  const named = documentNamed(receipt);
  return named !== undefined && digests.some((digest) => equal(digest, named));
}
